"""The embedded default writer: no language model, only sentences of the articles, cut short."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from server.evidence.accounts import by_article
from server.evidence.answer_kinds import fits
from server.evidence.antecedent import Subject, subject, whose
from server.evidence.choosing import SEVERAL
from server.evidence.dated import same_times
from server.evidence.decide import AnsweredPart, Found
from server.evidence.disagreements import Value
from server.evidence.features import asks_author
from server.evidence.nearness import similarities
from server.evidence.reading import ReadSentence
from server.evidence.sentences import Articles, Coverage, Sentence
from server.question.understanding import Part
from server.records import Question
from server.verify.drafts import Draft, Place
from server.verify.frames import framed
from server.verify.gate import support
from server.writers.attribution import attributions
from server.writers.emphasis import emphasis
from server.writers.excerpt import (
    BRIEF,
    FULL,
    Excerpt,
    Length,
    presentable,
    shorten,
    with_plan,
    with_time,
    without_connective,
    without_dateline,
    without_marker,
    without_speaking,
)

ITEMS = 400  # characters that the items of a list share
GIST = Length(100, 110, 0.05 / 100)  # a claim of a gist
SHORTEST = 60  # characters that an item may have all the same
LENGTHS = {"why": FULL, "how": FULL, "list": FULL, "definition": FULL, "summary": GIST}


class ExtractiveWriter:
    """Shortens the sentences that answer, and names what they only point to."""

    name = "extractive"

    def write(self, question: Question, found: Found, articles: Articles) -> Iterator[Draft]:  # noqa: ARG002
        """The claims that answer, in the order of the question's parts."""
        drafts = _Drafts()
        for answered in found.parts:
            told = _told_by(answered) if len(found.parts) == 1 else {}
            drafts.begin(answered.part.label, listed=answered.listed)
            for value in answered.differing:
                drafts.name(told.get(value.sentence.article.id))
                drafts.add(value.sentence, value_draft(answered.part, value), whole=True)
            before: Sentence | None = None
            for one in () if answered.differing else _together(answered):
                room = ITEMS // len(answered.sentences) if answered.listed else 0
                made = sentence_draft(answered.part, one, room, before)
                if before is None or before.article.id != one.sentence.article.id:
                    drafts.name(told.get(one.sentence.article.id))
                drafts.add(one.sentence, made, whole=answered.listed)
                before = one.sentence
        gist = any(answered.part.kind == "summary" for answered in found.parts)
        return iter(drafts.labelled(always=gist))


def _told_by(answered: AnsweredPart) -> dict[str, str]:
    """What names each article of which one tells otherwise than another; empty where none does."""
    sentences = [value.sentence for value in answered.differing]
    sentences += [one.sentence for one in answered.sentences] if answered.accounts else []
    articles = {sentence.article.id: sentence.article for sentence in sentences}
    return attributions(list(articles.values())) if len(articles) > 1 else {}


def _together(answered: AnsweredPart) -> list[ReadSentence]:
    """The sentences as they come; where articles tell otherwise, those of one beside each other."""
    if not answered.accounts:
        return list(answered.sentences)
    return [one for of in by_article(answered.sentences) for one in of]


class _Drafts:
    """The drafts of an answer as they are added, each sentence once, with the parts they answer."""

    def __init__(self) -> None:
        self.made: list[Draft] = []
        self._of: list[Sentence] = []  # where each was made from
        self._seen: dict[tuple[str, int], int] = {}  # the draft that says it
        self._labels: dict[int, list[str]] = {}  # the parts that a draft is the first to answer
        self._label, self._listed = "", False

    def begin(self, label: str, *, listed: bool) -> None:
        """What is added from now on answers this part; each item of a list begins a line."""
        self._label, self._listed = label, listed

    def name(self, teller: str | None) -> None:
        """What is added next is told by this article."""
        self._label = teller or self._label

    def labelled(self, *, always: bool = False) -> list[Draft]:
        """The drafts, each part's first one with its label where several parts are told apart."""
        several = always or sum(map(bool, self._labels.values())) > 1
        labels = ("；".join(self._labels.get(i, ())) for i in range(len(self.made)))
        return [
            replace(draft, label=label) if several and not _says(draft, label) else draft
            for draft, label in zip(self.made, labels, strict=True)
        ]

    def add(self, sentence: Sentence, made: Draft, *, whole: bool = False) -> None:
        """Add a sentence's draft; with ``whole`` it stands by itself, whatever others say."""
        at = self._seen.get(sentence.key)
        if at is not None and _holds(made.places[0], self.made[at].places[0]):
            self.made[at] = replace(made, line=self.made[at].line)  # more of the same sentence
        elif at is not None and not bears(self.made[at].places, made):
            at = None  # another clause of it answers another part
        elif at is None and not whole:
            at = self._folded(sentence, made)
        if at is None:
            at = len(self.made)
            self.made.append(replace(made, line=self._listed and at > 0))
            self._of.append(sentence)
        self._seen[sentence.key] = at
        if self._label:
            self._labels.setdefault(at, []).append(self._label)
        self._label = ""

    def _folded(self, sentence: Sentence, made: Draft) -> int | None:
        """The earlier draft of the same time that says as much, if one does.

        Where this one's place bears all of it, it is cited there, too: two reports of one fact
        are one sentence with two citations.
        """
        place = made.places[0]
        for i, earlier in enumerate(self.made):
            if not same_times(self._of[i], sentence):
                continue
            if bears([place], earlier):
                self.made[i] = replace(earlier, places=(*earlier.places, place))
                return i
            if bears(earlier.places, made):
                return i
        return None


