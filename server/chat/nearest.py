"""What came nearest to a question that the articles do not answer: to be looked at, not cited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from index import Article, Library, Span, terms
from index.pages.passages import sentences

#: Articles of which one sentence each is shown.
SHOWN = 2
#: Blocks that say nothing by themselves.
HEADS = frozenset({"title", "heading", "byline", "caption"})


@dataclass(frozen=True, slots=True)
class Near:
    """The sentence of a found passage that shares most with the question, and where it stands."""

    source: str
    article: str
    title: str
    text: str
    span: Span


def nearest(library: Library, answer: Mapping[str, Any]) -> list[Near]:
    """What came nearest to a refused question, a sentence an article; first the one that the reason names."""
    if not answer["refused"]:
        return []
    reason = answer["reason"] or ""
    found = _found(library, answer)
    return sorted(found, key=lambda near: f"《{near.title}》" not in reason)[:SHOWN]


def _found(library: Library, answer: Mapping[str, Any]) -> Iterator[Near]:
    asked = {term for term in terms(answer["query"]) if len(term) > 1}
    seen: set[str] = set()
    for hit in answer["hits"]:
        for article in library.articles_of(hit["source"]):
            near = None if article.id in seen else _nearest_of(article, hit, asked)
            if near is not None:
                seen.add(article.id)
                yield near


def _nearest_of(article: Article, hit: Mapping[str, Any], asked: set[str]) -> Near | None:
    """Nothing where the passage is another article's, or is gone."""
    held = np.flatnonzero((article.offsets >= hit["start"]) & (article.offsets < hit["end"]))
    if not len(held):
        return None
    first, last = int(held[0]), int(held[-1]) + 1
    told = [
        sentence
        for block in article.blocks
        if block.kind not in HEADS and block.start < last and first < block.end
        for sentence in sentences(article.text, max(first, block.start), min(last, block.end))
    ]
    if not told:
        return None
    start, end = max(told, key=lambda one: len(asked & set(terms(article.text[slice(*one)]))))
    text = " ".join(article.text[start:end].split())
    span = article.source_spans(start, end)[0]
    return Near(hit["source"], article.id, article.title, text, span)
