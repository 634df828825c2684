"""Which reader reads which suffix: those of text, those of files that are no text, and of archives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from index.reading.apart.readers import CONVERTERS, suffix_of
from index.reading.binary import read_binary
from index.reading.documents import FORMATS, read_document
from index.reading.jsonl import read_jsonl
from index.reading.zipped import read_zip
from index.records import Skipped, Source

#: ``reader(path, name, max_bytes)`` yields sources; what it cannot read it yields as skipped.
Reader = Callable[[Path, str, int], Iterator[Source | Skipped]]

_SINGLE: Mapping[str, Reader] = {
    **dict.fromkeys(FORMATS, read_document),
    ".jsonl": read_jsonl,
    **dict.fromkeys(CONVERTERS, read_binary),
}


def _read_zip(path: Path, name: str, max_bytes: int) -> Iterator[Source | Skipped]:
    return read_zip(path, name, max_bytes, _SINGLE.get)


READERS: Mapping[str, Reader] = {**_SINGLE, ".zip": _read_zip}

SUFFIXES = tuple(READERS)


def is_binary(name: str) -> bool:
    """Whether a file of this name is no text: its source text is not what it holds."""
    suffix = suffix_of(name)
    return suffix in CONVERTERS or suffix == ".zip"
