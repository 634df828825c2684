"""Fit how likely a sentence bears the answer, and whether the articles answer at all.

    python -m training.judgement --out server/evidence/models/judgement.json \\
        --asked NEWS_LIBRARY training/written/news_h.jsonl --asked DOCUMENTS_LIBRARY training/written/docs_a.jsonl ...

Only questions over articles that the reader was not trained on are asked (half of those in
``training/written``). Two logistic models, deterministic; the figures printed are from five folds,
each fold's articles unseen.
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
import numpy.typing as npt

from index import Library
from index.reranking.reader import CrossEncoder, builtin
from server.evidence.decide import MOST
from server.evidence.find import Search
from server.evidence.judgement import DECISION, SENTENCE, features
from server.evidence.reading import Reading, Reads, ReadSentence
from server.question.understanding import normalise, understand
from server.text.comparison import squash
from training.pairs import held_out

FOLDS = 5
OVER_REFUSAL = 0.05  # share of answerable questions that the threshold may refuse
Matrix = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Row:
    """A question of one part: the features of the sentences read, and which bear the answer."""

    id: str
    kind: str
    fold: int
    answerable: bool
    parts: int
    sentences: Matrix
    bears: Truths


def rows(library: Path, gold: Path, reader: Reads, limit: int | None) -> Iterator[Row]:
    """The held-out questions of a gold file, asked of a library."""
    records = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    records = [r for r in records if held_out(_article(r), 50)]
    random.Random(5).shuffle(records)
    with Library(library) as opened:
        search = Search(opened)
        for record in records[:limit]:
            asked = understand(normalise(record["question"]))
            if len(asked.parts) > 1:
                continue
            reading = Reading(asked.parts[0], search.find(asked).ranked[asked.parts[0]], reader)
            reading.more(MOST)
            read = reading.sentences
            if read:
                yield Row(
                    record["id"],
                    record["type"],
                    zlib.crc32(_article(record).encode()) % FOLDS,
                    bool(record["answers"]),
                    len(record["answers"]),
                    np.array([[features(one)[name] for name in SENTENCE] for one in read]),
                    np.array([_bears(one, record) for one in read]),
                )


def _article(record: dict[str, Any]) -> str:
    """The article that a question is about, or that it is a near miss of."""
    place = record["evidence"][0][0]["file"] if record["evidence"] else record["near"][0]
    return str(place.rpartition("#")[2])


def _bears(one: ReadSentence, record: dict[str, Any]) -> bool:
    """Whether a sentence stands in the evidence, or says nearly the same, with a part's answer."""
    said = squash(one.sentence.text)
    if not any(squash(alias) in said for part in record["answers"] for alias in part):
        return False
    return any(_alike(said, squash(e["quote"])) for place in record["evidence"] for e in place)


def _alike(one: str, other: str) -> bool:
    """Whether one text holds most of the other's pairs of characters."""
    pairs, others = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other))
    return len(pairs & others) > 0.6 * min(len(pairs), len(others))


# ---- fitting -----------------------------------------------------------------------------------


def logistic(x: Matrix, y: Truths, ridge: float = 1.0, steps: int = 3000) -> Matrix:
    """Weights ``(d + 1,)``, the bias last, by gradient descent; none is below 0.

    What speaks for an answer is never held against one: two findings that say the same would
    otherwise be set off against each other, and be wrong together where they differ.
    """
    mean, scale = x.mean(0), x.std(0) + 1e-6
    z = (x - mean) / scale
    weights, bias = np.full(x.shape[1], 0.3), 0.0
    for _ in range(steps):
        off = 1 / (1 + np.exp(-np.clip(z @ weights + bias, -30, 30))) - y
        weights = np.maximum(0, weights - 0.5 * (z.T @ off + ridge * weights) / len(y))
        bias -= 0.5 * float(off.mean())
    plain = weights / scale
    return np.append(plain, bias - plain @ mean)


