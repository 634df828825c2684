"""Archives of the web (.warc, .warc.gz): each page that was fetched, with its address."""

from __future__ import annotations

import io
import re
import zlib
from contextlib import suppress
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from index.errors import SourceError
from index.reading.apart.document import Document, Part
from index.reading.decode import decode

#: Pages of an archive, bytes of a page, and of all that it unpacks to.
MAX_PAGES, MAX_PAGE, MAX_BYTES = 20_000, 20_000_000, 400_000_000
_GZIP = b"\x1f\x8b"
_FORMATS = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "txt"}


def read_warc(data: bytes) -> list[Part]:
    """Raises: SourceError."""
    if not _begins(data):  # warcio would look for a record in all of it
        raise SourceError("corrupt: it is no archive of the web", hint="Save it again.")
    pages: dict[str, Part] = {}
    size = start = 0
    archive = ArchiveIterator(io.BytesIO(data))
    try:
        for record in archive:
            found = _page(record)
            start = archive.get_record_offset()  # reads it to its end
            if found is None:
                continue
            size += len(found.document.text)
            pages[found.id] = found  # fetched again, it is the later one that counts
            if len(pages) > MAX_PAGES or size > MAX_BYTES:
                raise SourceError("oversize: it holds too many pages", hint="Split it.")
        if pages and not _is_whole(data[start:]):  # which warcio passes over
            raise EOFError
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


def _begins(data: bytes) -> bool:
    """Whether a record comes first."""
    if data[:2] == _GZIP:
        with suppress(zlib.error):
            data = zlib.decompressobj(wbits=31).decompress(data, 1024)
    return b"WARC/".startswith(data.lstrip()[:5])  # or it is cut short


def _is_whole(data: bytes) -> bool:
    """Whether this is one record with all that it announces, and nothing behind it."""
    if data[:2] == _GZIP:
        unpacking = zlib.decompressobj(wbits=31)
        data = unpacking.decompress(data, MAX_BYTES)
        if not unpacking.eof or unpacking.unused_data:
            return False
    head, _, rest = data.partition(b"\r\n\r\n")
    length = re.search(rb"^content-length: *(\d+)", head, re.MULTILINE | re.IGNORECASE)
    content, behind = (rest[: int(length[1])], rest[int(length[1]) :]) if length else (b"", rest)
    return length is not None and len(content) == int(length[1]) and not behind.strip()


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
