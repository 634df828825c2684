"""What more passages cost: libraries of several sizes, asked the same questions in turn.

    python -m benchmarks.recombined news.jsonl.xz --articles 427500 > many.jsonl
    for n in 430 4270 68798 107000 427500; do
        head -n $n many.jsonl > part.jsonl; youju index part.jsonl --library lib$n --embedder static
    done
    python -m benchmarks.growth --gold news_dev.jsonl --json rows.json --plots docs/images lib430 lib4270 …

Each library is open in a process of its own. A question is asked of one after the other before the next one
is asked, so that what else the machine does falls on all of them alike: compare them with each other, and
their seconds of the processor (`cpu`) where it is busy. `find` is what `youju search` does, `ask` the whole
answer. Memory is the process's share (PSS) behind all questions. `--plot rows.json` draws rows that are there.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.curves import draw
from benchmarks.tables import table
from index import Library
from server.answer import Answerer
from server.evidence.find import Search
from server.records import Question

#: Asked first, and not counted: what is loaded at first use is loaded.
WARM = 5

Row = dict[str, Any]


def answering(folder: Path, told: Connection) -> None:
    """Open a library; find for, or answer, what is asked until None comes."""
    began, busy = time.perf_counter(), time.process_time()
    with Library(folder) as library:
        search, answerer = Search(library), Answerer(library)
        how = {"find": search.hits, "ask": lambda text: answerer.ask(Question(text))}
        search.hits("什么时候？")
        told.send((len(library.snapshot()), _since(began, busy)))
        while (asked := told.recv()) is not None:
            what, text = asked
            began, busy = time.perf_counter(), time.process_time()
            how[what](text)
            told.send(_since(began, busy))
        told.send(_memory())


def _since(began: float, busy: float) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    return time.perf_counter() - began, time.process_time() - busy


def _memory() -> float:
    """Megabytes."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def measured(folders: Sequence[Path], questions: dict[str, Sequence[str]]) -> list[Row]:
    """A row for each library; the questions by what is measured of them, `find` or `ask`."""
    context = get_context("spawn")
    processes, ends = [], []
    for folder in folders:
        end, other = context.Pipe()
        process = context.Process(target=answering, args=(folder, other))
        process.start()
        other.close()
        processes.append(process)
        ends.append(end)
    rows: list[Row] = []
    for folder, end in zip(folders, ends, strict=True):
        passages, (_, cpu) = end.recv()
        rows.append({"passages": passages, "open_cpu_s": round(cpu, 2), "disk_mb": _disk(folder)})
    for what, texts in questions.items():
        took = _asked(ends, what, texts)
        for row, times in zip(rows, took, strict=True):
            clock, cpu = np.array(times[WARM:]).T * 1000
            row |= {f"{what}_p{p}_ms": round(float(np.percentile(clock, p)), 1) for p in (50, 99)}
            row[f"{what}_cpu_ms"] = round(float(cpu.mean()), 1)
            row[f"{what}_cpu_p50_ms"] = round(statistics.median(cpu), 1)
    for row, end, process in zip(rows, ends, processes, strict=True):
        end.send(None)
        row["pss_mb"] = round(end.recv())
        process.join()
    return rows


def _asked(
    ends: Sequence[Connection], what: str, texts: Sequence[str]
) -> list[list[tuple[float, float]]]:
    took: list[list[tuple[float, float]]] = [[] for _ in ends]
    for text in texts:
        for end, times in zip(ends, took, strict=True):
            end.send((what, text))
            times.append(end.recv())
    return took


def _disk(folder: Path) -> float:
    sizes = (path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return round(sum(sizes) / 2**20, 1)


def drawn(rows: Sequence[Row], folder: Path) -> None:
    lines = {"find_cpu_p50_ms": "search", "ask_cpu_p50_ms": "whole answer"}
    points = [(name, row["passages"], row[key]) for key, name in lines.items() for row in rows]
    title = "a question, ms of the processor in the middle, by passages"
    (folder / "growth_cpu_ms.svg").write_text(draw(title, points), "utf-8")
    sizes = {"disk_mb": "disk", "pss_mb": "memory"}
    points = [(name, row["passages"], row[key]) for key, name in sizes.items() for row in rows]
    (folder / "growth_mb.svg").write_text(draw("MB, by passages", points), "utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("libraries", type=Path, nargs="*")
    parser.add_argument("--gold", type=Path, help="questions")
    parser.add_argument("--questions", type=int, default=60, help="so many are searched for")
    parser.add_argument("--answers", type=int, default=20, help="so many are answered")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="curves are drawn there")
    parser.add_argument("--plot", type=Path, metavar="ROWS", help="of these rows; nothing is run")
    args = parser.parse_args(argv)
    if args.plot:
        rows = json.loads(args.plot.read_text("utf-8"))
    else:
        lines = args.gold.read_text("utf-8").splitlines()
        known = [json.loads(line)["question"] for line in lines if line.strip()]
        texts = random.Random(1).sample(known, WARM + max(args.questions, args.answers))
        asked = {"find": texts[: WARM + args.questions], "ask": texts[: WARM + args.answers]}
        rows = measured(args.libraries, asked)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1), "utf-8")
    names = list(rows[0])
    print(table(names, ([str(row[name]) for name in names] for row in rows)))
    if args.plots:
        drawn(rows, args.plots)
    return 0


if __name__ == "__main__":
    sys.exit(main())
