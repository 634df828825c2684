"""Learn how sentences are ranked and when a question is refused: ``server/models/ranking.json``.

    python -m training.ranking --library LIBRARY --out server/models/ranking.json QUESTIONS...

LIBRARY holds the news; QUESTIONS are gold files over it. Two linear models, both deterministic:
a listwise one over the sentences of each question's hits, and a logistic one over the best
sentence that tells answerable questions from near misses. Printed figures are from five folds,
each fold's articles unseen.
"""

from __future__ import annotations

import argparse
import json
import pickle
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from index import Library, Span, load_embedder
from index.retrieve import Retriever
from server.followup import condense
from server.gold import GoldQuestion, load_gold, locate, squash
from server.question import understand
from server.ranking import DECIDED, RANKED, Ranking, decided
from server.selection import Sentence, candidates

FOLDS = 5
# Share of answerable questions refused in training; for more than that the evidence was not found.
OVER_REFUSAL = 0.10
#: Near misses share more words with their evidence than questions do that it answers; without
#: these bounds the decision would learn to refuse what is said word for word.
HELPS = frozenset(
    {
        "coverage", "coverage_window", "coverage_context", "fits", "hit_score", "clause_fits",
        "clause_coverage", "clause_pair", "similarity", "score", "gap", "years_met", "rank",
    }
)  # fmt: skip
HINDERS = frozenset(
    {
        "years_clash",
        "missing_window",
        "missing_context",
        "u_sent",
        "u_par",
        "u_art",
        "unit_missing",
        "more_elsewhere",
        "more_around_elsewhere",
    }
)
Matrix = npt.NDArray[np.float32]


@dataclass(slots=True)
class Row:
    """A question: the features of its sentences ``(n, len(RANKED))`` and which bear the answer."""

    id: str
    fold: int
    answerable: bool
    features: Matrix
    bears: npt.NDArray[np.bool_]


def rows(library: Library, paths: Sequence[Path]) -> Iterator[Row]:
    """The one-part questions of gold files, each with the sentences that are found for it."""
    snapshot = library.snapshot()
    retriever = Retriever(library.embedder)
    blank = Ranking((0.0,) * len(RANKED), (0.0,) * (len(DECIDED) + 1), 0.0)
    for path in paths:
        for gold in load_gold(path):
            query = condense(gold.question, gold.history)
            asked = understand(query)
            if len(asked.parts) > 1:
                continue
            pool = candidates(retriever.retrieve(snapshot, query, k=10), snapshot)
            if not pool:
                continue
            ranked = blank.rank(asked.parts[0], pool, query)
            yield Row(
                id=gold.id,
                fold=zlib.crc32(_article_of(gold).encode()) % FOLDS,
                answerable=gold.answerable,
                features=np.array([r.features for r in ranked], dtype=np.float32),
                bears=np.array(_bearing(gold, [r.sentence for r in ranked], library)),
            )


def _article_of(gold: GoldQuestion) -> str:
    return gold.evidence[0][0].source if gold.evidence else gold.question


def _bearing(gold: GoldQuestion, sentences: Sequence[Sentence], library: Library) -> list[bool]:
    """Which sentences bear an answer: they hold the evidence, or nearly the same with an alias."""
    places: list[tuple[str, Span, str]] = []
    for alternatives in gold.evidence:
        for evidence in alternatives:
            span = locate(evidence.quote, library.source(evidence.source).text)
            if span is not None:
                places.append((evidence.source, span, squash(evidence.quote)))
    aliases = [squash(alias) for part in gold.answers for alias in part]
    return [any(_bears(s, place, aliases) for place in places) for s in sentences]


def _bears(sentence: Sentence, place: tuple[str, Span, str], aliases: Sequence[str]) -> bool:
    name, quote, words = place
    if sentence.article.source == name:
        spans = sentence.article.source_spans(sentence.start, sentence.end)
        if any(2 * s.overlap(quote) >= min(len(s), len(quote)) for s in spans):
            return True
    said = squash(sentence.text)
    pairs = [words[i : i + 2] for i in range(len(words) - 1)]
    same = sum(pair in said for pair in pairs) > 0.6 * len(pairs)
    return same and any(alias in said for alias in aliases)


