"""A source as the viewer shows it: its text with the cited places marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from index import Article, Block, Source, Span
from index.pages.tables import Cell, Table, tables
from index.records import Offsets

#: Markdown's signs of a heading are not shown in the cleaned view.
HASHES = re.compile(r"#*\s*")
#: A long source is shown around its mark; this many characters on each side.
AROUND = 30_000


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation's span of a source, under the number that the answer gave it."""

    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that stand under the same mark, or under none; ``first`` of that mark."""

    text: str
    mark: Mark | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class ViewBlock:
    kind: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class ViewTable:
    """A table; a column without a header, and a cell without content, has no runs."""

    heads: tuple[tuple[Run, ...], ...]
    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    kind: str = "table"
    runs: tuple[Run, ...] = ()


def original_view(source: Source, marks: Sequence[Mark]) -> tuple[list[ViewBlock], bool]:
    """The source text as it is, cut to the surroundings of the first mark when long; and whether."""
    text = source.text
    marks = [mark for mark in marks if mark.span.end <= len(text)]
    at = marks[0].span if marks else Span(0, 0)
    first, last = max(0, at.start - AROUND), min(len(text), at.end + AROUND)
    painter = _Painter(np.arange(first, last, dtype=np.int32), marks)
    block = ViewBlock("original", painter.runs(text[first:last], 0))
    return [block], first > 0 or last < len(text)


def clean_view(article: Article, marks: Sequence[Mark]) -> list[ViewBlock | ViewTable]:
    """The article's clean text block by block; marked is what came from the source's marks."""
    painter = _Painter(article.offsets, marks)
    return [
        _view_table(article.text, part, painter)
        if isinstance(part, Table)
        else _view_block(article.text, part, painter)
        for part in tables(article)
    ]


def _view_table(text: str, table: Table, painter: _Painter) -> ViewTable:
    def runs(cell: Cell | None) -> tuple[Run, ...]:
        if cell is None:
            return ()
        *before, last = painter.runs(text[cell.own.start : cell.own.end], cell.own.start)
        unit = text[cell.unit.start : cell.unit.end]  # marked as what it stands behind
        return (*before, replace(last, text=last.text + unit))

    heads = [painter.runs(text[h.start : h.end], h.start) if h else () for h in table.heads]
    return ViewTable(tuple(heads), tuple(tuple(map(runs, row)) for row in table.rows))


def _view_block(text: str, block: Block, painter: _Painter) -> ViewBlock:
    start = block.start
    if block.kind in ("title", "heading"):
        start = HASHES.match(text, block.start, block.end).end()  # type: ignore[union-attr]
    return ViewBlock(block.kind, painter.runs(text[start : block.end], start))


class _Painter:
    """Knows under which mark each character stands; the first mark lies over the others."""

    def __init__(self, offsets: Offsets, marks: Sequence[Mark]) -> None:
        self._marks = marks
        self._seen: set[int] = set()
        self._paint = np.full(len(offsets), -1, dtype=np.int32)
        for i in reversed(range(len(marks))):
            span = marks[i].span
            self._paint[(offsets >= span.start) & (offsets < span.end)] = i

    def runs(self, text: str, start: int) -> tuple[Run, ...]:
        paint = self._paint[start : start + len(text)]
        cuts = [0, *(np.flatnonzero(np.diff(paint)) + 1).tolist(), len(text)]
        return tuple(self._run(text[a:b], int(paint[a])) for a, b in pairwise(cuts) if a < b)

    def _run(self, text: str, i: int) -> Run:
        if i < 0:
            return Run(text)
        first = i not in self._seen
        self._seen.add(i)
        return Run(text, self._marks[i], first)


def article_at(articles: Sequence[Article], mark: Span | None, wanted: str = "") -> Article | None:
    """The article asked for, or the one that holds most of the mark, or the first."""
    for article in articles:
        if article.id == wanted:
            return article
    if mark is None or not articles:
        return articles[0] if articles else None

    def held(article: Article) -> int:
        inside = (article.offsets >= mark.start) & (article.offsets < mark.end)
        return int(np.count_nonzero(inside))

    return max(articles, key=held)
