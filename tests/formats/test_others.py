"""Sheets, slides, OpenDocument, books, RTF, mail and zips of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pptx
import pytest
from formats.made import report
from formats.test_docx import compound, found, source

from index import Library, Skipped, Source
from index.pages.articles import split
from index.reading import SUFFIXES, read


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def book() -> bytes:
    file = openpyxl.Workbook()
    sheet = file.active
    sheet.title = "各店"
    sheet.append(["青禾超市2023年各店情况"])
    for row in (
        ["门店", "开业", "员工数", "占比"],
        ["南门店", date(2019, 5, 1), 22, 0.55],
        ["北门店", datetime(2021, 3, 8), 18.0, 0.45],
    ):
        sheet.append(row)
    sheet["D3"].number_format = sheet["D4"].number_format = "0.0%"
    file.create_sheet("空")
    file.create_sheet("说明").append(["数据由林若溪整理。"])
    file.create_sheet("藏").sheet_state = "hidden"
    file["藏"].append(["不给人看。"])
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def show() -> bytes:
    file = pptx.Presentation()
    file.core_properties.author = "周予安"
    slide = file.slides.add_slide(file.slide_layouts[1])
    slide.shapes.title.text = "防汛准备"
    slide.placeholders[1].text = "已备沙袋3200只。\n值守人员46名。"
    slide.notes_slide.notes_text_frame.text = "沙袋数以仓库为准。"
    table = file.slides.add_slide(file.slide_layouts[6]).shapes.add_table(2, 2, 0, 0, 9, 9).table
    for r, row in enumerate((("泵站", "台数"), ("东渠", "5"))):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


ODT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">
<office:body><office:text>
<text:h text:outline-level="1">防汛预案</text:h><text:p>备有<text:span>沙袋</text:span>3200只。
<text:note><text:note-body><text:p>以仓库为准。</text:p></text:note-body></text:note></text:p><text:list><text:list-item><text:p>东渠先开闸</text:p>
</text:list-item></text:list><table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>泵站</text:p>
</table:table-cell><table:table-cell><text:p>台数</text:p></table:table-cell></table:table-row></table:table-header-rows>
<table:table-row><table:table-cell><text:p>东渠</text:p></table:table-cell><table:table-cell><text:p>5</text:p></table:table-cell>
</table:table-row></table:table></office:text></office:body></office:document-content>"""


def odt() -> bytes:
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ODT})


OPF = """<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>渔港旧事</dc:title>
<dc:creator>林若溪</dc:creator><dc:date>2020-06-01</dc:date></metadata><manifest><item id="b" href="text/b.xhtml"/>
<item id="a" href="text/%E7%94%B2.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/>
<itemref idref="a"/></spine></package>"""
CONTAINER = '<container><rootfiles><rootfile full-path="OPS/c.opf"/></rootfiles></container>'


def epub(**more: str) -> bytes:
    page = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><h1>{}</h1><p>{}</p></body></html>'
    return packed(
        {
            "META-INF/container.xml": CONTAINER,
            "OPS/c.opf": OPF,
            "OPS/text/甲.xhtml": page.format("第一章", "码头建于1932年。"),
            "OPS/text/b.xhtml": page.format("第二章", "渔船共有55条。"),
            **more,
        }
    )


def rtf() -> bytes:
    said = "".join(f"\\u{ord(c)}?" for c in "沙袋3200只。")
    gbk = "".join(f"\\'{b:02x}" for b in "东渠".encode("gbk"))
    row = f"\\trowd\\cellx100\\cellx200 {gbk}\\cell 5\\cell\\row\n"
    return f"{{\\rtf1\\ansi\\ansicpg936 {said}\\par\n{row}{row}\\pard {gbk}\\par}}".encode()


def mail() -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = (
        "停水通知",
        "青禾水务 <a@example.org>",
        "全体住户",
    )
    message["Date"] = "Tue, 05 Mar 2024 08:00:00 +0800"
    message.set_content("3月8日9时至17时停水。\n\n请提前储水。\n")
    message.add_alternative("<p>3月8日9时至17时停水。</p>", subtype="html")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="范围图.pdf")
    return message.as_bytes()


#: What made it stands above the headers, a remark below the sum.
FRAMED = (
    "2025年价目,,,\n制表：后勤处,执行日期：3月1日,,\n类别,品名,学生价(元),教工价(元)\n"
    "早餐,豆浆,1.5,2.0\n午餐,素面,6,8\n合计,,7.5,10\n说明1,工本费10元,,补卡15元\n"
).encode()
CSV = '门店;员工数;面积（平方米）\r\n南门店;22;410\r\n"北门;店";18;365\r\n'.encode("gb18030")

WRITTEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "表.xlsx": (
        book,
        "## 各店\n\n青禾超市2023年各店情况\n\n门店\t开业\t员工数\t占比\n---\t---\t---\t---\n"
        "南门店\t2019-05-01\t22\t55.0%\n"
        "北门店\t2021-03-08\t18\t45.0%\n\n## 说明\n\n数据由林若溪整理。",
    ),
    "讲.pptx": (
        show,
        "## 防汛准备\n\n已备沙袋3200只。\n\n值守人员46名。\n\n"
        "备注：沙袋数以仓库为准。\n\n泵站\t台数\n---\t---\n东渠\t5",
    ),
    "案.odt": (
        odt,
        "# 防汛预案\n\n备有沙袋3200只。\n\n注：以仓库为准。\n• 东渠先开闸\n\n泵站\t台数\n---\t---\n东渠\t5",
    ),
    "书.epub": (
        epub,
        "---\ntitle: 渔港旧事\nauthor: 林若溪\ndate: 2020-06-01\n---\n\n"
        "## 第一章\n\n码头建于1932年。\n\n## 第二章\n\n渔船共有55条。",
    ),
    "文.rtf": (rtf, "沙袋3200只。\n\n东渠\t5\n东渠\t5\n\n东渠"),
    "信.eml": (
        mail,
        "---\ntitle: 停水通知\nauthor: 青禾水务\ndate: 2024-03-05\n---\n"
        "收件人：全体住户\n\n3月8日9时至17时停水。\n\n请提前储水。\n\n附件：范围图.pdf",
    ),
    "表.csv": (
        lambda: CSV,
        "门店\t员工数\t面积（平方米）\n---\t---\t---\n南门店\t22\t410\n北门;店\t18\t365",
    ),
    "价目.csv": (
        lambda: FRAMED,
        "2025年价目\n\n制表：后勤处，执行日期：3月1日\n\n"
        "类别\t品名\t学生价(元)\t教工价(元)\n---\t---\t---\t---\n"
        "早餐\t豆浆\t1.5\t2.0\n午餐\t素面\t6\t8\n合计\t\t7.5\t10\n\n说明1：工本费10元，补卡15元",
    ),
    "表.tsv": (lambda: "甲\t1\n乙\t2\n".encode("utf-8-sig"), "甲\t1\n乙\t2"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_file_is_written_out_as_it_reads(tmp_path: Path, name: str) -> None:
    make, text = WRITTEN[name]
    item = source(make(), tmp_path, name)
    said = item.text
    if name.endswith((".xlsx", ".pptx")):  # the program's own date of today, or the author
        said = said.split("---\n\n", 1)[-1] if said.startswith("---") else said
    assert said == text
    assert split(item)


def test_rows_of_a_sheet_keep_their_headers(tmp_path: Path) -> None:
    (article,) = split(source(book(), tmp_path, "表.xlsx"))
    rows = [article.text[b.start : b.end] for b in article.blocks if b.kind == "row"]
    assert rows[1] == "北门店，开业2021-03-08，员工数18，占比45.0%"


def test_every_suffix_is_taken() -> None:
    assert {
        f".{name}"
        for name in ["pdf", "docx", "xlsx", "pptx", "odt", "epub", "rtf", "eml", "csv", "zip"]
    } <= set(SUFFIXES)


# ---- zips --------------------------------------------------------------------------------------


def items(data: bytes, folder: Path, name: str = "包.zip", **how: int) -> list[Source | Skipped]:
    path = folder / name
    path.write_bytes(data)
    return list(read(path, name=name, **how))


def test_a_zip_s_files_are_sources(tmp_path: Path) -> None:
    data = packed(
        {
            "年报/报告.docx": report(),
            "a.md": "# 题\n\n话。",
            "photo.heic": b"x",
            "__MACOSX/._a.md": b"x",
        }
    )
    assert {item.name for item in items(data, tmp_path)} == {"包.zip#年报/报告.docx", "包.zip#a.md"}


def test_names_of_windows_are_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("中文.txt", "话。")
    data = out.getvalue().replace("中文".encode(), "中文x".encode("gbk") + b"y")
    data = data.replace(b"\x14\x00\x00\x08", b"\x14\x00\x00\x00")
    assert [item.name for item in items(data, tmp_path)] == ["包.zip#中文xy.txt"]


def traversing() -> bytes:
    return packed({"../../etc/坏.txt": "话。", "/abs.txt": "话。", "好.txt": "好话。"})


def test_a_zip_cannot_lead_out_of_itself(tmp_path: Path) -> None:
    found_items = items(traversing(), tmp_path)
    assert [i.name for i in found_items if isinstance(i, Source)] == ["包.zip#好.txt"]
    assert [i.kind for i in found_items if isinstance(i, Skipped)] == ["name", "name"]


def test_a_zip_in_a_zip_is_told(tmp_path: Path) -> None:
    data = packed({"内.zip": packed({"a.txt": "话。"}), "b.txt": "话。"})
    kinds = [i.kind if isinstance(i, Skipped) else "read" for i in items(data, tmp_path)]
    assert kinds == ["nested", "read"]


def test_one_large_file_in_a_zip_spoils_no_other(tmp_path: Path) -> None:
    data = packed({"大.txt": "大" * 2000, "小.txt": "小。"})
    kinds = [
        i.kind if isinstance(i, Skipped) else "read" for i in items(data, tmp_path, max_bytes=3000)
    ]
    assert kinds == ["oversize", "read"]


def test_a_file_in_a_zip_can_be_had(open_library: Callable[..., Library]) -> None:
    library, data = open_library(), report()
    library.add_text("包.zip", packed({"报告.docx": data, "a.txt": "甲说了话。"}))
    assert library.original(library.source("包.zip#报告.docx")) == data
    library.delete("包.zip")
    assert library.count() == 0
    assert library.catalogue.upload("包.zip") is None


# ---- broken ------------------------------------------------------------------------------------


def with_flag(data: bytes) -> bytes:
    """As if a password were needed."""
    return data.replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    )


