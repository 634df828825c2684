"""What was made of the last texts, kept; what is missing is made of all of them at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Up to ``size`` texts with what was made of each, and up to twice as many for a while.

    A cache decorator makes one at a time, where a tokenizer or a model takes many at once, without
    the interpreter's lock. Thread-safe; a text may be worked on twice at the same time.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        # The young are kept; when they are too many they become the old, and the old ones go.
        self._young: dict[str, T] = {}
        self._old: dict[str, T] = {}

    def of(self, texts: Sequence[str], make: Callable[[list[str]], Sequence[T]]) -> list[T]:
        """What belongs to each text; ``make`` is called with those that are not known, each once."""
        found: dict[str, T] = {}
        with self._lock:
            for text in texts:
                if text in self._young:
                    found[text] = self._young[text]
                elif text in self._old:
                    found[text] = self._young[text] = self._old[text]
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found.update(made := dict(zip(missing, make(missing), strict=True)))
            with self._lock:
                self._young.update(made)
                if len(self._young) > self._size:
                    self._old, self._young = self._young, {}
        return [found[text] for text in texts]
