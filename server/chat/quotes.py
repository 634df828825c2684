"""Quotes as a reader is shown them: the cited place in its article's clean text.

A citation's quote is the source's own characters, torn lines and markup included; it stays so
wherever programs read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from index import Article, Library, Span
from index.pages.clean import clean
from index.pages.passages import sentences

#: Characters of the sentences around a quote.
AROUND = 90


@dataclass(frozen=True, slots=True)
class InContext:
    """A quote, and what its block says right before and behind it, a sentence each at most."""

    before: str
    quote: str
    after: str


def in_context(article: Article, start: int, end: int) -> InContext | None:
    """What came from ``[start, end)`` of the source, between its neighbours; None when nothing did."""
    held = _longest(article, start, end)
    if held is None:
        return None
    block = next(b for b in article.blocks if b.start <= held.start < max(b.end, b.start + 1))
    bounds = sentences(article.text, block.start, max(block.end, held.end))
    first = max((i for i, (a, _) in enumerate(bounds) if a <= held.start), default=0)
    last = max((i for i, (a, _) in enumerate(bounds) if a < held.end), default=0)
    begin = bounds[max(0, first - 1)][0] if bounds else held.start
    stop = bounds[min(len(bounds) - 1, last + 1)][1] if bounds else held.end
    before, after = article.text[begin : held.start], article.text[held.end : stop]
    if len(before) > AROUND:
        before = "…" + before[-AROUND:]
    if len(after) > AROUND:
        after = after[:AROUND] + "…"
    return InContext(_flat(before), _flat(article.text[held.start : held.end]), _flat(after))


class QuoteReader:
    """Reads the quotes of stored answers; remembers the articles it has looked into."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._articles: dict[str, Article | None] = {}

    def __call__(self, answer: Mapping[str, Any], citation: Mapping[str, Any]) -> str:
        """What a citation's quote says; cleaned by itself where its source is no longer the same."""
        stale = citation["number"] in answer["changed"]
        article = None if stale else self._article(citation["article"])
        text = _held(article, citation["start"], citation["end"]) if article else ""
        return text or " ".join(clean(citation["quote"]).text.split("\n"))

    def context(self, answer: Mapping[str, Any], citation: Mapping[str, Any]) -> InContext:
        """A citation's quote between its neighbours; by itself where its source is no longer the same."""
        stale = citation["number"] in answer["changed"]
        article = None if stale else self._article(citation["article"])
        found = in_context(article, citation["start"], citation["end"]) if article else None
        return found or InContext("", self(answer, citation), "")

    def author(self, answer: Mapping[str, Any], citation: Mapping[str, Any]) -> str:
        """Who wrote what is cited; nobody where its source is no longer the same."""
        stale = citation["number"] in answer["changed"]
        article = None if stale else self._article(citation["article"])
        return article.author or "" if article else ""

    def _article(self, id: str) -> Article | None:
        if id not in self._articles:
            self._articles[id] = self._library.article(id)
        return self._articles[id]


def _held(article: Article, start: int, end: int) -> str:
    """The longest run of the clean text that came from ``[start, end)`` of the source.

    Where columns were torn, a few characters of another place may lie between: they are not read.
    """
    held = _longest(article, start, end)
    return _flat(article.text[held.start : held.end]).strip() if held else ""


def _flat(text: str) -> str:
    return " ".join(text.split("\n"))


def _longest(article: Article, start: int, end: int) -> Span | None:
    held = np.flatnonzero((article.offsets >= start) & (article.offsets < end))
    if not len(held):
        return None
    cuts = [0, *(np.flatnonzero(np.diff(held) > 1) + 1).tolist(), len(held)]
    first, last = max(pairwise(cuts), key=lambda cut: cut[1] - cut[0])
    return Span(int(held[first]), int(held[last - 1]) + 1)
