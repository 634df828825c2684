"""Claims and the places that bear them: check, cut, number.

Every answer, whatever wrote it, goes through a `Citer`: a claim keeps only the quotes that stand in
the source, is judged by what those quotes say, and is cut when they do not bear it. A writer that
picks sentences hands in drafts with their places; a model's sentences come as they were said, and
their places are sought here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from index import Article, Source, Span
from index.pages.clean import reads
from index.records import Offsets
from server.records import Citation, Claim, Support
from server.text.clauses import clauses
from server.text.comparison import squash
from server.text.facts import missing
from server.verify.markers import MarkedSentence
from server.verify.support import Statement, judge, names_in
from server.verify.witnesses import Witness, Witnesses, addresses_model

Unsupported = Literal["cut", "mark"]

#: Text put in by us to make a claim readable by itself; a citation must cover what it says.
INSERTION = re.compile(r"〔([^〔〕]*)〕")
#: What no answer may hold: links and markup. A model has none to give that an article gave it.
_UNSAFE = re.compile(
    r"https?:|www\.|//[\w.-]+/|[a-z]+script:|data:\w+/|<[a-z/!?]|\]\s*\(|!\[|\[[^\]]*\]:|&#?\w+;|\{\{|\}\}|"
    r"\b[\w-]+\.(?:com|net|org|cn|io|evil|example|top|xyz|ru)\b",
    re.IGNORECASE,
)
_TRIMMED = "，、；：,;:。！？!? \n"
_LEVELS: tuple[Support, ...] = ("none", "partial", "full")


class Verifier(Protocol):
    """A second opinion: the probability, between 0 and 1, that a quote bears a claim."""

    def verify(self, quote: str, claim: str) -> float: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim comes from: ``[start, end)`` of an article's clean text."""

    article: Article
    passage_id: str
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def offsets(self) -> Offsets:
        """The source index of each character, ``(n,)`` int32."""
        return self.article.offsets[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim before it is checked: its text, the places said to bear it, the words that answer."""

    text: str
    places: tuple[Place, ...]
    emphasis: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """Checked claims and their citations, numbered in order of appearance."""

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]

    @property
    def text(self) -> str:
        """The answer: each claim with its ``[n]`` right behind it."""
        return "".join(shown(claim, first=not i) for i, claim in enumerate(self.claims))


def marks(claim: Claim) -> str:
    """The markers of a claim, such as ``[1][2]``."""
    return "".join(f"[{number}]" for number in claim.citations)


def shown(claim: Claim, *, first: bool) -> str:
    """A claim as it stands in an answer; a space parts it from the one before in English."""
    gap = " " if not first and re.match(r"[A-Za-z0-9]", claim.text) else ""
    return gap + claim.text + marks(claim)


class Citer:
    """Numbers and checks the claims of one answer, one after another.

    ``source`` looks a source up by name; a place whose source is gone or no longer holds what
    the article says is not cited. With ``unsupported="mark"`` a model's sentence that nothing
    bears is kept, marked ``none``; links, markup and orders are cut all the same.
    """

    def __init__(
        self,
        source: Callable[[str], Source | None],
        *,
        unsupported: Unsupported = "cut",
        verifier: Verifier | None = None,
    ) -> None:
        self._source = source
        self._unsupported = unsupported
        self._verifier = verifier
        self._numbers: dict[tuple[str, int, int], int] = {}
        self.citations: list[Citation] = []

    def cite(self, draft: Draft) -> Claim | None:
        """The checked claim with its numbers; None when its places do not bear it."""
        quoted = self._quoted(draft.places)
        judged = support(draft.text, [place.text for place in quoted])
        if judged == "none" or any(_ordered(place) for place in draft.places):
            return None
        return replace(self._claim(draft.text, quoted, judged), emphasis=draft.emphasis)

    def check(self, said: MarkedSentence, evidence: Witnesses) -> Claim | None:
        """A model's sentence with the places that bear it, wherever it pointed; None when cut."""
        if _UNSAFE.search(said.text) or addresses_model(said.text):
            return None
        places, judged = grounds(said, evidence)
        quoted = self._quoted(places)
        texts = [place.text for place in quoted]
        if judged != "none" and missing(said.text, [*texts, "".join(texts)]):
            judged = "none"
        if judged != "none" and self._verifier is not None:
            judged = _lowered(judged, self._verifier.verify("".join(texts), said.text))
        if judged == "none":
            return Claim(said.text, (), "none") if self._unsupported == "mark" else None
        return self._claim(said.text, quoted, judged)

    def _claim(
        self, text: str, quoted: Mapping[Place, Sequence[Citation]], judged: Support
    ) -> Claim:
        numbers = [self._number(citation) for place in quoted.values() for citation in place]
        return Claim(text, tuple(dict.fromkeys(numbers)), judged)

    def _quoted(self, places: Iterable[Place]) -> dict[Place, list[Citation]]:
        """The quotes of the places whose sources still say there what the article says.

        A place is compared as the article reads it, since its quotes hold the source's markup.
        """
        found = {}
        for place in dict.fromkeys(places):
            source = self._source(place.article.source)
            if source is not None and reads(source.text, place.text, place.offsets):
                spans = place.article.source_spans(place.start, place.end)
                found[place] = [_citation(place, source, span) for span in spans]
        return found

    def _number(self, citation: Citation) -> int:
        key = (citation.source, citation.start, citation.end)
        if key not in self._numbers:
            self._numbers[key] = len(self.citations) + 1
            self.citations.append(replace(citation, number=self._numbers[key]))
        return self._numbers[key]


def cite(drafts: Iterable[Draft], source: Callable[[str], Source | None]) -> Cited:
    """Check and number the claims of an answer; what its places do not bear is cut."""
    citer = Citer(source)
    claims = tuple(claim for draft in drafts if (claim := citer.cite(draft)) is not None)
    return Cited(claims, tuple(citer.citations))


def support(claim: str, quotes: Sequence[str]) -> Support:
    """How far quotes, as articles read them, bear a claim.

    ``full``: the claim stands in them word for word, or nearly so with every fact borne.
    ``partial``: every fact is borne and most of the wording. ``none``: a number, unit, date
    or name of the claim stands in no quote, it is denied there, or the wording is another.
    """
    bare = INSERTION.sub("", claim)
    said = squash(bare)
    whole = squash("".join(quotes))
    if any(squash(name) not in whole for name in INSERTION.findall(claim)):
        return "none"
    if said and said.rstrip(_TRIMMED) in whole:
        return "full" if said.rstrip(_TRIMMED) else "none"
    texts = dict.fromkeys([*quotes, "".join(quotes)])
    if missing(claim, texts):
        return "none"
    return judge(bare, [Statement(text) for text in texts]).support


# ---- where a model's sentence comes from -------------------------------------------------------


def grounds(said: MarkedSentence, evidence: Witnesses) -> tuple[list[Place], Support]:
    """The smallest places that together bear a sentence, and how far; none when nothing does."""
    borne = judge(said.text, evidence.statements, evidence.pointed(said.numbers))
    if borne.support == "none":
        return [], "none"
    places = [_narrow(evidence.witnesses[i], start, end) for i, start, end in borne.needed]
    for text in [
        *(f.text for f in missing(said.text, [p.text for p in places])),
        *names_in(said.text),
    ]:
        if any(squash(text).lower() in squash(p.text).lower() for p in places):
            continue
        place = _before(text, evidence.witnesses[borne.needed[0][0]])
        if place is None:
            return places, "partial"  # a figure that is missing is found out by the caller
        places.insert(0, place)
    return list(dict.fromkeys(places)), borne.support


def _narrow(witness: Witness, start: int, end: int) -> Place:
    """The clauses of a sentence that hold ``[start, end)`` of it, without marks at the ends."""
    text = witness.statement.text
    touched = [(a, b) for a, b in clauses(text) if b > start and a < end]
    first, last = (touched[0][0], touched[-1][1]) if touched else (0, len(text))
    while first < last and text[first] in _TRIMMED:
        first += 1
    while last > first and text[last - 1] in _TRIMMED:
        last -= 1
    return Place(witness.article, witness.passage_id, witness.start + first, witness.start + last)


def _before(text: str, witness: Witness) -> Place | None:
    """The nearest clause, heading or title before a sentence that says ``text``."""
    article = witness.article
    at = article.text.rfind(text, 0, witness.start)
    block = next((b for b in article.blocks if b.start <= at < b.end), None)
    if at < 0 or block is None:
        return None
    whole = article.text[block.start : block.end]
    start, end = next((a, b) for a, b in clauses(whole) if a <= at - block.start < b)
    found = whole[start:end]
    start += len(found) - len(found.lstrip(_TRIMMED))
    end -= len(found) - len(found.rstrip(_TRIMMED))
    return Place(article, witness.passage_id, block.start + start, block.start + end)


def _lowered(judged: Support, probability: float) -> Support:
    """One level less when the second opinion doubts it, two when it is sure."""
    steps = (probability < 0.5) + (probability < 0.05)
    return _LEVELS[max(0, _LEVELS.index(judged) - steps)]


def _ordered(place: Place) -> bool:
    """Whether a place stands in a paragraph that gives orders to a model."""
    block = next((b for b in place.article.blocks if b.start <= place.start < b.end), None)
    return block is not None and addresses_model(place.article.text[block.start : block.end])


def _citation(place: Place, source: Source, span: Span) -> Citation:
    article = place.article
    return Citation(
        number=0,
        source=source.name,
        article=article.id,
        title=article.title,
        published=article.published,
        passage_id=place.passage_id,
        start=span.start,
        end=span.end,
        quote=source.text[span.start : span.end],
        sha256=source.sha256,
        url=article.url,
    )
