"""When a sentence's amounts are of, against when a question asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from server.evidence.dated import another_period
from server.evidence.ranking import Ranking
from server.evidence.refusal import explain
from server.question.understanding import understand
from server.text.periods import stated
from tests.evidence.made import sentence


def clash(question: str, text: str, published: str | None) -> str:
    made = sentence(text)
    made = replace(made, article=replace(made.article, published=published))
    (part,) = understand(question).parts
    return another_period(part, made)


@pytest.mark.parametrize(
    ("question", "text", "published"),
    [
        ("2024年上半年全港吞吐量多少吨？", "2024年上半年，全港完成吞吐量4300万吨。", None),
        ("全港吞吐量多少吨？", "2024年上半年，全港完成吞吐量4300万吨。", None),
        ("上半年全港吞吐量多少吨？", "2024年上半年，全港完成吞吐量4300万吨。", None),
        ("2024年前六个月全港吞吐量多少吨？", "2024年上半年，全港完成吞吐量4300万吨。", None),
        ("2023年茶叶产量多少吨？", "今年茶叶产量达到320吨。", "2023-09-01"),
        ("2022年茶叶产量多少吨？", "去年茶叶产量达到320吨。", "2023-09-01"),
        ("2024年7月9日降雨量多少毫米？", "昨日，全县平均降雨量35毫米。", "2024-07-10"),
        ("2024年6月接待游客多少人次？", "上月，古镇接待游客12万人次。", "2024-07-10"),
        ("2024年第二季度销量多少台？", "二季度销量为5200台，一季度销量为4100台。", "2024-08-01"),
        ("2024年前三季度营收多少亿元？", "1至9月，公司营收36亿元。", "2024-10-20"),
        ("2024年1-9月营收多少亿元？", "前三季度，公司营收36亿元。", "2024-10-20"),
        ("2023年底有多少座充电站？", "截至2023年12月底，全市建成充电站860座。", None),
        ("去年全市新增绿地多少公顷？", "2023年全市新增绿地210公顷。", "2024-02-01"),
        ("今年春节接待游客多少万人次？", "春节期间，景区接待游客18万人次。", "2024-02-20"),
        ("2024年一月份用电量多少度？", "1月，全县用电量9800万度。", "2024-02-20"),
        ("2021年至2023年累计植树多少亩？", "2021—2023年，全县累计植树4.2万亩。", None),
        ("上周末客流多少人次？", "7月6日至7日，客流达到3万人次。", "2024-07-10"),
        ("2024年8月15日几点停水？", "8月15日9时至17时停水。", "2024-08-12"),
        ("2024年第四季度GDP是多少亿元？", "去年四季度，全区GDP为310亿元。", "2025-01-20"),
        ("本月雨天有几天？", "7月以来，雨天已有9天。", "2024-07-20"),
        (
            "2023年上半年出口额多少亿元？",
            "2024年上半年，出口额为21亿元，2023年同期为18亿元。",
            None,
        ),
        ("十月份产量多少吨？", "10月产量为66吨。", "2024-11-02"),
        ("2024年暑期客流多少万人次？", "2024年7月至8月，客流45万人次。", None),
        ("2024年年初有多少家店？", "2024年初，全市有门店120家。", None),
        ("“十四五”期间建成多少公里绿道？", "2021年至2025年，建成绿道380公里。", None),
        ("前年招生多少人？", "2022年招生560人。", "2024-09-01"),
    ],
)
def test_what_is_of_the_time_asked_for_may_answer(
    question: str, text: str, published: str | None
) -> None:
    assert clash(question, text, published) == ""


@pytest.mark.parametrize(
    ("question", "text", "published"),
    [
        ("2024年一季度全港吞吐量多少吨？", "2024年上半年，全港完成吞吐量4300万吨。", None),
        ("2024年全年全港吞吐量多少吨？", "2024年上半年，全港完成吞吐量4300万吨。", None),
        ("2024年5月全港吞吐量多少吨？", "2024年上半年，全港完成吞吐量4300万吨。", None),
        ("2025年全港吞吐量多少吨？", "2024年上半年，全港完成吞吐量4300万吨。", None),
        ("2024年下半年全港吞吐量多少吨？", "2024年上半年，全港完成吞吐量4300万吨。", None),
        ("2022年茶叶产量多少吨？", "今年茶叶产量达到320吨。", "2023-09-01"),
        ("2023年茶叶产量多少吨？", "去年茶叶产量达到320吨。", "2023-09-01"),
        ("2024年7月10日降雨量多少毫米？", "昨日，全县平均降雨量35毫米。", "2024-07-10"),
        ("2024年7月接待游客多少人次？", "上月，古镇接待游客12万人次。", "2024-07-10"),
        ("2024年三季度销量多少台？", "二季度销量为5200台，一季度销量为4100台。", "2024-08-01"),
        ("2024年前三季度营收多少亿元？", "三季度，公司营收13亿元。", "2024-10-20"),
        ("2022年底有多少座充电站？", "截至2023年12月底，全市建成充电站860座。", None),
        ("2024年10月用电量多少度？", "2024年11月，全县用电量9800万度。", None),
        ("2022年植树多少亩？", "2021—2023年，全县累计植树4.2万亩。", None),
        ("2024年8月16日几点停水？", "8月15日9时至17时停水。", "2024-08-12"),
        ("2024年二季度GDP是多少亿元？", "去年四季度，全区GDP为310亿元。", "2025-01-20"),
        ("2023年全年出口额多少亿元？", "2024年上半年，出口额为21亿元，同比增长16%。", None),
        ("九月份产量多少吨？", "10月产量为66吨。", "2024-11-02"),
    ],
)
def test_what_is_of_another_time_may_not_and_that_time_is_named(
    question: str, text: str, published: str | None
) -> None:
    named = stated(text, date.fromisoformat(published) if published else None)
    assert any(one.text in clash(question, text, published) for one in named)


def test_the_same_months_of_another_year_are_known() -> None:
    first, again = stated("2024年上半年为21亿元，2023年同期为18亿元")
    assert (str(again.period.start), str(again.period.end)) == ("2023-01-01", "2023-06-30")  # type: ignore[union-attr]
    assert (first.text, again.text) == ("2024年上半年", "2023年同期")
    (only,) = stated("2024年上半年为21亿元，比2023年同期多3亿元")
    assert only.text == "2024年上半年"


def test_a_refusal_names_the_time_that_the_nearest_sentence_is_of() -> None:
    (part,) = understand("2023年一季度青杨镇水稻插秧多少亩？").parts
    near = sentence("2023年上半年，青杨镇水稻插秧1.8万亩。")
    other = sentence("老糖厂改造成文创园，占地共86亩。")
    ranked = Ranking.builtin().rank(part, [other, near])
    assert "说的是2023年上半年，不是2023年一季度" in explain(part, ranked)
