"""What tells a sentence that answers from one that only holds the same words."""

from __future__ import annotations

from dataclasses import replace

from server.evidence.features import FEATURES, features
from server.evidence.sentences import Coverage
from server.question.understanding import understand
from tests.evidence.made import sentence


def known(question: str, text: str, before: str = "", kind: str = "paragraph") -> dict[str, float]:
    part = understand(question).parts[0]
    one = sentence(text, before)
    one = replace(one, block=replace(one.block, kind=kind))
    values = features(part, one, Coverage(question), 0.5)
    return dict(zip(FEATURES, values, strict=True))


def test_words_in_the_same_order_count_more() -> None:
    question = "甲公司起诉乙公司索赔多少元？"
    right = known(question, "甲公司起诉乙公司，索赔三百万元。")
    reverse = known(question, "索赔三百万元，乙公司起诉甲公司。")
    assert right["in_order"] > reverse["in_order"]


def test_the_words_beside_the_question_word_stand_beside_the_answer() -> None:
    question = "大桥工程由哪个单位负责设计？"
    answers = known(question, "大桥工程由省交通设计院负责设计。")
    about = known(question, "大桥工程今年通车。")
    assert (answers["said_before"], answers["said_after"]) > (
        about["said_before"],
        about["said_after"],
    )


def test_a_sentence_that_leans_on_the_one_before_is_told() -> None:
    assert known("谁提出了倡议？", "同时，提出三点倡议。")["leans"] == 1
    assert known("谁提出了倡议？", "协会提出三点倡议。")["leans"] == 0


def test_question_words_are_not_expected_in_an_answer() -> None:
    assert known("哪些县通了水？", "县通了水。")["in_order"] == 1


def test_of_the_words_beside_a_question_word_the_whole_counts_more_than_one() -> None:
    assert known("工程由谁设计？", "由省院设计。")["said_before"] == 0.25


def test_a_reason_is_told_in_other_words_than_it_is_asked_for() -> None:
    assert known("工程为什么停工？", "工程停工。")["said_before"] == 0


def test_what_begins_like_a_reason_counts_what_stands_before_it() -> None:
    question = "大桥为什么停工？"
    assert known(question, "因为河水上涨。", before="大桥停工。")["reason_follows"] > 0
    assert known(question, "河水上涨。", before="大桥停工。")["reason_follows"] == 0


def test_a_byline_answers_only_who_asks_for_the_author() -> None:
    assert known("大桥有多长？", "本报记者何远", kind="byline")["byline"] == 1
    assert known("报道大桥的记者是谁？", "本报记者何远", kind="byline")["byline"] == 0


def test_the_first_sentences_of_an_article_are_told_from_later_ones() -> None:
    assert known("大桥有多长？", "大桥长3公里。")["lead"] == 1
    assert known("大桥有多长？", "大桥长3公里。", before="路很长。" * 50)["lead"] == 0
