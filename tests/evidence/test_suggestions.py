"""Questions that are offered after a refusal, made from the articles' own sentences."""

from __future__ import annotations

import pytest

from server.evidence.suggestions import question_from


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("今年上半年，本市汽车产量121.42万辆。", "今年上半年，本市汽车产量有多少辆？"),
        ("前三季度，软件业务收入达2300亿元。", "前三季度，软件业务收入是多少元？"),
        ("改造之后，产品不良率下降30%。", "产品不良率下降百分之多少？"),
        ("云溪镇的茶园，其面积超过3000亩。", "云溪镇的茶园，其面积有多少亩？"),
        ("云溪镇的灌溉泵站有30座以上。", "云溪镇的灌溉泵站有多少座？"),
    ],
)
def test_an_amount_with_its_subject_becomes_a_question(sentence: str, question: str) -> None:
    assert question_from(sentence) == question


@pytest.mark.parametrize(
    "sentence",
    [
        "位于城市西北部、规划总面积99平方公里的光明科学城正在建设。",  # the amount only describes
        "设立50亿元科技型企业风险担保金。",  # who did is not said
        "市内有72所高等院校、39家科研院所。",  # two amounts
        "正沿着20公里江岸线布局科创走廊。",  # begins in the middle
        "全市有泵站30座，全县茶园面积300公顷。",  # of which city, which county
        "企业产品有30个。",
        "茶园有3亩。",  # too short to say of what
        "今年前三个季度里云溪镇和石门镇两地的茶园联合经营公司的茶叶总产量达到300吨。",
        "如今，本市生产的每4台新能源汽车中，就有一台出自这里。",
    ],
)
def test_what_would_read_badly_is_not_asked(sentence: str) -> None:
    assert question_from(sentence) is None
