"""Word files: what they show becomes a text that can be cited; broken ones are skipped, told why."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import nsdecls
from formats.made import report, saved

from index import Library, Skipped, Source
from index.pages.articles import split
from index.reading import read
from index.reading.apart.readers import CONVERTERS
from index.reading.apart.worker import answer


def found(data: bytes, folder: Path, name: str = "报告.docx") -> Source | Skipped:
    path = folder / name
    path.write_bytes(data)
    (item,) = read(path, name=name)
    if path.suffix in CONVERTERS and data:
        # The process apart says what is read here, too.
        said, _ = answer({"suffix": path.suffix}, data)
        told = item.text if isinstance(item, Source) else item.reason
        assert (said["parts"][0]["text"] if "parts" in said else said["error"]) == told
    return item


def source(data: bytes, folder: Path, name: str = "报告.docx") -> Source:
    item = found(data, folder, name)
    assert isinstance(item, Source), item
    return item


def test_a_report_is_written_out_as_it_reads(tmp_path: Path) -> None:
    assert source(report(), tmp_path).text == (
        "---\nauthor: 林若溪\ndate: 2024-03-05\n---\n\n"
        "# 青禾社区2023年度工作报告\n\n## 一、基本情况\n\n青禾社区共有居民3260户。全年办活动45场。\n\n"
        "注1：不含流动人口。\n1. 修缮道路2公里\n2. 增设路灯30盏\n\n## 二、各站点\n\n"
        "区\t站点\t员工数\t面积（平方米）\n东\t南门站\t22\t410\n东\t北门站\t18\t365\n\n # 这不是标题 也不是表格"
    )


def test_the_same_bytes_give_the_same_text(tmp_path: Path) -> None:
    data = report()
    assert source(data, tmp_path) == source(data, tmp_path)


def test_a_report_is_one_article_whose_rows_keep_their_headers(tmp_path: Path) -> None:
    read_source = source(report(), tmp_path)
    (article,) = split(read_source)
    assert (article.title, article.author) == ("青禾社区2023年度工作报告", "林若溪")
    assert article.published == "2024-03-05"
    rows = [b for b in article.blocks if b.kind == "row"]
    said = [article.text[b.start : b.end] for b in rows]
    assert said[1] == "东，站点：北门站，员工数18，面积365平方米"
    quoted = [
        read_source.text[s.start : s.end] for s in article.source_spans(rows[1].start, rows[1].end)
    ]
    assert any("北门站\t18\t365" in quote for quote in quoted)
    kinds = {article.text[b.start : b.end]: b.kind for b in article.blocks}
    assert kinds["2.增设路灯30盏"] == "paragraph"
    assert kinds["#这不是标题也不是表格"] != "title"


def test_a_title_over_a_table_is_none_of_its_rows(tmp_path: Path) -> None:
    file = docx.Document()
    table = file.add_table(4, 3)
    for cells, row in zip(
        list(table.rows)[1:],
        (("站点", "员工", "夜班"), ("甲站", "5", "5"), ("无", "无", "无")),
        strict=True,
    ):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    table.cell(0, 0).text = "各站人数"
    table.cell(0, 0).merge(table.cell(0, 2))
    item = source(saved(file), tmp_path)
    assert item.text == "各站人数\n\n站点\t员工\t夜班\n甲站\t5\t5\n无\t无\t无"
    (article,) = split(item)
    assert "甲站，员工5，夜班5" in article.text


def test_several_chapters_are_no_articles(tmp_path: Path) -> None:
    file = docx.Document()
    for name in ("第一章 总则", "第二章 管理"):
        file.add_heading(name, 1)
        file.add_paragraph("各单位应当遵守本办法的规定，不得违反。")
    assert len(split(source(saved(file), tmp_path))) == 1


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * 400_000_000)
    return out.getvalue()


def nested() -> bytes:
    """Entities that stand for ever more of each other."""
    ours = report()
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    head = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "哈哈哈哈">{entities}]>'
    body = f"<w:document {nsdecls('w')}><w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body></w:document>"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ours)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, head + body if name == "word/document.xml" else old.read(name))
    return out.getvalue()


def compound(stream: str) -> bytes:
    """As Word writes it before 2007, or today under a password."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + stream.encode("utf-16-le")


BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut short": (lambda: report()[:3000], "corrupt"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"0" * 99, "corrupt"),
    "nothing": (lambda: b"", "empty"),
    "no words": (lambda: saved(docx.Document()), "empty"),
    "a password": (lambda: compound("EncryptedPackage"), "encrypted"),
    "of before 2007": (lambda: compound("WordDocument"), "old"),
    "a bomb": (bomb, "oversize"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_skipped_with_its_reason(tmp_path: Path, name: str) -> None:
    make, kind = BROKEN[name]
    item = found(make(), tmp_path)
    assert isinstance(item, Skipped)
    assert item.kind == kind, item
    assert item.hint


def test_entities_are_not_blown_up(tmp_path: Path) -> None:
    item = found(nested(), tmp_path)
    assert isinstance(item, Skipped)
    assert item.kind == "corrupt"


# ---- in a library ------------------------------------------------------------------------------


def test_a_library_takes_it_from_a_folder_and_gives_the_file_back(
    tmp_path: Path, open_library: Callable[..., Library]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "报告.docx").write_bytes(report())
    (folder / "坏.docx").write_bytes(b"PK")
    library = open_library()
    done = library.update([folder])
    assert (done.added, [s.path for s in done.skipped]) == (1, ["坏.docx"])
    stored = library.source("报告.docx")
    assert library.original(stored) == (folder / "报告.docx").read_bytes()
    (folder / "报告.docx").write_bytes(b"another")
    assert library.original(stored) is None


def test_an_upload_is_kept_deleted_and_had_back(open_library: Callable[..., Library]) -> None:
    library, data = open_library(), report()
    library.add_text("报告.docx", data)
    assert library.original(library.source("报告.docx")) == data
    library.update([], rebuild=True)
    assert library.original(library.source("报告.docx")) == data
    removed = library.take_out("报告.docx")
    assert library.catalogue.upload("报告.docx") is None
    library.put_back(removed)
    assert library.original(library.source("报告.docx")) == data
