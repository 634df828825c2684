"""Units: what a question asks for, what may answer it, and what is the same amount."""

from __future__ import annotations

import pytest

from server.text.facts import missing, numbers
from server.text.units import answering, asked, is_measured


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        # Rates that are no shares of a hundred.
        ("这台水泵的功率是多少？", ""),
        ("路由器的工作频率是多少？", ""),
        ("欧元对人民币汇率是多少？", ""),
        ("运动员的静息心率是多少？", ""),
        ("这个地块的容积率是多少？", ""),
        ("全员劳动生产率是多少？", ""),
        # Rates that are.
        ("今年的入学率是多少？", "比率"),
        ("去年的死亡率多少？", "比率"),
        ("服务业占比是多少？", "比率"),
        # 多少亿 is not always money.
        ("全年供水多少亿立方米？", "立方米"),
        ("全年发电多少亿千瓦时？", "千瓦时"),
        ("港口吞吐量是多少万吨？", "吨"),
        ("春运期间发送旅客多少亿人次？", "人次"),
        ("全市新增就业多少万人？", "人"),
        ("全年销售收入有多少亿？", "钱"),
        ("他们一共投了多少亿？", "元"),
        ("补贴了多少万美元？", "美元"),
        # What a noun asks for.
        ("绕城路有多远？", "长度"),
        ("新地方有多宽敞？", ""),
        ("伤了几个人？", "人"),
        ("这事有多重要？", ""),
        ("菜场占地多少？", "面积"),
        ("产量增加了多少？", "增幅"),
        ("他是谁？", ""),
    ],
)
def test_what_a_question_asks_for(question: str, unit: str) -> None:
    assert asked(question) == unit


@pytest.mark.parametrize(
    ("question", "answer", "no_answer"),
    [
        ("出生率是多少？", "6.39‰", "6.39人"),
        ("隧道长多少公里？", "3600米", "3600吨"),
        ("投了多少钱？", "3亿美元", "3亿吨"),
        ("功率是多少千瓦？", "2兆瓦", "2%"),
        ("发电多少千瓦时？", "900万千瓦时", "900万元"),
        ("几个月建成？", "14个月", "14个"),
        ("补贴了多少美元？", "8万美元", "8万元"),
        ("有多少家企业？", "30户", "30吨"),
    ],
)
def test_what_may_answer(question: str, answer: str, no_answer: str) -> None:
    units = answering(asked(question))
    assert numbers(answer)[0].unit in units
    assert numbers(no_answer)[0].unit not in units


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("全长3.6公里", "全长3600米"),
        ("面积2平方公里", "面积200公顷"),
        ("重1.5吨", "重1500公斤"),
        ("容量5000mAh", "容量5安时"),
        ("功率0.75兆瓦", "功率750kW"),
        ("频率98.5兆赫", "频率98500kHz"),
        ("下降三成", "下降30%"),
        ("出生率为6.4‰", "出生率为0.64%"),
        ("等90分钟", "等1.5小时"),
    ],
)
def test_the_same_amount_in_another_unit(one: str, other: str) -> None:
    assert not missing(one, [other])
    assert not missing(other, [one])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("长3.6公里", "长36米"),
        ("增长5个百分点", "增长5%"),
        ("3个月", "90天"),  # a month has no number of days
        ("3美元", "3元"),
        ("3亩", "3平方米"),
    ],
)
def test_another_amount(one: str, other: str) -> None:
    assert missing(one, [other])


def test_things_are_counted_in_many_words_and_time_is_told_in_dates() -> None:
    assert is_measured(asked("有多少吨？"))
    assert not is_measured(asked("有多少家？"))
    assert not is_measured(asked("用了多少天？"))


def test_a_counter_that_numbers_no_thing_is_no_unit() -> None:
    assert [fact.unit for fact in numbers("8点30分开门")] == ["", ""]
    assert asked("两队的比分差几分？") == ""


def test_what_is_paid_in_pieces_is_money_but_pieces_of_a_thing_are_not() -> None:
    assert asked("门票多少块？") == "元"
    assert asked("展厅有几块展板？") != "元"
