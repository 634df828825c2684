"""Conversations to keep outside: a Word document, each citation a real footnote.

python-docx reads and writes documents but knows no footnotes; their part is made here, as
ECMA-376 (WordprocessingML, 17.11) has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from server.chat.export import Read, about_of, one_line, reason_of
from server.chat.fragments import Fragment, answer_fragments

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
#: What XML cannot hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def docx(found: Mapping[str, Any], read: Read) -> bytes:
    """A conversation to keep."""
    from docx import Document

    document = Document()
    notes = _Footnotes()
    title = _plain(found["title"])
    document.core_properties.title = title[:255]
    document.core_properties.author = ""
    document.add_heading(title, 0)
    for answer in found["turns"]:
        document.add_heading(_plain(answer["question"]), 1)
        for line in answer_fragments(answer):
            paragraph = document.add_paragraph()
            for fragment in line:
                _add(paragraph, fragment, answer, notes, read)
        if reason := reason_of(answer):
            document.add_paragraph(_plain(reason))
    notes.attach(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _add(
    paragraph: Any, fragment: Fragment, answer: Mapping[str, Any], notes: _Footnotes, read: Read
) -> None:
    c = fragment.citation
    if c is None:
        paragraph.add_run(_CONTROL.sub("", fragment.text)).bold = fragment.stressed or None
        return
    note = "（来源已变动）" if c["number"] in answer["changed"] else ""
    place = f"{c['source']}:{c['start']}-{c['end']}"
    text = f"{about_of(c)} {place}{note} 「{one_line(read(answer, c))}」"
    notes.refer(paragraph, _plain(text))
    if fragment.joined:
        paragraph.add_run(f"（原文分在{fragment.joined}处）")


def _plain(text: str) -> str:
    return _CONTROL.sub("", one_line(text))


class _Footnotes:
    """The notes of a document, in the order in which they are referred to."""

    def __init__(self) -> None:
        from lxml import etree

        self._etree = etree
        self._root = etree.Element(f"{{{W}}}footnotes", nsmap={"w": W})
        # Word wants these two to be there: the line above the notes, and above what goes on.
        for number, kind in ((-1, "separator"), (0, "continuationSeparator")):
            note = self._note(number)
            note.set(f"{{{W}}}type", kind)
            self._run(self._sub(note, "p"), kind)
        self._count = 0

    def refer(self, paragraph: Any, text: str) -> None:
        """A reference at the end of a paragraph, and the note that it leads to."""
        self._count += 1
        line = self._sub(self._note(self._count), "p")
        self._run(line, "footnoteRef")
        written = self._sub(self._sub(line, "r"), "t")
        written.text = f" {text}"
        written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run = paragraph.add_run()
        run.font.superscript = True
        self._sub(run._r, "footnoteReference").set(f"{{{W}}}id", str(self._count))

    def attach(self, document: Any) -> None:
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        xml = self._etree.tostring(
            self._root, xml_declaration=True, encoding="UTF-8", standalone=True
        )
        main = document.part
        part = Part(PackURI("/word/footnotes.xml"), _PART, xml, main.package)
        main.relate_to(part, _RELATION)

    def _note(self, number: int) -> Any:
        note = self._sub(self._root, "footnote")
        note.set(f"{{{W}}}id", str(number))
        return note

    def _run(self, line: Any, sign: str) -> None:
        """A run of one sign, raised where it is a number."""
        run = self._sub(line, "r")
        if sign == "footnoteRef":
            raised = self._sub(self._sub(run, "rPr"), "vertAlign")
            raised.set(f"{{{W}}}val", "superscript")
        self._sub(run, sign)

    def _sub(self, parent: Any, name: str) -> Any:
        return self._etree.SubElement(parent, f"{{{W}}}{name}")
