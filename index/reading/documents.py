"""Files that are one source each: plain text, Markdown, HTML."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from index.errors import SourceError
from index.reading.decode import DAMAGED, decode
from index.reading.markup import STRIPPERS
from index.records import Skipped, Source

FORMATS = {f".{name}": name for name in STRIPPERS} | {".htm": "html"}


def read_document(path: Path, name: str, max_bytes: int) -> Iterator[Source | Skipped]:
    """The one source of a file and what of it could not be read, or why there is none."""
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise SourceError(f"oversize: more than {max_bytes:,} bytes")
        text = decode(data, FORMATS[path.suffix.lower()])
    except SourceError as exc:
        yield Skipped(name, str(exc))
        return
    digest = hashlib.sha256(data).hexdigest()
    yield Source(name=name, text=text, sha256=digest, format=FORMATS[path.suffix.lower()])
    if damaged := text.count(DAMAGED):
        yield Skipped(name, f"damaged: {damaged:,} character(s) could not be read", kept=True)
