"""What the evidence allows, decided once and before any writer.

Answered or refused, by which sentences, which values differ, how sure: the same whoever writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index import Hit
from prompts import language_of
from server.evidence.dated import same_times
from server.evidence.disagreements import Value, differing
from server.evidence.find import Candidates
from server.evidence.must_hold import in_zones
from server.evidence.nearness import similarities
from server.evidence.ranking import Ranked, Ranking
from server.evidence.reading import Reads, builtin, reread
from server.evidence.refusal import explain, nearby
from server.question.understanding import Asked, Part

ENOUGH = {"why": 3, "how": 3}  # sentences at most, by kind; else two
CLOSE = 2.0  # further sentences may rank this much below the best: then either may answer
EXACT = frozenset({"definition", "count"})  # kinds whose further sentences must fit as well
ALIKE = 0.9  # cosine from which two sentences say the same
LENIENT = 1.5  # what a further part of a question may lack of the decision's threshold


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    """A part of the question and the sentences that answer it, the likeliest first.

    ``differing`` are the values in which articles differ, if they do: then each is to be told.
    """

    part: Part
    sentences: tuple[Ranked, ...]
    differing: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the articles do not answer, in the question's language.

    ``judged`` is false when the question is in another language than the evidence, which nothing
    here can compare: a language model may then try all the same.
    """

    reason: str
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """The decision. ``parts`` are those that the articles answer, in the question's order.

    ``confidence``: how likely the articles answer at all, between 0 and 1. ``suggestions``:
    questions that the nearest passages do answer, where this one is refused.
    """

    asked: Asked
    hits: tuple[Hit, ...]
    parts: tuple[AnsweredPart, ...]
    confidence: float
    refusal: Refusal | None = None
    suggestions: tuple[str, ...] = ()

    @property
    def conflicts(self) -> tuple[AnsweredPart, ...]:
        """The parts for which articles give differing values."""
        return tuple(answered for answered in self.parts if answered.differing)


def decide(asked: Asked, candidates: Candidates, reader: Reads | None = None) -> Found:
    """Whether and how the candidates answer; read again by the built-in reader where in doubt."""
    ranking, reader = Ranking.builtin(), reader or builtin()
    ranked = {
        part: ranking.reordered(reread(part, candidates.ranked[part], reader))
        for part in asked.parts
    }
    sure = max(map(ranking.confidence, ranked.values()))
    parts = tuple(
        AnsweredPart(part, *_chosen(asked, part, found))
        for part, found in _answerable(ranking, ranked).items()
    )
    if parts:
        return Found(asked, candidates.hits, parts, sure)
    first = asked.parts[0]
    return Found(
        asked,
        candidates.hits,
        (),
        sure,
        Refusal(explain(first, ranked[first]), judged=_comparable(asked, ranked[first])),
        nearby(candidates.sentences, asked.text),
    )


def _answerable(
    ranking: Ranking, ranked: Mapping[Part, Sequence[Ranked]]
) -> dict[Part, Sequence[Ranked]]:
    """The parts that the articles answer; beside an answered one another needs less proof."""
    if not any(map(ranking.answerable, ranked.values())):
        return {}
    return {part: found for part, found in ranked.items() if ranking.answerable(found, LENIENT)}


def _comparable(asked: Asked, ranked: Sequence[Ranked]) -> bool:
    """Whether the question is in the language of the best evidence; true when there is none."""
    return not ranked or language_of(asked.text) == language_of(ranked[0].sentence.text)


def _chosen(
    asked: Asked, part: Part, ranked: Sequence[Ranked]
) -> tuple[tuple[Ranked, ...], tuple[Value, ...]]:
    """The sentences that answer a part, and the values in which they differ."""
    sentences = [r.sentence for r in ranked if not r.clash]
    values = differing(part, sentences, asked=asked.compares)
    return tuple(_enough(asked, part, ranked)), tuple(values)


def _enough(asked: Asked, part: Part, ranked: Sequence[Ranked]) -> list[Ranked]:
    """As many of the best sentences as the kind of question needs."""
    best, *others = ranked
    chosen = [best]
    for r in others:
        if r.clash or len(chosen) == ENOUGH.get(part.kind, 2):
            break
        if r.score < best.score - CLOSE and not asked.compares:
            break
        if part.kind in EXACT and r.feature("fits") < best.feature("fits"):
            continue
        if in_zones(part, r.sentence) and not _said(r, chosen):
            chosen.append(r)
    return chosen


def _said(ranked: Ranked, chosen: Sequence[Ranked]) -> bool:
    """Whether a sentence says no more than those chosen before; 昨日 of two days are two facts."""
    of_a_time = [c.sentence.text for c in chosen if same_times(c.sentence, ranked.sentence)]
    return max(similarities(ranked.sentence.text, of_a_time), default=0.0) >= ALIKE
