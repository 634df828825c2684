"""What the evidence allows, decided once and before any writer.

Answered or refused, by which sentences, which values differ, how sure: the same whoever writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index import Hit
from index.reranking.reader import builtin
from prompts import language_of
from server.evidence.answer_kinds import fits
from server.evidence.dated import same_times
from server.evidence.disagreements import Value, differing
from server.evidence.find import Candidates
from server.evidence.judgement import Judgement
from server.evidence.nearness import similarities
from server.evidence.ranking import Ranked
from server.evidence.reading import Reading, Reads, ReadSentence
from server.evidence.refusal import explain, nearby
from server.question.understanding import Asked, Part
from server.text.facts import numbers

ROUND = 2  # windows read before looking whether that is enough
MOST = 6  # windows read for a part of a question
MOST_ABROAD = 16  # the same where question and articles share no words: nothing ranks the sentences
SURE = 0.7  # a sentence that bears the answer so likely ends the reading
SEVERAL = frozenset({"why", "how", "list"})  # kinds that several sentences answer together
TOGETHER = 0.3  # of several sentences that answer together each is so likely
BET = 0.85  # a best sentence less likely than that is not bet on alone
EITHER = 0.5  # another one that may answer in its place is so likely beside it
MANY, FEW = 5, 2  # sentences shown, of several that answer together and of those that may
ALIKE = 0.9  # cosine from which two sentences say the same
LENIENT = 0.5  # what a further part of a question needs of the threshold


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    """A part of the question and the sentences that answer it.

    They come likeliest first; several that answer together in the order of the text.
    ``differing`` are the values in which articles differ, if they do: then each is to be told.
    """

    part: Part
    sentences: tuple[ReadSentence, ...]
    differing: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The decision. ``parts`` are those that the articles answer, in the question's order.

    ``confidence``: how likely the articles answer at all, between 0 and 1. ``refusal``: why they
    do not, in the question's language; empty when they do. ``suggestions``: questions that the
    nearest passages do answer, where this one is refused.
    """

    asked: Asked
    hits: tuple[Hit, ...]
    parts: tuple[AnsweredPart, ...]
    confidence: float
    refusal: str = ""
    suggestions: tuple[str, ...] = ()

    @property
    def conflicts(self) -> tuple[AnsweredPart, ...]:
        """The parts for which articles give differing values."""
        return tuple(answered for answered in self.parts if answered.differing)


def decide(asked: Asked, candidates: Candidates, reader: Reads | None = None) -> Found:
    """Whether and how the candidates answer, as the reader (by default the built-in one) reads them."""
    reader = reader or builtin()
    judgement = Judgement.builtin()
    read = {part: _read(part, candidates.ranked[part], reader, judgement) for part in asked.parts}
    told = {part: _told(asked, part, read[part]) for part in asked.parts}
    likely = {part: judgement.answers(sentences) for part, sentences in read.items()}
    sure = max(likely.values())
    # Whether accounts differ is answered by giving each.
    answered = [part for part in asked.parts if asked.compares and told[part]]
    if sure < judgement.threshold and not answered:
        first = asked.parts[0]
        reason = explain(first, candidates.ranked[first], abroad=candidates.abroad)
        suggestions = nearby(candidates.sentences, asked.text)
        return Found(asked, candidates.hits, (), sure, reason, suggestions)
    parts = tuple(
        AnsweredPart(part, tuple(_chosen(part, read[part], judgement)), told[part])
        for part in asked.parts
        if part in answered or likely[part] >= judgement.threshold * LENIENT
    )
    return Found(asked, candidates.hits, parts, sure)


def _read(
    part: Part, ranked: Sequence[Ranked], reader: Reads, judgement: Judgement
) -> list[ReadSentence]:
    """The sentences of as many windows as it takes, those that bear the answer likeliest first."""
    reading = Reading(part, ranked, reader)
    abroad = bool(ranked) and language_of(ranked[0].sentence.text) != language_of(part.text)
    for _ in range(0, MOST_ABROAD if abroad else MOST, ROUND):
        if not reading.more(ROUND):
            break
        if max(map(judgement.bears, reading.sentences), default=0.0) >= SURE:
            break
    return sorted(reading.sentences, key=judgement.bears, reverse=True)


def _told(asked: Asked, part: Part, read: Sequence[ReadSentence]) -> tuple[Value, ...]:
    """The values of a part in which articles differ; none when they agree."""
    return tuple(differing(part, [one.sentence for one in read], asked=asked.compares))


def _chosen(part: Part, read: Sequence[ReadSentence], judgement: Judgement) -> list[ReadSentence]:
    """The best sentence, and those that answer with it or may answer in its place."""
    together = part.kind in SEVERAL
    best = judgement.bears(read[0])
    least = TOGETHER if together else EITHER * best if best < BET else 1.0
    chosen = [read[0]]
    for one in read[1:]:
        if len(chosen) == (MANY if together else FEW) or judgement.bears(one) < least:
            break
        if _offers(part, one) >= _offers(part, read[0]) and not _said(one, chosen):
            chosen.append(one)
    if together:
        chosen.sort(key=lambda one: (one.sentence.rank, one.sentence.key))
    return chosen


def _offers(part: Part, one: ReadSentence) -> float:
    """How well the amounts of a sentence fit an amount that is asked for; the same for other kinds."""
    text = one.sentence.text
    return fits(part, text, numbers(text)) if part.kind == "count" else 1.0


def _said(one: ReadSentence, chosen: Sequence[ReadSentence]) -> bool:
    """Whether a sentence says no more than those chosen before; 昨日 of two days are two facts."""
    of_a_time = [c.sentence.text for c in chosen if same_times(c.sentence, one.sentence)]
    return max(similarities(one.sentence.text, of_a_time), default=0.0) >= ALIKE
