"""Learn how rare each term is in Chinese news at large: ``index/models/idf.zlib``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from index import Library
from index.background import TABLE, pack


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path, help="of news, made with `youju index`")
    parser.add_argument("--least", type=int, default=24, help="passages a kept term occurs in")
    options = parser.parse_args(argv)
    with Library(options.library) as library:
        snapshot = library.snapshot()
        frequencies = snapshot.document_frequencies(options.least)
        TABLE.write_bytes(pack(len(snapshot), frequencies))
    print(f"{len(frequencies)} terms of {len(snapshot)} passages, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
