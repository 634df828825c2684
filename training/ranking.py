"""Learn how sentences are ranked and when a question is refused: ``server/models/ranking.json``.

    python -m training.ranking --library LIBRARY --out server/models/ranking.json QUESTIONS...

LIBRARY holds the news; QUESTIONS are gold files over it. Four small linear models, all
deterministic: a listwise one over the sentences of each question's hits; a logistic one over the
best sentence that tells answerable questions from near misses; and what the reader's word adds to
either, learned from questions that the reader was not trained on. Printed figures are from five
folds, each fold's articles unseen.
"""

from __future__ import annotations

import argparse
import json
import pickle
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from index import Library, Span, load_embedder
from index.retrieve import Retriever
from server.evaluation.gold import GoldQuestion, load_gold
from server.evidence.features import KINDS
from server.evidence.ranking import (
    DECIDED,
    RANKED,
    READ,
    REREAD,
    Ranked,
    Ranking,
    Read,
    decided,
    in_order,
)
from server.evidence.reading import CLEAR, DEPTH, builtin, reread
from server.evidence.sentences import Sentence, candidates
from server.question.follow_up import condense
from server.question.understanding import Part, understand
from server.text.comparison import locate, squash
from training.questions import held_out

FOLDS = 5
NEVER = -99.0  # the odds where nothing that was found may answer
# Share of answerable questions refused in training; for more than that the evidence was not found.
OVER_REFUSAL = 0.03
#: Near misses share more words with their evidence than questions do that it answers, and most of
#: them ask for numbers; without these bounds the decision would learn to refuse what is said word
#: for word, or whatever asks for a number.
HELPS = frozenset(
    {
        "coverage", "coverage_window", "coverage_context", "fits", "hit_score", "clause_fits",
        "clause_coverage", "clause_pair", "similarity", "score", "gap", "years_met", "rank", "defines",
        "reason_follows", "beside", "first_numbers", "has_names", "has_unit", "in_order",
        "in_order_window", "said_before", "said_after", *(f"fits_{kind}" for kind in KINDS),
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
    """A question: the features of its sentences ``(n, len(RANKED))`` and which bear the answer.

    ``held``: the reader was not trained on it. ``best``: its best sentences after reading,
    filled once the ranking is learned, each with whether it bears the answer.
    """

    id: str
    fold: int
    answerable: bool
    held: bool
    part: Part
    sentences: list[Sentence]
    clashes: list[str]
    features: Matrix
    bears: npt.NDArray[np.bool_]
    best: list[tuple[Ranked, bool]] = field(default_factory=list)


def rows(library: Library, paths: Sequence[Path]) -> Iterator[Row]:
    """The one-part questions of gold files, each with the sentences that are found for it."""
    snapshot = library.snapshot()
    retriever = Retriever(library.embedder)
    blank = Ranking((0.0,) * len(RANKED), (0.0,) * (len(DECIDED) + 1), 0.0)
    for path in paths:
        kept = _near_misses(path)
        for gold in load_gold(path):
            query = condense(gold.question, gold.history)
            asked = understand(query)
            if len(asked.parts) > 1:
                continue
            pool = candidates(retriever.retrieve(snapshot, query, k=10), snapshot)
            if not pool:
                continue
            ranked = blank.rank(asked.parts[0], pool, query)
            near = _near(gold, kept.get(gold.id, ()))
            yield Row(
                id=gold.id,
                fold=zlib.crc32(_article_of(gold).encode()) % FOLDS,
                answerable=gold.answerable,
                held=bool(near) and all(held_out(name.rpartition("#")[2], 30) for name in near),
                part=asked.parts[0],
                sentences=[r.sentence for r in ranked],
                clashes=[r.clash for r in ranked],
                features=np.array([r.features for r in ranked], dtype=np.float32),
                bears=np.array(_bearing(gold, [r.sentence for r in ranked], library)),
            )


def _near_misses(path: Path) -> dict[str, list[str]]:
    """The articles that an unanswerable question is a near miss of, by the question's id."""
    lines = path.read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines if line.strip()]
    return {record["id"]: record.get("near") or [] for record in records}


def _near(gold: GoldQuestion, near: Sequence[str]) -> Sequence[str]:
    return [gold.evidence[0][0].source] if gold.evidence else near


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


def ranked(row: Row, weights: npt.NDArray[np.float64]) -> list[Ranked]:
    """A question's sentences, best first, as the learned weights rank them."""
    scores = (row.features @ weights).tolist()
    known = zip(row.sentences, row.features.tolist(), scores, scores, row.clashes, strict=True)
    return in_order([Ranked(s, tuple(f), a, b, clash) for s, f, a, b, clash in known])


def decisions(data: Sequence[Row], weights: npt.NDArray[np.float64]) -> Matrix:
    """The features of each question's decision, ``(n, len(DECIDED))``."""
    return np.array([decided(ranked(row, weights)) for row in data], dtype=np.float32)


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


def read_held(data: Sequence[Row], weights: npt.NDArray[np.float64]) -> list[Row]:
    """The rows that the reader was not trained on, each with its best sentences read.

    None are read where nothing that was found may answer.
    """
    held = [row for row in data if row.held]
    for row in held:
        bears = {s.key: bool(b) for s, b in zip(row.sentences, row.bears, strict=True)}
        known = reread(row.part, ranked(row, weights), builtin())
        row.best = [(r, bears[r.sentence.key]) for r in known if r.read is not None]
    return held


def fit_reading(data: Sequence[Row], steps: int = 300) -> npt.NDArray[np.float64]:
    """What each of the reader's log odds adds to a score, ``(2,)``: softmax over each question."""
    used = [row for row in data if len(row.best) > 1 and any(bears for _, bears in row.best)]
    x = torch.zeros(len(used), DEPTH, 3)
    there = torch.zeros(len(used), DEPTH, dtype=torch.bool)
    bears = torch.zeros(len(used), DEPTH, dtype=torch.bool)
    for i, row in enumerate(used):
        for j, (r, right) in enumerate(row.best):
            x[i, j] = torch.tensor((r.counted, *_said(r)))
            there[i, j], bears[i, j] = True, right
    weights = torch.tensor([0.8, 0.0, 0.0], requires_grad=True)
    optimiser = torch.optim.AdamW([weights], lr=0.03, weight_decay=0.01)
    for _ in range(steps):
        scores = (x @ weights).masked_fill(~there, -1e9)
        likely = torch.log_softmax(scores, 1).masked_fill(~bears, -1e9)
        loss = -torch.logsumexp(likely, 1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    learned = weights.detach().numpy().astype(np.float64)
    return np.maximum(learned[1:] / learned[0], 0.0)


def fit_redecision(x: Matrix, answerable: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Logistic weights ``(len(REREAD),)``, the last one the bias; what helps is never held against."""
    mean, scale = x.mean(0), x.std(0) + 1e-2
    inputs = torch.from_numpy((x - mean) / scale)
    wanted = torch.from_numpy(answerable.astype(np.float32))
    weights = torch.zeros(x.shape[1], requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.AdamW([weights, bias], lr=0.03, weight_decay=0.02)
    for _ in range(400):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(inputs @ weights + bias, wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            weights.clamp_(min=0)
    plain = weights.detach().numpy().astype(np.float64) / scale
    return np.append(plain, float(bias.detach()[0]) - float(plain @ mean))


def _right(row: Row) -> list[Sentence]:
    return [s for s, bears in zip(row.sentences, row.bears, strict=True) if bears]


def _said(r: Ranked) -> tuple[float, float]:
    read = r.read or Read(0.0, 0.0)
    return read.answers, read.evidence


def _reordered(row: Row, reading: npt.NDArray[np.float64]) -> list[tuple[Ranked, bool]]:
    def score(item: tuple[Ranked, bool]) -> float:
        return item[0].counted + float(np.dot(reading, _said(item[0])))

    return sorted(row.best, key=score, reverse=True)


def redecisions(
    data: Sequence[Row],
    weights: npt.NDArray[np.float64],
    decision: npt.NDArray[np.float64],
    reading: npt.NDArray[np.float64],
) -> Matrix:
    """The features of each question's decision after reading, ``(n, len(REREAD) - 1)``."""
    made = []
    for row in data:
        best = _reordered(row, reading)[0][0]
        rest = [r for r in ranked(row, weights) if r.sentence.key != best.sentence.key]
        known = np.array(decided([best, *rest]))
        made.append((float(known @ decision[:-1] + decision[-1]), *_said(best)))
    return np.array(made, dtype=np.float32)


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
    decision = fit_decision(decisions(data, weights), _answerable(data))
    held = read_held(data, weights)
    validate_reading(held, weights, decision)
    reading = fit_reading(held)
    held = [row for row in held if row.best]
    x = redecisions(held, weights, decision, reading)
    redecision = fit_redecision(x, _answerable(held))
    odds = x @ redecision[:-1] + redecision[-1]
    record = {
        "rank": dict(zip(RANKED, map(_rounded, weights), strict=True)),
        "decide": dict(zip((*DECIDED, "bias"), map(_rounded, decision), strict=True)),
        "read": dict(zip(READ, map(_rounded, reading), strict=True)),
        "reread": dict(zip(REREAD, map(_rounded, redecision), strict=True)),
        "threshold": _rounded(np.quantile(odds[_answerable(held)], OVER_REFUSAL)),
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _answerable(data: Sequence[Row]) -> npt.NDArray[np.bool_]:
    return np.array([row.answerable for row in data])


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
    """Print what unseen questions get: the best sentence right, beside plain overlap; refusals."""
    right: list[bool] = []
    odds = np.zeros(len(data))
    for fold in range(FOLDS):
        seen = [row for row in data if row.fold != fold]
        weights = fit_ranking(seen)
        decision = fit_decision(decisions(seen, weights), _answerable(seen))
        for i, row in enumerate(data):
            if row.fold == fold:
                best = ranked(row, weights)
                odds[i] = NEVER if best[0].clash else np.dot((*decided(best), 1.0), decision)
                if row.bears.any():
                    right.append(best[0].sentence in _right(row))
    found = [row for row in data if row.bears.any()]
    print(f"{len(data)} questions, {len(found)} with the evidence among their sentences "
          f"({len(found) / _answerable(data).sum():.3f} of the answerable)")  # fmt: skip
    print("best sentence right, of those:")
    for name in ("coverage", "coverage_window", "similarity"):
        at = RANKED.index(name)
        alone = np.mean([bool(row.bears[np.argmax(row.features[:, at])]) for row in found])
        print(f"  {name} alone {alone:.3f}")
    print(f"  learned {np.mean(right):.3f}")
    _print_refusals(odds, _answerable(data))


def validate_reading(
    held: Sequence[Row],
    weights: npt.NDArray[np.float64],
    decision: npt.NDArray[np.float64],
) -> None:
    """Print what the reader adds for questions that it was not trained on, in five folds."""
    before, after = [], []
    base, odds = np.full(len(held), NEVER), np.full(len(held), NEVER)
    for fold in range(FOLDS):
        seen = [row for row in held if row.fold != fold and row.best]
        reading = fit_reading(seen)
        again = fit_redecision(redecisions(seen, weights, decision, reading), _answerable(seen))
        for i, row in enumerate(held):
            if row.fold == fold and row.best:
                x = redecisions([row], weights, decision, reading)[0]
                base[i] = np.dot((*decided(ranked(row, weights)), 1.0), decision)
                odds[i] = np.dot((*x, 1.0), again)
                if row.bears.any():
                    before.append(row.best[0][1])
                    after.append(_reordered(row, reading)[0][1])
    print(f"{len(held)} questions unknown to the reader, {len(before)} with their evidence found; "
          f"{np.mean([len(row.best) > 1 for row in held]):.2f} in doubt (lead below {CLEAR})")  # fmt: skip
    print(f"  best sentence right: {np.mean(before):.3f}, after reading {np.mean(after):.3f}")
    _print_refusals(base, _answerable(held))
    print("  after reading:")
    _print_refusals(odds, _answerable(held))


def _print_refusals(odds: npt.NDArray[np.float64], answerable: npt.NDArray[np.bool_]) -> None:
    ranks = odds[answerable][:, None] > odds[~answerable][None, :]
    print(f"  answerable against near misses: AUC {ranks.mean():.3f}")
    for over in (0.02, 0.05, 0.1, 0.2):
        threshold = np.quantile(odds[answerable], over)
        under = (odds[~answerable] >= threshold).mean()
        print(f"  over-refusal {over:.2f}: under-refusal {under:.3f}")


def _rounded(value: float) -> float:
    return round(float(value), 5)


if __name__ == "__main__":
    main()
