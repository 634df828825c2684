"""The words of a claim: each rule of ``server.verify.wording`` by what it decides."""

from __future__ import annotations

import pytest

from server.verify.statement import Statement
from server.verify.support import judge


@pytest.mark.parametrize(
    ("claim", "statement", "reason"),
    [
        # a name that stands nowhere, in the place of nothing; half of it may
        ("作坊负责人刘建国介绍，竹篾要先泡水。", Statement("作坊负责人介绍，竹篾要先泡水。"), "name"),
        ("重庆大学来了900名新生，宿舍都住满了。", Statement("大学来了900名新生，宿舍都住满了。"), "name"),
        # a name said before, in the place of another
        ("重庆引进了12条生产线。", Statement("成都引进了12条生产线。", "重庆也在招商。"), "name"),
        ("镇里给木匠发了12件工具，都已领走。", Statement("镇里给裁缝发了12件工具，都已领走。"), "noun"),
        # words for somebody else where the sentence only says 「他们」
        (
            "城里的中学生学会了修剪枝条，忙了一个冬天。",
            Statement("他们学会了修剪枝条，忙了一个冬天。"),
            "subject",
        ),
    ],
)  # fmt: skip
def test_another_name_noun_or_subject_is_refused(
    claim: str, statement: Statement, reason: str
) -> None:
    verdict = judge(claim, [statement])
    assert (verdict.support, verdict.reason) == ("none", reason)


@pytest.mark.parametrize(
    ("claim", "statement"),
    [
        # nouns that newspapers use for one another
        ("这些企业都在扩建厂房。", Statement("这些公司都在扩建厂房。")),
        # a noun that shares half of its characters
        ("村里的道路修好了，车能开到门口。", Statement("村里的公路修好了，车能开到门口。")),
        # a name said before, where the sentence only points at it
        (
            "重庆引进了12条生产线，还在招工。",
            Statement("这里引进了12条生产线，还在招工。", "重庆在招商。"),
        ),
        # a subject said before, where the sentence only says 「他们」
        (
            "镇上的中学学会了修剪枝条，忙了一个冬天。",
            Statement("他们学会了修剪枝条，忙了一个冬天。", "镇上的中学办了一个班。"),
        ),
    ],
)
def test_other_words_for_the_same_are_borne(claim: str, statement: Statement) -> None:
    assert judge(claim, [statement]).support != "none"
