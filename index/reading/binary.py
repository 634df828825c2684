"""Files that are no text, mostly one source each; a process apart reads them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

from index.errors import SourceError
from index.reading.apart.child import PICTURES, READING
from index.reading.apart.readers import suffix_of
from index.reading.jsonl import MAX_ID_CHARS
from index.records import Skipped, Source


def read_binary(path: Path, name: str, max_bytes: int) -> Iterator[Source | Skipped]:
    """The sources of a file, or why there are none."""
    with path.open("rb") as file:
        data = file.read(max_bytes + 1)
    try:
        if len(data) > max_bytes:
            raise SourceError(f"oversize: more than {max_bytes:,} bytes", hint="Split it.")
        yield from sources_of(data, name, suffix_of(path.name))
    except SourceError as error:
        yield Skipped(name, str(error), error.hint)


def sources_of(data: bytes, name: str, suffix: str) -> Iterator[Source | Skipped]:
    """The sources, and what of the file was not read, if anything. Raises: SourceError."""
    if not data:
        raise SourceError("empty: it holds nothing", hint="See whether it was saved.")
    said, _ = READING.ask({"suffix": suffix}, data)
    digest = hashlib.sha256(data).hexdigest()
    taken: set[str] = set()
    for part in said["parts"]:
        whole, text = _named(name, part["id"], taken), part["text"]
        yield Source(
            name=whole,
            text=text,
            # Of one that is a part of its file, so that the others may change.
            sha256=hashlib.sha256(text.encode()).hexdigest() if part["id"] else digest,
            format=part["format"] or suffix.rpartition(".")[2].replace("gz", "warc"),
            title=part["title"],
            published=part["published"] or None,
            url=part["url"] or None,
            places=base64.b64decode(part["places"]),
        )
        if part["left"]:
            yield Skipped(whole, part["left"], part["hint"], kept=True)


def _named(name: str, id: str, taken: set[str]) -> str:
    """The file's name, or the part's in it."""
    if not id:
        return name
    said = "".join(char if char.isprintable() else " " for char in id)[:MAX_ID_CHARS].strip()
    while said in taken:
        said += "+"
    taken.add(said)
    return f"{name}#{said}"


def page_picture(data: bytes, number: int) -> bytes:
    """A PNG of a page of a PDF or a picture, counted from 1. Raises: SourceError."""
    return PICTURES.ask({"page": number}, data)[1]
