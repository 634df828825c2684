"""Deleted sources that can still be had back: the last few, until the server stops."""

from __future__ import annotations

import threading
from collections import OrderedDict

from index import Library, Removed, SourceNotFound

KEPT = 20


class Trash:
    """Thread-safe; knows a deletion by the name that was deleted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._removed: OrderedDict[str, Removed] = OrderedDict()

    def delete(self, library: Library, name: str) -> None:
        """Raises: SourceNotFound."""
        removed = library.take_out(name)
        with self._lock:
            self._removed[name] = removed
            while len(self._removed) > KEPT:
                self._removed.popitem(last=False)

    def put_back(self, library: Library, name: str) -> None:
        """Raises: SourceNotFound, when it was deleted too long ago."""
        removed = self._removed.get(name)
        if removed is None:
            raise SourceNotFound(f"{name!r} cannot be had back", hint="Upload it again.")
        library.put_back(removed)
        with self._lock:
            self._removed.pop(name, None)

    def __contains__(self, name: str) -> bool:
        return name in self._removed
