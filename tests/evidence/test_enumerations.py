"""What announces items, and the items: by ordinals, by a colon, by the shape of lines."""

from __future__ import annotations

import numpy as np
import pytest

from index import Article, Block
from server.evidence.enumerations import Enumeration, enumeration, item_of


def article(*blocks: str) -> Article:
    """An article of these blocks; one that begins with ``#`` is a heading."""
    text = "\n".join(block.lstrip("#") for block in blocks)
    made, at = [], 0
    for block in blocks:
        size = len(block.lstrip("#"))
        made.append(Block("heading" if block.startswith("#") else "paragraph", at, at + size))
        at += size + 1
    return Article("a/0", "a", text, np.arange(len(text), dtype=np.int32), tuple(made))


def told(made: Article, found: Enumeration | None) -> list[str]:
    return [] if found is None else [made.text[a:b] for a, b in found.items]


@pytest.mark.parametrize(
    ("blocks", "items"),
    [
        (
            ["工厂靠三点。一是设备新。都是去年买的。二是人手足。三是离港口近。", "后来又扩建了。"],
            ["一是设备新。", "二是人手足。", "三是离港口近。"],
        ),
        (
            ["问题有两个：首先，仓库太小。", "其次，道路太窄，大车进不来。", "村里正在想办法。"],
            ["问题有两个：首先，仓库太小。", "其次，道路太窄，大车进不来。"],
        ),
        (
            ["会议决定：", "1.修渠。", "2.清淤。", "3.补种。", "会后各组分头落实。"],
            ["1.修渠。", "2.清淤。", "3.补种。"],
        ),
        (
            ["下列物品不得携带：", "打火机；", "鞭炮；", "汽油。", "违者没收。"],
            ["打火机；", "鞭炮；", "汽油。"],
        ),
    ],
)
def test_an_announcement_is_followed_until_its_items_end(
    blocks: list[str], items: list[str]
) -> None:
    made = article(*blocks)
    for item in items:
        assert told(made, enumeration(made, made.text.index(item))) == items


def test_sentences_that_end_alike_are_items_and_so_are_themes_inside_a_paragraph() -> None:
    echo = article(
        "渔业有难处：缺人手的难题。年轻人在外。缺资金的难题。贷款没到。缺冷库的难题。靠外县。"
    )
    assert len(told(echo, enumeration(echo, echo.text.index("缺资金")))) == 3
    themes = article(
        "近年来，江城的渔业发展很快。", "引进好苗种。要和农科院合作。",
        "建好冷链。要修两座冷库。加大投入。各地要拿出钱来。",
    )  # fmt: skip
    items = ["引进好苗种。", "建好冷链。", "加大投入。"]
    assert told(themes, enumeration(themes, themes.text.index("引进"))) == items


def test_what_explains_an_item_leads_to_its_enumeration() -> None:
    made = article("要办两件事。一是修渠。渠堵了三年。二是清淤。", "会后散了。")
    found = item_of(made, made.text.index("渠堵了"))
    assert found is not None
    assert (told(made, found[0]), found[1]) == (["一是修渠。", "二是清淤。"], 0)
    assert item_of(made, made.text.index("会后")) is None


def test_what_announces_the_items_leads_to_them() -> None:
    made = article("办证要带三样东西。", "一是身份证。", "二是照片。", "三是申请表。")
    assert len(told(made, enumeration(made, 0))) == 3


def test_the_sections_of_a_document_are_no_items() -> None:
    made = article(
        "一、会议听取了汇报。雨量偏多。", "各组都发了言。", "二、会议强调了纪律。", "三、散会。"
    )
    assert enumeration(made, 0) is None


@pytest.mark.parametrize(("lead", "count"), [("有三件事值得想想。", 3), ("有两件事值得想想。", 0)])
def test_headings_that_a_sentence_counts_are_items(lead: str, count: int) -> None:
    heads = [
        "#一、留现金。",
        "老人用得着。",
        "#二、慢涨价。",
        "摊主要喘口气。",
        "#三、留角落。",
        "农户要卖菜。",
    ]
    made = article("改造后，市场亮堂了。", lead, *heads, "#结语", "市场是客厅。")
    at = made.text.index(lead)
    assert told(made, enumeration(made, at)) == heads_of(heads)[:count]


def heads_of(blocks: list[str]) -> list[str]:
    return [block.lstrip("#") for block in blocks if block.startswith("#")]


@pytest.mark.parametrize(("lead", "count"), [("有十二件事值得想想。", 12), ("值得想想。", 0)])
def test_a_document_may_have_more_than_ten_sections(lead: str, count: int) -> None:
    blocks = [block for n in range(1, 13) for block in (f"#{n}.第{n}件事", "要想一想。")]
    made = article(lead, *blocks)
    assert len(told(made, enumeration(made, 0))) == count


def test_lines_that_only_look_alike_announce_nothing() -> None:
    made = article("#报名", "时间：周一至周五", "地点：二楼大厅", "联系人：小周")
    found = enumeration(made, made.text.index("地点"))
    assert found is not None
    assert not found.announced
