"""Deleted sources that can still be had back: the last few deletions, until the server stops."""

from __future__ import annotations

import os
import pickle
import secrets
import shutil
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from index import Library, Removed, SourceNotFound

KEPT = 20


class Trash:
    """Knows a deletion by the one name that was deleted, or by a key of several.

    Each is a file of the folder, which every worker of a server reads: it may be of thousands of sources,
    and the worker that is asked to undo it may be another.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def delete(self, library: Library, *names: str) -> str:
        """The key of the deletion. Raises: SourceNotFound."""
        removed = library.take_out(*names)
        key = names[0] if len(names) == 1 else secrets.token_hex(8)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        aside = self._folder / secrets.token_hex(8)
        with aside.open("wb") as file:
            pickle.dump(len(removed.sources), file)
            pickle.dump(removed, file)
        kept = self._oldest()
        if kept:  # also where the clock was put back meanwhile
            with suppress(OSError):
                newest = max(aside.stat().st_mtime_ns, kept[-1].stat().st_mtime_ns + 1)
                os.utime(aside, ns=(newest, newest))
        aside.replace(self._file(key))
        for old in self._oldest()[:-KEPT]:
            old.unlink(missing_ok=True)
        return key

    def put_back(self, library: Library, key: str) -> int:
        """How many sources. Raises: SourceNotFound, when they were deleted too long ago."""
        try:
            with self._file(key).open("rb") as file:
                count: int = pickle.load(file)
                removed: Removed = pickle.load(file)
        except FileNotFoundError:
            raise SourceNotFound(f"{key!r} cannot be had back", hint="Upload it again.") from None
        library.put_back(removed)
        self._file(key).unlink(missing_ok=True)
        return count

    def count(self, key: str) -> int:
        """How many sources can be had back by a key."""
        with suppress(OSError), self._file(key).open("rb") as file:
            count: int = pickle.load(file)
            return count
        return 0

    def empty(self) -> None:
        """Nothing can be had back any more."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _file(self, key: str) -> Path:
        return self._folder / f"{sha256(key.encode()).hexdigest()}.pickle"

    def _oldest(self) -> list[Path]:
        """Those that are kept, the oldest first; another worker may be about to do the same."""
        found = []
        for path in self._folder.glob("*.pickle"):
            with suppress(OSError):
                found.append((path.stat().st_mtime_ns, path))
        return [path for _, path in sorted(found)]
