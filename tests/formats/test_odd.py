"""Odd but ordinary: merged cells, formats of figures, charts, groups, old encodings, attachments."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pptx
import pytest
from formats.made import report
from formats.test_docx import source
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from index import Skipped, Source
from index.pages.articles import split
from index.reading import find_files, read


def sales() -> openpyxl.Workbook:
    """Headers in two rows, a title over all columns, regions over several rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["2024年销售表"],
        ["区域", "门店", "上半年", None, "占比", "更新"],
        [None, None, "一季度", "二季度"],
        ["东区", "南门店", 1234567.5, 2000, 0.1234, datetime(2024, 3, 5)],
        [None, "北门店", -1500, 3000.456, 0.5, datetime(2024, 3, 6, 8, 30)],
        ["合计", "全部", "=SUM(C4:C5)", 5000.5],
    ):
        sheet.append(row)
    for area in ("A1:F1", "C2:D2", "A2:A3", "B2:B3", "E2:E3", "F2:F3", "A4:A5"):
        sheet.merge_cells(area)
    for cell, form in (
        ("C4", "#,##0.00"),
        ("C5", '"¥"#,##0;[Red]-"¥"#,##0'),
        ("D5", "0.0"),
        ("E4", "0.00%"),
        ("E5", "0%"),
        ("F4", 'yyyy"年"m"月"d"日"'),
    ):
        sheet[cell].number_format = form
    return book


def saved(file: openpyxl.Workbook | pptx.presentation.Presentation) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def test_a_sheet_reads_as_it_is_displayed(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(saved(sales()))
    item, told = read(path, name=path.name)
    assert isinstance(item, Source)
    assert item.text.split("---\n\n", 1)[1].split("\n") == [
        "2024年销售表",
        "",
        "区域\t门店\t上半年\t上半年\t占比\t更新",
        "区域\t门店\t一季度\t二季度\t占比\t更新",
        "---\t---\t---\t---\t---\t---",
        "东区\t南门店\t1,234,567.50\t2000\t12.34%\t2024年3月5日",
        "东区\t北门店\t-¥1,500\t3000.5\t50%\t2024-03-06 08:30",
        "合计\t全部\t\t5000.5\t\t",
    ]
    (article,) = split(item)
    assert "上半年二季度3000.5" in article.text.replace("，", "").replace("：", "")
    # The sum was never worked out: who reads must know.
    assert isinstance(told, Skipped)
    assert (told.kind, told.kept) == ("formulas", True)


def test_times_and_numbers_that_begin_with_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["班次", "时长", "编号"], ["早班", timedelta(hours=26, minutes=5), 7]):
        book.active.append(row)
    book.active["C2"].number_format = "000"
    assert "早班\t26:05\t007" in source(saved(book), tmp_path, "表.xlsx").text


def slides() -> bytes:
    file = pptx.Presentation()
    slide = file.slides.add_slide(file.slide_layouts[6])

    def box(shapes: object, text: str, left: float, top: float) -> None:
        shape = shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1))  # type: ignore[attr-defined]
        shape.text_frame.text = text

    box(slide.shapes, "下面右", 5, 3.98)
    box(slide.shapes, "下面左", 1, 4)
    group = slide.shapes.add_group_shape()
    box(group.shapes, "组里右", 5, 2)
    box(group.shapes, "组里左", 2, 2)
    figures = CategoryChartData()
    figures.categories = ["一季度", "二季度"]
    figures.add_series("销量", (120, 135.5))
    where = (Inches(1), Inches(5), Inches(4), Inches(1))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *where, figures).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "各季销量"
    table = slide.shapes.add_table(3, 2, Inches(1), Inches(6.5), Inches(4), Inches(1)).table
    for r, row in enumerate((("区", "店"), ("东", "南门店"), ("", "北门店"))):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    return saved(file)


def test_slides_are_read_row_by_row_with_their_charts(tmp_path: Path) -> None:
    assert source(slides(), tmp_path, "讲.pptx").text == (
        "组里左\n\n组里右\n\n下面左\n\n下面右\n\n各季销量\n\n\t销量\n---\t---\n一季度\t120\n二季度\t135.5\n\n"
        "区\t店\n---\t---\n东\t南门店\n东\t北门店"
    )


MAIL = (
    "From: =?gb2312?B?1tzT6LCy?= <a@example.org>\r\nSubject: =?utf-8?B?5YGc5rC0?=\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset={}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
)


@pytest.mark.parametrize("charset", ["gb2312", "unknown-8bit", "utf-8"])
def test_a_mail_that_misnames_its_encoding_is_read(tmp_path: Path, charset: str) -> None:
    body = "同意，3月8日停水，由朱镕镕通知。\r\n\r\n> 请确认停水的时间。\r\n".encode("gbk")
    data = MAIL.format(charset).encode() + body + b"\r\n--b--\r\n"
    assert "由朱镕镕通知。\n\n> 请确认停水的时间。" in source(data, tmp_path, "信.eml").text


def test_what_is_attached_to_a_mail_is_read(tmp_path: Path) -> None:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["Subject"], mail["From"] = "年报", "a@example.org"
    mail.set_content("见附件。")
    for name, data in (
        ("报告.docx", report()),
        ("坏.docx", b"PK"),
        ("说明.txt", "南门店。".encode()),
    ):
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    (tmp_path / "信.eml").write_bytes(mail.as_bytes())
    items = [item for item in read(tmp_path / "信.eml", name="信.eml") if isinstance(item, Source)]
    assert [(item.name, item.format) for item in items] == [
        ("信.eml", "eml"),
        ("信.eml#报告.docx", "docx"),
        ("信.eml#说明.txt", "txt"),
    ]
    assert "附件：报告.docx、坏.docx、说明.txt" in items[0].text
    assert "南门站\t22\t410" in items[1].text


@pytest.mark.parametrize("name", ["旧.doc", "旧.xls", "旧.PPT"])
def test_files_of_before_2007_are_told_in_a_folder_and_in_a_zip(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    (item,) = find_files(tmp_path)
    assert isinstance(item, Skipped)
    assert item.kind == "old"
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as package:
        package.writestr(name, b"x")
        package.writestr("a.txt", "话。")
    told = [i for i in read(tmp_path / "包.zip", name="包.zip") if isinstance(i, Skipped)]
    assert [skipped.kind for skipped in told] == ["old"]


def test_a_sheet_whose_merged_cells_have_no_end_is_read(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(sales()))) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'ref="A4:A5"', b'ref="A4:XFD1048576"'))
    (tmp_path / "表.xlsx").write_bytes(data.getvalue())
    item, _ = read(tmp_path / "表.xlsx", name="表.xlsx")
    assert isinstance(item, Source)
    assert "东区\t南门店\t1,234,567.50" in item.text
    assert len(item.text) < 5000
