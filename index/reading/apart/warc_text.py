"""Archives of the web (.warc, .warc.gz): each page that was fetched, with its address."""

from __future__ import annotations

import io
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from index.errors import SourceError
from index.reading.apart.document import Document, Part
from index.reading.decode import decode

#: Pages of an archive, bytes of a page, and of all that it unpacks to.
MAX_PAGES, MAX_PAGE, MAX_BYTES = 20_000, 20_000_000, 400_000_000
_FORMATS = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "txt"}


def read_warc(data: bytes) -> list[Part]:
    """Raises: SourceError."""
    pages: dict[str, Part] = {}
    size = 0
    try:
        for record in ArchiveIterator(io.BytesIO(data)):
            found = _page(record)
            if found is None:
                continue
            size += len(found.document.text)
            pages[found.id] = found  # fetched again, it is the later one that counts
            if len(pages) > MAX_PAGES or size > MAX_BYTES:
                raise SourceError("oversize: it holds too many pages", hint="Split it.")
    # warcio stumbles over a record without its first line.
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, AttributeError) as error:
        if not pages:
            raise SourceError(
                "corrupt: it is no archive of the web", hint="Save it again."
            ) from error
        left = SourceError("damaged: it is cut short; the rest is not read", hint="Copy it again.")
        last = pages.popitem()[1]
        pages[last.id] = last.with_left(left)
    if not pages:
        raise SourceError("empty: it holds no page of text", hint="See what was archived.")
    return list(pages.values())


def _page(record: Any) -> Part | None:
    """None for what is no page: pictures, scripts, requests, pages that were not found."""
    if record.rec_type not in ("response", "resource"):
        return None
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    headers = record.http_headers
    if headers is not None and headers.get_statuscode() != "200":
        return None
    kind = (headers or record.rec_headers).get_header("Content-Type") or ""
    form = _FORMATS.get(kind.partition(";")[0].strip().lower())
    if not address or form is None:
        return None
    content = record.content_stream().read(MAX_PAGE + 1)
    if len(content) > MAX_PAGE:
        return None
    try:
        text = decode(content, form)
    except SourceError:
        return None
    # The day on which it was fetched is not that of the text.
    address = address.strip("<>")
    return Part(address, Document(text), url=address, format=form)
