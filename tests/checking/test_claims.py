"""A text taken apart: what claims something, and what is left alone."""

from __future__ import annotations

import pytest

from server.checking.claims import given_sentences, may_be_opinion

DRAFT = """低空经济观察

各位编辑，大家好！以下是初稿，请审阅。

一、总体情况
2025年，产值达102亿元，同比增长22.9%。截至2月初，企业达118家。
- 机器人产量增长18%
我认为这个势头很好。下一步怎么办？
谢谢！
"""


def test_headings_greetings_questions_and_views_are_left_alone() -> None:
    told = {sentence.text: sentence.aside for sentence in given_sentences(DRAFT)}
    assert told == {
        "低空经济观察": "heading",
        "各位编辑，大家好！": "greeting",
        "以下是初稿，请审阅。": "greeting",
        "一、总体情况": "heading",
        "2025年，产值达102亿元，同比增长22.9%。": "",
        "截至2月初，企业达118家。": "",
        "机器人产量增长18%": "",
        "我认为这个势头很好。": "opinion",
        "下一步怎么办？": "question",
        "谢谢！": "greeting",
    }


def test_every_piece_stands_where_it_says() -> None:
    for sentence in given_sentences(DRAFT):
        assert DRAFT[sentence.start : sentence.end] == sentence.text


def test_a_sentence_torn_over_two_lines_is_one_claim() -> None:
    text = "重庆低空制造业产值首次突破百亿元，达到了102亿元，比上一年增\n长了22.9%，发展势头良好。"
    [sentence] = given_sentences(text)
    assert sentence.text.startswith("重庆")
    assert "增长了22.9%" in sentence.text
    assert (sentence.start, sentence.end) == (0, len(text))


@pytest.mark.parametrize("text", ["# 全市有106家企业", "全市有106家企业"])
def test_what_is_only_a_heading_is_taken_at_its_word(text: str) -> None:
    [sentence] = given_sentences(text, "md")
    assert sentence.aside == ""


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("我认为重庆有106家企业。", ""),  # a figure can be looked up
        ("I think this is impressive.", "opinion"),
        ("I think there are 106 of them.", ""),
        ("笔者觉得来之不易。", "opinion"),
    ],
)
def test_a_view_that_gives_a_figure_is_checked(text: str, view: str) -> None:
    [sentence] = given_sentences(text)
    assert sentence.aside == view


def test_what_should_be_is_opinion_only_without_figures() -> None:
    assert may_be_opinion("各地应当树立长期理念。")
    assert not may_be_opinion("产值应当达到102亿元。")
    assert not may_be_opinion("全市有很多企业。")
