"""Learn how rare each term is in Chinese news at large: ``index/models/idf.zlib``."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from index import Library, terms
from index.background import TABLE, pack


def frequent(texts: Iterable[str], least: int) -> list[tuple[str, int]]:
    """Terms that at least so many texts hold, with how many do."""
    counted = Counter(term for text in texts for term in set(terms(text)))
    return [(term, n) for term, n in counted.items() if n >= least]


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path, help="of news, made with `youju index`")
    parser.add_argument("--least", type=int, default=24, help="passages a kept term occurs in")
    options = parser.parse_args(argv)
    with Library(options.library) as library:
        snapshot = library.snapshot()
        frequencies = frequent(snapshot.texts(), options.least)
        TABLE.write_bytes(pack(len(snapshot), frequencies))
    print(f"{len(frequencies)} terms of {len(snapshot)} passages, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
