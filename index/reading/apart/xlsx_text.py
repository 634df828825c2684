"""Excel's ``.xlsx``: sheet by sheet, each row with the headers of its columns; values, not formulas."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Any

import openpyxl

from index.reading.apart.document import Document, document, said_author, said_date, said_title
from index.reading.apart.grids import MAX_COLUMNS, write_grid, written
from index.reading.apart.packages import check_package
from index.reading.written import Written


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
        for sheet in sheets:
            rows = list(_rows(sheet))
            if len(sheets) > 1 and any(map(any, rows)):
                out.heading(sheet.title, 2)
            write_grid(out, rows)
    return document(out, title)


def _rows(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what the file says about them may be untrue
    for row in sheet.iter_rows(max_col=MAX_COLUMNS):
        yield [written(cell.value, getattr(cell, "number_format", "") or "") for cell in row]
