"""The one gate: a draft in, a claim with checked citations out, or nothing.

Every answer, whatever wrote it, passes here claim by claim. A claim keeps only the quotes that
stand in the source, is judged by what those quotes say, and is cut when they do not bear it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal, Protocol

from index import Block, Source, Span
from index.pages.clean import reads
from index.reading.places import Places
from server.records import Citation, Claim, Support
from server.text.comparison import squash
from server.text.facts import missing
from server.verify.drafts import Draft, Place
from server.verify.frames import unframed
from server.verify.grounds import TRIMMED, grounds
from server.verify.statement import Statement
from server.verify.support import judge
from server.verify.witnesses import Witnesses, addresses_model

Unsupported = Literal["cut", "mark"]

#: Text put in by us to make a claim readable by itself; a citation must cover what it says.
INSERTION = re.compile(r"〔([^〔〕]*)〕")
#: What no writer's own words may hold: links and markup. It has none that an article gave it.
_UNSAFE = re.compile(
    r"https?:|www\.|//[\w.-]+/|[a-z]script:|data:\w+/|<[a-z/!?]|\]\s*\(|!\[|\[[^\[\]]*\]:|&#?\w+;|\{\{|\}\}|"
    r"\w-*\.(?:com|net|org|cn|io|evil|example|top|xyz|ru)\b",
    re.IGNORECASE,
)
#: Formats in which markup may stand inside a sentence.
MARKED = frozenset({"md", "html"})
_LEVELS: tuple[Support, ...] = ("none", "partial", "full")


class Verifier(Protocol):
    """A second opinion: the probability, between 0 and 1, that a quote bears a claim."""

    def verify(self, quote: str, claim: str) -> float: ...


class Gate:
    """Checks and numbers the claims of one answer, one after another.

    ``source`` looks a source up by name; a place whose source is gone or no longer holds what
    the article says is not cited. ``witnesses`` gives, when first needed, the statements among
    which the places of a writer's own words are sought. With ``unsupported="mark"`` such a
    sentence that nothing bears is kept, marked ``none``; links, markup and orders are cut all the
    same.
    """

    def __init__(
        self,
        source: Callable[[str], Source | None],
        witnesses: Callable[[], Witnesses],
        *,
        unsupported: Unsupported = "cut",
        verifier: Verifier | None = None,
    ) -> None:
        self._source = source
        self._seek = witnesses
        self._witnesses: Witnesses | None = None
        self._unsupported = unsupported
        self._verifier = verifier
        self._numbers: dict[tuple[str, int, int], int] = {}
        self.citations: list[Citation] = []

    def check(self, draft: Draft) -> Claim | None:
        """The claim with its citations; None when it is cut."""
        return self._picked(draft) if draft.places else self._worded(draft)

    def _picked(self, draft: Draft) -> Claim | None:
        """A claim in the words of the places that it names."""
        quoted = self._quoted(draft.places)
        judged = support(draft.text, [place.text for place in quoted])
        if judged == "none" or any(_is_order(place) for place in draft.places):
            return None
        return self._joined(self._claim(draft, quoted, judged), quoted)

    def _worded(self, draft: Draft) -> Claim | None:
        """A claim in a writer's own words, with the places that bear it, wherever it pointed."""
        if _UNSAFE.search(draft.text) or addresses_model(draft.text):
            return None
        if self._witnesses is None:
            self._witnesses = self._seek()
        places, judged = grounds(draft, self._witnesses)
        quoted = self._quoted(places)
        texts = [place.text for place in quoted]
        if judged != "none" and missing(draft.text, [*texts, "".join(texts)]):
            judged = "none"
        if judged != "none" and self._verifier is not None:
            judged = _lowered(judged, self._verifier.verify("".join(texts), draft.text))
        if judged == "none":
            return Claim(draft.text, (), "none") if self._unsupported == "mark" else None
        return self._joined(self._claim(draft, quoted, judged), quoted)

    def _joined(self, claim: Claim, quoted: Mapping[Place, Sequence[Citation]]) -> Claim:
        """The claim, told which of its citations are the pieces of one sentence."""
        for place, pieces in quoted.items():
            if self._stands_apart(place, pieces):
                return replace(claim, joined=tuple(map(self._number, pieces)))
        return claim

    def _stands_apart(self, place: Place, pieces: Sequence[Citation]) -> bool:
        """Whether other text stands between the pieces of a place: markup or a row's cells do not."""
        article, source = place.article, self._source(place.article.source)
        if len(pieces) < 2 or source is None or _block(place).kind == "row":
            return False
        return any(
            source.format not in MARKED
            or b.start < a.end
            or bool(((article.offsets >= a.end) & (article.offsets < b.start)).any())
            for a, b in pairwise(pieces)
        )

    def _claim(
        self, draft: Draft, quoted: Mapping[Place, Sequence[Citation]], judged: Support
    ) -> Claim:
        numbers = [self._number(citation) for place in quoted.values() for citation in place]
        return Claim(
            draft.text,
            tuple(dict.fromkeys(numbers)),
            judged,
            draft.emphasis,
            draft.label,
            draft.line,
        )

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


def support(claim: str, quotes: Sequence[str]) -> Support:
    """How far quotes, as articles read them, bear a claim.

    ``full``: the claim stands in them word for word, or nearly so with every fact borne.
    ``partial``: every fact is borne and most of the wording. ``none``: a number, unit, date
    or name of the claim stands in no quote, it is denied there, or the wording is another.
    """
    claim = unframed(claim)
    bare = INSERTION.sub("", claim)
    said = squash(bare)
    whole = squash("".join(quotes))
    if any(squash(name) not in whole for name in INSERTION.findall(claim)):
        return "none"
    if said and said.rstrip(TRIMMED) in whole:
        return "full" if said.rstrip(TRIMMED) else "none"
    texts = dict.fromkeys([*quotes, "".join(quotes)])
    if missing(claim, texts):
        return "none"
    return judge(bare, [Statement(text) for text in texts]).support


def _lowered(judged: Support, probability: float) -> Support:
    """One level less when the second opinion doubts it, two when it is sure."""
    steps = (probability < 0.5) + (probability < 0.05)
    return _LEVELS[max(0, _LEVELS.index(judged) - steps)]


def _is_order(place: Place) -> bool:
    """Whether a place stands in a paragraph that gives orders to a model."""
    block = _block(place)
    return addresses_model(place.article.text[block.start : block.end])


def _block(place: Place) -> Block:
    """The block that a place stands in; where it stands in none, one that is as long as it is."""
    blocks = place.article.blocks
    own = Block("", place.start, place.start)
    return next((b for b in blocks if b.start <= place.start < b.end), own)


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
        boxes=tuple(Places.unpack(source.places).boxes(span.start, span.end)),
    )
