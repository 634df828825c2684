"""Feeds saved as files (RSS, Atom): each entry with its title, author, date and address."""

from __future__ import annotations

import io
from typing import Any

import feedparser

from index.errors import SourceError
from index.reading.apart.document import Part, document, said_author
from index.reading.apart.html_pieces import write_shown
from index.reading.dates import published_date
from index.reading.written import Written, one_line


def read_feed(data: bytes) -> list[Part]:
    """Raises: SourceError."""
    feed = feedparser.parse(io.BytesIO(data))
    if not feed.version:
        raise SourceError("corrupt: it is no feed of RSS or Atom", hint="Save it again.")
    parts = []
    for number, entry in enumerate(feed.entries, 1):
        try:
            parts.append(_part(entry, number))
        except SourceError:
            continue  # an entry of nothing but an address
    if not parts:
        raise SourceError("empty: it holds no entry with text", hint="See whether it was saved.")
    return parts


def _part(entry: Any, number: int) -> Part:
    """Raises: SourceError, when it holds no text."""
    title = one_line(_plain(entry.get("title", ""), entry.get("title_detail", {})))
    date = published_date(entry.get("published") or entry.get("updated") or "") or ""
    out = Written(title=title, author=said_author(entry.get("author")), date=date)
    bodies = [one.get("value", "") for one in entry.get("content", [])]
    body = max([*bodies, entry.get("summary", "")], key=len)
    if body.strip():
        write_shown(out, body, down=1)
    elif title:
        out.holds_text = True
    said = entry.get("id") or entry.get("link") or str(number)
    return Part(said, document(out, title), date, str(entry.get("link") or ""))


def _plain(text: str, detail: Any) -> str:
    if "html" not in str(detail.get("type", "")):
        return text
    out = Written()
    write_shown(out, text)
    return out.text
