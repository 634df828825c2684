"""A sheet's cells as headings, paragraphs and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.errors import SourceError
from index.reading.written import Written

MAX_ROWS, MAX_COLUMNS = 200_000, 200
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
    used = [i for i in range(max(map(len, table))) if any(i < len(row) and row[i] for row in table)]
    rows = [[row[i] if i < len(row) else "" for i in used] for row in table]
    named = not any(_FIGURE.fullmatch(cell) for row in rows[:heads] for cell in row)
    out.table(rows, heads if named and len(rows) > heads else None)
