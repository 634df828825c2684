"""The text of a file that is to be checked, whatever format it is in."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath

from index import Skipped, SourceError
from index.reading import is_binary, read


def text_of(path: Path) -> tuple[str, str]:
    """A file's text, and the format that it is to be read as.

    Raises: SourceError, saying why it cannot be read; OSError.
    """
    texts: list[str] = []
    format = "txt"
    for found in read(path, name=path.name):
        if isinstance(found, Skipped):
            raise SourceError(found.reason, hint=found.hint)
        texts.append(found.text)
        format = found.format
    return "\n\n".join(texts), format if len(texts) == 1 or is_binary(path.name) else "txt"


def text_of_bytes(data: bytes, name: str) -> tuple[str, str]:
    """The same for an upload. Raises: SourceError."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{PurePath(name).suffix.lower() or '.txt'}"
        path.write_bytes(data)
        return text_of(path)
