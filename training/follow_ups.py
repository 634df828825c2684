"""Learn what a question is about, and whether it leans on the turn before: ``server/question/models``.

    python -m training.follow_ups subject                        # -> subject.json
    python -m training.follow_ups leaning --library NEWS         # -> leaning.json

``training/chats/subjects.jsonl``: questions over news, the thing that 它 would stand for marked in
each. Learned is a softmax over the runs of words of a question.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from server.question.subject import WEIGHTS, Clause, Features, features
from server.question.understanding import normalise

CHATS = Path(__file__).parent / "chats"
FOLDS = 5
LEAST = 3  # questions whose thing has a feature that is kept
COMMON = 60  # or runs of words that have it, whatever they are
STEPS = 300
RATE = 0.1
RIDGE = 1.5
ALIGNED = 0.6  # of a marked thing's characters and those of the words nearest to it

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choice:
    """A question's runs of words, their features, and how well each is the marked one (IoU)."""

    runs: list[str]
    known: list[Features]
    overlaps: list[float]

    @property
    def best(self) -> int:
        return int(np.argmax(self.overlaps))


def choices(path: Path) -> list[Choice]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        question, thing = normalise(row["question"]), normalise(row["subject"])
        at = question.index(thing)
        clause = Clause.of(question)
        spans = list(clause.spans())
        overlaps = [
            _overlap((clause.starts[a], clause.starts[b]), (at, at + len(thing))) for a, b in spans
        ]
        if max(overlaps, default=0.0) >= ALIGNED:
            runs = [clause.between(*span) for span in spans]
            found.append(Choice(runs, [features(clause, *span) for span in spans], overlaps))
    return found


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> float:
    """Characters that two spans share, of all that either has."""
    shared = max(0, min(a[1], b[1]) - max(a[0], b[0]))
    return shared / (max(a[1], b[1]) - min(a[0], b[0]))


def learn(rows: Sequence[Choice]) -> dict[str, float]:
    """Weights of a softmax over each question's runs, by Adam, the same every time."""
    marked = Counter(name for row in rows for name in row.known[row.best])
    often = Counter(name for row in rows for known in row.known for name in known)
    names = sorted(n for n in often if marked[n] >= LEAST or (":" in n and often[n] >= COMMON))
    column = {name: i for i, name in enumerate(names)}
    size = sum(len(row.known) for row in rows)
    x = np.zeros((size, len(names)))
    of = np.zeros(size, dtype=int)
    right = []
    at = 0
    for number, row in enumerate(rows):
        right.append(at + row.best)
        for known in row.known:
            of[at] = number
            for name, value in known.items():
                if name in column:
                    x[at, column[name]] = value
            at += 1
    told = x[right].sum(0)

    def slope(w: Array) -> Array:
        scores = x @ w
        highest = np.full(len(rows), -np.inf)
        np.maximum.at(highest, of, scores)
        shares = np.exp(scores - highest[of])
        total = np.zeros(len(rows))
        np.add.at(total, of, shares)
        gradient: Array = x.T @ (shares / total[of]) - told + RIDGE * w
        return gradient

    w = adam(slope, len(names))
    return {name: round(float(w[i]), 4) for name, i in column.items() if abs(w[i]) >= 0.005}


def adam(slope: Callable[[Array], Array], size: int) -> Array:
    w, mean, square = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, STEPS + 1):
        g = slope(w)
        mean = 0.9 * mean + 0.1 * g
        square = 0.999 * square + 0.001 * g * g
        w -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return w


def chosen(row: Choice, weights: dict[str, float]) -> int:
    scores = [sum(weights.get(n, 0.0) * v for n, v in known.items()) for known in row.known]
    return int(np.argmax(scores))


def subject(args: argparse.Namespace) -> None:
    rows = choices(CHATS / "subjects.jsonl")
    fold = np.random.default_rng(0).permutation(len(rows)) % FOLDS
    overlaps: list[float] = []
    for number in range(FOLDS):
        weights = learn([row for row, f in zip(rows, fold, strict=True) if f != number])
        held = [row for row, f in zip(rows, fold, strict=True) if f == number]
        overlaps += [row.overlaps[chosen(row, weights)] for row in held]
    found = np.array(overlaps)
    figures = {
        "questions": len(rows),
        "exactly": round(float((found == 1).mean()), 3),
        "more than half": round(float((found > 0.5).mean()), 3),
        "touched": round(float((found > 0).mean()), 3),
    }
    write(args.out or WEIGHTS, {"figures, five folds": figures, "weights": learn(rows)})


def write(path: Path, record: dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(record, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(path, {name: value for name, value in record.items() if name != "weights"})


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["subject"])
    parser.add_argument("--out", type=Path)
    args = parser.parse_args(argv)
    {"subject": subject}[args.what](args)
    return 0


if __name__ == "__main__":
    sys.exit(main())
