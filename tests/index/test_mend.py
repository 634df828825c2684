"""Which torn end goes on in which paragraph."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.pages.blocks import RawBlock
from index.pages.mend import (
    _HEADLESS,
    MAX_TAILS,
    _assignment,
    _cut,
    _evidence,
    _is_prose,
    _is_tail,
    _Join,
    _join,
    _Page,
    _pairs,
    mend,
)

PLACES = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(10, 15)), st.floats(3, 12, width=16), max_size=9
)


@given(PLACES)
@settings(deadline=None)
def test_the_joins_are_the_best_there_are(places: dict[tuple[int, int], float]) -> None:
    joins = [_Join(tail, head, score) for (tail, head), score in places.items()]
    chosen = _assignment(joins)
    assert _fits(chosen)
    every = (some for n in range(len(joins) + 1) for some in combinations(joins, n))
    assert _sum(chosen) == max(_sum(some) for some in every if _fits(some))


def _fits(joins: list[_Join] | tuple[_Join, ...]) -> bool:
    """One head a tail, and one tail a head."""
    return len({j.tail for j in joins}) == len({j.head for j in joins}) == len(joins)


def _sum(joins: list[_Join] | tuple[_Join, ...]) -> float:
    return sum(join.score for join in joins)


def test_of_very_many_torn_ends_the_surest_are_joined_first() -> None:
    def chosen(others: int) -> list[_Join]:
        at_odds = [_Join(0, 1, 5.0), _Join(0, 2, 4.0), _Join(3, 1, 4.0)]
        rest = [_Join(10 + 2 * i, 11 + 2 * i, 3.0) for i in range(others)]
        return [join for join in _assignment([*at_odds, *rest]) if join.tail < 10]

    assert chosen(MAX_TAILS - 2) == [_Join(0, 2, 4.0), _Join(3, 1, 4.0)]
    assert chosen(MAX_TAILS - 1) == [_Join(0, 1, 5.0)]


# -- what may go on, and in what


def piece(text: str, kind: str = "paragraph", level: int = 0) -> RawBlock:
    return RawBlock(text, np.arange(len(text), dtype=np.int32), kind, level, text)


OPEN = "候鸟归来，海边湿地今年新增滩涂四十五公顷，需要构建技"
GOES_ON = "术、资本和人才的网络，请各位放心。"
HEADLINE = piece("湿地变大", "heading")


@pytest.mark.parametrize(
    ("kind", "level", "text", "tail"),
    [
        ("paragraph", 0, OPEN, True),
        ("heading", 0, OPEN, True),
        ("heading", 0, "湿地变大", True),
        ("heading", 2, OPEN, False),  # its markup says that it is whole
        ("caption", 0, OPEN, False),
        ("paragraph", 0, "灌溉水渠", False),
        ("paragraph", 0, OPEN + "术。", False),
    ],
)
def test_what_may_stop_in_mid_sentence(kind: str, level: int, text: str, tail: bool) -> None:
    assert _is_tail(piece(text, kind, level)) == tail


@pytest.mark.parametrize(
    ("kind", "text", "prose"),
    [
        ("paragraph", OPEN, True),
        ("heading", OPEN, True),  # a short half looks like one
        ("caption", OPEN, False),
        ("paragraph", OPEN[:19], False),
        ("paragraph", OPEN.replace("，", ""), False),
    ],
)
def test_what_is_running_text(kind: str, text: str, prose: bool) -> None:
    assert _is_prose(piece(text, kind)) == prose


@pytest.mark.parametrize(
    "text",
    ["，他说", "的路", "了三年", "为，肺", "房山。", "》里", "%的"],
)
def test_no_sentence_begins_with_these(text: str) -> None:
    assert _HEADLESS.match(text)


@pytest.mark.parametrize("text", ["了解到", "了却心愿", "了结此案", "一、分工", "3、分工", "甲方"])
def test_a_sentence_may_begin_with_these(text: str) -> None:
    assert not _HEADLESS.match(text)


def torn(*pieces: RawBlock) -> _Page:
    return _Page(list(pieces), True)


END = piece("路修好了，明天通车。")
ENDED = piece("镇里今年新修了三条灌溉水渠，总长度超过十二公里。")
FAR = piece(OPEN), HEADLINE, END, piece(GOES_ON)
COMMA = "候鸟归来，海边湿地今年新增滩涂四十五公顷，护堤"


def test_nothing_goes_on_in_itself() -> None:
    page = torn(HEADLINE, piece("的" + OPEN), END)
    assert page.heads(1) == [2]


def test_only_in_a_torn_text_does_a_paragraph_go_on_far_away() -> None:
    captions = [piece("图为湿地。", "caption")] * 3
    pieces = [piece(OPEN), *captions, piece(GOES_ON), HEADLINE, *[END] * 9]
    assert _Page(pieces, False).heads(0) == [4, 6, 7]
    assert _Page(pieces, True).heads(0) == [4, *range(6, 15)]
    assert _join(_Page(list(FAR), True), 0, 3)
    assert not _join(_Page(list(FAR), False), 0, 3)


def test_only_a_word_that_is_cut_in_two_shows_that_a_far_paragraph_goes_on() -> None:
    quoted = piece("候鸟归来，海边湿地今年新增滩涂，守护人说：“今年")
    rest = piece("雨多，水也多”，他指着远处的滩涂说。")
    assert _cut([quoted, rest], 0, 1)
    assert not _cut([quoted, HEADLINE, END, rest], 0, 3)
    assert _cut(list(FAR), 0, 3)
    assert not _join(torn(quoted, HEADLINE, END, rest), 0, 3)
    short = piece("候鸟归来，这"), HEADLINE, END, piece("里水多，湿地大。")
    assert not _join(torn(*short), 0, 3)  # a word of two characters may be chance


@pytest.mark.parametrize(
    ("tail", "head", "goes_on"),
    [
        (OPEN, GOES_ON, True),  # a word cut in two
        (COMMA, "的人多了，候鸟归来的日子近了。", True),
        (COMMA, "爸，晚上见。", False),  # may be all that was said
        (COMMA, "通过。", False),
        ("总部设在北京的海边日报，今天发了一条消息，共", "，晴。", True),
        (COMMA, "水站里的人说，湿地变大。", False),
        ("候鸟归来，护堤", "的人多了，水也多了。", False),  # too short for running text
    ],
)
def test_what_a_neighbour_goes_on_with(tail: str, head: str, goes_on: bool) -> None:
    joined = _join(_Page([piece(tail), piece(head)], False), 0, 1)
    assert (joined is not None) == goes_on


def test_of_a_torn_text_neighbours_have_to_speak_of_the_same() -> None:
    same = "今天下午，湿地新增滩涂，候鸟归来，护堤的人多了。海边湿地今年新增滩涂四十五公顷。"
    other = "今天下午，面包房重新开张，街坊们排了很长的队，炉火烧得很旺，孩子们都来了，店主高兴。"
    tail = COMMA + "的人说，今年雨多，湿地新增滩涂，候鸟归来"
    assert _join(torn(piece(tail), piece(same)), 0, 1)
    assert not _join(torn(piece(tail), piece(other)), 0, 1)
    assert not _join(torn(piece(tail), END, piece(same)), 0, 2)  # a neighbour's alone


def test_a_short_end_needs_a_torn_text() -> None:
    short, rest = piece("候鸟归来，需要构建技"), piece(GOES_ON)
    assert _join(torn(short, rest), 0, 1)
    assert not _join(_Page([short, rest], False), 0, 1)


def test_a_headline_may_end_openly_before_what_begins_as_a_sentence() -> None:
    headline = piece(COMMA, "heading")
    said = piece("候鸟归来，湿地新增滩涂四十五公顷，护堤的水站里的人说，海边湿地今年又新增了滩涂。")
    assert not _join(torn(headline, said), 0, 1)
    assert _join(torn(piece(COMMA), said), 0, 1)
    assert _join(torn(headline, piece("的" + said.text)), 0, 1)
    cut = piece("候鸟归来，海边湿地今年新增滩涂四十五公顷，护堤队正在讨论数", "heading")
    assert _join(torn(cut, piece("量和质量的关系，候鸟的数量比去年多，护堤队还在讨论。")), 0, 1)


def test_a_line_that_ends_in_the_word_its_neighbour_begins_with_goes_before_it() -> None:
    line, rest = piece("走进海边水站", "heading"), piece("水站，机器正在转，工人们都在。")
    for pieces, t, h in (([line, rest], 0, 1), ([rest, line], 1, 0)):
        joined = _join(torn(*pieces), t, h)
        assert joined
        assert joined.drop == 2
        assert not _join(_Page(pieces, False), t, h)
    assert not _join(torn(line, END, rest), 0, 2)  # not beside it
    assert not _join(torn(piece("海边水站", "heading"), rest), 0, 1)  # no clause
    assert not _join(torn(piece("走进海边", "heading"), rest), 0, 1)
    assert not _join(torn(line, piece("水站里机器正在转，工人们都在。")), 0, 1)


def test_what_begins_like_a_text_of_its_own_goes_on_less_likely() -> None:
    for sign in "“（(《【「□■—3A":
        page = torn(piece("候鸟归来，护堤"), piece(f"{sign}今天，晴。"), piece("今天，晴。"))
        assert _evidence(page, 0, 1, 0.0) == _evidence(page, 0, 2, 0.0) - 3.0


def test_what_cannot_begin_a_sentence_goes_on_more_likely() -> None:
    page = torn(piece("候鸟归来，护堤"), piece("的今天，晴。"), piece("今天，晴。"))
    assert _evidence(page, 0, 1, 0.0) == _evidence(page, 0, 2, 0.0) + 2.0


def test_what_three_paragraphs_speak_of_counts_and_no_more() -> None:
    texts = [piece(word) for word in ("候鸟", "滩涂", "堤坝", "水渠")]
    assert _pairs(texts, 0, 1) == {"候鸟", "滩涂", "堤坝"}
    assert _pairs(texts, 3, -1) == {"水渠", "堤坝", "滩涂"}
    assert _pairs([texts[0], HEADLINE, texts[1]], 0, 1) == {"候鸟"}
    assert _pairs([HEADLINE, texts[0]], 0, 1) == {"湿地", "地变", "变大", "候鸟"}


def test_nothing_is_put_together_where_most_lines_stop_in_mid_sentence() -> None:
    def first(*others: RawBlock) -> str:
        return mend([piece(OPEN), piece(GOES_ON), *others])[0].text

    assert first(ENDED, ENDED) == OPEN + GOES_ON
    assert first(ENDED, piece(OPEN)) == OPEN


# -- carrying out


def mended(*texts: str) -> list[str]:
    """The texts of a torn page's blocks, in their new order; the paragraphs before them end well."""
    return [piece.text for piece in mend([ENDED] * 4 + [piece(text) for text in texts])[4:]]


