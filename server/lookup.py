"""Looked up rather than asked: what a query finds and a stretch of a source, as JSON.

For programs that read on their own: the tools of MCP, the adapters of other frameworks.
"""

from __future__ import annotations

from typing import Any

from index import Article, Hit, Library
from server.records import hit_dict

#: Characters of a source that are given at once.
STRETCH_CHARS = 20_000


def found_dict(library: Library, hit: Hit) -> dict[str, Any]:
    """A hit with its text, and what the article is called and when it appeared."""
    article = library.article(hit.passage.article)
    return hit_dict(hit, text=True) | {
        "title": article.title if article else "",
        "published": article.published if article else None,
        "url": library.source(hit.passage.source).url,
    }


def stretch_dict(
    library: Library, name: str, start: int = 0, end: int | None = None
) -> dict[str, Any]:
    """The characters ``[start, end)`` of a source text, as many as are given at once.

    Raises: SourceNotFound.
    """
    source = library.source(name)
    chars = len(source.text)
    first = min(start, chars)
    last = max(first, min(chars if end is None else end, first + STRETCH_CHARS, chars))
    return {
        "id": source.name,
        "sha256": source.sha256,
        "format": source.format,
        "url": source.url,
        "chars": chars,
        "articles": [_title(article) for article in library.articles_of(name)],
        "start": first,
        "end": last,
        "text": source.text[first:last],
        "next_start": last if last < chars else None,
    }


def _title(article: Article) -> dict[str, Any]:
    spans = article.source_spans(0, len(article.text))
    return {
        "id": article.id,
        "title": article.title,
        "author": article.author,
        "published": article.published,
        "start": spans[0].start if spans else 0,
    }
