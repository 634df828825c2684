"""Sentences ranked by learned weights, and whether the best of them answers at all.

The weights are a file of numbers, learned by ``training/ranking.py`` from questions over news.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from server.evidence.answer_kinds import fits
from server.evidence.features import FEATURES, features
from server.evidence.must_hold import clash, elsewhere, narrower, unmet
from server.evidence.nearness import UNKNOWN, QuestionShare, question_shares, similarities
from server.evidence.sentences import Coverage, Sentence
from server.question.understanding import Part
from server.text.facts import numbers

WEIGHTS = Path(__file__).parent / "models" / "ranking.json"

#: What is known of a sentence once the question's names are looked for.
RANKED = (*FEATURES, "u_sent", "u_par", "u_art", "has_names", "has_unit", "unit_missing")
#: What is known of a question once its sentences are ranked.
DECIDED = (*RANKED, "score", "gap", "more_elsewhere", "more_around_elsewhere")
#: What the reader adds to a sentence's score, and to the decision on the best one.
READ = ("answers", "evidence")
REREAD = ("decision", "answers", "evidence", "bias")
#: What it costs a sentence with an amount to speak of another district, or only of a province.
ELSEWHERE = 2.0
#: What a sentence gains that says what a word means, where that is asked for: the questions that
#: the weights are learned from hardly ever do.
DEFINES = 2.0

#: What one of the two best sentences shares with a question when the articles speak of it at all,
#: and the log odds that each point below costs: words and sense, the sum of both shares; and the
#: words that are said there or nearby, in these words or near ones, less the one said least.
#: Hardly a right answer lies below, and most questions about something else do.
RELATED = 0.5
SAID = 0.4
UNRELATED = 15.0


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader says of a sentence, as log odds: that it answers at all, and where.

    ``answer`` are the characters ``[start, end)`` of the sentence that answer; None when unsure.
    """

    answers: float
    evidence: float
    answer: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence, its features as ``RANKED`` names them, and its score (higher is better).

    ``clash`` says why it cannot answer although it may read alike; empty when nothing forbids it.
    ``said`` is how much of the question is said where it stands, as ``server.evidence.nearness`` counts it.
    ``read`` is None until the reader was asked; ``counted`` is the score before it was.
    """

    sentence: Sentence
    features: tuple[float, ...]
    counted: float
    score: float
    clash: str = ""
    read: Read | None = None
    told: QuestionShare = UNKNOWN

    def feature(self, name: str) -> float:
        return self.features[RANKED.index(name)]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Linear weights for ranking sentences and for deciding whether the best one answers.

    ``read_weights``: how much score each log odds of the reader adds. ``reread_weights``: those
    of the decision, of both log odds of the best sentence, and a bias, where the reader was asked.
    A question is answered when its decision is at least ``threshold``.
    """

    rank_weights: tuple[float, ...]
    decide_weights: tuple[float, ...]
    threshold: float
    read_weights: tuple[float, float] = (0.0, 0.0)
    reread_weights: tuple[float, float, float, float] = (1.0, 0.0, 0.0, 0.0)

    @classmethod
    @lru_cache(maxsize=1)
    def builtin(cls) -> Ranking:
        """The shipped weights, read once."""
        record = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        return cls(
            _ordered(record["rank"], RANKED),
            (*_ordered(record["decide"], DECIDED), record["decide"]["bias"]),
            record["threshold"],
            _ordered(record["read"], READ),  # type: ignore[arg-type]
            _ordered(record["reread"], REREAD),  # type: ignore[arg-type]
        )

    def rank(self, part: Part, pool: Sequence[Sentence], whole: str) -> list[Ranked]:
        """The sentences of a pool, best first, for one part of a question."""
        coverage = Coverage(part.text)
        ranked = []
        alike = similarities(part.text, [sentence.text for sentence in pool])
        around = question_shares(part.text, [sentence.around for sentence in pool])
        for sentence, similarity, told in zip(pool, alike, around, strict=True):
            known = (
                *features(part, sentence, coverage, similarity),
                *_met(part, sentence),
            )
            score = sum(w * f for w, f in zip(self.rank_weights, known, strict=True))
            if part.kind == "count" and (elsewhere(whole, sentence) or narrower(whole, sentence)):
                score -= ELSEWHERE
            score += DEFINES * known[RANKED.index("defines")]
            forbidden = clash(part, sentence)
            ranked.append(Ranked(sentence, known, score, score, forbidden, told=told))
        return in_order(ranked)

    def reordered(self, ranked: Sequence[Ranked]) -> list[Ranked]:
        """The sentences in a new order after reading; those that were not read stay behind."""
        read = [replace(r, score=self._reread(r)) for r in ranked if r.read is not None]
        return in_order(read) + [r for r in ranked if r.read is None]

    def _reread(self, ranked: Ranked) -> float:
        if ranked.read is None:
            return ranked.counted
        answers, evidence = self.read_weights
        return ranked.counted + answers * ranked.read.answers + evidence * ranked.read.evidence

    def answerable(self, ranked: Sequence[Ranked], lenient: float = 0.0) -> bool:
        """Whether the best sentence answers what the sentences were ranked for.

        ``lenient`` is how much less than the threshold will do.
        """
        if not ranked or ranked[0].clash:
            return False
        return self.decision(ranked) >= self.threshold - lenient

    def confidence(self, ranked: Sequence[Ranked]) -> float:
        """How likely the best sentence answers, between 0 and 1; 0 when it cannot."""
        if not ranked or ranked[0].clash:
            return 0.0
        return 1 / (1 + math.exp(-self.decision(ranked)))

    def decision(self, ranked: Sequence[Ranked]) -> float:
        """How sure it is that the best sentence answers: log odds."""
        known = decided(ranked)
        odds = sum(w * f for w, f in zip(self.decide_weights, (*known, 1.0), strict=True))
        if read := ranked[0].read:
            known = (odds, read.answers, read.evidence, 1.0)
            odds = sum(w * f for w, f in zip(self.reread_weights, known, strict=True))
        related = max(r.feature("coverage_context") + r.feature("similarity") for r in ranked[:2])
        told = max(r.told.share for r in ranked[:2])
        return odds - UNRELATED * (max(0.0, RELATED - related) + max(0.0, SAID - told))


def in_order(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Best first; a sentence that cannot answer comes after all that may."""
    return sorted(ranked, key=lambda r: (bool(r.clash), -r.score))


def decided(ranked: Sequence[Ranked]) -> tuple[float, ...]:
    """The features of a question's ranking, as ``DECIDED`` names them."""
    best = ranked[0]
    first, second = [*sorted((r.counted for r in ranked if not r.clash), reverse=True), 0, 0][:2]
    return (
        *best.features,
        best.counted,
        first - second if len(ranked) > 1 else 0.0,
        max(r.feature("coverage") for r in ranked) - best.feature("coverage"),
        max(r.feature("coverage_window") for r in ranked) - best.feature("coverage_window"),
    )


def _met(part: Part, sentence: Sentence) -> tuple[float, ...]:
    missing = unmet(part.names, sentence)
    fit = fits(part, sentence.text, numbers(sentence.text))
    return (
        len(missing.sentence) / 3,
        len(missing.paragraph) / 3,
        len(missing.article) / 3,
        float(bool(part.names)),
        float(bool(part.unit)),
        float(bool(part.unit) and fit < 1),
    )


def _ordered(weights: Mapping[str, float], names: Sequence[str]) -> tuple[float, ...]:
    return tuple(float(weights[name]) for name in names)
