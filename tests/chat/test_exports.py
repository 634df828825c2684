"""A conversation as a Word document: its citations are real footnotes."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any

from docx import Document
from lxml import etree

from server.chat.export_docx import W, docx

QUOTE = "全市森林覆盖率达到\n55.06%。"


def citation(number: int, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "source": "forest.md",
        "article": "a",
        "title": "森林<城市>",
        "published": "2026-11-03",
        "start": 8,
        "end": 24,
        "quote": QUOTE,
        "sha256": "0",
        "url": None,
    } | more


def answered(question: str, text: str, *citations: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "question": question,
        "answer": text,
        "refused": False,
        "reason": "",
        "claims": [{"text": "55.06%。", "support": "full", "emphasis": [(0, 6)]}],
        "citations": list(citations),
        "changed": [],
    } | more


TALK = {
    "title": "森林 & 城市",
    "turns": [
        answered(
            "多少？", "55.06%。[1][2]", citation(1), citation(2, url="https://a.example/?a&b")
        ),
        answered(
            "后来呢？", "<b>55.06%。</b>[1]", citation(1, url="javascript:alert(1)"), changed=[1]
        ),
        answered("还有呢？", "没有说到。", refused=True, reason="文章没有\x07说。"),
    ],
}


def read(_: Any, c: Any) -> str:
    return str(c["quote"])


def test_docx_has_real_footnotes() -> None:
    data = docx(TALK, read)
    document = Document(BytesIO(data))
    said = [p.text for p in document.paragraphs]
    assert said[:2] == ["森林 & 城市", "多少？"]
    assert "文章没有说。" in said
    archive = zipfile.ZipFile(BytesIO(data))
    body = etree.fromstring(archive.read("word/document.xml"))
    referred = [e.get(f"{{{W}}}id") for e in body.iter(f"{{{W}}}footnoteReference")]
    notes = etree.fromstring(archive.read("word/footnotes.xml"))
    texts = {n.get(f"{{{W}}}id"): "".join(n.itertext()) for n in notes}
    assert referred == ["1", "2", "3"]
    assert set(texts) == {"-1", "0", *referred}
    for number in referred:
        assert "「全市森林覆盖率达到55.06%。」" in texts[number]
    assert "来源已变动" in texts["3"]
    assert "footnotes+xml" in archive.read("[Content_Types].xml").decode()


def test_our_own_reader_finds_the_footnotes_again() -> None:
    """A reader that was not written for these documents."""
    from index.reading.apart.docx_text import read_docx

    found = read_docx(docx(TALK, read))
    assert len(re.findall("全市森林覆盖率达到55.06%。", repr(found))) == 3
