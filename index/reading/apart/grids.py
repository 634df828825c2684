"""A sheet's cells as headings, paragraphs and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from index.errors import SourceError
from index.reading.written import Written

MAX_ROWS, MAX_COLUMNS = 200_000, 200
_FIGURE = re.compile(r"[-+±−]?[\d.,]+[%％‰]?")


def write_grid(out: Written, rows: Iterable[Sequence[str]]) -> None:
    """Rows of one cell stand for themselves; a blank row ends a table. Raises: SourceError."""
    table: list[Sequence[str]] = []
    for number, row in enumerate(rows):
        if number >= MAX_ROWS:
            raise SourceError(f"oversize: more than {MAX_ROWS:,} rows", hint="Split it.")
        cells = [cell.strip() for cell in row[:MAX_COLUMNS]]
        filled = sum(map(bool, cells))
        if filled > 1 or (filled and table):
            table.append(cells)
            continue
        _write(out, table)
        table = []
        if filled:
            out.paragraph(next(filter(None, cells)))
    _write(out, table)


def _write(out: Written, table: Sequence[Sequence[str]]) -> None:
    if not table:
        return
    used = [i for i in range(max(map(len, table))) if any(i < len(row) and row[i] for row in table)]
    rows = [[row[i] if i < len(row) else "" for i in used] for row in table]
    named = not any(_FIGURE.fullmatch(cell) for cell in rows[0])
    out.table(rows, 1 if named and len(rows) > 1 else None)


def written(value: object, form: str = "") -> str:
    """A cell's value as it is shown, more or less; ``form`` is the format of its numbers.

    >>> written(22.0), written(0.1234, "0.0%"), written(datetime(2024, 3, 5))
    ('22', '12.3%', '2024-03-05')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        if "%" in form:
            places = len(form.partition(".")[2].partition("%")[0]) if "." in form else 0
            return f"{100 * value:.{places}f}%"
        return str(int(value)) if value == int(value) else f"{value:.10g}"
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return value.isoformat() if isinstance(value, date | time) else str(value)
