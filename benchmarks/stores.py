"""The same library by the local store and by another: the article with the answer among the first five.

    xz -dk news.jsonl.xz
    python -m benchmarks.stores news.jsonl --gold news_dev.jsonl --store milvus
    python -m benchmarks.stores news.jsonl --gold news_dev.jsonl --store milvus+http://HOST:19530

Indexes the first articles of the file, asks all questions whose evidence is among these, has the
other store made from the same catalogue and asks them again. Behind ± is one standard error of the
difference. Needs the extra of the store; Milvus Lite keeps its words in Python's own memory, some
150 KB a passage.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.fusion import found
from index import IndexConfig, Library
from index.store.engines import engine_of
from server.evaluation.gold import GoldQuestion, load_gold
from server.evidence.find import Search

FIRST = 5


def hits(library: Library, asked: Sequence[GoldQuestion]) -> npt.NDArray[np.float64]:
    """Of each question, whether an article that bears its answer is among the first."""
    search = Search(library)
    # ``found`` tells of the first 1, 5 and 10.
    return np.array([found(q, search.hits(q.question, k=FIRST))[1] for q in asked])


def _evidence(question: GoldQuestion) -> set[str]:
    return {e.source for place in question.evidence for e in place}


def measure(
    folder: Path, articles: Path, asked: Sequence[GoldQuestion], store: str
) -> Iterator[str]:
    told = []
    for name in ("", store):
        began, busy = time.perf_counter(), time.process_time()
        with Library(folder, IndexConfig(embedder="static"), engine=engine_of(name)) as library:
            if not name:
                library.update([articles])
            passages = len(library.snapshot())
            made, cpu = time.perf_counter() - began, time.process_time() - busy
            began = time.perf_counter()
            told.append(hits(library, asked))
            each = (time.perf_counter() - began) / len(asked)
        yield (
            f"{name or 'local'}: {passages} passages made in {made:.1f} s ({cpu:.1f} s of the"
            f" processor), {1000 * each:.0f} ms a question, hit@{FIRST} {told[-1].mean():.3f},"
            f" at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
        )
    gain = told[1] - told[0]
    error = gain.std() / np.sqrt(len(gain))
    yield f"difference {100 * gain.mean():+.1f} ±{100 * error:.1f} points over {len(gain)} questions"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path, help="JSON Lines: id, text")
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--store", default="milvus")
    parser.add_argument("--first", type=int, default=10_000, help="so many articles")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as temporary:
        part = Path(temporary) / "news.jsonl"
        with args.articles.open(encoding="utf-8") as lines:
            part.write_text("".join(islice(lines, args.first)), encoding="utf-8")
        known = {f"{part.name}#{json.loads(line)['id']}" for line in part.open(encoding="utf-8")}
        asked = [q for q in load_gold(args.gold) if not q.history and known & _evidence(q)]
        for line in measure(Path(temporary) / "library", part, asked, args.store):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
