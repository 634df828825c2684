"""What each hand-written rule is worth: the figures with all of them, and what changes without each.

    python -m benchmarks.rules --library NEWS --gold news.jsonl --answerable 500 --unanswerable 150
    python -m benchmarks.rules --library DOCS --gold docs.jsonl --rules lacks_place with_plan

A rule stays only while questions that nobody tuned it to are answered worse without it. Every
question of the gold file that stands alone and is not in English (or a sample, the same each time)
is asked once with all rules and once without each. The rows of the table are differences to the
first row; behind ± is one standard error, by bootstrap over the questions. ``better`` and ``worse``
count the questions that come out right, or rightly refused, without the rule only, and with it only.
"""

from __future__ import annotations

import argparse
import importlib
import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from index import Hit, Library, Retriever, Snapshot
from index.reranking.reader import Reading
from server.answer import Answerer
from server.evaluation.gold import GoldQuestion, load_gold
from server.evaluation.metrics import Judge, Outcome
from server.evidence import must_hold
from server.evidence.find import Search
from server.evidence.reading import Reads, builtin
from server.records import Question
from server.settings import Settings

E = "server.evidence."
NEVER = re.compile(r"(?!)")


def no(*_: Any) -> bool:
    return False


def yes(*_: Any) -> bool:
    return True


def uncut(_sentence: str, start: int, end: int) -> tuple[int, int]:
    return start, end


#: For each rule what takes its place: a name and a value, or several.
RULES: Mapping[str, Mapping[str, Any]] = {
    **{
        check.__name__: {
            E + "must_hold.CHECKS": tuple(c for c in must_hold.CHECKS if c is not check)
        }
        for check in must_hold.CHECKS
    },
    "all checks": {E + "must_hold.CHECKS": ()},
    "narrower": {E + "ranking.narrower": no},
    "elsewhere": {E + "ranking.elsewhere": no},
    "ELSEWHERE": {E + "ranking.ELSEWHERE": 0.0},
    "_about": {E + "must_hold._about": no},
    "_about always": {E + "must_hold._about": yes},
    "DEFINES": {E + "ranking.DEFINES": 0.0},
    "RELATED": {E + "ranking.RELATED": -9.0},
    "SAID": {E + "ranking.SAID": -9.0},
    "UNRELATED": {E + "ranking.UNRELATED": 0.0},
    "LENIENT": {E + "decide.LENIENT": 0.0},
    "ENOUGH": {E + "decide.ENOUGH": {}},
    "one sentence": {E + "decide.CLOSE": -1.0},
    "EXACT": {E + "decide.EXACT": frozenset()},
    "_said": {E + "decide._said": no},
    "in_zones": {E + "decide.in_zones": yes},
    "in_zones conflict": {E + "disagreements.in_zones": yes},
    "_is_new": {E + "disagreements._is_new": no},
    "_newest_first": {E + "disagreements._newest_first": list},
    "elsewhere conflict": {E + "disagreements.elsewhere": no},
    "conflicts": {E + "decide.differing": lambda *_a, **_k: []},
    "_RATIO": {E + "answer_kinds._RATIO": NEVER},
    "_COMMON_PLACE": {E + "answer_kinds._COMMON_PLACE": NEVER},
    "_A": {E + "answer_kinds._A": NEVER},
    "_lasts": {E + "answer_kinds._lasts": no},
    "_NEW": {E + "answer_kinds._NEW": frozenset()},
    "_SORT": {E + "answer_kinds._SORT": NEVER},
    "defines": {E + "answer_kinds.defines": no, E + "features.defines": no},
    "_NO_PLACES": {E + "must_hold.places": None},
    "with_plan": {"server.writers.extractive.with_plan": uncut},
    "without_dateline": {"server.writers.extractive.without_dateline": uncut},
    "_ANNOUNCES": {"server.writers.excerpt._ANNOUNCES": NEVER},
    "antecedent": {"server.writers.extractive.subject": lambda *_: None},
    "_folded": {"server.writers.extractive._Drafts._folded": no},
    "_LEANS": {E + "features._LEANS": NEVER},
    "_REASON_FIRST": {E + "features._REASON_FIRST": NEVER},
    "_ASKS_AUTHOR": {E + "features._ASKS_AUTHOR": NEVER},
    "_TOLD": {E + "features._TOLD": frozenset()},
    "_CONFLICT": {"server.question.understanding._CONFLICT": NEVER},
    "_ON_ACCOUNTS": {"server.question.understanding._ON_ACCOUNTS": NEVER},
    "_ROLE": {"server.question.understanding._ROLE": NEVER},
    "topic": {"server.question.understanding._with_topic": lambda piece, *_: piece},
    "_SPLIT": {"server.question.understanding._SPLIT": NEVER},
    "WEIGHT": {E + "find.WEIGHT": 0.0},
    "CLASHING": {E + "find.CLASHING": 0.0},
}


def _places_plain(text):
    from server.text import names

    return tuple(w for w, t in names.tagged(text) if t == "ns" and names._is_place(w))


RULES["_NO_PLACES"][E + "must_hold.places"] = _places_plain


@contextmanager
def without(rule: str) -> Iterator[None]:
    """One rule switched off."""
    with ExitStack() as stack:
        for name, value in RULES[rule].items():
            owner, _, attribute = name.rpartition(".")
            stack.enter_context(patch.object(_owner(owner), attribute, value))
        yield


