"""What a source shows, put together piece by piece, each character with its source index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from index.reading.decode import DAMAGED
from index.records import Offsets


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """A text without markup.

    ``offsets`` (int32) has the source index of each character; what markup stands for has that of
    the markup. By the place in ``text`` where a line begins, ``levels`` has the level of a heading
    and ``kinds`` what a line is known to be (a kind of block). ``title``, ``author`` and
    ``published`` are what the source says about itself.
    """

    text: str
    offsets: Offsets
    levels: dict[int, int] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    title: str = ""
    author: str | None = None
    published: str | None = None


class Shown:
    """A ``Plain`` in the making; ``source`` is the source text, ``unseen`` a character left out."""

    def __init__(self, source: str, unseen: str = DAMAGED) -> None:
        self.source = source
        self._unseen = unseen
        self.size = 0
        self._texts: list[str] = []
        self._offsets: list[Offsets] = [np.empty(0, dtype=np.int32)]
        self._levels: dict[int, int] = {}
        self._kinds: dict[int, str] = {}

    def line(self, at: int, level: int = 0, kind: str = "") -> None:
        """End the line that is there, and begin one; ``at`` is where in the source."""
        self.put("\n", [at])
        self.mark(level, kind)

    def mark(self, level: int = 0, kind: str = "") -> None:
        """Say what the line is that begins here."""
        if level:
            self._levels[self.size] = level
        if kind:
            self._kinds[self.size] = kind

    def copy(self, start: int, end: int) -> None:
        """The source's characters ``[start, end)``."""
        self._add(self.source[start:end], np.arange(start, end, dtype=np.int32))

    def put(self, text: str, places: Sequence[int]) -> None:
        """Characters that are not the source's own, or not in its order."""
        self._add(text, np.array(places, dtype=np.int32))

    def _add(self, text: str, offsets: Offsets) -> None:
        if self._unseen and self._unseen in text:
            offsets = offsets[[char != self._unseen for char in text]]
            text = text.replace(self._unseen, "")
        if text:
            self._texts.append(text)
            self._offsets.append(offsets)
            self.size += len(text)

    def plain(
        self, title: str = "", author: str | None = None, published: str | None = None
    ) -> Plain:
        text, offsets = "".join(self._texts), np.concatenate(self._offsets)
        return Plain(text, offsets, self._levels, self._kinds, title, author, published)
