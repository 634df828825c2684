"""A table of a source is shown as a table, its cited cells marked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from index import Library, Span
from index.pages.tables import Table, tables
from server.web.viewing import Mark, ViewTable, clean_view

SHOPS = """# 月报

各店如下。

| 门店 | 销售额（万元） | 备注 |
|---|---|---|
| 南店 | 12.5 | 停水，停电 |
| 北店 |  | 无 |
| 西店 | 8 |  |

以上。
"""


def shown(library: Library, name: str, *marked: str) -> list[str | list[str]]:
    """The blocks' texts, and tables as rows; what is marked stands in brackets."""
    source = library.source(name)
    spans = [(source.text.index(text), len(text)) for text in marked]
    marks = [Mark(n, Span(at, at + long)) for n, (at, long) in enumerate(spans, 1)]

    def text(runs: object) -> str:
        return "".join(f"[{r.text}]" if r.mark else r.text for r in runs)  # type: ignore[attr-defined]

    view = clean_view(library.articles_of(name)[0], marks)
    return [
        [" | ".join(map(text, row)) for row in (block.heads, *block.rows)]
        if isinstance(block, ViewTable)
        else text(block.runs)
        for block in view
    ]


def test_rows_are_a_table(open_library: Callable[..., Library]) -> None:
    library = open_library()
    library.add_text("月报.md", SHOPS.encode())
    _, before, table, after = shown(library, "月报.md")
    assert (before, after) == ("各店如下。", "以上。")
    assert table == [
        " | 销售额 | 备注",
        "南店 | 12.5万元 | 停水，停电",
        "北店 |  | 无",
        "西店 | 8万元 | ",
    ]


def test_a_header_is_marked_once_and_a_unit_with_its_figure(
    open_library: Callable[..., Library],
) -> None:
    library = open_library()
    library.add_text("月报.md", SHOPS.encode())
    table = shown(library, "月报.md", "南店 | 12.5", "门店 | 销售额（万元）")[2]
    assert table[:3] == [" | [销售额] | 备注", "[南店] | [12.5万元] | 停水，停电", "北店 |  | 无"]


def test_tables_with_other_headers_are_apart(open_library: Callable[..., Library]) -> None:
    library = open_library()
    two = "| 门店 | 人数 |\n|---|---|\n| 南店 | 12人 |\n\n| 仓库 | 面积 |\n|---|---|\n| 东仓 | 90亩 |\n"
    library.add_text("两表.md", f"# 两表\n\n{two}".encode())
    tables = [one for one in shown(library, "两表.md") if isinstance(one, list)]
    assert tables == [[" | 人数", "南店 | 12人"], [" | 面积", "东仓 | 90亩"]]


def test_rows_without_headers_stay_lines(open_library: Callable[..., Library]) -> None:
    library = open_library()
    rows = "<tr><th>电话</th><td>5521</td></tr><tr><th>地址</th><td>南路9号</td></tr>"
    library.add_text("名片.html", f"<h1>名片</h1><p>如下。</p><table>{rows}</table>".encode())
    assert shown(library, "名片.html")[-2:] == ["电话：5521", "地址：南路9号"]


def test_all_that_is_said_of_a_row_stands_in_its_table(
    open_library: Callable[..., Library],
) -> None:
    library = open_library()
    library.update([Path(__file__).parents[1] / "gold" / "office"])
    articles = [a for source in library.sources(0, 100) for a in library.articles_of(source.name)]
    found = [(a, table) for a in articles for table in tables(a) if isinstance(table, Table)]
    assert len(found) > 3
    for article, table in found:
        for row in table.rows:
            cells = sorted((c for c in row if c), key=lambda c: c.head.start)
            parts = [span for c in cells for span in (c.head, c.own, c.unit)]
            said = "".join(article.text[span.start : span.end] for span in parts)
            whole = article.text[parts[0].start : parts[-1].end]
            assert re.sub("[，：]", "", said) == re.sub("[，：]", "", whole)
