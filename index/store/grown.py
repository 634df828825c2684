"""The dense leg of a generation: a large index that is not written again, and what has changed since."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from index.store.dense import FaissIndex, Keys, Vectors
from index.store.links import link

BASE, SINCE, GONE = "vectors.faiss", "since.faiss", "gone.npy"

#: A smaller index is written whole with every update: that is a few megabytes.
WHOLE = 5_000
#: And so is one of which more than this share has changed: each search looks at what has.
CHANGED = 0.05


class GrownIndex:
    """Vectors under int64 keys: a ``base`` file that later generations link, an exact index of those
    that came after it, and the keys of those in the base that have gone.

    ``file`` is where the base is; None while it is being made.
    """

    def __init__(
        self,
        base: FaissIndex,
        file: Path | None = None,
        since: FaissIndex | None = None,
        gone: Collection[int] = (),
    ) -> None:
        self._base = base
        self._file = file
        self._since = since or FaissIndex.flat(base.dimension)
        self._gone = set(gone)
        self._held: set[int] | None = None

    @classmethod
    def load(cls, folder: Path, *, nprobe: int = 32, mapped: bool = False) -> GrownIndex:
        """``mapped``: only to be searched. Raises: LibraryDamaged, OSError, ValueError."""
        file, since, gone = (folder / name for name in (BASE, SINCE, GONE))
        return cls(
            FaissIndex.load(file, nprobe=nprobe, mapped=mapped),
            file,
            FaissIndex.load(since) if since.exists() else None,
            np.load(gone).tolist() if gone.exists() else (),
        )

    def __len__(self) -> int:
        return len(self._base) - len(self._gone) + len(self._since)

    def keys(self) -> set[int]:
        """The keys of all vectors."""
        return (self._base.keys() - self._gone) | self._since.keys()

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Add ``(n, d)`` float32 unit rows under ``(n,)`` int64 keys that are not there yet."""
        (self._since if self._file else self._base).add(keys, vectors)
        if self._file and self._is_much():
            self._fold()  # exact vectors take four times the memory

    def remove(self, keys: Sequence[int]) -> None:
        if self._file is None:
            self._base.remove(keys)
            return
        if self._held is None:
            self._held = self._base.keys()
        self._since.remove(keys)
        self._gone |= self._held.intersection(keys)

    def search(
        self, vector: Vectors, k: int, only: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Up to ``k`` ``(key, cosine)``, best first, among the keys ``only`` if given."""
        found = self._base.search(vector, k, only, without=self._gone)
        if len(self._since):
            found += self._since.search(vector, k, only)
            found.sort(key=lambda pair: -pair[1])
        return found[:k]

    def save(self, folder: Path) -> None:
        if self._file is None or self._is_much():
            if self._file:
                self._fold()
            self._base.save(folder / BASE)
            return
        link(self._file, folder / BASE)
        if len(self._since):
            self._since.save(folder / SINCE)
        if self._gone:
            np.save(folder / GONE, np.array(sorted(self._gone), dtype=np.int64))

    def _is_much(self) -> bool:
        changed = len(self._since) + len(self._gone)
        return len(self._base) < WHOLE or changed > CHANGED * len(self._base)

    def _fold(self) -> None:
        """Take into the base, which is to be written anew, what has changed since."""
        self._base.remove(sorted(self._gone))
        self._base.add(*self._since.rows())
        self._since, self._gone = FaissIndex.flat(self._base.dimension), set()
        self._file = self._held = None