def _owner(name: str) -> Any:
    """A module, or a class in one."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, member = name.rpartition(".")
        return getattr(importlib.import_module(module), member)


class Remembering:
    """A retriever and a reader that do nothing twice for one question; no rule touches either."""

    def __init__(self, retriever: Retriever, reader: Reads) -> None:
        self.reranker = retriever.reranker
        self._retriever, self._reader = retriever, reader
        self._hits: dict[str, list[Hit]] = {}
        self._readings: dict[tuple[str, str], Reading] = {}

    def retrieve(self, snapshot: Snapshot, query: str, **limits: Any) -> list[Hit]:
        if query not in self._hits:
            self._hits[query] = self._retriever.retrieve(snapshot, query, **limits)
        return self._hits[query]

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        new = [p for p in dict.fromkeys(passages) if (question, p) not in self._readings]
        for passage, reading in zip(new, self._reader.read(question, new), strict=True):
            self._readings[question, passage] = reading
        return [self._readings[question, passage] for passage in passages]

    def forget(self) -> None:
        self._hits.clear()
        self._readings.clear()


Ask = Callable[[GoldQuestion], Outcome]


@contextmanager
def asking(library: Library) -> Iterator[tuple[Ask, Remembering]]:
    """What asks and judges a question, and what it remembers from one time to the next."""
    known = Remembering(Retriever(library.embedder), builtin())
    answerer, judge = Answerer(library, Settings()), Judge(library)
    answerer._search = Search(library, known)  # type: ignore[arg-type]

    def ask(gold: GoldQuestion) -> Outcome:
        return judge.outcome(gold, answerer.ask(Question(gold.question)), 0.0)

    with patch("server.evidence.decide.builtin", lambda: known):
        yield ask, known


#: What is known of a question once it is asked; NaN where it does not apply.
FIGURES = ("right", "over_refusal", "under_refusal", "precision")


def judged(outcome: Outcome) -> list[float]:
    """The figures of one question."""
    refused = float(outcome.answer.refused)
    answerable, precision = outcome.gold.answerable, outcome.citation_precision
    return [
        float(outcome.answer_correct or 0.0) if answerable else np.nan,
        refused if answerable else np.nan,
        np.nan if answerable else 1 - refused,
        np.nan if precision is None else precision,
    ]


Scores = npt.NDArray[np.float64]


def measure(library: Library, asked: Sequence[GoldQuestion], rules: Sequence[str]) -> Scores:
    """The figures with all rules and then without each: [1 + rules, questions, figures]."""
    rows = np.empty((1 + len(rules), len(asked), len(FIGURES)))
    with asking(library) as (ask, known):
        for i, gold in enumerate(asked):
            rows[0, i] = judged(ask(gold))
            for j, rule in enumerate(rules, start=1):
                with without(rule):
                    rows[j, i] = judged(ask(gold))
            known.forget()
            if sys.stderr.isatty():
                print(f"\r{i + 1}/{len(asked)}", end="", file=sys.stderr)
    return rows


def spread(row: Scores, base: Scores | None = None, samples: int = 500) -> Scores:
    """One standard error of each column's mean, or of its difference to another row's."""
    draws = np.random.default_rng(0).integers(0, len(row), (samples, len(row)))
    means = [
        np.nanmean(row[d], axis=0) - (0 if base is None else np.nanmean(base[d], axis=0))
        for d in draws
    ]
    error: Scores = np.std(means, axis=0)
    return error


def table(rows: Scores, rules: Sequence[str]) -> str:
    """The first row's figures, and how each other row differs from them."""
    base = rows[0]
    lines = [f"{'':<20}" + "".join(f"{name:>18}" for name in FIGURES) + "  better  worse"]
    lines.append(_line("all rules", np.nanmean(base, axis=0), spread(base), "", ""))
    for rule, row in zip(rules, rows[1:], strict=True):
        gained, lost = _good(row) & ~_good(base), _good(base) & ~_good(row)
        lines.append(
            _line(
                rule,
                np.nanmean(row, axis=0) - np.nanmean(base, axis=0),
                spread(row, base),
                gained.sum(),
                lost.sum(),
            )
        )
    return "\n".join(lines)


def _good(row: Scores) -> npt.NDArray[np.bool_]:
    """Which questions are answered right, or rightly refused."""
    good: npt.NDArray[np.bool_] = (row[:, 0] == 1) | (row[:, 2] == 0)
    return good


def _line(name: str, means: Scores, errors: Scores, better: object, worse: object) -> str:
    cells = (f"{m:+.4f} ±{e:.4f}" for m, e in zip(means, errors, strict=True))
    return f"{name:<20}" + "".join(f"{c:>18}" for c in cells) + f"{better:>8}{worse:>7}"


def questions(path: Path, answerable: int | None, unanswerable: int | None) -> list[GoldQuestion]:
    """The questions of a gold file, or so many of each sort, chosen by a fixed seed."""
    alone = [q for q in load_gold(path) if not q.history and not q.type.startswith("english")]
    chosen = []
    for sort, size in ((True, answerable), (False, unanswerable)):
        group = [q for q in alone if q.answerable == sort]
        take = size is not None and size < len(group)
        chosen += random.Random(1).sample(group, size) if take and size is not None else group
    return chosen


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--answerable", type=int, help="ask only so many that have an answer")
    parser.add_argument("--unanswerable", type=int, help="and so many that have none")
    parser.add_argument("--rules", nargs="*", default=list(RULES), choices=list(RULES), metavar="R")
    parser.add_argument("--raw", type=Path)
    args = parser.parse_args(argv)
    with Library(args.library) as library:
        asked = questions(args.gold, args.answerable, args.unanswerable)
        rows = measure(library, asked, args.rules)
    if args.raw:
        np.savez(
            args.raw, rows=rows, rules=np.array(args.rules), ids=np.array([q.id for q in asked])
        )
    print(table(rows, args.rules))
    return 0


if __name__ == "__main__":
    sys.exit(main())
