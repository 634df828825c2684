"""Read a file by the reader that its suffix calls for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.errors import SourceError
from index.reading.apart import ole
from index.reading.apart.readers import suffix_of
from index.reading.formats import READERS, SUFFIXES, Reader
from index.records import Skipped, Source


def read(path: Path, *, name: str, max_bytes: int = 20_000_000) -> Iterator[Source | Skipped]:
    """The sources of a file, called ``name`` or ``name#id``, and what was skipped and why.

    Raises:
        SourceError: a suffix that no reader knows.
        OSError: the file cannot be read, or not to its end.
    """
    return reader_of(path)(path, name, max_bytes)


def reader_of(path: Path) -> Reader:
    """Raises: SourceError."""
    if path.suffix.lower() in ole.OLD:
        raise SourceError(ole.REASON, hint=ole.HINT)
    try:
        return READERS[suffix_of(path.name)]
    except KeyError as exc:
        raise SourceError(
            f"format: no reader for “{path.suffix or 'no suffix'}”",
            hint=f"Give a file that ends in one of {' '.join(SUFFIXES)}, or a folder of them.",
        ) from exc