BIRDS = "今年雨多，湿地新增滩涂四十五公顷，护堤队正在讨论技", "术、资本和人才的网络，请各位放心。"
ROADS = (
    "老街的面包房开了六十年，街坊们都很熟悉它的门牌号",
    "码和炉火，孩子们放学以后都要来这里买面包。",
)


def test_what_a_paragraph_goes_on_with_is_moved_behind_it_with_all_that_follows() -> None:
    assert mended(BIRDS[0], ROADS[0], BIRDS[1], END.text, ROADS[1]) == [
        "".join(BIRDS),
        END.text,
        "".join(ROADS),
    ]


def test_captions_between_two_halves_stay_behind_them() -> None:
    pieces = [ENDED, ENDED, piece(BIRDS[0]), piece("图为湿地。", "caption"), piece(BIRDS[1])]
    assert [p.text for p in mend(pieces)[2:]] == ["".join(BIRDS), "图为湿地。"]


def test_what_stands_before_its_own_beginning_is_moved_behind_the_heading_between() -> None:
    pieces = [
        *[ENDED] * 4,
        piece(BIRDS[1]),
        piece("湿地变大", "heading"),
        piece(BIRDS[0]),
        piece(ROADS[0]),
        piece(ROADS[1]),
    ]
    found = [p.text for p in mend(pieces)]
    assert "".join(BIRDS) in found
    assert found.index("湿地变大") < found.index("".join(BIRDS))
    without = [p for p in pieces if p.kind != "heading"]
    assert BIRDS[0] in [p.text for p in mend(without)]  # nothing parts the two: both stay
