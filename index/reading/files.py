"""Find the files that can be read, and read them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.errors import SourceError
from index.reading.formats import READERS, SUFFIXES, Reader
from index.records import Skipped, Source


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """All files of a known suffix under the paths, sorted, each once; hidden ones are skipped.

    Raises:
        SourceError: a path that is not there, or a named file of an unknown suffix.
    """
    seen: set[Path] = set()
    for path in paths:
        for file in _under(Path(path)):
            real = file.resolve()
            if real not in seen:
                seen.add(real)
                yield file


def read(path: Path, *, name: str, max_bytes: int = 20_000_000) -> Iterator[Source | Skipped]:
    """The sources of a file, called ``name`` or ``name#id``, and what was skipped and why.

    Raises:
        SourceError: a suffix that no reader knows.
    """
    return _reader(path)(path, name, max_bytes)


def _under(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from _in_folder(path)
    elif path.is_file():
        _reader(path)
        yield path
    else:
        raise SourceError(f"{path}: no such file or folder", hint="Check the path.")


def _in_folder(folder: Path) -> Iterator[Path]:
    found = []
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(root) / name for name in names if not name.startswith(".")]
    yield from sorted(file for file in found if file.suffix.lower() in READERS and file.is_file())


def _reader(path: Path) -> Reader:
    try:
        return READERS[path.suffix.lower()]
    except KeyError as exc:
        raise SourceError(
            f"{path}: no reader for “{path.suffix or 'no suffix'}”",
            hint=f"Give a file that ends in one of {' '.join(SUFFIXES)}, or a folder of them.",
        ) from exc
