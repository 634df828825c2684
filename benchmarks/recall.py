"""What the lists of a large index lose: its nearest passages beside those of comparing with all.

    python -m benchmarks.recall --library NEWS news_dev.jsonl --sample 200

For each setting: the share of the ``k`` truly nearest passages that are found (the exact vectors
compared with all), and the seconds of the processor that a question takes. The lists are made anew
with the embedder's vectors in the catalogue; `flat` compares with all and is what small libraries have.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.answers import questions
from index import Library, load_embedder
from index.embedding.embedder import Vectors, embed_query
from index.retrieve import CANDIDATES
from index.store.dense import FaissIndex

PROBES = (32, 128, 256, 384, 512, 1024)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=200, help="questions of each file")
    parser.add_argument("--passages", type=int, default=10**7, help="so many at most")
    args = parser.parse_args(argv)
    with Library(args.library) as library:
        embedder = load_embedder("static")
        vectors = library.catalogue.sample_vectors(embedder.name, args.passages)
    asked = np.stack(
        [embed_query(embedder, q["question"]) for q in questions(args.gold, args.sample)]
    )
    keys = np.arange(len(vectors), dtype=np.int64)
    true = [_nearest(vectors, query) for query in asked]
    flat = FaissIndex.flat(vectors.shape[1])
    flat.add(keys, vectors)
    lists = FaissIndex.ivf(vectors[:50_000], size=len(vectors))
    lists.add(keys, vectors)
    print(f"{len(vectors)} passages, {len(asked)} questions, the nearest {CANDIDATES}")
    print("| index | recall | worst question | ms of the processor |\n|---|---|---|---|")
    _measure("flat", flat, asked, true)
    for nprobe in PROBES:
        _measure(f"lists, nprobe {nprobe}", lists.probing(nprobe), asked, true)
    return 0


def _nearest(vectors: Vectors, query: Vectors) -> set[int]:
    return set(np.argpartition(-(vectors @ query), CANDIDATES)[:CANDIDATES].tolist())


def _measure(name: str, index: FaissIndex, asked: Vectors, true: Sequence[set[int]]) -> None:
    busy = time.thread_time()
    found = [{key for key, _ in index.search(query, CANDIDATES)} for query in asked]
    cost = (time.thread_time() - busy) * 1000 / len(asked)
    shares = [len(got & wanted) / len(wanted) for got, wanted in zip(found, true, strict=True)]
    print(f"| {name} | {np.mean(shares):.4f} | {min(shares):.2f} | {cost:.2f} |")


if __name__ == "__main__":
    sys.exit(main())
