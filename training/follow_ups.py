"""Learn what a question is about, and whether it leans on the turn before: ``server/question/models``.

    python -m training.follow_ups subject                        # -> subject.json
    python -m training.follow_ups leaning --library NEWS \\      # -> leaning.json, in_context.json
        --followed DOCUMENTS_LIBRARY training/written/docs_chats.jsonl --followed ARTICLES_LIBRARY ...

``training/chats/subjects.jsonl``: questions over news, the thing that 它 would stand for marked in
each; ``training/written/*_chats.jsonl``: questions with what was asked next, and whether that leans on
the question before (``leans``) and on which ``thing`` in it. Learned is a softmax over the runs of words of a
question.

``training/chats/news.jsonl``: chats over news articles, each turn marked whether it leans on those
before it, and questions about the same articles that stand alone, however short. Openings and such
questions of other chats are the changes of subject. Learned is a logistic model of a question's
words, and one of its verdict (from the other folds) and what both forms of the question find: in
the whole news, or in the chat's article and a dozen others.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from index import Library
from server.evidence import in_context
from server.evidence.find import Search
from server.question import leaning, subject
from server.question.follow_up import read
from server.question.leaning import log_odds, odds
from server.question.subject import Clause, Features
from server.question.talk import Reading
from server.question.understanding import normalise, understand
from server.records import Turn
from training.judgement import article_of

CHATS = Path(__file__).parent / "chats"
FOLLOWED = sorted((Path(__file__).parent / "written").glob("*_chats.jsonl"))
FOLDS = 5
LEAST = 3  # questions whose thing has a feature that is kept
COMMON = 60  # or runs of words that have it, whatever they are
STEPS = 300
RATE = 0.1
RIDGE = 1.5
LEANS = 1.6  # how much a question that leans counts
ALIGNED = 0.6  # of a marked thing's characters and those of the words nearest to it

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choice:
    """A question's runs of words, their features, and how well each is the marked one (IoU).

    ``fold``: that of its article, the same for all questions on it.
    """

    fold: int
    runs: list[str]
    known: list[Features]
    overlaps: list[float]

    @property
    def best(self) -> int:
        return int(np.argmax(self.overlaps))


def choices(path: Path) -> list[Choice]:
    """The marked questions of a file; those whose thing is no run of words are left out."""
    found = []
    for number, record in enumerate(_lines(path)):
        question, thing = map(normalise, _marked(record))
        if not thing or thing not in question:
            continue
        at = question.index(thing)
        clause = Clause.of(question)
        spans = list(clause.spans())
        overlaps = [
            _overlap((clause.starts[a], clause.starts[b]), (at, at + len(thing))) for a, b in spans
        ]
        best = max(zip(overlaps, spans, strict=True), default=(0.0, (0, 0)))
        if best[0] >= ALIGNED and not _says_more(clause, best[1][1]):
            runs = [clause.between(*span) for span in spans]
            known = [subject.features(clause, *span) for span in spans]
            found.append(Choice(_fold(record, number), runs, known, overlaps))
    return found


def _says_more(clause: Clause, end: int) -> bool:
    """Whether a run of words that ends there ends in a verb: that is no thing, but what is said of one (华虹上市)."""
    return clause.kinds[end - 1] in ("v", "d", "p", "c")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _marked(record: Mapping[str, Any]) -> tuple[str, str]:
    """A question, and the thing marked in it or in what was asked next; empty where that is no word of it."""
    if "subject" in record:
        return record["question"], record["subject"]
    return record["context"][0], record.get("thing", "")


def _fold(record: Mapping[str, Any], number: int) -> int:
    if "context" not in record:
        return number % FOLDS
    return zlib.crc32(article_of(record).encode()) % FOLDS


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
    of = np.repeat(np.arange(len(rows)), [len(row.known) for row in rows])
    starts = np.cumsum([0, *(len(row.known) for row in rows)])
    right = [int(start) + row.best for start, row in zip(starts, rows, strict=False)]
    every = [known for row in rows for known in row.known]
    cells = [
        (value, at, column[name])
        for at, known in enumerate(every)
        for name, value in known.items()
        if name in column
    ]
    values, at_row, at_column = map(np.array, zip(*cells, strict=True))
    x = csr_array((values, (at_row.astype(int), at_column.astype(int))), shape=(size, len(names)))
    told = x[right].sum(axis=0)

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


def things(_: argparse.Namespace) -> None:
    rows = [row for path in (CHATS / "subjects.jsonl", *FOLLOWED) for row in choices(path)]
    overlaps: list[float] = []
    for number in range(FOLDS):
        weights = learn([row for row in rows if row.fold != number])
        held = [row for row in rows if row.fold == number]
        overlaps += [row.overlaps[chosen(row, weights)] for row in held]
    found = np.array(overlaps)
    figures = {
        "questions": len(rows),
        "exactly": round(float((found == 1).mean()), 3),
        "more than half": round(float((found > 0.5).mean()), 3),
        "touched": round(float((found > 0).mean()), 3),
    }
    write(subject.WEIGHTS, {"figures, five folds": figures, "weights": learn(rows)})


def write(path: Path, record: dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(record, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(path, {name: value for name, value in record.items() if name != "weights"})


# ---- leaning ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Case:
    """A question in a chat: whether it leans, and what is known of it."""

    fold: int
    leans: bool
    kind: (
        str  # own: a turn of the chat; same, next: alone, about its article; shift: of another chat
    )
    reading: Reading
    words: Features
    found: Features | None = None
    verdict: float = 0.0


def cases(chats: Sequence[Mapping[str, Any]], search: Search, names: Sequence[str]) -> list[Case]:
    """Each turn after the first of each chat, and what else could have been asked in its place."""
    draw = random.Random(11)
    cases = []
    for number, chat in enumerate(chats):
        fold = number % FOLDS
        others = [
            (other["article"], question)
            for i, other in enumerate(chats)
            if i != number and i % FOLDS == fold
            for question in (other["turns"][0]["question"], *other["alone"])
        ]
        history: list[Turn] = []
        for turn in chat["turns"]:
            asked = [(chat["article"], turn["question"], turn["leans"], "own")]
            asked += [(*draw.choice(others), False, "shift") for _ in range(2)]
            if chat["alone"]:
                asked.append((chat["article"], draw.choice(chat["alone"]), False, "same"))
            for article, question, leans, kind in asked if history else ():
                reading = read(question, history)
                if not reading.words:
                    continue
                near = [chat["article"], article, *draw.sample(names, 12)]
                found = _found(reading, search, () if draw.random() < 0.33 else near)
                cases.append(Case(fold, leans, kind, reading, dict(reading.words), found))
            text = normalise(turn["question"])
            query = text
            if turn["leans"] and history:
                query = next(iter(read(turn["question"], history).rewritten), text)
            history.append(Turn(turn["question"], turn.get("answer", ""), query))
    return cases


def followed(path: Path, search: Search, limit: int | None) -> list[Case]:
    """What was asked next of the questions of a file."""
    records = _lines(path)
    random.Random(5).shuffle(records)
    cases = []
    for number, record in enumerate(records[:limit]):
        question, answer = record["context"]
        reading = read(record["question"], [Turn(question, answer)])
        if reading.words:
            leans_, fold = bool(record["leans"]), _fold(record, number)
            kind = "own" if leans_ else "next"
            found = _found(reading, search, ())
            cases.append(Case(fold, leans_, kind, reading, dict(reading.words), found))
    return cases


def _found(reading: Reading, search: Search, sources: Sequence[str]) -> Features:
    alone, leaning_ = (
        search.find(understand(query), sources=sources)
        for query in (reading.alone, reading.rewritten[0])
    )
    return in_context.compared(reading.thing, alone, leaning_)


def logistic(rows: Sequence[tuple[Features, bool]]) -> dict[str, float]:
    """Weights of a logistic model; what leans counts ``LEANS`` times, there being less of it."""
    names = sorted({name for known, _ in rows for name in known})
    column = {name: i for i, name in enumerate(names)}
    x = np.zeros((len(rows), len(names)))
    for i, (known, _) in enumerate(rows):
        for name, value in known.items():
            x[i, column[name]] = value
    y = np.array([float(leans) for _, leans in rows])
    counts = np.where(y > 0, LEANS, 1.0)

    def slope(w: Array) -> Array:
        gradient: Array = x.T @ (counts * (1 / (1 + np.exp(-x @ w)) - y)) + w
        return gradient

    w = adam(slope, len(names))
    return {name: round(float(w[i]), 4) for name, i in column.items()}


def judged(known: Features, weights: Mapping[str, float]) -> float:
    return odds(sum(weights.get(name, 0.0) * value for name, value in known.items()))


def in_folds(
    rows: Sequence[Case], known: Callable[[Case], Features]
) -> Iterator[tuple[Case, float]]:
    """Each case with its verdict by weights that were learned from the other folds."""
    for fold in range(FOLDS):
        weights = logistic([(known(c), c.leans) for c in rows if c.fold != fold])
        yield from ((c, judged(known(c), weights)) for c in rows if c.fold == fold)


def told(verdicts: Sequence[tuple[Case, float]]) -> dict[str, float | int]:
    """Shares of the cases that are judged right."""

    def share(chosen: Callable[[Case], bool]) -> float:
        right = [(p >= 0.5) == case.leans for case, p in verdicts if chosen(case)]
        return round(sum(right) / max(1, len(right)), 3)

    wrong = [(p > in_context.SURE) != case.leans for case, p in verdicts if abs(p - 0.5) > 0.45]
    return {
        "questions": len(verdicts),
        "right": share(lambda _: True),
        "right of those that lean": share(lambda c: c.leans),
        "right of a new subject": share(lambda c: c.kind == "shift"),
        "right of the same article, alone": share(lambda c: c.kind in ("same", "next")),
        "sure": round(len(wrong) / len(verdicts), 3),
        "wrong of the sure": round(sum(wrong) / max(1, len(wrong)), 3),
    }


def lean(args: argparse.Namespace) -> None:
    lines = (CHATS / "news.jsonl").read_text(encoding="utf-8").splitlines()
    with Library(args.library) as library:
        names = [source.name for source in library.sources(0, 3000)]
        rows = cases([json.loads(line) for line in lines], Search(library), names)
    for folder, path in args.followed:
        with Library(Path(folder)) as library:
            rows += followed(Path(path), Search(library), args.limit)
    verdicts = list(in_folds(rows, lambda c: c.words))
    write(
        leaning.WEIGHTS,
        {
            "figures, five folds": told(verdicts),
            "weights": logistic([(c.words, c.leans) for c in rows]),
        },
    )
    for case, verdict in verdicts:
        case.verdict = verdict

    def both(case: Case) -> Features:
        return {**(case.found or {}), "language": log_odds(case.verdict), "bias": 1.0}

    write(
        in_context.WEIGHTS,
        {
            "figures, five folds": told(list(in_folds(rows, both))),
            "weights": logistic([(both(c), c.leans) for c in rows]),
        },
    )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["subject", "leaning"])
    parser.add_argument("--library", type=Path, help="the news, indexed: for leaning")
    parser.add_argument(
        "--followed", nargs=2, action="append", default=[], metavar=("LIBRARY", "FILE")
    )
    parser.add_argument("--limit", type=int, help="questions of each followed file")
    args = parser.parse_args(argv)
    if args.what == "leaning" and args.library is None:
        parser.error("leaning needs --library")
    {"subject": things, "leaning": lean}[args.what](args)
    return 0


if __name__ == "__main__":
    sys.exit(main())
