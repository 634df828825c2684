"""Files that are no text, one source each; a process apart reads them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

from index.errors import SourceError
from index.reading.apart.child import PICTURES, READING
from index.records import Skipped, Source


def read_binary(path: Path, name: str, max_bytes: int) -> Iterator[Source | Skipped]:
    """The one source of a file, or why there is none."""
    with path.open("rb") as file:
        data = file.read(max_bytes + 1)
    try:
        if len(data) > max_bytes:
            raise SourceError(f"oversize: more than {max_bytes:,} bytes", hint="Split it.")
        yield from sources_of(data, name, path.suffix.lower())
    except SourceError as error:
        yield Skipped(name, str(error), error.hint)


def sources_of(data: bytes, name: str, suffix: str) -> Iterator[Source | Skipped]:
    """The source, and what of the file was not read, if anything. Raises: SourceError."""
    if not data:
        raise SourceError("empty: it holds nothing", hint="See whether it was saved.")
    said, _ = READING.ask({"suffix": suffix}, data)
    yield Source(
        name=name,
        text=said["text"],
        sha256=hashlib.sha256(data).hexdigest(),
        format=suffix[1:],
        title=said["title"],
        places=base64.b64decode(said["places"]),
    )
    if said["left"]:
        yield Skipped(name, said["left"], said["hint"], kept=True)


def page_picture(data: bytes, number: int) -> bytes:
    """A PNG of a page of a PDF or a picture, counted from 1. Raises: SourceError."""
    return PICTURES.ask({"page": number}, data)[1]
