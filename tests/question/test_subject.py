"""What a question is about, without what it has and how often."""

from __future__ import annotations

import pytest

from server.question.subject import Subject, subject_of


@pytest.mark.parametrize(
    ("question", "thing", "attribute"),
    [
        ("云台机场二期工程总投资多少？", "云台机场二期工程", "总投资"),
        ("香港邮政的机器人分拣系统一小时能处理多少件包裹？", "香港邮政的机器人分拣系统", ""),
    ],
)
def test_a_thing_ends_before_what_it_has(question: str, thing: str, attribute: str) -> None:
    assert subject_of(question) == Subject(thing, attribute)
