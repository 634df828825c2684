"""Quotes as a reader is shown them: the cited place in its article's clean text.

A citation's quote is the source's own characters, torn lines and markup included; it stays so
wherever programs read.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from index import Article, Library
from index.pages.clean import clean


class Reading:
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
    held = np.flatnonzero((article.offsets >= start) & (article.offsets < end))
    if not len(held):
        return ""
    cuts = [0, *(np.flatnonzero(np.diff(held) > 1) + 1).tolist(), len(held)]
    first, last = max(pairwise(cuts), key=lambda cut: cut[1] - cut[0])
    text = article.text[held[first] : held[last - 1] + 1]
    return " ".join(text.split("\n")).strip()
