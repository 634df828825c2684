"""Excerpts: whole clauses, short, without loose punctuation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.text.clauses import clauses
from server.writers.excerpt import (
    presentable,
    shorten,
    with_plan,
    with_time,
    without_connective,
    without_dateline,
    without_marker,
    without_speaking,
)

SENTENCE = (
    "数据为证：2025年，全市低空制造业产值首次突破百亿元，达102亿元，同比增长22.9%；"
    "截至今年2月初，全市低空制造类企业达106家，新增2家市级企业技术中心。"
)


@given(st.text(alphabet="重庆，；：。“”,;:0123.", max_size=80))
def test_clauses_put_together_are_the_sentence(sentence: str) -> None:
    assert "".join(sentence[a:b] for a, b in clauses(sentence)) == sentence


def test_a_number_is_never_cut() -> None:
    assert clauses("投资10,000万元，8:30开工") == [(0, 11), (11, 17)]


def test_the_clauses_worth_most_are_kept() -> None:
    def worth(start: int, end: int) -> float:
        piece = SENTENCE[start:end]
        return 0.5 * ("106家" in piece) + 0.4 * ("低空制造类企业" in piece) + 0.1 * ("2月" in piece)

    start, end = shorten(SENTENCE, worth)
    assert SENTENCE[start:end] == "截至今年2月初，全市低空制造类企业达106家，"


def test_who_speaks_is_not_shown_without_a_word_of_what_they_say() -> None:
    sentence = (
        "集团董事长周某某说，“" + "我们今后还会继续加大投入，" * 8 + "让更多的产品在这里下线。”"
    )
    start, end = shorten(sentence, lambda a, b: float("周某某" in sentence[a:b]))
    assert sentence[start:end] == "集团董事长周某某说，“我们今后还会继续加大投入，"


def test_no_excerpt_ends_where_only_a_time_is_named() -> None:
    sentence = "渔业中心自2017年建设运营以来，" + "一直替县里的渔户选育鱼苗，" * 9 + "名声在外。"
    start, end = shorten(sentence, lambda a, b: float("2017年" in sentence[a:b]))
    assert sentence[start:end] == "渔业中心自2017年建设运营以来，一直替县里的渔户选育鱼苗，"


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("3.逾期的书每天罚5分。", "逾期的书每天罚5分。"),
        ("（二）乙方可以养猫。", "乙方可以养猫。"),
        ("二、乙方可以养猫。", "乙方可以养猫。"),
        ("1.5万元是押金。", "1.5万元是押金。"),
        ("一、二年级免费。", "一、二年级免费。"),
        ("第三条乙方可以养猫。", "第三条乙方可以养猫。"),
    ],
)
def test_an_item_alone_is_shown_without_its_number(sentence: str, shown: str) -> None:
    start, end = without_marker(sentence, 0, len(sentence))
    assert sentence[start:end] == shown


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        (
            "唯有方向准，在因地制宜中找准定位，方能在新一轮产业变革中抢占先机，"
            + "为全县添动力，" * 9,
            "唯有方向准，在因地制宜中找准定位，方能在新一轮产业变革中抢占先机，",
        ),
        (
            "由于县里缺少方向准的规划，" + "渔户各养各的，" * 12,
            "由于县里缺少方向准的规划，渔户各养各的，",
        ),
    ],
)
def test_no_excerpt_ends_where_only_a_condition_is_made(sentence: str, kept: str) -> None:
    start, end = shorten(sentence, lambda a, b: float("方向准" in sentence[a:b]))
    assert sentence[start:end] == kept


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("渔业中心负责人何守业说。", "渔业中心负责人何守业"),
        ("渔业中心负责人何守业告诉记者：", "渔业中心负责人何守业"),
        ("“水好鱼才多。”负责人何守业说。", "“水好鱼才多。”负责人何守业说。"),
        ("这桥还没得修。", "这桥还没得修。"),
    ],
)
def test_who_somebody_is_is_told_without_that_he_speaks(sentence: str, shown: str) -> None:
    start, end = without_speaking(sentence, 0, len(sentence))
    assert sentence[start:end] == shown


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("但渔业还缺人手。", "渔业还缺人手。"),
        ("此外，渔业还缺冷库。", "渔业还缺冷库。"),
        ("同时推进的有三件事。", "推进的有三件事。"),
        ("因此而来的客商不少。", "因此而来的客商不少。"),
    ],
)
def test_what_joins_to_a_sentence_that_is_not_shown_is_left_out(sentence: str, shown: str) -> None:
    start, end = without_connective(sentence, 0, len(sentence))
    assert sentence[start:end] == shown


def test_a_short_sentence_stays_whole() -> None:
    assert shorten("全市有3家，新增2家。", lambda *_: 0.0) == (0, 11)


def test_a_full_stop_is_added_only_where_none_stands() -> None:
    assert presentable("全长8公里", 0, 5).text == "全长8公里。"
    english = "It opened in 1998."
    assert presentable(english, 0, len(english)).text == english


def test_loose_marks_at_the_ends_go() -> None:
    text = "“数字化是关键路径。”书记说，正持续赋能，"
    assert presentable(text, 0, 11).text == "“数字化是关键路径。”"
    assert presentable(text, 0, 10).text == "数字化是关键路径。"
    assert presentable(text, 11, len(text)).text == "书记说，正持续赋能。"


@given(st.text(alphabet="重庆，。“”（）：1 \n", min_size=1, max_size=40), st.data())
def test_what_is_shown_lies_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    excerpt = presentable(text, start, end)
    assert start <= excerpt.start <= excerpt.end <= end
    # A quotation that was cut is opened or closed.
    assert excerpt.text.strip("。“”").replace("\n", "") in text.replace("\n", "")
    assert excerpt.text.count("“") == excerpt.text.count("”")


@pytest.mark.parametrize(
    "dateline",
    [
        "新华社北京7月22日电（记者某某）",
        "中新网广东新闻7月17日电 (记者 某某)",
        "本报讯（全媒体记者 某某）",
        "【环球网报道 记者某某】",
        "新政发布 来源：人民网－《人民日报》本报北京8月8日电(记者某某)",
    ],
)
def test_an_agency_s_mark_is_left_out(dateline: str) -> None:
    sentence = dateline + "大桥今天通车。"
    start, end = without_dateline(sentence, 0, len(sentence))
    assert sentence[start:end] == "大桥今天通车。"


@pytest.mark.parametrize(
    "sentence", ["国家电网发电量增长。", "据报道，大桥通车。", "人民网报道了此事。"]
)
def test_what_only_looks_like_one_stays(sentence: str) -> None:
    assert without_dateline(sentence, 0, len(sentence)) == (0, len(sentence))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("他说：“水位已降。", "他说：“水位已降。”"),
        ("水位已降。”他说。", "“水位已降。”他说。"),
        ("他说：“水位已降。”", "他说：“水位已降。”"),
    ],
)
def test_a_quotation_that_was_cut_is_closed(text: str, shown: str) -> None:
    assert presentable(text, 0, len(text)).text == shown


def from_clause(
    extended: Callable[[str, int, int], tuple[int, int]], sentence: str, shown: str
) -> str:
    """What is shown once a cut has been given the clauses that it needs."""
    start = sentence.index(shown)
    first, last = extended(sentence, start, start + len(shown))
    return sentence[first:last]


@pytest.mark.parametrize(
    ("sentence", "shown", "with_it"),
    [
        ("县里力争到明年，扩建码头，开通六条航线。", "开通六条航线。", "县里力争到明年，扩建码头，开通六条航线。"),
        ("码头去年扩建，到2030年，开通六条航线。", "开通六条航线。", "到2030年，开通六条航线。"),
        ("县里计划扩建码头，将开通六条航线。", "将开通六条航线。", "将开通六条航线。"),
        ("码头去年扩建，开通六条航线。", "开通六条航线。", "开通六条航线。"),
    ],
)  # fmt: skip
def test_what_is_only_planned_is_shown_with_the_clause_that_says_so(
    sentence: str, shown: str, with_it: str
) -> None:
    assert from_clause(with_plan, sentence, shown) == with_it


@pytest.mark.parametrize(
    ("sentence", "shown", "with_it"),
    [
        ("码头扩建后，截至目前，有六条航线。", "有六条航线。", "截至目前，有六条航线。"),
        ("2021年，码头有四条航线，2023年，扩建后，有六条航线。", "有六条航线。", "2023年，扩建后，有六条航线。"),
        ("2021年，码头扩建，2023年有六条航线。", "2023年有六条航线。", "2023年有六条航线。"),
        ("2021年，码头扩建，目前有六条航线。", "目前有六条航线。", "目前有六条航线。"),
        ("码头扩建后，有六条航线。", "有六条航线。", "有六条航线。"),
    ],
)  # fmt: skip
def test_an_amount_is_shown_with_the_clause_that_says_when(
    sentence: str, shown: str, with_it: str
) -> None:
    assert from_clause(with_time, sentence, shown) == with_it
