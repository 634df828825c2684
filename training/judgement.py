"""Fit how likely a sentence bears the answer.

    python -m training.judgement --out server/evidence/models/judgement.json \\
        --asked NEWS_LIBRARY training/written/news_h.jsonl --asked DOCUMENTS_LIBRARY training/written/docs_a.jsonl ...

Only questions over articles that the reader was not trained on are asked (half of those in
``training/written``). A logistic model, deterministic; the figures printed are from five folds, each fold's
articles unseen. ``training.decision`` fits the other weights of the file.
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
from server.evidence.judgement import SENTENCE, features
from server.evidence.reading import Reading, Reads, ReadSentence
from server.question.understanding import normalise, understand
from server.text.comparison import squash
from training.pairs import held_out

FOLDS = 5
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
    records = [r for r in records if held_out(article_of(r), 50)]
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
                    zlib.crc32(article_of(record).encode()) % FOLDS,
                    bool(record["answers"]),
                    len(record["answers"]),
                    np.array([[features(one)[name] for name in SENTENCE] for one in read]),
                    np.array([bears(one, record) for one in read]),
                )


def article_of(record: dict[str, Any]) -> str:
    """The article that a question is about, or that it is a near miss of."""
    place = record["evidence"][0][0]["file"] if record["evidence"] else record["near"][0]
    return str(place.rpartition("#")[2])


def bears(one: ReadSentence, record: dict[str, Any]) -> bool:
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


def logistic(
    x: Matrix, y: Truths, ridge: float = 1.0, steps: int = 3000, counts: Matrix | None = None
) -> Matrix:
    """Weights ``(d + 1,)``, the bias last, by gradient descent; none is below 0.

    ``counts``: how much each row counts, ``(n,)``; all the same by default.

    What speaks for an answer is never held against one: two findings that say the same would
    otherwise be set off against each other, and be wrong together where they differ.
    """
    mean, scale = x.mean(0), x.std(0) + 1e-6
    z = (x - mean) / scale
    weights, bias = np.full(x.shape[1], 0.3), 0.0
    for _ in range(steps):
        off = 1 / (1 + np.exp(-np.clip(z @ weights + bias, -30, 30))) - y
        if counts is not None:
            off *= counts / counts.mean()
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


def validate(data: Sequence[Row]) -> None:
    """Print how the sentences of unseen questions are ordered."""
    found: list[tuple[Row, Matrix]] = []
    for fold in range(FOLDS):
        sentence = fit_sentences([row for row in data if row.fold != fold])
        mine = [row for row in data if row.fold == fold and row.bears.any()]
        found += [(row, odds(row, sentence)) for row in mine]
    print(f"{len(data)} questions, {len(found)} with their evidence read")
    for count in (1, 2, 3):
        best = [bool(row.bears[np.argsort(-scores)[:count]].any()) for row, scores in found]
        print(f"  among the best {count}: {np.mean(best):.3f}")
    counted = [bool(row.bears[np.argmax(row.sentences[:, -1])]) for row, _ in found]
    print(f"  best by the ranking alone: {np.mean(counted):.3f}")


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
    validate(data)
    record = json.loads(args.out.read_text(encoding="utf-8")) if args.out.exists() else {}
    record["sentence"] = named(SENTENCE, fit_sentences(data))
    args.out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 0


def named(names: Sequence[str], weights: Matrix) -> dict[str, float]:
    return {name: round(float(w), 5) for name, w in zip((*names, "bias"), weights, strict=True)}


if __name__ == "__main__":
    sys.exit(main())
