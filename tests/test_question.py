"""What a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.question import kind_of, normalise, understand


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("全市一共有多少家软件企业？", "count"),
        ("这座桥有多长？", "count"),
        ("大桥是哪一年通车的？", "when"),
        ("谁负责这个项目？", "who"),
        ("总部设在哪个区？", "where"),
        ("为什么要建这座桥？", "why"),
        ("企业怎么降低成本？", "how"),
        ("三个主导产业具体指什么？", "list"),
        ("有哪些困难？", "list"),
        ("绿电是什么意思？", "definition"),
        ("工厂建成了吗？", "yesno"),
        ("他获得了什么奖？", "which"),
    ],
)
def test_the_kind_of_answer(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("一共投了多少钱？", "元"),
        ("园区占地面积多大？", "平方"),
        ("不良率是多少？", "%"),
        ("每隔多久下线一台？", "时间"),
        ("有几家企业？", "家"),
    ],
)
def test_the_unit_that_a_number_must_have(question: str, unit: str) -> None:
    assert understand(question).parts[0].unit == unit


def test_two_questions_in_one_are_two_parts_and_the_second_keeps_the_topic() -> None:
    parts = understand("宏远公司总部在哪个区？它去年卖了多少辆车？").parts
    assert [part.kind for part in parts] == ["where", "count"]
    assert "宏远公司" in parts[1].text


def test_years_and_a_wish_to_compare_are_seen() -> None:
    asked = understand("2023年和2024年的智能工厂数，两篇报道各说是多少？")
    assert asked.parts[0].years == ("2023", "2024")
    assert asked.compares


def test_traditional_characters_and_full_width_forms_become_plain() -> None:
    assert normalise("　重慶有多少家企業?　") == "重庆有多少家企业？"
    assert normalise("Ｍ７ 卖了 多少台") == "M7卖了多少台"


@given(st.text(max_size=200))
def test_any_text_can_be_understood(text: str) -> None:
    assert understand(normalise(text)).parts
