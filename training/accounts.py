"""Fit whether another article tells otherwise what a sentence answers, or speaks of something else.

    python -m training.accounts --out server/evidence/models/accounts.json \\
        --asked DOCUMENTS_LIBRARY training/written/docs_g.jsonl

The folders in ``training/written/accounts`` each hold documents of which some tell one thing otherwise and some
are look-alikes, and questions about them: those marked ``conflict`` have evidence in several documents. They are
indexed here. ``--asked`` are questions of a library in which nothing is told otherwise. Each is searched and read
by the code that answers. A logistic model, deterministic; the figures printed are from folds, each a folder.
"""

from __future__ import annotations

import argparse
import json
import pickle
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import Library
from index.reranking.reader import builtin
from server.evidence.accounts import (
    ARTICLES,
    FINDINGS,
    by_article,
    findings,
    nearest,
    otherwise,
    read_twice,
)
from server.evidence.alike import alike
from server.evidence.decide import SURE, read_part
from server.evidence.find import Search
from server.evidence.judgement import Judgement, probability
from server.question.understanding import normalise, understand
from training.judgement import Matrix, bears, logistic

WRITTEN = Path(__file__).parent / "written" / "accounts"
THRESHOLD = 0.2
BARS = (0.18, THRESHOLD, 0.22, 0.3)  # of which the figures are printed
#: What speaks against another account; everything else speaks for one.
AGAINST = ("lacking", "nameless")
_SIGNS = np.array([-1.0 if name in AGAINST else 1.0 for name in FINDINGS])


@dataclass(slots=True)
class Pair:
    """A sentence of another article beside the best one: its findings, ``(d,)``, and whether it is an account."""

    source: str
    question: str
    known: Matrix
    account: bool


def pairs(library: Path, gold: Path, source: str, limit: int | None = None) -> Iterator[Pair]:
    """What other articles answer otherwise to the questions of a file, as far as the best sentence is right."""
    judgement, reader = Judgement.builtin(), builtin()
    lines = gold.read_text(encoding="utf-8").splitlines()
    with Library(library) as opened:
        search = Search(opened)
        for record in map(json.loads, lines[:limit]):
            asked = understand(normalise(record["question"]))
            part = asked.parts[0]
            ranked = search.find(asked).ranked[part]
            read = read_part(part, ranked, reader, judgement, SURE)
            if not read or not (bears(read[0], record) or judgement.answers(part, read) > SURE):
                continue
            best = read[0]
            here = best.sentence.article.id
            free = [r for r in ranked if not r.clash and r.sentence.article.id != here]
            for of in by_article(free)[: ARTICLES + 1]:
                other = nearest(part, best, read_twice(part, best, of, reader, judgement))
                one = other and otherwise(part, best, other)
                if other and one:
                    there = one.sentence.article
                    known = alike(part.text, best.sentence.article, there)
                    known |= findings(part, best, other)
                    yield Pair(
                        source,
                        record["question"],
                        np.array([known[name] for name in FINDINGS]),
                        record["type"] == "conflict" and bears(best, record) and bears(one, record),
                    )


def written() -> Iterator[Pair]:
    """The pairs of the folders that were written for this."""
    for folder in sorted(path for path in WRITTEN.iterdir() if path.is_dir()):
        with tempfile.TemporaryDirectory() as temporary:
            with Library(Path(temporary)) as library:
                library.update([folder / "documents"])
            yield from pairs(Path(temporary), folder / "questions.jsonl", folder.name)


def fit(data: Sequence[Pair]) -> Matrix:
    """Weights ``(d + 1,)``, the bias last."""
    x = np.array([pair.known for pair in data]) * _SIGNS
    found = logistic(x, np.array([pair.account for pair in data]))
    return found * np.append(_SIGNS, 1.0)


def validate(data: Sequence[Pair]) -> Matrix:
    """The probability of each pair by the weights of the other sources, ``(n,)``."""
    likely = np.zeros(len(data))
    for source in {pair.source for pair in data}:
        weights = fit([pair for pair in data if pair.source != source])
        for i, pair in enumerate(data):
            if pair.source == source:
                likely[i] = probability(float(pair.known @ weights[:-1] + weights[-1]))
    return likely


def report(data: Sequence[Pair], likely: Matrix) -> None:
    print("source           questions  accounts  told  others told")
    for source in dict.fromkeys(pair.source for pair in data):
        of = [i for i, pair in enumerate(data) if pair.source == source]
        accounts = [i for i in of if data[i].account]
        told = sum(likely[i] >= THRESHOLD for i in accounts)
        others = sum(likely[i] >= THRESHOLD for i in of if not data[i].account)
        asked = len({data[i].question for i in of})
        print(f"{source:16} {asked:9} {len(accounts):9} {told:5} {others:12}")
    for bar in BARS:
        passed = [pair.account for pair, one in zip(data, likely, strict=True) if one >= bar]
        print(f"at {bar:.2f}: {sum(passed)} accounts, {len(passed) - sum(passed)} others")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="accounts.json")
    parser.add_argument(
        "--asked", nargs=2, type=Path, action="append", metavar=("LIBRARY", "GOLD"), default=[]
    )
    parser.add_argument("--limit", type=int, help="questions of each file behind --asked")
    parser.add_argument("--keep", type=Path, help="keep the readings here, and use them if there")
    args = parser.parse_args()
    if args.keep and args.keep.exists():
        data: list[Pair] = pickle.loads(args.keep.read_bytes())
    else:
        data = list(written())
        for library, gold in args.asked:
            data += pairs(library, gold, gold.stem, args.limit)
        if args.keep:
            args.keep.write_bytes(pickle.dumps(data))
    report(data, validate(data))
    weights = fit(data)
    record = {
        "weights": {
            name: round(float(weight), 4)
            for name, weight in zip((*FINDINGS, "bias"), weights, strict=True)
        },
        "threshold": THRESHOLD,
    }
    args.out.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
