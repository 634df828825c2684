"""Small files of every format, as programs write them."""

from __future__ import annotations

import io
from datetime import datetime

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

FOOTNOTES = f"""<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:t>不含流动人口。</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def saved(file: docx.document.Document) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def report() -> bytes:
    """A small report with all that people put into one."""
    file = docx.Document()
    about = file.core_properties
    about.title, about.author, about.created = (
        "Microsoft Word - 文档1",
        "林若溪",
        datetime(2024, 3, 5),
    )
    file.add_heading("青禾社区2023年度工作报告", 0)
    file.add_heading("一、基本情况", 1)
    noted = file.add_paragraph("青禾社区共有居民3260户。")
    noted.add_run()._r.append(parse_xml(f'<w:footnoteReference {nsdecls("w")} w:id="2"/>'))
    noted._p.append(
        parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>全年办活动45场。</w:t></w:r></w:ins>")
    )
    noted._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:t>删去的话。</w:t></w:r></w:del>"))
    file.add_paragraph("修缮道路2公里", style="List Number")
    file.add_paragraph("增设路灯30盏", style="List Number")
    file.add_heading("二、各站点", 1)
    table = file.add_table(3, 4)
    rows = (
        ("区", "站点", "员工数", "面积（平方米）"),
        ("东", "南门站", "22", "410"),
        ("", "北门站", "18", "365"),
    )
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    file.add_paragraph("# 这不是标题\t也不是表格")
    part = Part(
        PackURI("/word/footnotes.xml"), "application/xml", FOOTNOTES.encode(), file.part.package
    )
    file.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return saved(file)
