"""Sentences ranked by learned weights over words: which of them the reader is to look at first.

The weights are a file of numbers, learned by ``training/ranking.py`` from questions over news.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul
from pathlib import Path

from index.gloss import Gloss
from index.shipped import shipped
from prompts import language_of
from server.evidence.features import FEATURES, features
from server.evidence.must_hold import clash, unmet
from server.evidence.nearness import UNKNOWN, QuestionShare, question_shares, similarities
from server.evidence.sentences import Coverage, Sentence
from server.question.understanding import Part

WEIGHTS = Path(__file__).parent / "models" / "ranking.json"

#: For a question in English: what it counts that the words for it stand around a sentence, how well its
#: passage was found, and what makes of both scores that lie where those of Chinese ones do.
AROUND, FOUND, GLOSSED = 0.5, 0.15, 18.0

#: What is known of a sentence once the question's names are looked for.
RANKED = (*FEATURES, "u_sent", "u_par", "u_art", "has_names", "has_unit", "unit_missing")
FITS = RANKED.index("fits")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence, its features as ``RANKED`` names them, and its score (higher is better).

    ``clash`` says why it cannot answer although it may read alike; empty when nothing forbids it.
    ``told`` is how much of the question is said where it stands.
    """

    sentence: Sentence
    features: tuple[float, ...]
    score: float
    clash: str = ""
    told: QuestionShare = UNKNOWN

    def feature(self, name: str) -> float:
        return self.features[RANKED.index(name)]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Linear weights over the features of a sentence."""

    weights: tuple[float, ...]

    @classmethod
    @lru_cache(maxsize=1)
    @shipped(WEIGHTS)
    def builtin(cls) -> Ranking:
        """The shipped weights, read once."""
        record = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        return cls(tuple(float(record[name]) for name in RANKED))

    def rank(self, part: Part, pool: Sequence[Sentence]) -> list[Ranked]:
        """The sentences of a pool, best first, for one part of a question."""
        coverage = Coverage(part.text)
        ranked = []
        alike = similarities(part.text, [sentence.text for sentence in pool])
        around = question_shares(part.text, [sentence.around for sentence in pool])
        gloss = Gloss(part.text) if language_of(part.text) == "en" else None
        for sentence, similarity, told in zip(pool, alike, around, strict=True):
            known = features(part, sentence, coverage, similarity)
            known += _met(part, sentence, known[FITS])
            score = sum(map(mul, self.weights, known))
            if gloss and language_of(sentence.text) != "en":
                score = _glossed(gloss, sentence)
            forbidden = clash(part, sentence)
            ranked.append(Ranked(sentence, tuple(known), score, forbidden, told))
        return in_order(ranked)


def _glossed(gloss: Gloss, sentence: Sentence) -> float:
    """The score of a sentence that says a question in Chinese words."""
    said = gloss.share(sentence.text) + AROUND * gloss.share(sentence.around)
    return GLOSSED * (said + FOUND * sentence.hit_score)


def in_order(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Best first; a sentence that cannot answer comes after all that may."""
    return sorted(ranked, key=lambda r: (bool(r.clash), -r.score))


def _met(part: Part, sentence: Sentence, fit: float) -> tuple[float, ...]:
    missing = unmet(part.names, sentence)
    return (
        len(missing.sentence) / 3,
        len(missing.paragraph) / 3,
        len(missing.article) / 3,
        float(bool(part.names)),
        float(bool(part.unit)),
        float(bool(part.unit) and fit < 1),
    )
