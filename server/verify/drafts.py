"""What a writer hands in: claims still to be checked, and the places said to bear them."""

from __future__ import annotations

from dataclasses import dataclass

from index import Article, Passage, Span
from index.records import Offsets


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim comes from: ``[start, end)`` of an article's clean text."""

    article: Article
    passage_id: str
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def offsets(self) -> Offsets:
        """The source index of each character, ``(n,)`` int32."""
        return self.article.offsets[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim before it is checked.

    A writer that picks sentences names their ``places``. One that writes in words of its own names
    none: the gate seeks them, first in the passages that it ``pointed`` to. ``emphasis`` are the
    words that answer, as spans of ``text``. ``label``: the part of the question that it answers, in
    the question's own words; ``line``: it begins a line.
    """

    text: str
    places: tuple[Place, ...] = ()
    pointed: tuple[Passage, ...] = ()
    emphasis: tuple[Span, ...] = ()
    label: str = ""
    line: bool = False
