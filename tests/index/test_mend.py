"""Which torn end goes on in which paragraph."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.pages.blocks import Piece
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


def piece(text: str, kind: str = "paragraph", level: int = 0) -> Piece:
    return Piece(text, np.arange(len(text), dtype=np.int32), kind, level, text)


OPEN = "候鸟归来，海边湿地今年新增滩涂四十五公顷，需要构建技"
GOES_ON = "术、资本和人才的网络，请各位放心。"
HEADLINE = piece("湿地变大", "heading")


@pytest.mark.parametrize(
    ("kind", "level", "text", "tail"),
    [
        ("paragraph", 0, OPEN, True),
        ("heading", 0, OPEN, True),
        ("heading", 2, OPEN, False),  # its markup says that it is whole
        ("caption", 0, OPEN, False),
        ("paragraph", 0, "灌溉水渠", False),
        ("paragraph", 0, OPEN + "术。", False),
    ],
)
def test_what_may_stop_in_mid_sentence(kind: str, level: int, text: str, tail: bool) -> None:
    assert _is_tail([piece(text, kind, level), piece(GOES_ON)], 0) == tail


def test_a_short_line_stops_in_mid_sentence_only_beside_a_paragraph() -> None:
    assert not _is_tail([HEADLINE, HEADLINE, piece(GOES_ON)], 0)
    assert _is_tail([piece(GOES_ON), HEADLINE, HEADLINE], 1)


@pytest.mark.parametrize(
    ("kind", "text", "prose"),
    [
        ("paragraph", OPEN, True),
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


def torn(*pieces: Piece) -> _Page:
    return _Page(list(pieces), True)


def test_nothing_goes_on_in_itself() -> None:
    both = piece("的" + OPEN)
    assert _join(torn(HEADLINE, both), 1, 1) is None


def test_only_a_word_that_is_cut_in_two_shows_that_a_far_paragraph_goes_on() -> None:
    quoted = piece("候鸟归来，海边湿地今年新增滩涂，守护人说：“今年")
    end = piece("路修好了，明天通车")  # where a column stopped
    rest = piece("雨多，水也多”，他指着远处的滩涂说。")
    assert _cut([quoted, rest], 0, 1)
    assert not _cut([quoted, HEADLINE, end, rest], 0, 3)
    assert _cut([piece(OPEN), HEADLINE, end, piece(GOES_ON)], 0, 3)


def test_across_a_page_goes_on_what_a_word_ties_together_or_what_is_lost() -> None:
    far = [HEADLINE, piece("路修好了，明天通车。")]
    assert _join(torn(piece(OPEN), *far, piece(GOES_ON)), 0, 3)
    assert not _join(_Page([piece(OPEN), *far, piece(GOES_ON)], False), 0, 3)
    assert not _join(torn(piece(OPEN), *far, piece("今天下午，湿地新增滩涂。")), 0, 3)


def test_a_headline_may_end_openly_before_what_begins_as_a_sentence() -> None:
    headline = piece("候鸟归来，海边湿地今年新增滩涂四十五公顷，护堤", "heading")
    assert not _join(torn(headline, piece("水利站说，湿地新增滩涂，候鸟归来的日子近了。")), 0, 1)
    assert _join(torn(piece(OPEN, "heading"), piece(GOES_ON)), 0, 1)


def test_what_begins_like_a_text_of_its_own_goes_on_less_likely() -> None:
    for sign in "“（(《【「□■—3A":
        page = torn(piece("候鸟归来，护堤"), piece(f"{sign}今天，晴。"), piece("今天，晴。"))
        assert _evidence(page, 0, 1, 0.0) == _evidence(page, 0, 2, 0.0) - 3.0


def test_what_three_paragraphs_speak_of_counts_and_no_more() -> None:
    texts = [piece(word) for word in ("候鸟", "滩涂", "堤坝", "水渠")]
    assert _pairs(texts, 0, 1) == {"候鸟", "滩涂", "堤坝"}
    assert _pairs(texts, 3, -1) == {"水渠", "堤坝", "滩涂"}
    assert _pairs([texts[0], HEADLINE, texts[1]], 0, 1) == {"候鸟"}
    assert _pairs([HEADLINE, texts[0]], 0, 1) == {"湿地", "地变", "变大", "候鸟"}


def test_nothing_is_put_together_where_most_lines_stop_in_mid_sentence() -> None:
    def first(*others: Piece) -> str:
        return mend([piece(OPEN), piece(GOES_ON), *others])[0].text

    ended = piece("镇里今年新修了三条灌溉水渠，总长度超过十二公里。")
    assert first(ended, ended) == OPEN + GOES_ON
    assert first(ended, piece(OPEN)) == OPEN
