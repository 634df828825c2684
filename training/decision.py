"""Fit whether the articles answer a question at all: what is weighed of its likeliest sentence.

    python -m training.decision --judgement server/evidence/models/judgement.json \\
        --asked DOCUMENTS_LIBRARY training/written/docs_g.jsonl --asked NEWS_LIBRARY training/written/news_p.jsonl \\
        --elsewhere DOCUMENTS_LIBRARY training/written/elsewhere.txt --elsewhere SEEDS_LIBRARY ...

Asked are questions that the reader was not trained on, near misses among them; ``--elsewhere`` are questions,
one a line, that nothing in a library touches. Each is searched, read and weighed by the code that answers.
A logistic model, deterministic; the figures printed are from five folds, each fold's articles unseen. The
weights take the place of those in the judgement's file; the threshold refuses ``OVER_REFUSAL`` of what is told.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index import Library
from index.reranking.reader import builtin
from prompts import language_of
from server.evidence.decide import SURE, read_part
from server.evidence.find import Search
from server.evidence.in_context import settle
from server.evidence.judgement import DECISION, Judgement, findings, probability
from server.question.understanding import understand
from server.records import Question, Turn
from training.judgement import FOLDS, Matrix, Truths, article_of, bears, logistic, named

#: Of what the articles tell, what the threshold refuses; these questions are harder than most.
OVER_REFUSAL = 0.087
#: What speaks against an answer; everything else speaks for one.
AGAINST = ("untold", "amount")
#: What a question counts: one on something else is soon told, and many are at hand; a follow-up may have been
#: understood wrongly.
COUNTS = {"told": 1.0, "near": 1.0, "elsewhere": 0.2}
FOLLOWED = 0.5
#: Where another body is spoken of, no reader is so sure that it is an answer.
NAMED = 1.6
_SIGNS = np.array([-1.0 if name in AGAINST else 1.0 for name in DECISION])


@dataclass(slots=True)
class Row:
    """A question of one part, with the findings on its likeliest sentence, ``(d,)``, in the order of ``DECISION``."""

    kind: str  # told, near, elsewhere
    fold: int
    known: Matrix
    right: bool  # the likeliest sentence bears the answer
    followed: bool
    source: str


def rows(library: Path, gold: Path, limit: int | None) -> Iterator[Row]:
    """The questions of a file, asked of a library."""
    records = list(_records(gold))
    random.Random(5).shuffle(records)
    judgement, reader = Judgement.builtin(), builtin()
    with Library(library) as opened:
        search, snapshot = Search(opened), opened.snapshot()
        for record in records[:limit]:
            (query, *_) = settle(_question(record), search, snapshot)
            asked = understand(query)
            part = asked.parts[0]
            if len(asked.parts) > 1 or part.kind == "summary":
                continue
            ranked = search.find(asked).ranked[part]
            read = read_part(part, ranked, reader, judgement, SURE)
            if not read or any(one.settled for one in read):
                continue
            best = max(read, key=judgement.bears)
            if language_of(query) != language_of(best.sentence.text):
                continue
            known = findings(part, best)
            kind = "elsewhere" if "near" in record and not record["near"] else "near"
            kind = "told" if record["answers"] else kind
            yield Row(
                kind,
                zlib.crc32(_key(record).encode()) % FOLDS,
                np.array([known[name] for name in DECISION]),
                bool(record["answers"]) and bears(best, record),
                "context" in record,
                f"{gold.stem} in {library.name}",
            )


def _records(gold: Path) -> Iterator[dict[str, Any]]:
    for line in filter(None, gold.read_text(encoding="utf-8").splitlines()):
        if gold.suffix == ".jsonl":
            yield json.loads(line)
        else:
            yield {"question": line, "answers": [], "evidence": [], "near": []}


def _key(record: dict[str, Any]) -> str:
    """What must not stand in two folds: its article, or the question itself."""
    told = record["evidence"] or record["near"]
    return article_of(record) if told else str(record["question"])


def _question(record: dict[str, Any]) -> Question:
    context = record.get("context")
    history = (Turn(context[0], context[1]),) if context else ()
    return Question(record["question"], history=history)


# ---- fitting -----------------------------------------------------------------------------------


def fit(data: Sequence[Row]) -> Matrix:
    """Weights ``(d + 1,)``, the bias last.

    Too few of these questions name what is spoken of elsewhere only: ``NAMED`` is given.
    """
    fitted = [name != "named" for name in DECISION]
    x = (np.array([row.known for row in data]) * _SIGNS)[:, fitted]
    told = np.array([row.kind == "told" for row in data])
    counts = np.array([COUNTS[row.kind] * (FOLLOWED if row.followed else 1) for row in data])
    found = logistic(x, told, counts=counts)
    weights = np.full(len(DECISION) + 1, NAMED)
    weights[[*fitted, True]] = found * np.append(_SIGNS[fitted], 1.0)
    return weights


def validate(data: Sequence[Row]) -> Matrix:
    """The log odds of each question by the weights of the folds that it is not in, ``(n,)``."""
    likely = np.zeros(len(data))
    for fold in range(FOLDS):
        weights = fit([row for row in data if row.fold != fold])
        for i, row in enumerate(data):
            if row.fold == fold:
                likely[i] = row.known @ weights[:-1] + weights[-1]
    return likely


def report(data: Sequence[Row], likely: Matrix, bar: float) -> None:
    print(
        "questions  told  refused  right  near misses  answered  elsewhere  answered  AUC of these"
    )
    for source in [*dict.fromkeys(row.source for row in data), ""]:
        mine: Truths = np.array([not source or row.source == source for row in data])
        kinds = np.array([row.kind for row in data])
        told, near, off = (mine & (kinds == kind) for kind in ("told", "near", "elsewhere"))
        right = np.array([row.right for row in data]) & told & (likely >= bar)
        figures = [
            f"{told.sum()}  {_share(likely[told] < bar)}  {right.sum() / max(1, told.sum()):.3f}",
            *(f"{one.sum()}  {_share(likely[one] >= bar)}" for one in (near, off)),
            *(_auc(likely[told], likely[one]) for one in (near, off)),
        ]
        print("  ".join([source or "all", *figures]))


def _share(true: Truths) -> str:
    return f"{true.mean():.3f}" if len(true) else "–"


def _auc(told: Matrix, other: Matrix) -> str:
    return f"{(told[:, None] > other[None, :]).mean():.3f}" if len(told) and len(other) else "–"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    two: dict[str, Any] = {"nargs": 2, "action": "append", "metavar": ("LIBRARY", "FILE")}
    parser.add_argument("--asked", default=[], **two)
    parser.add_argument("--elsewhere", default=[], **two)
    parser.add_argument("--limit", type=int, help="questions of each file")
    parser.add_argument("--elsewhere-limit", type=int, help="the same of questions on else")
    parser.add_argument("--keep", type=Path, help="keep the readings here, and use them if there")
    parser.add_argument("--judgement", type=Path, required=True, help="whose weights are replaced")
    args = parser.parse_args(argv)
    if args.keep and args.keep.exists():
        data: list[Row] = pickle.loads(args.keep.read_bytes())
    else:
        data = []
        asked = [(args.limit, *pair) for pair in args.asked]
        asked += [(args.elsewhere_limit, *pair) for pair in args.elsewhere]
        for limit, library, gold in asked:
            data += rows(Path(library), Path(gold), limit)
            print(f"{gold}: {len(data)} questions read", flush=True)
        if args.keep:
            args.keep.write_bytes(pickle.dumps(data))
    likely = validate(data)
    told = np.array([row.kind == "told" and not row.followed for row in data])
    bar = float(np.quantile(likely[told], OVER_REFUSAL))
    report(data, likely, bar)
    record = json.loads(args.judgement.read_text(encoding="utf-8"))
    record |= {"decision": named(DECISION, fit(data)), "threshold": round(probability(bar), 4)}
    args.judgement.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
