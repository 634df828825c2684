"""PowerPoint's ``.pptx``: slide by slide, its title, texts, tables and notes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import pptx

from index.reading.apart.document import Document, document, said_author, said_date, said_title
from index.reading.apart.packages import check_package
from index.reading.written import Written


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
    """From the top, and from the left."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if hasattr(shape, "shapes"):
            _write(out, shape.shapes)
        elif getattr(shape, "has_table", False):
            rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
            out.table(rows, 1 if shape.table.first_row else None)
        elif shape.has_text_frame:
            for paragraph in shape.text_frame.paragraphs:
                out.paragraph(paragraph.text, tight=paragraph.level > 0)
