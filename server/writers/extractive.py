"""The embedded default writer: no language model, only sentences of the articles, cut short."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from server.evidence.answer_kinds import fits
from server.evidence.disagreements import Value, differing
from server.evidence.features import asks_author
from server.evidence.find import Found
from server.evidence.must_hold import in_zones
from server.evidence.nearness import similarities
from server.evidence.ranking import Ranked, Ranking
from server.evidence.reading import builtin, reread
from server.evidence.refusal import explain, nearby
from server.evidence.sentences import Coverage, Sentence
from server.question.understanding import Asked, Part
from server.text.facts import numbers
from server.verify.gate import Draft, Place, support
from server.writers.antecedent import subject
from server.writers.emphasis import emphasis
from server.writers.excerpt import BRIEF, FULL, presentable, shorten, with_plan, without_dateline

ENOUGH = {"why": 3, "how": 3}  # sentences at most, by kind; else two
CLOSE = 2.0  # further sentences may rank this much below the best: then either may answer
EXACT = frozenset({"definition", "count"})  # kinds whose further sentences must fit as well
ALIKE = 0.9  # cosine from which two sentences say the same
LENGTHS = {"why": FULL, "how": FULL, "list": FULL, "definition": FULL}
LENIENT = 1.5  # what a further part of a question may lack of the decision's threshold


@dataclass(frozen=True, slots=True)
class Differing:
    """Values in which articles differ: each with the index of the draft that bears it."""

    about: str
    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer made: claims still to be checked, or why there are none."""

    drafts: tuple[Draft, ...]
    differing: tuple[Differing, ...] = ()
    refusal: str = ""
    suggestions: tuple[str, ...] = ()
    confidence: float | None = None


class ExtractiveWriter:
    """Picks the sentences that answer each part of a question and shortens them."""

    name = "extractive"

    def __init__(self) -> None:
        self._ranking = Ranking.builtin()

    def write(self, asked: Asked, found: Found) -> Written:
        """The claims that answer the question, in the order of its parts.

        A part that the articles do not answer is left out; when that is so for every part, the
        answer is a refusal that says what is missing.
        """
        ranked = {part: self._reread(part, found.ranked[part]) for part in asked.parts}
        answered = self._answered(ranked)
        sure = max(map(self._ranking.confidence, ranked.values()))
        if not answered:
            first = asked.parts[0]
            return Written(
                (),
                refusal=explain(first, ranked[first]),
                suggestions=nearby(found.sentences, asked.text),
                confidence=sure,
            )
        sheet = _Drafts()
        for part in answered:
            sentences = [r.sentence for r in ranked[part] if not r.clash]
            values = differing(part, sentences, asked=asked.compares)
            if values:
                sheet.differ(part, values)
            else:
                for one in self._enough(asked, part, ranked[part]):
                    sheet.add(part, one.sentence, answer=answer_of(one))
        return Written(tuple(sheet.drafts), tuple(sheet.differing), confidence=sure)

    def _reread(self, part: Part, ranked: Sequence[Ranked]) -> list[Ranked]:
        return self._ranking.reordered(reread(part, ranked, builtin()))

    def _answered(self, ranked: Mapping[Part, Sequence[Ranked]]) -> list[Part]:
        """The parts that the articles answer; beside an answered one another needs less proof."""
        if not any(map(self._ranking.answerable, ranked.values())):
            return []
        return [part for part, found in ranked.items() if self._ranking.answerable(found, LENIENT)]

    def _enough(self, asked: Asked, part: Part, ranked: Sequence[Ranked]) -> Sequence[Ranked]:
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
    """Whether a sentence says no more than those chosen before."""
    alike = similarities(ranked.sentence.text, [c.sentence.text for c in chosen])
    return max(alike) >= ALIKE


class _Drafts:
    """The drafts of an answer as they are added, each sentence once."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.differing: list[Differing] = []
        self._at: dict[tuple[str, int], int] = {}

    def add(self, part: Part, sentence: Sentence, must: str = "", answer: str = "") -> int:
        """Draft a sentence (keeping the piece ``must``); returns the draft's index."""
        if sentence.key not in self._at:
            made = draft(part, sentence, must, answer or must)
            at = None if must else self._folded(made)
            if at is None:
                at = len(self.drafts)
                self.drafts.append(made)
            self._at[sentence.key] = at
        return self._at[sentence.key]

    def _folded(self, made: Draft) -> int | None:
        """The index of an earlier draft that says as much, if there is one.

        Where this one's place bears all of it, it is cited there, too: two reports of one fact
        are one sentence with two citations.
        """
        place = made.places[0]
        for i, earlier in enumerate(self.drafts):
            if bears([place], earlier):
                self.drafts[i] = replace(earlier, places=(*earlier.places, place))
                return i
            if bears(earlier.places, made):
                return i
        return None

    def differ(self, part: Part, values: Sequence[Value]) -> None:
        """Draft every sentence of differing values, side by side."""
        placed = tuple((v.fact.text, self.add(part, v.sentence, v.fact.text)) for v in values)
        self.differing.append(Differing(values[0].about, placed))


def bears(places: Sequence[Place], draft: Draft) -> bool:
    """Whether places bear all that a draft says."""
    return support(draft.text, [place.text for place in places]) != "none"


def answer_of(ranked: Ranked) -> str:
    """What the reader takes for the answer; empty when it is not sure, or was not asked."""
    if ranked.read is None or ranked.read.answer is None:
        return ""
    start, end = ranked.read.answer
    return ranked.sentence.text[start:end]


def draft(part: Part, sentence: Sentence, must: str = "", answer: str = "") -> Draft:
    """A sentence cut to the clauses that answer, its subject named where it only points.

    The piece ``must`` is kept; ``answer`` are the words that answer. Where they are not known, more
    of the sentence is shown.
    """
    length = LENGTHS.get(part.kind, BRIEF if must or answer else FULL)
    start, end = shorten(sentence.text, _worth(part, sentence.text, must or answer), length)
    start, end = with_plan(sentence.text, start, end)
    if part.kind != "when" and not asks_author(part):
        start, end = without_dateline(sentence.text, start, end)
    excerpt = presentable(sentence.text, start, end)
    start, end = sentence.start + excerpt.start, sentence.start + excerpt.end
    place = Place(sentence.article, sentence.passage.id, start, end)
    named = subject(sentence.article, start, end)
    if named is None:
        return Draft(excerpt.text, (place,), emphasis(part, excerpt.text, answer))
    at = named.at - start
    text = f"{excerpt.text[:at]}〔{named.name}〕{excerpt.text[at:]}"
    name = Place(sentence.article, sentence.passage.id, named.start, named.end)
    return Draft(text, (place, name), emphasis(part, text, answer))


def _worth(part: Part, text: str, must: str) -> Callable[[int, int], float]:
    """What a piece of a sentence is worth: the question's words, the kind of answer, the sense."""
    coverage = Coverage(part.text)
    whole = coverage.of(text) or 1.0
    fit = fits(part, text, numbers(text)) or 1.0

    def worth(start: int, end: int) -> float:
        piece = text[start:end]
        if must and must not in piece:
            return 0.0
        (alike,) = similarities(part.text, [piece])
        offers = fits(part, piece, numbers(piece)) / fit
        return 0.4 * coverage.of(piece) / whole + 0.4 * offers + 0.4 * alike

    return worth
