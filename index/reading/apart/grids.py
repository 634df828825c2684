"""A sheet's cells as headings, paragraphs and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import median_high

from index.errors import SourceError
from index.reading.written import Written

MAX_ROWS, MAX_COLUMNS = 200_000, 200
_NAME = 8  # characters at most of what a remark is called: 说明4
_FIGURE = re.compile(r"[-+±−]?[\d.,]+[%％‰]?")


def write_grid(out: Written, rows: Iterable[Sequence[str]], heads: int = 1) -> None:
    """Rows of one cell stand for themselves; a blank row ends a table. ``heads``: how many rows of
    headers the first table has, if any.

    Raises: SourceError.
    """
    table: list[Sequence[str]] = []
    for number, row in enumerate(rows):
        if number >= MAX_ROWS:
            raise SourceError(f"oversize: more than {MAX_ROWS:,} rows", hint="Split it.")
        cells = [cell.strip() for cell in row[:MAX_COLUMNS]]
        filled = sum(map(bool, cells))
        if filled > 1 or (filled and table):
            table.append(cells)
            continue
        _write(out, table, heads)
        table, heads = [], 1 if table else heads
        if filled:
            out.paragraph(next(filter(None, cells)))
    _write(out, table, heads)


def _write(out: Written, table: Sequence[Sequence[str]], heads: int) -> None:
    if not table:
        return
    start, end = _ends(table) if heads == 1 else (0, len(table))
    for row in table[:start]:
        out.paragraph(_line(row))
    _write_rows(out, table[start:end], heads)
    for row in table[end:]:
        out.paragraph(_line(row))


def _ends(table: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Where a table begins behind the lines above it, and where it ends before the remarks below it.

    Who made it, and until when it holds, fills fewer cells than its rows do; a remark leaves the
    columns of figures empty, which a sum does not.
    """
    filled = [sum(map(bool, row)) for row in table]
    usual = median_high(filled)
    start, end = 0, len(table)
    while start < end - 2 and 2 * filled[start] <= usual:
        start += 1
    figures = _figure_columns(table[start + 1 :])
    while end > start + 2 and filled[end - 1] < usual and _is_remark(table[end - 1], figures):
        end -= 1
    return start, end


def _figure_columns(rows: Sequence[Sequence[str]]) -> list[int]:
    columns = range(max(map(len, rows), default=0))
    return [i for i in columns if 2 * sum(_is_figure(row, i) for row in rows) > len(rows)]


def _is_figure(row: Sequence[str], column: int) -> bool:
    return column < len(row) and _FIGURE.fullmatch(row[column]) is not None


def _is_remark(row: Sequence[str], figures: Sequence[int]) -> bool:
    empty = sum(i >= len(row) or not row[i] for i in figures)
    return 2 * empty >= max(1, len(figures)) and not any(_is_figure(row, i) for i in figures)


def _line(row: Sequence[str]) -> str:
    first, *others = (cell for cell in row if cell)
    named = len(first) <= _NAME and "：" not in first
    return first + ("：" if named else "，") * bool(others) + "，".join(others)


def _write_rows(out: Written, table: Sequence[Sequence[str]], heads: int) -> None:
    used = [i for i in range(max(map(len, table))) if any(i < len(row) and row[i] for row in table)]
    rows = [[row[i] if i < len(row) else "" for i in used] for row in table]
    named = not any(_FIGURE.fullmatch(cell) for row in rows[:heads] for cell in row)
    out.table(rows, heads if named and len(rows) > heads else None)
