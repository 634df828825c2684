"""「甲和乙分别」 is a question for each."""

from __future__ import annotations

import pytest

from server.question.coordinated import each
from server.question.understanding import understand


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "上半年地区生产总值和社会消费品零售总额分别是多少？",
            ["上半年地区生产总值是多少？", "上半年社会消费品零售总额是多少？"],
        ),
        (
            "石门县和云雾县的茶园面积分别是多少？",
            ["石门县的茶园面积是多少？", "云雾县的茶园面积是多少？"],
        ),
        ("石门县茶园面积和干茶产量各是多少？", ["石门县茶园面积是多少？", "石门县干茶产量是多少？"]),
        ("J8和J12分别能放几套餐具？", ["J8能放几套餐具？", "J12能放几套餐具？"]),
        ("7号线与8号线各有多长？", ["7号线有多长？", "8号线有多长？"]),
        (
            "常温奶、低温奶和奶粉的收入分别是多少？",
            ["常温奶的收入是多少？", "低温奶的收入是多少？", "奶粉的收入是多少？"],
        ),
        (
            "自理老人和失能老人每月分别收多少钱？",
            ["自理老人每月收多少钱？", "失能老人每月收多少钱？"],
        ),
        ("望江塔和钟楼哪个高，各有多高？", ["望江塔有多高？", "钟楼有多高？"]),
        ("云帆一号跟云帆二号各重多少吨？", ["云帆一号重多少吨？", "云帆二号重多少吨？"]),
        ("《山路》《水巷》的作者是谁？", ["《山路》的作者是谁？", "《水巷》的作者是谁？"]),
        (
            "《山路》和《水巷》两本书各卖多少钱？",
            ["《山路》卖多少钱？", "《水巷》卖多少钱？"],
        ),
        (
            "石门水泵和云雾茶业现在的经理分别是谁？",
            ["石门水泵现在的经理是谁？", "云雾茶业现在的经理是谁？"],
        ),
        ("和平县与石门县分别有多少人？", ["和平县有多少人？", "石门县有多少人？"]),
        ("吹气和抽血的结果各是多少？", ["吹气的结果是多少？", "抽血的结果是多少？"]),
        (
            "郭险峰和黄庆华分别是哪个单位的？",
            ["郭险峰是哪个单位的？", "黄庆华是哪个单位的？"],
        ),
    ],
)  # fmt: skip
def test_each_thing_gets_its_question(question: str, parts: list[str]) -> None:
    assert each(question) == parts
    assert [f"{part.text}？" for part in understand(question).parts] == parts


@pytest.mark.parametrize(
    "question",
    [
        "三个园区的产值分别是多少？",  # which they are, nobody says
        "两篇报道分别说是多少？",
        "企业如何分别处理干垃圾和湿垃圾？",
        "石门县和云雾县联合办什么活动？",
        "告别和重逢讲了什么？",
        "《山路》和《水巷》有什么区别？",
    ],
)
def test_one_question_stays_one(question: str) -> None:
    assert each(question) == [question]
