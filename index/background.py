"""How rare a term is in Chinese news at large: what a library of five articles cannot know.

    python -m index.background LIBRARY

learns the table from a library of news and writes ``index/models/idf.zlib``.
"""

from __future__ import annotations

import argparse
import json
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

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
def background() -> Background:
    """The shipped table, read once."""
    return unpack(TABLE.read_bytes())


def frequent(texts: Iterable[str], least: int) -> list[tuple[str, int]]:
    """Terms that at least so many texts hold, with how many do."""
    from index.analysis import terms  # which weighs terms by this table

    counted = Counter(term for text in texts for term in set(terms(text)))
    return [(term, n) for term, n in counted.items() if n >= least]


def main(argv: Sequence[str] | None = None) -> None:
    from index.library import Library

    parser = argparse.ArgumentParser(description="Learn the background idf from a news library.")
    parser.add_argument("library", type=Path)
    parser.add_argument("--least", type=int, default=24, help="passages a kept term occurs in")
    options = parser.parse_args(argv)
    with Library(options.library) as library:
        snapshot = library.snapshot()
        frequencies = frequent(snapshot.texts(), options.least)
        TABLE.parent.mkdir(exist_ok=True)
        TABLE.write_bytes(pack(len(snapshot), frequencies))
    print(f"{len(frequencies)} terms of {len(snapshot)} passages, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
