"""How rare a term is in Chinese news at large: what a library of five articles cannot know.

``training/background.py`` learns the table from a library of news.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from index.shipped import shipped

TABLE = Path(__file__).parent / "models" / "idf.zlib"

#: Document frequencies are kept as steps of a logarithm, 10 to a doubling: exact within 7 %.
_STEPS = 10


class Background:
    """Inverse document frequencies over ``documents`` passages; unknown terms are the rarest."""

    def __init__(self, documents: int, levels: Mapping[str, int]) -> None:
        self.documents = documents
        self._levels = levels
        self._rarest = _idf(documents, 1)

    def __len__(self) -> int:
        return len(self._levels)

    def idf(self, term: str) -> float:
        """Return ln(1 + (N - df + 0.5) / (df + 0.5)); above 0."""
        level = self._levels.get(term)
        if level is None:
            return self._rarest
        return _idf(self.documents, 2 ** (level / _STEPS))

    def frequency(self, term: str) -> float:
        """In about how many of the passages a term stands; one half for an unknown one."""
        level = self._levels.get(term)
        return 0.5 if level is None else float(2 ** (level / _STEPS))

    def share(self, term: str) -> float:
        """The idf as a share of the greatest, in (0, 1]."""
        return self.idf(term) / self._rarest


def _idf(documents: int, frequency: float) -> float:
    return math.log(1 + max(0.0, documents - frequency + 0.5) / (frequency + 0.5))


def pack(documents: int, frequencies: Iterable[tuple[str, int]]) -> bytes:
    """Compress terms (without white space) and their document frequencies."""
    pairs = sorted(frequencies)
    levels = bytes(min(255, round(math.log2(df) * _STEPS)) for _, df in pairs)
    head = json.dumps({"documents": documents, "terms": len(pairs)})
    words = " ".join(term for term, _ in pairs)
    return zlib.compress(head.encode() + b"\n" + levels + words.encode(), 9)


def unpack(blob: bytes) -> Background:
    """Undo ``pack``."""
    head, _, rest = zlib.decompress(blob).partition(b"\n")
    about = json.loads(head)
    n = about["terms"]
    words = rest[n:].decode().split(" ") if n else []
    return Background(about["documents"], dict(zip(words, rest[:n], strict=True)))


@lru_cache(maxsize=1)
@shipped(TABLE)
def background() -> Background:
    """The shipped table, read once."""
    return unpack(TABLE.read_bytes())
