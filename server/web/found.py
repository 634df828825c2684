"""What a search of the library page finds: passages that hold the words, and others near in meaning."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from index import Article, IndexMissing, Library, Passage, Selection, Span, fold, terms
from server.evidence.find import Search
from server.web.addresses import source_path
from server.web.rendering import query_string

#: Passages looked at, also where only some sources are meant; those shown that hold the words, and
#: those that are only near.
LOOKED_AT, LOOKED_AT_LIMITED = 40, 400
EXACT, NEAR = 8, 4
#: Characters shown of a passage, and how many of them before the first word.
SHOWN, BEFORE = 100, 24

ANY = Selection()


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A part of a passage with the words that occur marked; ``exact`` when it holds them all."""

    source: str
    title: str
    published: str | None
    href: str
    runs: tuple[Run, ...]
    exact: bool


def found(library: Library, search: Search, query: str, of: Selection = ANY) -> list[FoundPassage]:
    """First the passages that hold every word of the query, then some that are near in meaning.

    A passage that holds the words is found whatever the search makes of it.
    """
    of = replace(of, query="")
    try:
        k = LOOKED_AT_LIMITED if of.is_limited else LOOKED_AT
        passages = [hit.passage for hit in search.hits(query, k=k)]
    except IndexMissing:
        return []
    if of.is_limited:
        meant = library.names(of)
        passages = [passage for passage in passages if passage.source in meant]
    words = [_alike(word) for word in query.split()]
    exact = [passage for passage in passages if _holds(passage, words)]
    near = [passage for passage in passages if passage not in exact]
    if len(exact) < EXACT:
        typed = unicodedata.normalize("NFKC", query).split()
        known = {passage.id for passage in exact}
        exact += [p for p in library.holding(typed, of, 2 * EXACT) if p.id not in known]
    ids = {passage.id for passage in exact}
    parts = sorted({term for term in terms(query) if len(term) > 1})
    return [_found(library, passage, words, exact=True) for passage in exact[:EXACT]] + [
        _found(library, p, parts, exact=False) for p in near if p.id not in ids
    ][:NEAR]


def _holds(passage: Passage, words: list[str]) -> bool:
    return all(word in _alike(passage.text) for word in words)


def _found(library: Library, passage: Passage, words: list[str], *, exact: bool) -> FoundPassage:
    article = library.article(passage.article)
    places = _places(_alike(passage.text), words)
    first = min(places, default=(0, 0))
    span = passage.span
    if exact and article is not None:
        span = _source_span(article, passage.start + first[0], passage.start + first[1]) or span
    where = query_string(start=str(span.start), end=span.end, article=passage.article)
    return FoundPassage(
        passage.source,
        article.title if article and article.title else passage.source,
        article.published if article else None,
        f"{source_path(passage.source)}/view{where}#cite",
        _runs(passage.text, places, max(0, first[0] - BEFORE)),
        exact,
    )


def _source_span(article: Article, start: int, end: int) -> Span | None:
    spans = article.source_spans(start, end)
    return spans[0] if spans else None


def _alike(text: str) -> str:
    """A text in which width, case and Traditional characters tell nothing apart; positions stay.

    >>> _alike("ＡＩ產業㎡")
    'ai产业㎡'
    """
    return "".join(one if len(one := fold(char)) == 1 else char for char in text)


def _places(text: str, words: list[str]) -> list[tuple[int, int]]:
    """Where any of the words stands."""
    places = []
    for word in words:
        at = text.find(word)
        while at >= 0:
            places.append((at, at + len(word)))
            at = text.find(word, at + len(word))
    return places


def _runs(text: str, places: list[tuple[int, int]], first: int) -> tuple[Run, ...]:
    """The characters shown, cut where a mark begins or ends."""
    last = min(len(text), first + SHOWN)
    painted = np.zeros(len(text) + 1, dtype=bool)
    for start, end in places:
        painted[start:end] = True
    cuts = [first, *(np.flatnonzero(np.diff(painted[first:last])) + first + 1).tolist(), last]
    runs = [Run(text[a:b], bool(painted[a])) for a, b in pairwise(cuts) if a < b]
    before = [Run("…", marked=False)] if first else []
    behind = [Run("…", marked=False)] if last < len(text) else []
    return (*before, *runs, *behind)
