"""Follow-up questions stand alone after condensing."""

from __future__ import annotations

import pytest

from server.question.follow_up import condense
from server.records import Turn


def _after(*turns: tuple[str, str]) -> list[Turn]:
    return [Turn(q, a) for q, a in turns]


def test_without_history_a_question_is_itself() -> None:
    assert condense("那它呢？", []) == "那它呢？"


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        ("2026年全球折叠屏手机能出多少台？", "那2027年呢？", "2027年全球折叠屏手机能出多少台？"),
        ("重庆新增了多少科技型企业？", "那高新技术企业呢？", "重庆新增了多少高新技术企业？"),
        ("浙江的增速是多少？", "四川呢？", "四川的增速是多少？"),
        ("上半年重庆汽车产量是多少？", "新能源汽车呢？", "上半年重庆新能源汽车产量是多少？"),
        ("渝北区有多少家软件企业？", "那营业收入呢？", "渝北区软件企业营业收入是多少？"),
        ("渝北区有多少家软件企业？", "从业人员呢？", "渝北区有多少从业人员？"),
        ("渝北区软件企业营业收入是多少？", "从业人员呢？", "渝北区软件企业从业人员是多少？"),
        ("山城建成了多少个智能工厂？", "数字化车间呢？", "山城建成了多少数字化车间？"),
        ("山城有多少家软件企业？", "那赛力斯呢？", "赛力斯，山城有多少家软件企业？"),
    ],
)
def test_a_new_thing_takes_the_place_of_the_one_like_it(
    earlier: str, question: str, expected: str
) -> None:
    assert condense(question, _after((earlier, "42。"))) == expected


@pytest.mark.parametrize(
    "question", ["为什么？", "它占地多大？", "一吨多少钱？", "改造之后效率高了多少？"]
)
def test_what_leans_on_the_conversation_gets_its_topic(question: str) -> None:
    query = condense(question, _after(("山海化工的新基地建在哪个区？", "北岸区")))
    assert "山海化工" in query
    assert question.rstrip("？") in query


def test_the_topic_is_found_two_turns_back() -> None:
    history = _after(
        ("青山工业的车间多久下线一台？", "35秒。"), ("改造后效率提高了多少？", "30%。")
    )
    assert "青山工业" in condense("那成本呢，降了多少？", history)


@pytest.mark.parametrize(
    "question",
    [
        "《上海市土壤污染防治条例》从2023年几月开始施行？",
        "西部氢谷由哪些部分组成？",  # no name that a tagger knows, but a rare word
        "有多少名家庭困难学生受到了帮助？",  # no rare word, but several nouns
    ],
)
def test_a_change_of_topic_is_left_alone(question: str) -> None:
    assert condense(question, _after(("浙江的增速是多少？", "6.8%。"))) == question


def test_common_nouns_alone_lean_on_the_conversation() -> None:
    assert "浙江" in condense("产值一共达到了多少亿元？", _after(("浙江的增速是多少？", "6.8%。")))


def test_citation_markers_of_an_answer_do_not_get_into_the_query() -> None:
    history = _after(("链主企业是哪家？", "海辰储能[1]"))
    assert "[1]" not in condense("它一小时能出多少块？", history)
