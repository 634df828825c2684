"""The words of a claim: each rule of ``server.verify.wording`` by what it decides."""

from __future__ import annotations

import pytest

from server.verify.statement import Statement
from server.verify.support import judge
from server.verify.wording import same_noun


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


@pytest.mark.parametrize(
    "pair",
    [
        "企业 厂商", "市民 百姓", "群众 民众", "学生 学子", "教师 老师", "专家 学者", "项目 工程", "数量 总数",
        "领域 行业", "孩子 儿童", "负责人 主管", "方案 规划", "产品 商品", "医生 大夫", "目标 力争", "警方 民警",
        "高校 大学", "记者 笔者", "成效 效果", "比例 占比", "收入 营收", "地区 区域", "投入使用 启用", "政策 措施",
        "办法 措施", "同比 较上年", "车辆 汽车",
    ],
)  # fmt: skip
def test_nouns_that_are_used_for_one_another(pair: str) -> None:
    one, other = pair.split()
    assert same_noun(one, f"今年的{other}")
    assert same_noun(other, f"今年的{one}")
    assert not same_noun(one, "水闸")
