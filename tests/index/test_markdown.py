"""Markdown: marks off, code is none, front matter read, emphasis right beside hanzi."""

from __future__ import annotations

import pytest

from index.pages.articles import split
from index.reading.markup import plain
from index.records import Article, Source


def one(text: str, format: str = "md") -> Article:
    (article,) = split(Source(f"a.{format}", text, "", format=format))
    for char, at in zip(article.text, article.offsets.tolist(), strict=True):
        assert at < len(text)
        assert char == text[at] or not char.isalnum() or text[at] == "&"
    return article


def kinds(article: Article, kind: str) -> list[str]:
    return [article.text[b.start : b.end] for b in article.blocks if b.kind == kind]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("水位为**45**米。", "水位为45米。"),
        ("水位为**“45”**米。", "水位为“45”米。"),
        ("**注意：**水位45米。", "注意：水位45米。"),
        ("水位为__45__米，*约*五成。", "水位为45米，约五成。"),
        ("水位为***45***米。", "水位为45米。"),
        ("文件名为snake_case_name的表。", "文件名为snake_case_name的表。"),
        (r"面积为2\*3\*4，即24。", "面积为2*3*4，即24。"),
        ("水位为`45`米，命令为`` a`b ``。", "水位为45米，命令为a`b。"),
        ("水位[45米](http://a.example/x(1))，[见图][t]。\n\n[t]: http://b.example", "水位45米，见图。"),
        ("详见<https://a.example/x>。", "详见https://a.example/x。"),
        ("水位45米[^1]。\n\n[^1]: 昨日八时。", "水位45米。\n昨日八时。"),
        ("原价~~99~~79元。", "原价79元。"),
        ("水位&nbsp;45&lt;50米，<b>超</b>警。<br>预<script>alert(1)</script>警。", "水位45<50米，超警。\n预警。"),
        ("> 引用**一**句。\n> 又一句。", "引用一句。\n又一句。"),
        ("水位4�5米。", "水位45米。"),
    ],
)  # fmt: skip
def test_marks_are_taken_off(source: str, shown: str) -> None:
    assert one(source).text == shown


@pytest.mark.parametrize("fence", ["```", "~~~", "````"])
def test_nothing_in_a_fence_is_markdown(fence: str) -> None:
    code = "# 安装\nmake *all*\n[a](b)\n| 甲 | 乙 |"
    article = one(f"# 记录\n\n先说明。\n\n{fence}bash\n{code}\n{fence}\n\n后说明。\n")
    assert article.title == "记录"
    assert kinds(article, "heading") == []
    assert kinds(article, "code") == ["#安装", "make *all*", "[a](b)", "|甲|乙|"]


@pytest.mark.parametrize(
    ("matter", "author", "published"),
    [
        ("title: 季报\ndate: 2024-10-12\nauthor: 统计科\ntags: [供水, 抄表]", "统计科", "2024-10-12"),
        ('title: "季报"\ndate: 2024-10-12 08:30:00 +0800\nauthors:\n  - 甲科\n  - 乙科\ntags:\n- 供水',
         "甲科、乙科", "2024-10-12"),
        ("标题：季报\n日期：2024年10月12日\n作者：统计科\nlayout: post\ndraft: false", "统计科", "2024-10-12"),
        ("title: 季报\ndate: 02/03/2024", None, None),
    ],
)  # fmt: skip
def test_front_matter_is_about_the_text(
    matter: str, author: str | None, published: str | None
) -> None:
    article = one(f"---\n{matter}\n---\n\n日供水量为6万吨，服务人口20万人。\n")
    assert (article.title, article.author, article.published) == ("季报", author, published)
    for word in ("title", "tags", "date", "layout", "draft", "post", "---"):
        assert word not in article.text
    assert kinds(article, "paragraph") == ["日供水量为6万吨，服务人口20万人。"]


ROWS = [
    "南门店，销售额410万元，同比增长-8.8%，员工数22",
    "北门店，销售额96.5万元，同比增长2%，员工数7",
]
HEADS = ("门店", "销售额（万元）", "同比增长", "员工数")
BODY = (("南门店", "410", "-8.8%", "22"), ("北门店", "96.5", "2%", "7"))


