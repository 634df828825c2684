"""Deleted sources that can still be had back: the last few deletions, until the server stops."""

from __future__ import annotations

import pickle
import secrets
import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import IO

from index import Library, Removed, SourceNotFound

KEPT = 20


@dataclass(frozen=True, slots=True)
class _Kept:
    """A deletion of so many sources: on disk, without a name there, since it may be of thousands."""

    sources: int
    file: IO[bytes]


class Trash:
    """Thread-safe; knows a deletion by the one name that was deleted, or by a key of several."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._removed: OrderedDict[str, _Kept] = OrderedDict()

    def delete(self, library: Library, *names: str) -> str:
        """The key of the deletion. Raises: SourceNotFound."""
        removed = library.take_out(*names)
        key = names[0] if len(names) == 1 else secrets.token_hex(8)
        with self._lock:
            self._forget(key)
            self._removed[key] = _Kept(len(removed.sources), _written(removed))
            while len(self._removed) > KEPT:
                self._forget(next(iter(self._removed)))
        return key

    def put_back(self, library: Library, key: str) -> int:
        """How many sources. Raises: SourceNotFound, when they were deleted too long ago."""
        with self._lock:
            kept = self._removed.get(key)
            if kept is None:
                raise SourceNotFound(f"{key!r} cannot be had back", hint="Upload it again.")
            kept.file.seek(0)
            removed: Removed = pickle.load(kept.file)
        library.put_back(removed)
        with self._lock:
            self._forget(key)
        return kept.sources

    def count(self, key: str) -> int:
        """How many sources can be had back by a key."""
        kept = self._removed.get(key)
        return kept.sources if kept else 0

    def close(self) -> None:
        """Nothing can be had back any more."""
        with self._lock:
            for key in list(self._removed):
                self._forget(key)

    def _forget(self, key: str) -> None:
        kept = self._removed.pop(key, None)
        if kept is not None:
            kept.file.close()


def _written(removed: Removed) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- it is kept open, and closed when forgotten
    pickle.dump(removed, file)
    return file
