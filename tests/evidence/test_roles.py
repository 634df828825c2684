"""What somebody is, read from the nouns beside the name."""

from __future__ import annotations

import pytest

from server.evidence.must_hold import another_person, only_speaks
from server.evidence.roles import introduces
from server.question.role import introduced
from server.question.understanding import understand
from tests.evidence.made import sentence


@pytest.mark.parametrize(
    ("question", "person"),
    [
        ("王建国是什么单位的？", "王建国"),
        ("王建国是哪里的？", "王建国"),
        ("王建国是什么职务？", "王建国"),
        ("王建国是谁？", "王建国"),
        ("写渔业那篇的王建国是哪个单位的？", "王建国"),
        ("王建国在哪个学校任教？", "王建国"),
        ("元宇宙是什么？", ""),
        ("厂长是谁？", ""),
        ("王建国说了什么？", ""),
    ],
)
def test_whose_role_is_asked_for(question: str, person: str) -> None:
    assert introduced(question) == person


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("县水务局副局长王建国说，水位已降。", "县水务局副局长"),
        ("负责人为设备科王建国。", "设备科"),
        ("城东数字化转型赋能中心负责人王建国说。", "城东数字化转型赋能中心负责人"),
        ("王建国清江大学管理学院副院长、教授", "清江大学管理学院副院长、教授"),
        ("王建国表示可以垫付检测费。", None),
        ("会上，王建国认为应当缓办。", None),
    ],
)
def test_the_apposition_is_the_answer(text: str, role: str | None) -> None:
    found = introduces("王建国", text)
    assert (text[slice(*found)] if found else None) == role


def test_only_a_sentence_that_names_him_answers_even_one_that_only_says_who_speaks() -> None:
    (part,) = understand("王建国是什么职务？").parts
    speaks = sentence("水务局副局长王建国说。")
    assert only_speaks(part, speaks) == ""
    assert another_person(part, speaks) == ""
    assert another_person(part, sentence("水务局副局长陈明说，水位已降。"))
