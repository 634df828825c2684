"""An article in short: the sentences that it opens with, and its headings or what it enumerates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index import Article
from index.pages.passages import sentences
from server.evidence.enumerations import Bounds, longest
from server.evidence.reading import ReadSentence, unread
from server.evidence.sentences import Sentence
from server.question.asking import about_article
from server.question.understanding import Part
from server.text.comparison import squash

OPENING = 160  # characters of the sentences that an article opens with
OUTLINE = 8  # headings
SHORTEST = 8  # characters of a sentence that says something
KNOWN = 0.3  # share of what a question says of an article that its title, headings and opening hold


def summary(part: Part, pool: Sequence[Sentence]) -> tuple[ReadSentence, ...]:
    """What the article that is meant says in short; nothing where none seems to be."""
    about = squash(about_article(part.text))
    found = dict.fromkeys(sentence.article for sentence in pool)
    if not found:
        return ()
    known = {article: _meant(about, article) for article in found}
    article = max(found, key=lambda a: known[a])
    if known[article] < KNOWN and len(found) > 1:
        return ()
    near = next(sentence for sentence in pool if sentence.article is article)
    return tuple(
        unread(near, start, end) for start, end in (*_opening(article), *_outline(article))
    )


def _meant(about: str, article: Article) -> float:
    """How much of what a question says of an article that holds: all of it, or pairs of characters."""
    if about and about in squash(f"{article.title}\n{article.text}"):
        return 1.0
    headings = (article.text[b.start : b.end] for b in article.blocks if b.kind == "heading")
    shown = squash("".join((article.title, *headings, article.text[:OPENING])))
    pairs = [about[i : i + 2] for i in range(len(about) - 1)]
    return sum(pair in shown for pair in pairs) / len(pairs) if pairs else 0.0


def _opening(article: Article) -> list[Bounds]:
    """The first sentences that say something, as many as there is room for."""
    chosen: list[Bounds] = []
    room = OPENING
    for start, end in _statements(article):
        room -= end - start
        if chosen and room < 0:
            break
        chosen.append((start, end))
    return chosen


def _statements(article: Article) -> Iterator[Bounds]:
    for block in article.blocks:
        if block.kind == "paragraph":
            for start, end in sentences(article.text, block.start, block.end):
                if end - start >= SHORTEST and not article.text[start:end].endswith(("？", "：")):
                    yield start, end


def _outline(article: Article) -> list[Bounds]:
    """The headings, lines that follow each other as one; without any the longest enumeration."""
    found: list[Bounds] = []
    last = -1
    for number, block in enumerate(article.blocks):
        if block.kind == "heading":
            goes_on = number == last + 1 and found
            start = found.pop()[0] if goes_on else block.start
            found.append((start, block.end))
            last = number
    if len(found) > 1:
        return found[:OUTLINE]
    return list(longest(article))[:OUTLINE]
