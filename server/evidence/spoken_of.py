"""Which article a question speaks of, by what it says of it."""

from __future__ import annotations

from collections.abc import Sequence

from index import Article
from server.text.comparison import squash

OPENING = 160  # characters in which an article says what it is about
KNOWN = 0.3  # share of what a question says of an article that its title, headings and opening hold
WHOLE = 0.6  # the same of a thing of which no article is spoken
HEADS = frozenset({"title", "heading"})


def meant(about: str, thing: str, articles: Sequence[Article], *, abroad: bool) -> Article | None:
    """The article that a question says something of; the best found one where no word can tell.

    Of a ``thing`` only the article that is about it as a whole.
    """
    if (abroad and about) or (len(articles) == 1 and not thing):
        return articles[0]
    said = squash(about)
    much = [known(said, article, titled=bool(thing)) for article in articles]
    best = max(much)
    return articles[much.index(best)] if best >= (WHOLE if thing else KNOWN) else None


def known(about: str, article: Article, *, titled: bool) -> float:
    """How much of what a question says of an article its title says; else its headings and opening."""
    if not about:
        return 0.0
    lines = [(b.kind, article.text[b.start : b.end]) for b in article.blocks if b.kind in HEADS]
    by = article.author or ""
    file = article.source.rpartition(".")[0]
    title = "".join((article.title, file, by, *(text for kind, text in lines if kind == "title")))
    if by and by in about:
        return 1.0
    shown = "".join((title, *(text for _, text in lines), article.text[:OPENING]))
    said = 0.0 if titled else 0.9 * share(about, squash(shown))
    return max(share(about, squash(title)), said)


def share(about: str, text: str) -> float:
    """How much of a text another one holds: all of it, or pairs of characters."""
    if about in text:
        return 1.0
    pairs = [about[i : i + 2] for i in range(len(about) - 1)]
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0
