"""Excel's ``.xlsx``: sheet by sheet, each row with the headers of its columns; values as displayed, not formulas."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.utils.cell import range_boundaries

from index.errors import SourceError
from index.reading.apart.document import Document, document, said_author, said_date, said_title
from index.reading.apart.grids import MAX_COLUMNS, write_grid
from index.reading.apart.packages import check_package
from index.reading.apart.sheet_values import shown
from index.reading.written import Written

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
#: More merged cells than these are a drawing.
_MOST_AREAS = 5_000


def read_xlsx(data: bytes) -> Document:
    """Raises: SourceError, or whatever openpyxl raises on a damaged file."""
    check_package(data, "xl/workbook.xml")
    with warnings.catch_warnings(action="ignore"):
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        about = book.properties
        title = said_title(about.title)
        author, made = said_author(about.creator), said_date(about.created)
        out = Written(title=title, author=author, date=made)
        sheets = [s for s in book.worksheets if s.sheet_state == "visible"]
        unknown = 0
        for sheet in sheets:
            merged = _Merged(sheet)
            unknown += merged.unknown
            rows = list(_rows(sheet, merged))
            if len(sheets) > 1 and any(map(any, rows)):
                out.heading(sheet.title, 2)
            write_grid(out, rows, merged.heads(rows))
    left = None
    if unknown:
        reason = f"formulas: {unknown:,} cells hold formulas without their values"
        left = SourceError(reason, hint="Open it in the program that made it, and save it again.")
    return document(out, title, left=left)


def _rows(sheet: Any, merged: _Merged) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what the file says about them may be untrue
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
        said = [shown(cell.value, getattr(cell, "number_format", "") or "") for cell in row]
        yield merged.filled(number, said)


class _Merged:
    """The merged cells of a sheet: what is written in the first of them stands for all.

    ``unknown`` counts the formulas whose values the file does not hold. A sheet that is read row by
    row knows of neither; its part is looked through for them.
    """

    def __init__(self, sheet: Any) -> None:
        self.unknown = 0
        self._areas: list[tuple[int, int, int, int]] = []
        self._said: dict[tuple[int, int, int, int], str] = {}
        with sheet.parent._archive.open(sheet._worksheet_path) as part:
            for _, element in etree.iterparse(
                part, tag=(f"{_MAIN}c", f"{_MAIN}mergeCell"), resolve_entities=False
            ):
                if element.tag == f"{_MAIN}c":
                    self.unknown += element.find(f"{_MAIN}f") is not None and not (
                        element.findtext(f"{_MAIN}v") or ""
                    )
                elif len(self._areas) < _MOST_AREAS:
                    left, top, right, bottom = range_boundaries(element.get("ref", "A1"))
                    self._areas.append((top, left, bottom, min(right, MAX_COLUMNS)))
                element.clear()
        self._ends = max((bottom for _, _, bottom, _ in self._areas), default=0)

    def filled(self, number: int, row: list[str]) -> list[str]:
        """A row with what merged cells say; a title over the whole table is said once."""
        if number > self._ends:
            return row
        alone = sum(map(bool, row)) == 1
        for area in self._areas:
            top, left, bottom, right = area
            if top <= number <= bottom and left <= len(row):
                if number == top:
                    self._said[area] = row[left - 1]
                if not (alone and number == top == bottom):
                    said = self._said.get(area, "")
                    row[left - 1 : right] = [cell or said for cell in row[left - 1 : right]]
        return row

    def heads(self, rows: Sequence[Sequence[str]]) -> int:
        """How many rows of headers the first table has: as many as its first cells reach down."""
        first = next((n for n, row in enumerate(rows, 1) if sum(map(bool, row)) > 1), 0)
        ends = [bottom for top, _, bottom, _ in self._areas if top == first]
        return min(4, max(ends, default=first) - first + 1)
