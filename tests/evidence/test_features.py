"""What tells a sentence that answers from one that only holds the same words."""

from __future__ import annotations

from server.evidence.features import FEATURES, features
from server.evidence.sentences import Coverage
from server.question.understanding import understand
from tests.evidence.made import sentence


def known(question: str, text: str) -> dict[str, float]:
    part = understand(question).parts[0]
    values = features(part, sentence(text), Coverage(question), 0.5)
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
