"""Pictures of pages: drawn when they are asked for, the last ones kept."""

from __future__ import annotations

import threading
from collections import OrderedDict

from index.reading.binary import page_picture

#: Pictures are kept up to so many bytes.
KEPT = 48 * 2**20


class Pictures:
    """The last pictures that were drawn. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()

    def get(self, sha256: str, number: int) -> bytes | None:
        with self._lock:
            found = self._kept.get((sha256, number))
            if found is not None:
                self._kept.move_to_end((sha256, number))
            return found

    def draw(self, data: bytes, sha256: str, number: int) -> bytes:
        """Raises: SourceError, when the page cannot be drawn."""
        image = page_picture(data, number)
        with self._lock:
            self._kept[sha256, number] = image
            while sum(map(len, self._kept.values())) > KEPT:
                self._kept.popitem(last=False)
        return image
