"""What is told before a question is told apart from it."""

from __future__ import annotations

import pytest

from server.question.context import apart


@pytest.mark.parametrize(
    ("text", "told", "question"),
    [
        (
            "我在写一篇介绍交通的稿子，需要核对几个数字。请问大桥有多长？",
            "我在写一篇介绍交通的稿子，需要核对几个数字。",
            "请问大桥有多长？",
        ),
        ("背景：单位正在整理资料。大桥有多长？", "背景：单位正在整理资料。", "大桥有多长？"),
        ("孩子明年上高中，请问学费是多少", "孩子明年上高中，", "请问学费是多少"),
        ("关于滨河大桥，请问它有多长？", "关于滨河大桥，", "请问它有多长？"),
        ("大桥有多长？它在哪里？", "", "大桥有多长？它在哪里？"),
        ("大桥在哪里。多长。", "", "大桥在哪里。多长。"),
        ("大桥，多长？", "", "大桥，多长？"),
        ("全市情况如何", "", "全市情况如何"),
        ("", "", ""),
    ],
)
def test_the_question_is_what_asks(text: str, told: str, question: str) -> None:
    assert apart(text) == (told, question)