def overstated() -> bytes:
    """A sheet that says it has a million columns, and has one cell."""
    ours = io.BytesIO(book())
    parts = {}
    with zipfile.ZipFile(ours) as package:
        for name in package.namelist():
            parts[name] = package.read(name)
    key = "xl/worksheets/sheet1.xml"
    parts[key] = parts[key].replace(b'ref="A1:D4"', b'ref="A1:XFD1048576"')
    return packed(parts)


LOCKED = '<encryption><CipherReference URI="OPS/text/b.xhtml"/></encryption>'
BROKEN: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a sheet cut short": ("a.xlsx", lambda: book()[:2000], "corrupt"),
    "a sheet that is a document": ("a.xlsx", report, "corrupt"),
    "slides that are a sheet": ("a.pptx", book, "corrupt"),
    "a sheet with a password": (
        "a.xlsx",
        lambda: compound("EncryptedPackage"),
        "encrypted",
    ),
    "a text that is a zip bomb": (
        "a.odt",
        lambda: packed({"content.xml": b"<a>" + b"0" * 90_000_000}),
        "oversize",
    ),
    "a text of broken marks": ("a.odt", lambda: packed({"content.xml": "<office"}), "corrupt"),
    "a book that is locked": (
        "a.epub",
        lambda: epub(**{"META-INF/encryption.xml": LOCKED}),
        "encrypted",
    ),
    "a book without contents": (
        "a.epub",
        lambda: packed({"META-INF/container.xml": "<a/>"}),
        "corrupt",
    ),
    "a web page called rtf": ("a.rtf", lambda: b"<html>", "corrupt"),
    "a mail that is none": ("a.eml", lambda: b"\x00\x01\x02" * 50, "corrupt"),
    "an empty sheet": ("a.csv", lambda: b" \n,,\n", "empty"),
    "a picture called csv": (
        "a.csv",
        lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 9,
        "binary",
    ),
    "a zip cut short": ("a.zip", lambda: traversing()[:60], "corrupt"),
    "a zip with a password": ("a.zip", lambda: with_flag(packed({"a.txt": "话。"})), "encrypted"),
    "a zip bomb": (
        "a.zip",
        lambda: packed({f"{n}.txt": b"0" * 10_000_000 for n in range(25)}),
        "oversize",
    ),
    "a zip of what nobody reads": ("a.zip", lambda: packed({"a.heic": b"x"}), "empty"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_skipped_with_its_reason(tmp_path: Path, name: str) -> None:
    file, make, kind = BROKEN[name]
    data = make()
    item = found(data, tmp_path, file)
    assert isinstance(item, Skipped), item
    assert item.kind == kind, item


def test_a_sheet_may_say_that_it_is_endless(tmp_path: Path) -> None:
    assert "北门店" in source(overstated(), tmp_path, "表.xlsx").text


def test_a_folder_of_good_and_broken_files_is_read_to_its_end(
    tmp_path: Path, open_library: Callable[..., Library]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, (make, _) in WRITTEN.items():
        (folder / name).write_bytes(make())
    for number, (file, make, _) in enumerate(BROKEN.values()):
        (folder / f"{number}{file}").write_bytes(make())
    done = open_library().update([folder])
    assert done.added == len(WRITTEN)
    assert len(done.skipped) >= len(BROKEN)
    assert not any(skipped.unseen for skipped in done.skipped)
