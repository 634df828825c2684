"""Learn how sentences are ranked before the reader sees them: ``server/evidence/models/ranking.json``.

    python -m training.ranking --library LIBRARY --out server/evidence/models/ranking.json QUESTIONS...

LIBRARY holds the news; QUESTIONS are gold files over it. A listwise linear model over the sentences of
each question's hits, deterministic. Printed figures are from five folds, each fold's articles unseen.
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
from server.evaluation.gold import GoldQuestion, load_gold
from server.evidence.find import Search
from server.evidence.ranking import RANKED, Ranking
from server.evidence.sentences import Sentence
from server.question.follow_up import condense
from server.question.understanding import understand
from server.text.comparison import locate, squash

FOLDS = 5
Matrix = npt.NDArray[np.float32]


@dataclass(slots=True)
class Row:
    """A question: the features of its sentences ``(n, len(RANKED))`` and which bear the answer."""

    fold: int
    features: Matrix
    bears: npt.NDArray[np.bool_]


def rows(library: Library, paths: Sequence[Path]) -> Iterator[Row]:
    """The answerable one-part questions of gold files, each with the sentences found for it."""
    search = Search(library, ranking=Ranking((0.0,) * len(RANKED)))
    for gold in (gold for path in paths for gold in load_gold(path) if gold.answerable):
        asked = understand(condense(gold.question, gold.history))
        (ranked, *others) = search.find(asked).ranked.values()
        if others or not ranked:
            continue
        yield Row(
            zlib.crc32(gold.evidence[0][0].source.encode()) % FOLDS,
            np.array([r.features for r in ranked], dtype=np.float32),
            np.array(_bearing(gold, [r.sentence for r in ranked], library)),
        )


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
    weights = dict(zip(RANKED, (round(float(w), 5) for w in fit_ranking(data)), strict=True))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


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
    """Print how often the best sentence is right for unseen questions, beside plain overlap."""
    right: list[bool] = []
    for fold in range(FOLDS):
        weights = fit_ranking([row for row in data if row.fold != fold])
        right += [
            bool(row.bears[np.argmax(row.features @ weights)])
            for row in data
            if row.fold == fold and row.bears.any()
        ]
    found = [row for row in data if row.bears.any()]
    print(f"{len(data)} questions, {len(found)} with the evidence among their sentences")
    print("best sentence right, of those:")
    for name in ("coverage", "coverage_window", "similarity"):
        at = RANKED.index(name)
        alone = np.mean([bool(row.bears[np.argmax(row.features[:, at])]) for row in found])
        print(f"  {name} alone {alone:.3f}")
    print(f"  learned {np.mean(right):.3f}")


if __name__ == "__main__":
    main()
