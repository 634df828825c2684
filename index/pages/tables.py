"""Tables of an article as tables: its clean text says each row with the headers of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.records import Article, Block, Span

#: A header's first and last place in the source.
Column = tuple[int, int] | tuple[()]

_FIELD = re.compile(r"[^，]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a row says a cell, and before it its column's header; ``unit`` is what the header adds behind it.

    ``column`` tells the header from others by its places in the source: empty in a row's first cell.
    """

    column: Column
    head: Span
    own: Span
    unit: Span


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Blocks that are the rows of one table, with a cell or none in each of its columns."""

    heads: tuple[Span | None, ...]
    rows: tuple[tuple[Cell | None, ...], ...]


def tables(article: Article) -> Iterator[Block | Table]:
    """The article's blocks in their order, but rows that share headers as one table.

    A row that has no headers stays a block.
    """
    read = RowReader(article)
    rows: list[Row] = []
    for block in article.blocks:
        row = read.row(block) if block.kind == "row" else ()
        if rows and not _continues(rows, row):
            yield _table(rows)
            rows = []
        if rows or any(cell.column for cell in row):
            rows.append(row)
        else:
            yield block
    if rows:
        yield _table(rows)


def _continues(rows: Sequence[Row], row: Row) -> bool:
    """Whether a row has a column of those before, or nothing but what it is about."""
    known = {cell.column for one in rows for cell in one}
    return len(row) == 1 or any(cell.column and cell.column in known for cell in row)


class RowReader:
    """Finds the cells of rows: a header, and a unit that it adds, stands above its row in the source."""

    def __init__(self, article: Article) -> None:
        self._text = article.text
        self._places: list[int] = article.offsets.tolist()

    def row(self, block: Block) -> Row:
        """The cells of a row; where none has a header, all of it is one cell."""
        fields = [Span(*m.span()) for m in _FIELD.finditer(self._text, block.start, block.end)]
        cells: list[Cell] = []
        for field in fields:
            cell = self._cell(field, self._first(fields[0]))
            if cells and not cell.column:  # a comma inside of one
                cells[-1] = replace(cells[-1], own=Span(cells[-1].own.start, field.end))
            else:
                cells.append(cell if cells else replace(cell, column=()))
        return tuple(cells)

    def _first(self, field: Span) -> int:
        """Where the row begins in the source: with what it is about."""
        at = field.end - 1
        while at > field.start and self._places[at] - self._places[at - 1] == 1:
            at -= 1
        return self._places[at]

    def _cell(self, field: Span, first: int) -> Cell:
        own = [i for i in range(field.start, field.end) if self._places[i] >= first]
        begin, end = (own[0], own[-1] + 1) if own else (field.start, field.end)
        head = self._text[field.start : begin].rstrip("： ")
        last = field.start + len(head)
        column = (self._places[field.start], self._places[last - 1]) if head else ()
        return Cell(column, Span(field.start, last), Span(begin, end), Span(end, field.end))


def _table(rows: Sequence[Row]) -> Table:
    columns: list[Column] = [()]
    for row in rows:
        for before, cell in pairwise(row):
            if cell.column not in columns:
                columns.insert(columns.index(before.column) + 1, cell.column)
    told = tuple(tuple(_in(row, column) for column in columns) for row in rows)
    return Table(tuple(_head(cells) for cells in zip(*told, strict=True)), told)


def _in(row: Row, column: Column) -> Cell | None:
    return next((cell for cell in row if cell.column == column), None)


def _head(cells: Sequence[Cell | None]) -> Span | None:
    return next((cell.head for cell in cells if cell and len(cell.head)), None)
