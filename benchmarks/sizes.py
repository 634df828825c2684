"""What a passage takes, in the catalogue and in the search index: what docs/scale.md multiplies.

    xz -dk news.jsonl.xz
    python -m benchmarks.sizes news.jsonl --first 2000 [--catalogue postgresql://…/EMPTY]
    python -m benchmarks.sizes news.jsonl --first 10000 --gold news_dev.jsonl
    python -m benchmarks.sizes --library NEWS --gold news_dev.jsonl

Indexes the first articles of the file with the built-in table, or takes a library that is there, and
counts bytes: of the catalogue (in a file, or in an empty PostgreSQL), of the local index, and of the
vectors that Milvus would be given. Seconds are the processor's; with ``--gold`` those of the search
for 40 of its questions, too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from index import IndexConfig, Library
from index.store.milvus.words import of_passage
from server.evidence.find import Search

#: Bytes of one entry of a sparse vector: its dimension and its number.
ENTRY = 8


def made(folder: Path, articles: Path, catalogue: str) -> str:
    """Make a library of them."""
    busy = _spent()
    with Library(folder, IndexConfig(embedder="static"), database=catalogue) as library:
        library.update([articles])
        rate = len(library.snapshot()) / (_spent() - busy)
    return f"read, split, embedded and indexed: {rate:.0f} passages a second of the processor"


def _spent() -> float:
    """Seconds of the processor, those of the update's processes with them."""
    return sum(os.times()[:4])


def measured(library: Library, sizes: Mapping[str, int]) -> Iterator[str]:
    texts = list(library.snapshot().texts())
    n = len(texts)
    yield f"{library.count()} articles, {n} passages of {sum(map(len, texts)) / n:.0f} characters"
    for name, size in sizes.items():
        yield f"{name}: {size / n / 1024:.2f} KiB a passage"
    yield f"their text in UTF-8: {sum(len(t.encode()) for t in texts) / n / 1024:.2f} KiB a passage"
    entries = sum(len(of_passage(text, "", 500.0)) for text in texts[:1000]) / min(n, 1000)
    yield f"words for Milvus: {entries:.0f} entries, {entries * ENTRY / 1024:.2f} KiB a passage"
    dimension = library.embedder.dimension
    yield f"vector for Milvus: {dimension} numbers, {dimension * 4 / 1024:.2f} KiB a passage"


def asked(library: Library, gold: Path) -> str:
    """What a search takes, in the middle of some questions that were not asked before."""
    lines = gold.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]
    search, times = Search(library), []
    for question in random.Random(1).sample(questions, min(44, len(questions))):
        began = time.process_time()
        search.hits(question)
        times.append(1000 * (time.process_time() - began))
    # The first ones load what all need.
    return f"a question: {statistics.median(times[4:]):.1f} ms of the processor in the middle"


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
    parser.add_argument("articles", type=Path, nargs="?", help="JSON Lines: id, text")
    parser.add_argument("--library", type=Path, help="one that is there, instead")
    parser.add_argument("--gold", type=Path, help="questions whose search is timed")
    parser.add_argument("--first", type=int, default=2_000, help="so many articles")
    parser.add_argument("--catalogue", default="", help="an empty PostgreSQL's address")
    args = parser.parse_args(argv)
    empty = _database_size(args.catalogue) if args.catalogue else 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.library or Path(temporary) / "library"
        if args.library is None:
            part = Path(temporary) / "news.jsonl"
            with args.articles.open(encoding="utf-8") as lines:
                part.write_text("".join(islice(lines, args.first)), encoding="utf-8")
            print(made(folder, part, args.catalogue), flush=True)
        sizes = _in_folder(folder)
        if args.catalogue:
            sizes = {"catalogue in PostgreSQL": _database_size(args.catalogue) - empty}
        with Library(folder, database=args.catalogue) as library:
            for line in measured(library, sizes):
                print(line, flush=True)
            if args.gold:
                print(asked(library, args.gold), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
