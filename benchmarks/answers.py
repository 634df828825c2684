"""Every answer to a set of questions, kept, and what has changed since: for moves that may change nothing.

    python -m benchmarks.answers --library NEWS --record before.jsonl news_dev.jsonl --sample 300
    python -m benchmarks.answers --library NEWS --compare before.jsonl

A line of the record is a question and the whole object that ``POST /ask`` gives for it, less what
differs each time (ids and times). Comparing asks the recorded questions again and prints those whose
object is another one, with the fields that differ; it exits with 1 when there is one.
Without ``--library`` the questions are asked of a new library made of ``seeds/``.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index import Library
from server.answer import Answerer
from server.records import Question, Turn, answer_dict
from server.settings import Settings

SEEDS = Path(__file__).parents[1] / "seeds"
PASSING = ("id", "conversation_id", "timings_ms")
SHOWN = 20  # changed questions that are printed

Record = dict[str, Any]


@contextmanager
def opened(folder: Path | None) -> Iterator[Library]:
    """The library there, or a new one of the seeds."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        Library(folder or Path(temporary) / "library") as library,
    ):
        if folder is None:
            library.update([SEEDS])
        yield library


def questions(gold: Sequence[Path], sample: int | None) -> list[Record]:
    """The questions of gold files, or so many of each, chosen by a fixed seed."""
    asked = []
    for path in gold:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        if sample is not None and sample < len(rows):
            rows = random.Random(1).sample(rows, sample)
        for row in rows:
            history = [[t.get("q") or t["question"], t.get("a") or t["answer"]]
                       for t in row.get("history") or []]  # fmt: skip
            asked.append({"question": row["question"], "history": history})
    return asked


def ask(answerer: Answerer, asked: Mapping[str, Any]) -> Record:
    """The question with its whole answer, less what differs each time."""
    history = tuple(Turn(question, answer) for question, answer in asked["history"])
    answer = answer_dict(answerer.ask(Question(asked["question"], history=history)))
    return {
        "question": asked["question"],
        "history": asked["history"],
        "answer": {name: value for name, value in answer.items() if name not in PASSING},
    }


def record(answerer: Answerer, asked: Sequence[Record], path: Path) -> None:
    with path.open("w", encoding="utf-8") as out:
        for one in asked:
            out.write(json.dumps(ask(answerer, one), ensure_ascii=False) + "\n")


def compare(answerer: Answerer, path: Path) -> int:
    """Print what has changed; return how many answers have."""
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = 0
    for before in map(json.loads, lines):
        # Through JSON, as the record went: tuples are lists there.
        now = json.loads(json.dumps(ask(answerer, before)))
        fields = [f for f in now["answer"] if now["answer"][f] != before["answer"].get(f)]
        fields += [f for f in before["answer"] if f not in now["answer"]]
        changed += bool(fields)
        if fields and changed <= SHOWN:
            print(f"{before['question']}  [{', '.join(fields)}]")
            print(f"  before: {before['answer']['answer']}\n  now:    {now['answer']['answer']}")
    print(f"{changed} of {len(lines)} answers changed")
    return changed


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path, nargs="*", help="gold files whose questions are asked")
    parser.add_argument("--library", type=Path, help="a library; one of seeds/ when not given")
    parser.add_argument("--sample", type=int, help="ask only so many questions of each file")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--record", type=Path, metavar="F")
    way.add_argument("--compare", type=Path, metavar="F")
    args = parser.parse_args(argv)
    with opened(args.library) as library:
        answerer = Answerer(library, Settings())
        if args.compare:
            return int(compare(answerer, args.compare) > 0)
        record(answerer, questions(args.gold, args.sample), args.record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