def fit_ranking(data: Sequence[Row], steps: int = 200) -> npt.NDArray[np.float64]:
    """Weights ``(len(RANKED),)`` that put bearing sentences first: softmax over each question."""
    used = [row for row in data if row.bears.any()]
    stacked = np.concatenate([row.features for row in used])
    scale = stacked.std(0) + 1e-2
    size = max(len(row.features) for row in used)
    x = torch.zeros(len(used), size, len(RANKED))
    there = torch.zeros(len(used), size, dtype=torch.bool)
    bears = torch.zeros(len(used), size, dtype=torch.bool)
    for i, row in enumerate(used):
        n = len(row.features)
        x[i, :n] = torch.from_numpy(row.features / scale)
        there[i, :n] = True
        bears[i, :n] = torch.from_numpy(row.bears)
    weights = torch.zeros(len(RANKED), requires_grad=True)
    optimiser = torch.optim.AdamW([weights], lr=0.03, weight_decay=0.02)
    for _ in range(steps):
        scores = (x @ weights).masked_fill(~there, -1e9)
        likely = torch.log_softmax(scores, 1).masked_fill(~bears, -1e9)
        loss = -torch.logsumexp(likely, 1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return weights.detach().numpy().astype(np.float64) / scale


def decisions(data: Sequence[Row], weights: npt.NDArray[np.float64]) -> Matrix:
    """The features of each question's decision, ``(n, len(DECIDED))``."""
    from server.ranking import Ranked

    made = []
    for row in data:
        scores = row.features @ weights
        order = np.argsort(-scores, kind="stable")
        ranked = [Ranked(None, tuple(map(float, row.features[i])), float(scores[i])) for i in order]  # type: ignore[arg-type]
        made.append(decided(ranked))
    return np.array(made, dtype=np.float32)


def fit_decision(
    x: Matrix, answerable: npt.NDArray[np.bool_], steps: int = 400
) -> npt.NDArray[np.float64]:
    """Logistic weights ``(len(DECIDED) + 1,)``, the last one the bias."""
    mean, scale = x.mean(0), x.std(0) + 1e-2
    inputs = torch.from_numpy((x - mean) / scale)
    wanted = torch.from_numpy(answerable.astype(np.float32))
    signs = torch.tensor([(name in HELPS) - (name in HINDERS) for name in DECIDED])
    weights = torch.zeros(x.shape[1], requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.AdamW([weights, bias], lr=0.03, weight_decay=0.05)
    for _ in range(steps):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(inputs @ weights + bias, wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        with torch.no_grad():  # more of the question held is never a reason to refuse
            weights.copy_(torch.where(signs > 0, weights.clamp(min=0), weights))
            weights.copy_(torch.where(signs < 0, weights.clamp(max=0), weights))
    plain = weights.detach().numpy().astype(np.float64) / scale
    return np.append(plain, float(bias.detach()[0]) - float(plain @ mean))


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("questions", nargs="+", type=Path)
    parser.add_argument("--library", type=Path, required=True, help="a library of the news")
    parser.add_argument("--embedder", default="builtin")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="keep the features here, and use them if there")
    args = parser.parse_args(argv)
    data = _data(args)
    validate(data)
    weights = fit_ranking(data)
    x = decisions(data, weights)
    answerable = np.array([row.answerable for row in data])
    decision = fit_decision(x, answerable)
    odds = x @ decision[:-1] + decision[-1]
    threshold = float(np.quantile(odds[answerable], OVER_REFUSAL))
    record = {
        "rank": dict(zip(RANKED, map(_rounded, weights), strict=True)),
        "decide": dict(zip((*DECIDED, "bias"), map(_rounded, decision), strict=True)),
        "threshold": _rounded(threshold),
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _data(args: argparse.Namespace) -> list[Row]:
    if args.keep and args.keep.exists():
        kept: list[Row] = pickle.loads(args.keep.read_bytes())
        return kept
    with Library(args.library, embedder=load_embedder(args.embedder)) as library:
        data = list(rows(library, args.questions))
    if args.keep:
        args.keep.write_bytes(pickle.dumps(data))
    return data


def validate(data: Sequence[Row]) -> None:
    """Print what unseen questions get: the best sentence right, and refusals."""
    right: list[bool] = []
    odds = np.zeros(len(data))
    for fold in range(FOLDS):
        seen = [row for row in data if row.fold != fold]
        weights = fit_ranking(seen)
        decision = fit_decision(
            decisions(seen, weights), np.array([row.answerable for row in seen])
        )
        for i, row in enumerate(data):
            if row.fold == fold:
                odds[i] = decisions([row], weights)[0] @ decision[:-1] + decision[-1]
                if row.bears.any():
                    right.append(bool(row.bears[np.argmax(row.features @ weights)]))
    answerable = np.array([row.answerable for row in data])
    print(f"{len(data)} questions; evidence among the sentences: "
          f"{np.mean([r.bears.any() for r in data if r.answerable]):.3f}; "
          f"then best sentence right: {np.mean(right):.3f}")  # fmt: skip
    ranks = odds[answerable][:, None] > odds[~answerable][None, :]
    print(f"answerable against near misses: AUC {ranks.mean():.3f}")
    for over in (0.02, 0.05, 0.1, 0.2):
        threshold = np.quantile(odds[answerable], over)
        print(
            f"over-refusal {over:.2f}: under-refusal {(odds[~answerable] >= threshold).mean():.3f}"
        )


def _rounded(value: float) -> float:
    return round(float(value), 5)


if __name__ == "__main__":
    main()
