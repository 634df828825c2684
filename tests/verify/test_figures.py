"""Figures, times and quoted words: each rule of ``server.verify.figures`` by what it decides."""

from __future__ import annotations

import pytest

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