def fit_sentences(data: Sequence[Row]) -> Matrix:
    return logistic(
        np.concatenate([row.sentences for row in data]), np.concatenate([row.bears for row in data])
    )


def odds(row: Row, sentence: Matrix) -> Matrix:
    """The log odds of each sentence of a question, ``(n,)``."""
    scores: Matrix = row.sentences @ sentence[:-1] + sentence[-1]
    return scores


def decided(row: Row, sentence: Matrix) -> Matrix:
    """What the decision is weighed from: the findings of the likeliest sentence."""
    likeliest: Matrix = row.sentences[int(np.argmax(odds(row, sentence)))]
    return likeliest[[SENTENCE.index(name) for name in DECISION]]


def fit_decision(data: Sequence[Row], sentence: Matrix) -> Matrix:
    x = np.array([decided(row, sentence) for row in data])
    return logistic(x, np.array([row.answerable for row in data]))


def validate(data: Sequence[Row]) -> Matrix:
    """Print what unseen questions get; return the decision's log odds, ``(n,)``."""
    likely = np.zeros(len(data))
    found: list[tuple[Row, Matrix]] = []
    for fold in range(FOLDS):
        seen = [row for row in data if row.fold != fold]
        sentence = fit_sentences(seen)
        decision = fit_decision(seen, sentence)
        for i, row in enumerate(data):
            if row.fold == fold:
                likely[i] = np.dot(decided(row, sentence), decision[:-1]) + decision[-1]
                if row.bears.any():
                    found.append((row, odds(row, sentence)))
    answerable = np.array([row.answerable for row in data])
    print(
        f"{len(data)} questions, {answerable.sum()} answerable, {len(found)} with their evidence read"
    )
    for count in (1, 2, 3):
        best = [bool(row.bears[np.argsort(-scores)[:count]].any()) for row, scores in found]
        print(f"  among the best {count}: {np.mean(best):.3f}")
    counted = [bool(row.bears[np.argmax(row.sentences[:, -1])]) for row, _ in found]
    print(f"  best by the ranking alone: {np.mean(counted):.3f}")
    ranks = likely[answerable][:, None] > likely[~answerable][None, :]
    print(f"  answerable against not: AUC {ranks.mean():.3f}")
    for over in (0.02, 0.05, 0.1, 0.2):
        threshold = np.quantile(likely[answerable], over)
        under = (likely[~answerable] >= threshold).mean()
        print(f"  over-refusal {over:.2f}: under-refusal {under:.3f}")
    return likely


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--asked", nargs=2, action="append", metavar=("LIBRARY", "GOLD"), default=[]
    )
    parser.add_argument("--model", type=Path, help="a reader's folder; the built-in one")
    parser.add_argument("--limit", type=int, help="questions of each gold file")
    parser.add_argument("--keep", type=Path, help="keep the readings here, and use them if there")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    if args.keep and args.keep.exists():
        data: list[Row] = pickle.loads(args.keep.read_bytes())
    else:
        reader = CrossEncoder(args.model) if args.model else builtin()
        data = []
        for library, gold in args.asked:
            data += rows(Path(library), Path(gold), reader, args.limit)
            print(f"{gold}: {len(data)} questions read", flush=True)
        if args.keep:
            args.keep.write_bytes(pickle.dumps(data))
    likely = validate(data)
    answerable = np.array([row.answerable for row in data])
    sentence = fit_sentences(data)
    decision = fit_decision(data, sentence)
    threshold = 1 / (1 + np.exp(-np.quantile(likely[answerable], OVER_REFUSAL)))
    record = {
        "sentence": _named(SENTENCE, sentence),
        "decision": _named(DECISION, decision),
        "threshold": round(float(threshold), 4),
    }
    args.out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 0


def _named(names: Sequence[str], weights: Matrix) -> dict[str, float]:
    return {name: round(float(w), 5) for name, w in zip((*names, "bias"), weights, strict=True)}


if __name__ == "__main__":
    sys.exit(main())
