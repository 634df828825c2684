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


def found(claim: str, *sources: str) -> list[tuple[str, str, bool]]:
    exchanged = exchanges(claim, [Statement(source) for source in sources])
    return [(one.claim, one.source, one.name) for one in exchanged]


def test_an_exchange_names_both_words_and_whether_either_is_a_name() -> None:
    assert found("作坊在宁波、湖州两地都有展厅。", SOURCE) == [("宁波", "杭州", True)]
    assert found("镇里为竹编作坊修了一座仓库。", SOURCE) == [("竹编", "木雕", False)]


@pytest.mark.parametrize(
    ("claim", "source", "exchange"),
    [
        # it begins a clause that is not the source's first
        ("竹编作坊开了两家书店", "去年修了路，木雕作坊开了两家书店", ("竹编", "木雕", False)),
        # what both say in between is left out
        (
            "城东的小学上个月修了一座仓库",
            "城西的中学上个月修了一座仓库",
            ("城东小学", "城西中学", True),
        ),
        # names and long words are others although they share a character
        ("作坊在嘉兴办了展厅", "作坊在绍兴办了展厅", ("嘉兴", "绍兴", True)),
        ("镇里修了一座图书馆", "镇里修了一座博物馆", ("图书馆", "博物馆", False)),
        # times are no nouns
        ("镇里在春天修了一座仓库", "镇里在去年修了一座仓库", ("春天", "去年", False)),
    ],
)
def test_nouns_names_and_times_are_exchanged(
    claim: str, source: str, exchange: tuple[str, str, bool]
) -> None:
    assert found(claim, source) == [exchange]


def test_a_clause_is_laid_beside_the_statement_that_holds_most_of_it() -> None:
    other = "镇里的木雕作坊今年开了两家书店，生意很好。"
    claim = "镇里的木雕作坊今年开了两家餐馆，生意很好。"
    assert found(claim, SOURCE, other) == found(claim, other) == [("餐馆", "书店", False)]
    # What any of them says word by word is no exchange.
    assert found("作坊在杭州、湖州两地都有展厅。", other, SOURCE) == []


@pytest.mark.parametrize(
    "claim",
    [
        "村里的医生昨天在西渡口遇到一位摆渡的老人",
        "水边站着的医生昨天在西渡口遇到两位旧友",  # letters here and there hold nothing
    ],
)
def test_where_little_is_held_nothing_is_exchanged(claim: str) -> None:
    assert found(claim, "水利站的船工昨天在西渡口修好了两条旧木船") == []


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("农机", "农业机械"),  # short for it
        ("群众", "居民"),  # used for it
        ("这些学校", "村里小学"),  # points at it
        ("渔船", "船只"),  # a character in common
        ("因此", "于是"),  # no nouns
        ("因此", "木雕"),
        ("木雕", "因此"),
        ("河边", "去年"),  # a time in the place of no time
        ("去年", "河边"),
        ("去年底", "去年年底"),  # the same time
        ("甲", "乙"),  # one letter
        ("县里新盖的那座老年活动中心", "小学"),  # as long as that another thing is said
        ("小学", "县里新盖的那座老年活动中心"),
    ],
)
def test_what_may_stand_for_the_other_is_no_exchange(said: str, held: str) -> None:
    assert (
        found(f"镇里上个月把{said}放在一座新的仓库里", f"镇里上个月把{held}放在一座新的仓库里")
        == []
    )
