"""Youju beside a bare script and four frameworks: time, memory, disk, latency, hits; same corpus, same embedder.

    python -m benchmarks.frameworks news.jsonl.xz --gold news_dev.jsonl --articles 1000,10000 \\
        --json rows.json --plots docs/images

Each system (`benchmarks/systems.py`) indexes the first articles of the file in a process of its own, is opened
in a second one, and is asked there for the articles of questions whose evidence is among these: one after the
other, and by 8 threads. All have the built-in table as embedder. Systems whose packages are not installed are
left out; they want an environment of their own:

    pip install youju bm25s llama-index-core langchain-community rank-bm25 haystack-ai txtai

Seconds of the processor (`cpu`) are told beside those of the clock, which say something on a quiet machine
only; `load` is how many processes wanted a processor when it began. Memory: the highest of the process, and of
its children once a core. hit@5: an article with evidence is among the first five. `--plot rows.json` draws
curves of rows that are there.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from benchmarks.curves import draw
from benchmarks.systems import NEEDS, SYSTEMS
from benchmarks.tables import table

CLIENTS = 8
#: What is drawn over the number of articles.
DRAWN = {
    "index_cpu_s": "indexing, seconds of the processor",
    "cpu_ms": "a question, ms of the processor",
    "disk_mb": "on disk, MB",
}

Row = dict[str, Any]


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
    asked = _rows(questions)
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
    """Of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _peak_mb() -> int:
    own, child = (
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return int((own + (os.cpu_count() or 1) * child) / 1024)


# ---- the run ------------------------------------------------------------------------------------


def measure(
    articles: Path, gold: Path, sizes: Sequence[int], most: int, systems: Sequence[str]
) -> Iterator[Row]:
    for size in sizes:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            part, questions = folder / "news.jsonl", folder / "questions.jsonl"
            with _opened(articles) as lines:
                part.write_text("".join(islice(lines, size)), encoding="utf-8")
            known = {row["id"] for row in _rows(part)}
            questions.write_text("\n".join(_questions(gold, known, most)), encoding="utf-8")
            for name in systems:
                if all(find_spec(package) for package in NEEDS[name]):
                    load = round(os.getloadavg()[0], 1)
                    made = _apart("build", name, part, folder / name)
                    row = made | _apart("ask", name, questions, folder / name)
                    yield {"system": name, "articles": size, "load": load, **row}


def _opened(articles: Path) -> TextIO:
    if articles.suffix == ".xz":
        return lzma.open(articles, "rt", encoding="utf-8")
    return articles.open(encoding="utf-8")


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


def _questions(gold: Path, known: set[str], most: int) -> list[str]:
    """Those whose evidence is among the articles, as a question and the articles that bear it."""
    found = []
    for row in _rows(gold):
        held = {e["file"].rpartition("#")[2] for group in row["evidence"] for e in group} & known
        if held and not row.get("history"):
            found.append(json.dumps({"question": row["question"], "articles": sorted(held)}))
    return found[:most]


def _apart(step: str, name: str, file: Path, folder: Path) -> Row:
    command = [sys.executable, "-m", "benchmarks.frameworks", "--step", step, name, str(file)]
    done = subprocess.run(
        [*command, str(folder)], check=True, stdout=subprocess.PIPE, env=os.environ, text=True
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
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="which, by commas")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="curves are drawn there")
    parser.add_argument("--plot", type=Path, metavar="ROWS", help="of these rows; nothing is run")
    parser.add_argument("--step", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.step:
        step, name, file, folder = args.step
        does = {"build": build, "ask": ask}[step]
        print(json.dumps(does(name, Path(file), Path(folder))))
        return 0
    if args.plot:
        rows = json.loads(args.plot.read_text("utf-8"))
    else:
        rows = []
        sizes = [int(size) for size in args.sizes.split(",")]
        systems = args.systems.split(",")
        for row in measure(args.articles, args.gold, sizes, args.questions, systems):
            rows.append(row)
            print(json.dumps(row), file=sys.stderr, flush=True)
            if args.json:
                args.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    names = list(rows[0])
    print(table(names, ([str(row[name]) for name in names] for row in rows)))
    for field, title in DRAWN.items() if args.plots else ():
        points = [(row["system"], row["articles"], row[field]) for row in rows]
        (args.plots / f"frameworks_{field}.svg").write_text(draw(title, points), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
