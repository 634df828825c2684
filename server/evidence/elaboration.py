"""What an article says of one of its points, where a question asks to be told more of it."""

from __future__ import annotations

from collections.abc import Sequence

from index import Article
from index.pages.passages import sentences
from server.evidence.enumerations import Bounds, enumerations, item_of, stretches
from server.evidence.spoken_of import HEADS, share
from server.text.comparison import squash

CALLED = 0.8  # share of a point that the sentence that makes it holds
ROOM = 400  # characters


def elaboration(point: str, articles: Sequence[Article]) -> tuple[tuple[Article, Bounds], ...]:
    """The sentences on a point, from the one that makes it to the next point; none where nothing makes it."""
    said = squash(point)
    found = [
        (share(said, squash(article.text[start:end])), -rank, start - end, article, start)
        for rank, article in enumerate(articles)
        for block in article.blocks
        for start, end in sentences(article.text, block.start, block.end)
    ]
    best = max(found, key=lambda one: one[:3], default=None)
    if best is None or best[0] < CALLED:
        return ()
    *_, article, at = best
    end = _end(article, at)
    lines = [
        bounds
        for block in article.blocks
        if block.start < end
        for bounds in sentences(article.text, block.start, block.end)
        if at <= bounds[0] < end
    ]
    told = [bounds for bounds in lines if bounds[1] - at <= ROOM] or lines[:1]
    return tuple((article, bounds) for bounds in told)


def _end(article: Article, at: int) -> int:
    """Where what explains a point ends: before the next one, the next heading, or with its paragraph."""
    if item := item_of(article, at):
        one, number = item
        end = stretches(article, one)[number][1]
        last = number == len(one.items) - 1
        others = (other.starts[0] for other in enumerations(article) if last and other != one)
        return min((start for start in others if at < start < end), default=end)
    blocks = [block for block in article.blocks if block.end > at]
    if blocks[0].kind in HEADS:
        after = (block.start for block in blocks[1:] if block.kind in HEADS)
        return next(after, blocks[-1].end)
    return blocks[0].end
