"""Claims and the places that bear them: check, cut, number.

Every answer, whatever wrote it, goes through `cite`: a claim keeps only the quotes that stand in
the source, is judged by what those quotes say, and is cut when they do not bear it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from index import Article, Source, Span
from index.normalise import clean
from server.facts import missing
from server.gold import squash
from server.records import Citation, Claim, Support

#: Text put in by us to make a claim readable by itself; a citation must cover what it says.
INSERTION = re.compile(r"〔([^〔〕]*)〕")
PARTIAL = 0.6  # share of a claim's character pairs that its quotes must hold to count as partial
FULL = 0.9


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim comes from: ``[start, end)`` of an article's clean text."""

    article: Article
    passage_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim before it is checked: its text and the places said to bear it."""

    text: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """Checked claims and their citations, numbered in order of appearance."""

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]

    @property
    def text(self) -> str:
        """The answer: each claim with its ``[n]`` right behind it."""
        return "".join(claim.text + marks(claim) for claim in self.claims)


def marks(claim: Claim) -> str:
    """The markers of a claim, such as ``[1][2]``."""
    return "".join(f"[{number}]" for number in claim.citations)


class Citer:
    """Numbers and checks the claims of one answer, one after another.

    ``source`` looks a source up by name; a place whose source is gone or no longer holds what
    the article says is not cited.
    """

    def __init__(self, source: Callable[[str], Source | None]) -> None:
        self._source = source
        self._numbers: dict[tuple[str, int, int], int] = {}
        self.citations: list[Citation] = []

    def cite(self, draft: Draft) -> Claim | None:
        """The checked claim with its numbers; None when its places do not bear it."""
        quoted = [c for place in draft.places for c in self._quotes(place)]
        judged = support(draft.text, [c.quote for c in quoted])
        if judged == "none":
            return None
        return Claim(draft.text, tuple(dict.fromkeys(map(self._number, quoted))), judged)

    def _quotes(self, place: Place) -> list[Citation]:
        source = self._source(place.article.source)
        if source is None:
            return []
        spans = place.article.source_spans(place.start, place.end)
        return [_citation(place, source, span) for span in spans if span.end <= len(source.text)]

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
    """How far quotes bear a claim.

    ``full``: the claim stands in them word for word, or nearly so with every fact borne.
    ``partial``: every fact is borne and most of the wording. ``none``: a number, unit, date
    or name of the claim stands in no quote, or the wording is another.
    """
    said = squash(INSERTION.sub("", claim))
    texts = [clean(quote).text for quote in quotes]
    whole = squash("".join(texts))
    if any(squash(name) not in whole for name in INSERTION.findall(claim)):
        return "none"
    if said and said in whole:
        return "full"
    if missing(claim, [*texts, "".join(texts)]):
        return "none"
    share = _pairs_held(said, whole)
    if share >= FULL:
        return "full"
    return "partial" if share >= PARTIAL else "none"


def _pairs_held(said: str, whole: str) -> float:
    pairs = [said[i : i + 2] for i in range(len(said) - 1)] or [said]
    return sum(pair in whole for pair in pairs) / len(pairs) if said else 0.0


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
