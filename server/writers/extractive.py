"""The embedded default writer: no language model, only sentences of the articles, cut short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index import Hit
from server.citations import Draft, Place
from server.excerpt import presentable, shorten
from server.facts import numbers
from server.question import Asked, Part
from server.records import Conflict
from server.selection import Articles, Coverage, Sentence, candidates, features, fits

WEIGHTS = (2.0, 1.0, 1.5, 1.2, 0.6, 0.8, -0.1, 0.3, -1.0, -0.3, 0.1, 0.1)


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence and how well it answers one part of the question."""

    sentence: Sentence
    score: float


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer made: claims still to be checked, or why there are none."""

    drafts: tuple[Draft, ...]
    conflicts: tuple[Conflict, ...] = ()
    refusal: str = ""


class ExtractiveWriter:
    """Picks the sentences that answer each part of a question and shortens them."""

    name = "extractive"

    def write(self, asked: Asked, hits: Sequence[Hit], articles: Articles) -> Written:
        """The claims that answer the question, in the order of its parts."""
        pool = candidates(hits, articles)
        chosen: list[tuple[Part, Scored]] = []
        for part in asked.parts:
            for scored in self._choose(asked, part, self._rank(part, pool)):
                if all(scored.sentence.key != s.sentence.key for _, s in chosen):
                    chosen.append((part, scored))
        return Written(tuple(_draft(part, scored.sentence) for part, scored in chosen))

    def _rank(self, part: Part, pool: Sequence[Sentence]) -> list[Scored]:
        coverage = Coverage(part.text)
        scored = [
            Scored(s, sum(w * f for w, f in zip(WEIGHTS, features(part, s, coverage), strict=True)))
            for s in pool
        ]
        return sorted(scored, key=lambda s: -s.score)

    def _choose(self, asked: Asked, part: Part, ranked: Sequence[Scored]) -> list[Scored]:
        if not ranked:
            return []
        if asked.compares:
            return ranked[:2]
        if part.kind in {"why", "how"}:
            return [s for s in ranked[:3] if s.score >= 0.85 * ranked[0].score]
        return list(ranked[:1])


def _draft(part: Part, sentence: Sentence) -> Draft:
    coverage = Coverage(part.text)

    def worth(start: int, end: int) -> float:
        piece = sentence.text[start:end]
        return 0.6 * coverage.of(piece) + 0.4 * fits(part, piece, numbers(piece))

    start, end = shorten(sentence.text, worth)
    excerpt = presentable(sentence.text, start, end)
    place = Place(
        sentence.article,
        sentence.passage.id,
        sentence.start + excerpt.start,
        sentence.start + excerpt.end,
    )
    return Draft(excerpt.text, (place,))
