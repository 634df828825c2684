"""An embedder without weights: a control."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from zlib import crc32

import numpy as np
import numpy.typing as npt

from index.embedding.embedder import Vectors, unit_rows


class HashEmbedder:
    """Character n-grams, each a fixed pseudo-random direction, summed: a control without weights.

    Each distinct n-gram's CRC-32 names one of 2**14 rows of ±1, which come from SHAKE-128; a
    text's vector is the sum of its n-grams' rows, scaled to length 1. So the same text has the
    same vector on every machine, and two texts' cosine is about the share of n-grams in common.
    """

    BUCKETS = 1 << 14

    def __init__(self, dimension: int = 256, sizes: Sequence[int] = (1, 2)) -> None:
        if dimension < 8 or dimension % 8:
            raise ValueError("dimension is a positive multiple of 8")
        self.dimension = dimension
        self.sizes = tuple(sizes)
        self.name = f"hash-{dimension}-{''.join(map(str, self.sizes))}"

    @cached_property
    def _directions(self) -> npt.NDArray[np.int8]:
        """The rows, ``(2**14, dimension)`` int8."""
        digest = hashlib.shake_128(b"youju").digest(self.BUCKETS * self.dimension // 8)
        bits = np.unpackbits(np.frombuffer(digest, dtype=np.uint8))
        return bits.astype(np.int8).reshape(self.BUCKETS, self.dimension) * 2 - 1

    def _buckets(self, text: str) -> list[int]:
        letters = "".join(text.lower().split())
        grams = {letters[i : i + n] for n in self.sizes for i in range(len(letters) - n + 1)}
        return [crc32(gram.encode("utf-8", "surrogatepass")) % self.BUCKETS for gram in grams]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return ``(n, dimension)`` float32, unit rows; an empty text is a row of zeros."""
        sums = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(sums, texts, strict=True):
            row[:] = self._directions[self._buckets(text)].sum(axis=0, dtype=np.int32)
        return unit_rows(sums)