def _says(draft: Draft, label: str) -> bool:
    """Whether a draft begins with its label as the article has it: 「王建国：茶好。」."""
    return draft.text.startswith((f"{label}：", f"{label}:"))


def _holds(one: Place, other: Place) -> bool:
    return one.start <= other.start and other.end <= one.end


def bears(places: Sequence[Place], draft: Draft) -> bool:
    """Whether places bear all that a draft says."""
    return support(draft.text, [place.text for place in places]) != "none"


def sentence_draft(
    part: Part, one: ReadSentence, room: int = 0, before: Sentence | None = None
) -> Draft:
    """A sentence that answers, cut around the words in which the reader sees the answer.

    An item of a list has so much ``room``. ``before`` is what is shown before it.
    """
    start, end = one.answer
    answer = one.sentence.text[start:end] if one.sure > 0 else ""
    joined = before is not None and one.sentence.follows(before)
    made = draft(part, one.sentence, answer=answer, room=room, joined=joined)
    if one.settled and one.sentence.block.kind == "row":
        made = replace(made, emphasis=emphasis(part, made.text, answer, cell=True))
    return made


def value_place(value: Value) -> Place:
    """Where one of several differing values stands."""
    start = value.sentence.start + value.fact.start
    end = start + len(value.fact.text)
    return Place(value.sentence.article, value.sentence.passage.id, start, end)


def value_draft(part: Part, value: Value) -> Draft:
    """The sentence of one of several differing values, cut around the value."""
    return draft(part, value.sentence, value.fact.text, value.fact.text)


def draft(
    part: Part,
    sentence: Sentence,
    must: str = "",
    answer: str = "",
    room: int = 0,
    *,
    joined: bool = False,
) -> Draft:
    """A sentence cut to the clauses that answer, its subject named where it only points.

    The piece ``must`` is kept; ``answer`` are the words that answer. Where they are not known, more
    of the sentence is shown. ``joined``: what it goes on from (但是, 同时) is shown before it.
    """
    length = LENGTHS.get(part.kind, BRIEF if must or answer else FULL)
    if room:
        length = Length(max(room, SHORTEST), max(room, SHORTEST), length.price)
    title = f"{sentence.article.title}{part.label}"
    about = title if part.kind == "summary" and title else part.text
    start, end = shorten(sentence.text, _worth(part, about, sentence.text, must or answer), length)
    start, end = with_plan(sentence.text, start, end)
    if part.kind == "count":
        start, end = with_time(sentence.text, start, end)
    if part.kind != "when" and not asks_author(part):
        start, end = without_dateline(sentence.text, start, end)
    if not room and part.kind not in SEVERAL:
        start, end = without_marker(sentence.text, start, end)
    if room or part.kind == "summary" or not joined:
        start, end = without_connective(sentence.text, start, end)
    named = _named(sentence, presentable(sentence.text, start, end))
    excerpt = presentable(sentence.text, *without_speaking(sentence.text, start, end))
    start, end = sentence.start + excerpt.start, sentence.start + excerpt.end
    place = Place(sentence.article, sentence.passage.id, start, end)
    gist = part.kind == "summary"
    if named is None:
        text = framed(excerpt.text, part.text, named=gist)
        return Draft(text, (place,), emphasis=emphasis(part, text, answer))
    at = named.at - start
    text = framed(f"{excerpt.text[:at]}〔{named.name}〕{excerpt.text[at:]}", part.text, named=gist)
    name = Place(sentence.article, sentence.passage.id, named.start, named.end)
    return Draft(text, (place, name), emphasis=emphasis(part, text, answer))


def _named(sentence: Sentence, excerpt: Excerpt) -> Subject | None:
    """Who the excerpt of a sentence points at, or whose its figures are."""
    start, end = sentence.start + excerpt.start, sentence.start + excerpt.end
    return subject(sentence.article, start, end) or whose(
        sentence.article, sentence.start, start, end
    )


def _worth(part: Part, about: str, text: str, must: str) -> Callable[[int, int], float]:
    """What a piece of a sentence is worth: the words it is ``about``, the kind of answer, the sense.

    All of that counts as far as the piece holds what it must.
    """
    at = text.find(must)
    coverage = Coverage(about)
    whole = coverage.of(text) or 1.0
    fit = fits(part, text) or 1.0

    def worth(start: int, end: int) -> float:
        piece = text[start:end]
        held = min(end, at + len(must)) - max(start, at)
        if must and held <= 0:
            return 0.0
        (alike,) = similarities(about, [piece])
        offers = fits(part, piece) / fit
        much = 0.4 * coverage.of(piece) / whole + 0.4 * offers + 0.4 * alike
        return much * held / len(must) if must else much

    return worth
