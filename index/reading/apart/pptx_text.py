"""PowerPoint's ``.pptx``: slide by slide, its title, texts, tables and notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import pptx

from index.reading.apart.document import Document, document, said_author, said_date, said_title
from index.reading.apart.packages import check_package
from index.reading.apart.sheet_values import shown
from index.reading.written import Written

#: Shapes whose tops differ by less, in EMU (a quarter of an inch), stand side by side.
_LEVEL = 228_600


def read_pptx(data: bytes) -> Document:
    """Raises: SourceError, or whatever python-pptx raises on a damaged file."""
    check_package(data, "ppt/presentation.xml")
    show = pptx.Presentation(io.BytesIO(data))
    about = show.core_properties
    title = said_title(about.title)
    author, made = said_author(about.author), said_date(about.created or about.modified)
    out = Written(title=title, author=author, date=made)
    for slide in show.slides:
        if slide._element.get("show") == "0":
            continue
        head = slide.shapes.title
        if head is not None and head.text_frame.text.strip():
            out.heading(head.text_frame.text, 2)
        _write(out, [shape for shape in slide.shapes if head is None or shape != head])
        notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
        if notes is not None and notes.text.strip():
            out.paragraph("备注：" + notes.text)
    return document(out, title)


def _write(out: Written, shapes: Iterable[Any]) -> None:
    """From the top, and from the left where they stand side by side."""
    for shape in _in_order(shapes):
        if hasattr(shape, "shapes"):
            _write(out, shape.shapes)
        elif getattr(shape, "has_table", False):
            rows = [list(_cells(row)) for row in shape.table.rows]
            out.table(rows, 1 if shape.table.first_row else None)
        elif getattr(shape, "has_chart", False):
            _chart(out, shape.chart)
        elif shape.has_text_frame:
            for paragraph in shape.text_frame.paragraphs:
                out.paragraph(paragraph.text, tight=paragraph.level > 0)


def _in_order(shapes: Iterable[Any]) -> list[Any]:
    rows: list[list[Any]] = []
    for shape in sorted(shapes, key=lambda shape: shape.top or 0):
        if rows and (shape.top or 0) - (rows[-1][0].top or 0) < _LEVEL:
            rows[-1].append(shape)
        else:
            rows.append([shape])
    return [shape for row in rows for shape in sorted(row, key=lambda shape: shape.left or 0)]


def _cells(row: Any) -> Iterator[str]:
    """What merged cells say stands in each of them."""
    for cell in row.cells:
        spanned = cell.is_spanned
        yield _origin(cell).text if spanned else cell.text


def _origin(cell: Any) -> Any:
    rows = list(cell._tc.tbl.tr_lst)
    r = next(i for i, tr in enumerate(rows) if cell._tc in tr.tc_lst)
    c = list(rows[r].tc_lst).index(cell._tc)
    while c and rows[r].tc_lst[c].hMerge:
        c -= 1
    while r and rows[r].tc_lst[c].vMerge:
        r -= 1
    return type(cell)(rows[r].tc_lst[c], cell._parent)


def _chart(out: Written, chart: Any) -> None:
    """Its figures as a table: a row for each category."""
    if chart.has_title and chart.chart_title.has_text_frame:
        out.paragraph(chart.chart_title.text_frame.text)
    for plot in chart.plots:
        series = list(plot.series)
        names = [str(one) for one in plot.categories]
        rows = [["", *(one.name or "" for one in series)]]
        for i, name in enumerate(names):
            rows.append(
                [name, *(shown(v[i]) if i < len(v := one.values) else "" for one in series)]
            )
        if len(rows) > 1 and series:
            out.table(rows, 1)
