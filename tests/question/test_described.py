"""What a question describes without naming it."""

from __future__ import annotations

import pytest

from server.question.described import descriptions


@pytest.mark.parametrize(
    ("question", "who", "named"),
    [
        ("执导《山路》的那位导演是哪里人？", "执导《山路》的那位导演是谁？", "N是哪里人？"),
        (
            "生产小泉净水器那家公司哪年成立？",
            "生产小泉净水器那家公司叫什么名字？",
            "N哪年成立？",
        ),
        (
            "举办灯会的那个镇，常住人口有多少？",
            "举办灯会的那个镇叫什么名字？",
            "N，常住人口有多少？",
        ),
        ("《山路》的原著小说印了多少册？", "《山路》的原著小说叫什么名字？", "N印了多少册？"),
        ("主持选育红梨的专家毕业于哪所学校？", "主持选育红梨的专家是谁？", "N毕业于哪所学校？"),
    ],
)
def test_what_is_described_is_asked_for_and_named(question: str, who: str, named: str) -> None:
    found = next(descriptions(question))
    assert (found.who, found.named("N")) == (who, named)


@pytest.mark.parametrize(
    "question",
    [
        "重庆的汽车产量是多少？",  # of a quantity nobody asks the name
        "执导《山路》的那位导演是谁？",  # that is what is asked
        "守山的人一天多少钱？",  # anybody
        "营收的同比增长是多少？",
        "那家公司哪年成立？",  # that is for the conversation to say
        "介绍一下生产小泉净水器的公司",
    ],
)
def test_what_has_no_name_is_not_asked_for(question: str) -> None:
    assert not list(descriptions(question))
