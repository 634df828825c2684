"""Figures, times and quoted words: each rule of ``server.verify.figures`` by what it decides."""

from __future__ import annotations

import pytest

from server.verify.figures import missing_fact
from server.verify.statement import Statement
from server.verify.support import judge


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        # the value is there, counted in something else
        ("该厂去年生产钢材120吨。", "该厂去年生产钢材120件。"),
        # the table knows neither unit: what follows the figures differs
        ("仓库里存了12坛老酒，没有开封。", "仓库里存了12罐老酒，没有开封。"),
        # only the figures stand elsewhere, none of them in the place of another
        ("东门票价12元。", "东门票价2元，西门票价12元。"),
        ("东门售票11,200张。", "东门售票1200张，西门售票11200张。"),
        # they changed places, among other words
        ("票价由12元一路涨到2元。", "票价由2元涨到12元。"),
        # a title that shares a character with the source's
        ("展览名为《看见》，免费开放。", "展览名为《遇见》，免费开放。"),
        # a time that the sentence lacks, and one that it names of something else
        ("去年小镇来了900名游客。", "小镇来了900名游客。"),
        (
            "小镇的游客去年增加了两成，店铺都开门。",
            "去年修了路，今年小镇的游客增加了两成，店铺都开门。",
        ),
    ],
)
def test_another_figure_time_or_title_is_refused(claim: str, quote: str) -> None:
    assert judge(claim, [Statement(quote)]).support == "none"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("村里种了30畦菜。", "村里种了30 畦菜。"),
        ("全县一共有1096个村，村村通了公路。", "全县一共有1,096个村，村村通了公路。"),
        ("GTA6推迟发售，喜欢它的玩家还要再等一年。", "GTA 6推迟发售，喜欢它的玩家还要再等一年。"),
        ("3）教练被解雇，球队换了人。", "教练被解雇，球队换了人。"),
    ],
)
def test_the_same_figure_in_another_dress_is_borne(claim: str, quote: str) -> None:
    assert judge(claim, [Statement(quote)]).support != "none"


def test_a_latin_name_may_stand_just_before() -> None:
    claim = "ModelQ新款一次能跑500公里。"
    for before, borne in (("厂家昨天发布了ModelQ。", True), ("厂家昨天发布了车。", False)):
        assert (judge(claim, [Statement(claim[6:], before)]).support != "none") is borne


SAID = "全镇新修了三条水渠，水闸也换了。"


@pytest.mark.parametrize(
    ("statement", "borne"),
    [
        (Statement(SAID, "2024年的账已经算清。"), True),
        (Statement(SAID, "2023年的账已经算清。"), False),
        (Statement(SAID), False),
        (Statement(SAID, "2024年修了路，2023年架了桥。"), False),  # the last one goes on
        (Statement(SAID, above="2024年水利账"), True),
        (Statement(SAID, "水利站算了账。", above="2024年水利账"), False),
        (Statement(SAID, "2024年的账已经算清。" + "村里人都来看热闹，" * 13), True),
        (Statement(SAID, "2024年的账已经算清。" + "村里人都来看热闹，" * 20), False),  # too far off
        (Statement(f"2023年，{SAID}", "2024年的账已经算清。"), False),  # it has a year of its own
        (Statement(SAID, "2024年的账已经算清，5月又算了一次。"), True),  # a month is no year
    ],
)
def test_a_date_may_stand_just_before_what_has_none(statement: Statement, borne: bool) -> None:
    assert missing_fact("2024年", statement) == ("" if borne else "fact: 2024年")
    assert (judge(f"2024年，{SAID}", [statement]).support != "none") is borne
