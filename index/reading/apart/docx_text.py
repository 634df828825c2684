"""Word's ``.docx``: headings, paragraphs, numbered items, tables, footnotes, core properties."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import etree

from index.reading.apart.document import (
    Document,
    document,
    said_author,
    said_date,
    said_title,
)
from index.reading.apart.docx_numbers import Numbers
from index.reading.apart.packages import check_package
from index.reading.written import Written

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_TITLES = ("title", "标题", "文档标题")
_NOTES = (
    (qn("w:footnoteReference"), RELATIONSHIP_TYPE.FOOTNOTES, qn("w:footnote")),
    (qn("w:endnoteReference"), RELATIONSHIP_TYPE.ENDNOTES, qn("w:endnote")),
)
#: What a paragraph holds besides its text: what was deleted, and a text box, twice.
_LEFT_OUT = {
    qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent"), qn("w:pPr"), qn("w:rPr"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}  # fmt: skip
_CHARS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_P, _TBL, _TXBX = qn("w:p"), qn("w:tbl"), qn("w:txbxContent")
_WRAPS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:moveTo"), qn("w:customXml")}


def read_docx(data: bytes) -> Document:
    """Raises: SourceError, or whatever python-docx raises on a damaged file."""
    check_package(data, "word/document.xml")
    return _Reader(docx.Document(io.BytesIO(data))).read()


class _Reader:
    def __init__(self, file: Any) -> None:
        self._docx = file
        self._levels = {style.style_id: _level_of(style) for style in file.styles}
        self._numbers = Numbers(file)
        self._notes = {kind: _notes(file, *where) for kind, *where in _NOTES}
        self._noted = 0
        self._waiting: list[str] = []
        self._down = 0

    def read(self) -> Document:
        about, body = self._docx.core_properties, self._docx.element.body
        levels = [self._level(p) for p in _blocks(body) if p.tag == _P and _text(p).strip()]
        # One heading of the first level is the title; several are chapters, not articles.
        self._down = int(0 in levels or levels.count(1) > 1)
        titled = 0 in levels or levels.count(1) == 1
        title = said_title(about.title)
        author, made = said_author(about.author), about.created or about.modified
        self._out = Written(title="" if titled else title, author=author, date=said_date(made))

        for block in _blocks(body):
            self._block(block)
        return document(self._out, title)

    def _block(self, block: Any) -> None:
        if block.tag == _TBL:
            self._table(block)
        else:
            self._paragraph(block)
        notes, self._waiting = self._waiting, []
        for note in notes:
            self._noted += 1
            self._out.paragraph(f"注{self._noted}：{note}")

    def _paragraph(self, p: Any) -> None:
        text, level = self._said(p), self._level(p)
        number = self._numbers.of(p)
        if text.strip() and level >= 0:
            self._out.heading(number + text, level + self._down or 1)
        elif text.strip():
            self._out.paragraph(number + text.strip(), tight=bool(number))
        for box in p.iter(_TXBX):
            if not any(above.tag in _LEFT_OUT for above in box.iterancestors()):
                for block in _blocks(box):
                    self._block(block)

    def _level(self, p: Any) -> int:
        """0 is the document's title, 1 and more are headings, -1 anything else."""
        said = p.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if said is not None and said.get(qn("w:val"), "9").isdigit():
            level = int(said.get(qn("w:val")))
            return level + 1 if level < 9 else -1
        style = p.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return self._levels.get(style.get(qn("w:val")), -1) if style is not None else -1

    def _said(self, p: Any) -> str:
        """The text, its notes put by for the end of the block."""
        for kind, notes in self._notes.items():
            for mark in p.iter(kind):
                if note := notes.get(mark.get(qn("w:id"))):
                    self._waiting.append(note)
        return _text(p)

    def _table(self, table: Any) -> None:
        rows: list[list[str]] = []
        heads = 0
        above: dict[int, str] = {}
        for tr in table.iterchildren(qn("w:tr")):
            row, above = self._row(tr, above)
            if tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None and heads == len(rows):
                heads += 1
            rows.append(row)
        rows = [row for row in rows if any(row)]
        if max((len(row) for row in rows), default=0) < 2 or len(rows) == 1 == len(set(rows[0])):
            for row in rows:
                for cell in dict.fromkeys(row):
                    self._out.paragraph(cell)
        else:
            self._out.table(rows, heads or None)

    def _row(self, tr: Any, above: dict[int, str]) -> tuple[list[str], dict[int, str]]:
        """The text of each column; a cell merged over rows or columns stands in each of them."""
        row: list[str] = []
        below: dict[int, str] = {}
        cells = 0
        for tc in tr.iter(qn("w:tc")):
            if next(tc.iterancestors(qn("w:tr"))) is not tr:
                continue  # of a table in a cell
            cells += 1
            text = " ".join(filter(None, (self._said(p).strip() for p in tc.iter(_P))))
            merge = tc.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            if merge is not None and merge.get(qn("w:val")) != "restart":
                text = above.get(len(row), text)
            span = tc.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            width = span.get(qn("w:val"), "1") if span is not None else "1"
            for _ in range(min(100, int(width)) if width.isdigit() else 1):
                if merge is not None:
                    below[len(row)] = text
                row.append(text)
        return (row[:1] if cells == 1 else row), below


def _blocks(body: Any) -> Iterator[Any]:
    for child in body.iterchildren():
        if child.tag in (_P, _TBL):
            yield child
        elif child.tag in _WRAPS:
            yield from _blocks(child)


def _text(p: Any) -> str:
    return "".join(_pieces(p))


def _pieces(node: Any) -> Iterator[str]:
    for child in node.iterchildren():
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _CHARS:
            yield _CHARS[child.tag]
        elif child.tag == qn("w:r") and child.find(f"{qn('w:rPr')}/{qn('w:vanish')}") is not None:
            continue
        elif child.tag not in _LEFT_OUT and isinstance(child.tag, str):
            yield from _pieces(child)


def _notes(file: Any, relation: str, tag: str) -> dict[str, str]:
    """The notes by their id; the first two draw the line above them."""
    try:
        root = etree.fromstring(file.part.part_related_by(relation).blob, _parser())
    except KeyError:
        return {}
    return {
        note.get(qn("w:id")): " ".join(_text(p).strip() for p in note.iter(_P)).strip()
        for note in root.iter(tag)
        if note.get(qn("w:type")) is None
    }


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _level_of(style: Any) -> int:
    for _ in range(10):  # styles may be based on each other in a circle
        if style is None:
            break
        name = (style.name or "").strip().lower()
        if found := _HEADING.match(name):
            return int(found[1]) or 1
        if name in _TITLES:
            return 0
        style = getattr(style, "base_style", None)
    return -1
