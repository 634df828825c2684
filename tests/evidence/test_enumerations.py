"""What announces items, and the items: by ordinals, by a colon, by the shape of lines."""

from __future__ import annotations

import numpy as np
import pytest

from index import Article, Block
from server.evidence.enumerations import Enumeration, enumeration


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


def test_what_announces_the_items_leads_to_them() -> None:
    made = article("办证要带三样东西。", "一是身份证。", "二是照片。", "三是申请表。")
    assert len(told(made, enumeration(made, 0))) == 3


def test_the_sections_of_a_document_are_no_items() -> None:
    made = article(
        "一、会议听取了汇报。雨量偏多。", "各组都发了言。", "二、会议强调了纪律。", "三、散会。"
    )
    assert enumeration(made, 0) is None


def test_lines_that_only_look_alike_announce_nothing() -> None:
    made = article("#报名", "时间：周一至周五", "地点：二楼大厅", "联系人：小周")
    found = enumeration(made, made.text.index("地点"))
    assert found is not None
    assert not found.announced