def row_of(cells: tuple[str, ...], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


BOLD = [tuple(f"**{cell}**" for cell in row) for row in BODY]
HEAD_ROW, BODY_ROWS = row_of(HEADS, "td"), "".join(row_of(row, "td") for row in BODY)
NAMED_ROW = row_of(HEADS, "th")
UNCLOSED = "".join("<tr>" + "".join(f"<td>{c}" for c in row) for row in (HEADS, *BODY))
TABLES = {
    "pipes": ("md", "\n".join(f"| {' | '.join(row)} |" for row in (HEADS, ("--",) * 4, *BODY))),
    "bare pipes": ("md", "\n".join(" | ".join(row) for row in (HEADS, (":-:",) * 4, *BODY))),
    "bold cells": ("md", "\n".join(f"|{'|'.join(row)}|" for row in (HEADS, ("-",) * 4, *BOLD))),
    "th": ("html", f"<table>{NAMED_ROW}{BODY_ROWS}</table>"),
    "thead": ("html", f"<table><thead>{HEAD_ROW}</thead><tbody>{BODY_ROWS}</tbody></table>"),
    "td alone": ("html", f"<table border=1>{HEAD_ROW}{BODY_ROWS}</table>"),
    "unclosed": ("html", f"<table>{UNCLOSED}</table>"),
    "in Markdown": ("md", f"说明。\n\n<table>\n{NAMED_ROW}\n{BODY_ROWS}\n</table>"),
    "tabs": ("txt", "\n".join("\t".join(row) for row in (HEADS, *BODY))),
    "aligned": ("txt", "\n".join("    ".join(row) for row in (HEADS, *BODY))),
    "single spaces": ("txt", "\r\n".join(" ".join(row) for row in (HEADS, *BODY))),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_row_is_said_with_the_headers_of_its_columns(name: str) -> None:
    format, table = TABLES[name]
    article = one(table, format)
    assert kinds(article, "row") == ROWS
    start = article.text.index("员工数7")
    quotes = [table[s.start : s.end] for s in article.source_spans(start, start + 4)]
    assert "员工数" in quotes[0]
    assert "7" in quotes[-1]


def test_what_counts_the_rows_is_left_out_and_what_tells_them_apart_stays() -> None:
    counted = "| 序号 | 站点 | 人数 |\n|--|--|--|\n| 1 | 东门 | 12 |\n| 2 | 西门 | 30 |\n"
    assert kinds(one(counted, "md"), "row") == ["东门，人数12", "西门，人数30"]
    named = "| 编号 | 流量 | 结论 |\n|--|--|--|\n| P1 | 39.6 | 合格 |\n| P2 | 33.8 | 不合格 |\n"
    assert kinds(one(named, "md"), "row") == [
        "P1，流量39.6，结论：合格",
        "P2，流量33.8，结论：不合格",
    ]


def test_what_is_cited_of_a_row_holds_no_cell_of_the_rows_between_it_and_its_headers() -> None:
    table = (
        "| 项目 | 预算 | 谁管 |\n|---|---|---|\n| 布线 | 900元 | 老李 |\n| 搬运 | 300元 | 老王 |\n"
    )
    article = one(table, "md")
    start = article.text.index("搬运")
    quotes = [table[s.start : s.end] for s in article.source_spans(start, len(article.text))]
    assert quotes == ["搬运 | 300元 | 老王", "预算 | 谁管 "]


def test_a_unit_a_day_or_a_night_stays_whole() -> None:
    table = "| 级别 | 住宿（元/晚） | 餐补（元/天） |\n| -- | -- | -- |\n| 甲级 | 420 | 180 |\n"
    assert kinds(one(table, "md"), "row") == ["甲级，住宿420元/晚，餐补180元/天"]


def test_cells_that_reach_over_rows_and_columns() -> None:
    table = (
        "<table><tr><th rowspan=2>地区</th><th colspan=2>产量（吨）</th></tr><tr><th>去年</th><th>今年</th></tr>"
        "<tr><td>东乡</td><td>12</td><td>15</td></tr><tr><td>西乡</td><td colspan=2>停产</td></tr></table>"
    )
    rows = kinds(one(table, "html"), "row")
    assert rows == ["东乡，产量（吨）去年12，产量（吨）今年15", "西乡，产量（吨）去年：停产"]


def test_pairs_of_labels_and_values() -> None:
    table = "<table><tr><th>库容</th><td>1.35亿立方米</td></tr><tr><th>建成</th><td>1978年</td></tr></table>"
    assert kinds(one(table, "html"), "row") == ["库容：1.35亿立方米", "建成：1978年"]


@pytest.mark.parametrize(
    "text",
    [
        "图 书 馆 新 馆\n开 放 时 间 表\n每 天 八 时 起",
        "春眠不觉晓 处处闻啼鸟\n夜来风雨声 花落知多少\n白日依山尽 黄河入海流",
        "会议时间：3月1日\n会议地点：二楼\n参加人员：全体",
        "第一条 总则\n第二条 范围\n第三条 附则",
    ],
)
def test_lines_that_are_no_table_stay_as_they_are(text: str) -> None:
    assert kinds(one(text, "txt"), "row") == []
    assert plain(text, "txt").text == text
