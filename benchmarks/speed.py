"""Youju's library beside a bare script of faiss and bm25s: time, memory, disk, latency, hits.

    xz -dk news.jsonl.xz
    python -m benchmarks.speed news.jsonl --gold news_dev.jsonl --articles 1000,10000 --json OUT

Each system indexes the first articles of the file in a process of its own, is opened in a second
one, and is asked there for the passages of questions whose evidence is among these articles: one
after the other, and by 8 threads. All have the built-in table as embedder. Systems whose packages
are not installed are left out; `bare` needs bm25s (`pip install --target DIR bm25s`, and DIR in
PYTHONPATH). Seconds of the processor (`cpu`) are told beside those of the clock, which say
something on a quiet machine only. hit@5: an article with evidence is among the first five.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from benchmarks.tables import table
from index import Library, load_embedder

CLIENTS = 8
DEPTH = 5
NEEDS = {"youju": (), "bare": ("bm25s",)}
PASSAGE_CHARS = 400
RRF = 60

Row = dict[str, Any]


class System(Protocol):
    """What is measured: built in one process, opened in another."""

    def build(self, articles: Path, folder: Path) -> None: ...

    def open(self, folder: Path) -> Callable[[str], list[str]]:
        """What finds the ids of the first articles for a question."""


class Youju:
    """The library, as `youju search` finds in it."""

    def build(self, articles: Path, folder: Path) -> None:
        from index import IndexConfig

        with Library(folder, IndexConfig(embedder="static")) as library:
            library.update([articles])

    def open(self, folder: Path) -> Callable[[str], list[str]]:
        from server.evidence.find import Search

        search = Search(Library(folder))
        return lambda question: [
            hit.passage.source.rpartition("#")[2] for hit in search.hits(question, k=DEPTH)
        ]


class Bare:
    """What one writes in an afternoon: passages of so many characters, two indexes, ranks added up."""

    def build(self, articles: Path, folder: Path) -> None:
        import bm25s
        import faiss

        owners, texts = [], []
        for line in articles.open(encoding="utf-8"):
            row = json.loads(line)
            for at in range(0, max(1, len(row["text"])), PASSAGE_CHARS):
                owners.append(row["id"])
                texts.append(row["text"][at : at + PASSAGE_CHARS])
        vectors = load_embedder("static").embed(texts)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        words = bm25s.BM25()
        words.index([_words(text) for text in texts], show_progress=False)
        folder.mkdir(parents=True)
        faiss.write_index(index, str(folder / "vectors"))
        words.save(str(folder / "words"))
        (folder / "passages").write_bytes(pickle.dumps((owners, texts)))

    def open(self, folder: Path) -> Callable[[str], list[str]]:
        import bm25s
        import faiss

        owners, _ = pickle.loads((folder / "passages").read_bytes())
        index = faiss.read_index(str(folder / "vectors"))
        words = bm25s.BM25.load(str(folder / "words"))
        embedder = load_embedder("static")

        def find(question: str) -> list[str]:
            _, near = index.search(embedder.embed([question]), 50)
            k = min(50, len(owners))
            said, _ = words.retrieve([_words(question)], k=k, show_progress=False)
            scores: dict[int, float] = {}
            for ranked in (near[0], said[0]):
                for rank, at in enumerate(ranked.tolist()):
                    scores[at] = scores.get(at, 0.0) + 1 / (RRF + rank)
            best = sorted(scores, key=lambda at: -scores[at])
            return [owners[at] for at in best[:DEPTH]]

        return find


def _words(text: str) -> list[str]:
    import jieba

    jieba.setLogLevel(60)
    return [word for word in jieba.cut(text.lower()) if word.strip()]


SYSTEMS: dict[str, Callable[[], System]] = {"youju": Youju, "bare": Bare}


# ---- in the processes that are measured ---------------------------------------------------------


def build(name: str, articles: Path, folder: Path) -> Row:
    began, busy = time.perf_counter(), _cpu()
    SYSTEMS[name]().build(articles, folder)
    seconds, cpu = time.perf_counter() - began, _cpu() - busy
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {
        "index_s": round(seconds, 1),
        "index_cpu_s": round(cpu, 1),
        "index_mb": _peak_mb(),
        "disk_mb": round(disk / 2**20, 1),
    }


def ask(name: str, questions: Path, folder: Path) -> Row:
    asked = [json.loads(line) for line in questions.open(encoding="utf-8")]
    began, busy = time.perf_counter(), _cpu()
    find = SYSTEMS[name]().open(folder)
    find(asked[0]["question"])
    row: Row = {
        "cold_s": round(time.perf_counter() - began, 2),
        "cold_cpu_s": round(_cpu() - busy, 2),
    }
    hits = 0

    def one(question: Row) -> tuple[float, bool]:
        start = time.perf_counter()
        found = find(question["question"])
        return (time.perf_counter() - start) * 1000, bool(set(found) & set(question["articles"]))

    busy = _cpu()
    for at in (1, CLIENTS):
        start = time.perf_counter()
        with ThreadPoolExecutor(at) as pool:
            told = list(pool.map(one, asked))
        times = [ms for ms, _ in told]
        hits = sum(hit for _, hit in told)
        row |= {f"p{p}_{at}_ms": round(float(np.percentile(times, p)), 1) for p in (50, 99)}
        row[f"per_s_{at}"] = round(len(asked) / (time.perf_counter() - start), 1)
        if at == 1:
            row["cpu_ms"] = round((_cpu() - busy) * 1000 / len(asked), 1)
    return row | {"hit@5": round(hits / len(asked), 3), "serve_mb": _peak_mb()}


def _cpu() -> float:
    return time.process_time()


def _peak_mb() -> int:
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


# ---- the run ------------------------------------------------------------------------------------


def measure(articles: Path, gold: Path, sizes: Sequence[int], most: int) -> Iterator[Row]:
    for size in sizes:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            part, questions = folder / "news.jsonl", folder / "questions.jsonl"
            with articles.open(encoding="utf-8") as lines:
                part.write_text("".join(islice(lines, size)), encoding="utf-8")
            known = {json.loads(line)["id"] for line in part.open(encoding="utf-8")}
            questions.write_text("\n".join(_questions(gold, known, most)), encoding="utf-8")
            for name in SYSTEMS:
                if all(find_spec(package) for package in NEEDS[name]):
                    made = _apart("build", name, part, folder / name)
                    row = made | _apart("ask", name, questions, folder / name)
                    yield {"system": name, "articles": size, **row}


def _questions(gold: Path, known: set[str], most: int) -> list[str]:
    """Those whose evidence is among the articles, as a question and the articles that bear it."""
    found = []
    for line in gold.open(encoding="utf-8"):
        row = json.loads(line)
        held = {e["file"].rpartition("#")[2] for group in row["evidence"] for e in group} & known
        if held and not row.get("history"):
            found.append(json.dumps({"question": row["question"], "articles": sorted(held)}))
    return found[:most]


def _apart(step: str, name: str, file: Path, folder: Path) -> Row:
    command = [sys.executable, "-m", "benchmarks.speed", "--step", step, name, str(file)]
    done = subprocess.run(
        [*command, str(folder)], check=True, capture_output=True, env=os.environ, text=True
    )
    made: Row = json.loads(done.stdout.splitlines()[-1])
    return made


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path, nargs="?", help="JSON Lines: id, text")
    parser.add_argument("--gold", type=Path)
    parser.add_argument(
        "--articles", dest="sizes", default="1000,10000", help="how many, by commas"
    )
    parser.add_argument("--questions", type=int, default=200, help="so many at most")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--step", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.step:
        step, name, file, folder = args.step
        does = {"build": build, "ask": ask}[step]
        print(json.dumps(does(name, Path(file), Path(folder))))
        return 0
    sizes = [int(size) for size in args.sizes.split(",")]
    rows = []
    for row in measure(args.articles, args.gold, sizes, args.questions):
        rows.append(row)
        print(json.dumps(row), file=sys.stderr, flush=True)
    names = list(rows[0])
    print(table(names, ([str(row[name]) for name in names] for row in rows)))
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
