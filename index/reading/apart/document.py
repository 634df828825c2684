"""What a reader apart makes of a file's bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from index.errors import SourceError
from index.reading.written import Written


@dataclass(frozen=True, slots=True)
class Document:
    """A source text, and, packed, where on its pages each character stands.

    ``left`` says what of the file was not read.
    """

    text: str
    title: str = ""
    places: bytes = b""
    left: SourceError | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a file that holds several; ``format`` is its own where it is left as it is."""

    id: str
    document: Document
    published: str = ""
    url: str = ""
    format: str = ""

    def with_left(self, left: SourceError) -> Part:
        return replace(self, document=replace(self.document, left=left))


def document(
    out: Written, title: str = "", places: bytes = b"", left: SourceError | None = None
) -> Document:
    """Raises: SourceError, when nothing was written."""
    if not out.holds_text:
        raise SourceError("empty: it holds no text", hint="See whether it was saved.")
    return Document(out.text, title, places, left)


#: What programs write into a file's fields when nobody has filled them in.
_NO_TITLE = re.compile(
    r"(?i)(?:microsoft )?(?:word|powerpoint|excel)\b.*|.*\.(?:docx?|pptx?|xlsx?|wps|indd|tmp)"
    r"|(?:文档|演示文稿|工作簿|document|presentation|book|untitled|无标题|未命名)\W*\d*|幻灯片 ?\d*"
    r"|powerpoint (?:演示文稿|presentation)|[\W\d_]*"
)
_NO_AUTHOR = re.compile(
    r"(?i)(?:administrator|admin|user|owner|root|unknown|anonymous|lenovo|dell|hp|asus|acer|python-docx"
    r"|openpyxl|apache poi|steve canny|microsoft|windows|wps|office|用户|未知|匿名)\b.*"
    r"|(?:微软|windows ?|wps ?)用户|[\W\d_]*"
)


def said_title(text: str | None) -> str:
    text = (text or "").strip()
    return "" if _NO_TITLE.fullmatch(text) else text


def said_author(text: str | None) -> str:
    text = (text or "").strip()
    return "" if _NO_AUTHOR.fullmatch(text) else text


def said_date(when: date | None) -> str:
    """As ``YYYY-MM-DD``; not the days on which libraries made their templates."""
    day = when.date() if isinstance(when, datetime) else when
    return (
        ""
        if day is None or day in (date(2013, 12, 23), date(2013, 1, 27)) or day.year < 1990
        else day.isoformat()
    )
