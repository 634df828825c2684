"""Nouns, names and times in another's place are found; other words for the same are none."""

from __future__ import annotations

import pytest

from server.text.facts import missing
from server.verify.exchanged import exchanges
from server.verify.statement import Statement
from server.verify.support import judge

SOURCE = (
    "青石桥镇文化站站长周竹青说，去年竹编作坊的销售额比今年多，作坊在杭州、湖州两地都有展厅，"
    "镇里为木雕作坊修了一座仓库。"
)


@pytest.mark.parametrize(
    ("claim", "name"),
    [
        ("白水桥镇文化站站长周竹青说，去年竹编作坊的销售额比今年多。", True),
        ("青石桥镇文化站站长刘建国说，去年竹编作坊的销售额比今年多。", True),
        ("去年木雕作坊的销售额比今年多。", False),  # what stands elsewhere in the sentence
        ("作坊在宁波、湖州两地都有展厅。", True),
        ("镇里为竹编作坊修了一座仓库。", False),
    ],
)
def test_what_stands_in_another_place_is_found(claim: str, name: bool) -> None:
    found = exchanges(claim, [Statement(SOURCE)])
    assert found
    assert any(exchange.name for exchange in found) >= name
    assert judge(claim, [Statement(SOURCE)]).support == "none"


@pytest.mark.parametrize(
    "claim",
    [
        "青石桥镇文化站站长周竹青表示，去年竹编作坊的销售额比今年多。",
        "镇里给木雕作坊建了一座仓库。",
        "该作坊在杭州、湖州两地都有展厅。",
        "海豚跃出了水面。",
        SOURCE,
    ],
)
def test_other_words_for_the_same_are_no_exchange(claim: str) -> None:
    assert not exchanges(claim, [Statement(SOURCE)])


def test_figures_that_changed_places_are_found_whatever_sentence_was_laid_beside() -> None:
    source = [
        Statement("下行速度最高可以达到10 Gbps，上行速度最高可以达到3.87Gbps，支持双卡。"),
        Statement("上行速度最高可以达到10Gbps的是另一款。"),
    ]
    assert (
        judge("下行速度最高可以达到3.87 Gbps，上行速度最高可以达到10Gbps。", source).support
        == "none"
    )


@pytest.mark.parametrize(
    ("claim", "quote", "borne"),
    [
        ("GTA6推迟发售", "GTA 6的发售时间推迟", True),
        ("SurfaceBook很薄", "Surface Book 很薄", True),
        ("element-ui好看", "elementUI好看", True),
        ("A7核心", "A75核心", False),
        ("ES3219芯片", "ES9219芯片", False),
        ("3)教练被解雇", "教练被解雇", True),
        ("解雇3名教练", "教练被解雇", False),
    ],
)
def test_a_latin_name_may_be_parted_otherwise(claim: str, quote: str, borne: bool) -> None:
    assert (not missing(claim, [quote])) is borne
