"""What a passage takes, in the catalogue and in the search index: what docs/scale.md multiplies.

    xz -dk news.jsonl.xz
    python -m benchmarks.sizes news.jsonl --first 2000 [--catalogue postgresql://…/EMPTY]

Indexes the first articles of the file with the built-in table, and counts bytes: of the catalogue (in a
file, or in an empty PostgreSQL), of the local index, and of the vectors that Milvus would be given.
Seconds are the processor's.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from index import IndexConfig, Library
from index.store.milvus.words import of_passage

#: Bytes of one entry of a sparse vector: its dimension and its number.
ENTRY = 8


def measure(folder: Path, articles: Path, catalogue: str) -> Iterator[str]:
    empty = _database_size(catalogue) if catalogue else 0
    busy = time.process_time()
    with Library(folder, IndexConfig(embedder="static"), database=catalogue) as library:
        library.update([articles])
        spent = time.process_time() - busy
        texts = list(library.snapshot().texts())
        sources, dimension = library.count(), library.embedder.dimension
    n = len(texts)
    yield f"{sources} articles, {n} passages of {sum(map(len, texts)) / n:.0f} characters"
    yield f"read, split, embedded and indexed: {n / spent:.0f} passages a second of the processor"
    sizes = _in_folder(folder)
    if catalogue:
        sizes = {"catalogue in PostgreSQL": _database_size(catalogue) - empty}
    for name, size in sizes.items():
        yield f"{name}: {size / n / 1024:.2f} KiB a passage"
    entries = sum(len(of_passage(text, "", 500.0)) for text in texts[:1000]) / min(n, 1000)
    yield f"words for Milvus: {entries:.0f} entries, {entries * ENTRY / 1024:.2f} KiB a passage"
    yield f"vector for Milvus: {dimension} numbers, {dimension * 4 / 1024:.2f} KiB a passage"


def _in_folder(folder: Path) -> dict[str, int]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    held = {path: path.stat().st_size for path in files}
    return {
        "catalogue": sum(size for path, size in held.items() if path.name.startswith("catalog")),
        "vectors": sum(size for path, size in held.items() if path.suffix in (".faiss", ".npy")),
        "words": sum(size for path, size in held.items() if path.parent.name == "lexical"),
    }


def _database_size(url: str) -> int:
    import psycopg

    with psycopg.connect(url, autocommit=True) as db:
        db.execute("VACUUM FULL")
        row = db.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path, help="JSON Lines: id, text")
    parser.add_argument("--first", type=int, default=2_000, help="so many articles")
    parser.add_argument("--catalogue", default="", help="an empty PostgreSQL's address")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as temporary:
        part = Path(temporary) / "news.jsonl"
        with args.articles.open(encoding="utf-8") as lines:
            part.write_text("".join(islice(lines, args.first)), encoding="utf-8")
        for line in measure(Path(temporary) / "library", part, args.catalogue):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
