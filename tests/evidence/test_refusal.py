"""What is said where the articles do not answer: what the nearest sentence lacks."""

from __future__ import annotations

import pytest

from server.evidence.ranking import Ranking
from server.evidence.refusal import explain, whole_word
from server.question.understanding import understand
from tests.evidence.made import sentence


def reason(question: str, text: str) -> str:
    part = understand(question).parts[0]
    return explain(part, Ranking.builtin().rank(part, [sentence(text)])).removeprefix(
        "最接近的段落，"
    )


@pytest.mark.parametrize(
    ("question", "text", "why"),
    [
        ("云溪县的大桥有多长？", "石门县的大桥长3公里。", "没有提到「云溪县」。"),
        ("“静水期”是什么意思？", "河上不能行船。", "没有解释「静水期」。"),
        ("大桥有多长？", "大桥究竟有多长？", "只是一句问话。"),
        ("大桥2031年怎么修？", "大桥修得很快。", "没有2031年的说法。"),
        ("大桥的投资是多少元？", "大桥刷了漆。", "没有给出所问的数字。"),
        ("全镇有多少家水泵工厂？", "全镇的水泵工厂很多。", "没有给出以「个、家」计的数字。"),
        ("大桥如何装上电子琴？", "大桥如何装上栏杆，工人都说了。", "没有说到「电子琴」。"),
        ("大桥如何刷漆？", "大桥刷漆刷了三天。", "没有直接回答这个问题的句子。"),
    ],
)
def test_a_refusal_names_what_is_missing(question: str, text: str, why: str) -> None:
    assert reason(question, text) == why


def test_nothing_found_is_said_in_the_question_s_language() -> None:
    assert explain(understand("大桥有多长？").parts[0], []) == "没有找到与这个问题有关的段落。"
    english = understand("How long is the bridge?").parts[0]
    assert explain(english, []) == "No passage has to do with this question."


def test_what_is_named_is_no_longer_than_a_name() -> None:
    question = "云溪水利枢纽工程施工安全监督管理办公室的电话是多少？"
    assert whole_word(question, "工程") == "水利枢纽工程施工"


def test_a_name_that_is_torn_is_said_whole() -> None:
    assert whole_word("璧山区有几个智能工厂？", "山区") == "璧山区"
