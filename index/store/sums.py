"""Checksums of files: whether a file is still what was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO

#: Up to this size a file is looked at whole when it is opened: that takes some 15 ms.
WHOLE = 16 * 2**20
#: Of a larger one these many pieces, evenly spread: what is overwritten in one piece of a fiftieth of
#: the file, or more, is seen for certain.
PIECES, PIECE = 128, 4096


@dataclass(frozen=True, slots=True)
class Sum:
    """A file's size, the sha256 of all of it, and that of the sample which is looked at when it is opened."""

    size: int
    sha256: str
    sample: str


def sum_of(path: Path) -> Sum:
    """Raises: OSError."""
    with path.open("rb") as file:
        whole = file_digest(file, "sha256").hexdigest()
        size = file.tell()
        return Sum(size, whole, whole if size <= WHOLE else _sample(file, size))


def fault(path: Path, known: Sum, *, whole: bool = False) -> str:
    """What is wrong with a file, as the end of a sentence that begins with its name; empty when nothing is.

    ``whole``: look at all of it, not only at a sample of a large one.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if size != known.size:
                return f"has {size} bytes, not {known.size}"
            file.seek(0)
            if whole or size <= WHOLE:
                same = file_digest(file, "sha256").hexdigest() == known.sha256
            else:
                same = _sample(file, size) == known.sample
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return "" if same else "is not what was written"


def _sample(file: BinaryIO, size: int) -> str:
    digest = sha256()
    for piece in _pieces(file, size):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    for n in range(PIECES):
        file.seek(n * (size - PIECE) // (PIECES - 1))
        yield file.read(PIECE)
