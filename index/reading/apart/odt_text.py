"""OpenDocument's ``.odt``: headings, paragraphs, lists, tables, notes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from lxml import etree

from index.reading.apart.document import Document, document, said_author, said_date, said_title
from index.reading.apart.packages import check_package, open_zip
from index.reading.written import Written

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _OFFICE = (f"{{{_SPACE}{name}:1.0}}" for name in ("text", "table", "office"))
_META, _DC = f"{{{_SPACE}meta:1.0}}", "{http://purl.org/dc/elements/1.1/}"
_HIDDEN = {
    _OFFICE + "annotation",
    _TEXT + "tracked-changes",
    _TEXT + "note",
    _TEXT + "table-of-content",
}


def read_odt(data: bytes) -> Document:
    """Raises: SourceError, or whatever lxml raises on a damaged file."""
    check_package(data, "content.xml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with open_zip(data) as package:
        content = etree.fromstring(package.read("content.xml"), parser)
        about = (
            etree.fromstring(package.read("meta.xml"), parser)
            if "meta.xml" in package.namelist()
            else content
        )
    author = said_author(
        about.findtext(f".//{_META}initial-creator") or about.findtext(f".//{_DC}creator")
    )
    title, made = (
        said_title(about.findtext(f".//{_DC}title")),
        about.findtext(f".//{_META}creation-date"),
    )
    when = said_date(date.fromisoformat(made[:10])) if made and made[:4].isdigit() else ""
    out = Written(title=title, author=author, date=when)
    body = content.find(f".//{_OFFICE}text")
    if body is not None:
        _write(out, body, "")
    return document(out, title)


def _write(out: Written, node: Any, mark: str) -> None:
    for child in node.iterchildren():
        if child.tag == _TEXT + "h":
            level = child.get(_TEXT + "outline-level", "1")
            out.heading("".join(_said(child)), int(level) if level.isdigit() else 1)
        elif child.tag == _TEXT + "p":
            text = "".join(_said(child)).strip()
            out.paragraph(mark + text if text else "", tight=bool(mark))
            for note in child.iter(_TEXT + "note-body"):
                out.paragraph("注：" + "".join(_said(note)))
        elif child.tag == _TABLE + "table":
            rows = [list(_cells(row)) for row in child.iter(_TABLE + "table-row")]
            heads = sum(1 for _ in child.iterfind(f"{_TABLE}table-header-rows/{_TABLE}table-row"))
            out.table([row for row in rows if any(row)], heads or None)
        elif child.tag not in _HIDDEN and isinstance(child.tag, str):
            _write(out, child, "• " if child.tag == _TEXT + "list-item" else mark)


def _cells(row: Any) -> Iterator[str]:
    for cell in row.iterchildren(_TABLE + "table-cell", _TABLE + "covered-table-cell"):
        times = cell.get(_TABLE + "number-columns-repeated", "1")
        text = " ".join("".join(_said(p)) for p in cell.iter(_TEXT + "p", _TEXT + "h"))
        yield from [text] * min(100, int(times) if times.isdigit() else 1)


def _said(node: Any) -> Iterator[str]:
    yield node.text or ""
    for child in node.iterchildren():
        if child.tag in (_TEXT + "s", _TEXT + "tab"):
            yield " "
        elif child.tag == _TEXT + "line-break":
            yield "\n"
        elif child.tag not in _HIDDEN and isinstance(child.tag, str):
            yield from _said(child)
        yield child.tail or ""
