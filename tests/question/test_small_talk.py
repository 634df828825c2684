"""Thanks, greetings and doubts are told from questions."""

from __future__ import annotations

import pytest

from server.question.small_talk import small_talk, without_small_talk
from server.question.understanding import normalise


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("谢谢！", "thanks"),
        ("好的，非常感谢您的帮助", "thanks"),
        ("謝謝你", "thanks"),
        ("Thank you so much!", "thanks"),
        ("您好", "hello"),
        ("早安", "hello"),
        ("Hi there", "hello"),
        ("再见", "bye"),
        ("你是谁？", "who"),
        ("你能做什么", "who"),
        ("What can you do?", "who"),
        ("你确定吗？", "doubt"),
        ("真的假的？", "doubt"),
        ("Are you sure?", "doubt"),
        ("你说错了", "wrong"),
        ("嗯嗯，知道了", "nod"),
        ("OK", "nod"),
        ("講個笑話", "chat"),
        ("？？？", "marks"),
        ("……", "marks"),
        ("🙂", "marks"),
    ],
)
def test_what_asks_the_articles_nothing_is_known(said: str, kind: str) -> None:
    assert small_talk(normalise(said)) == kind


@pytest.mark.parametrize(
    "question",
    [
        "谢谢的英文是什么？",
        "你好李焕英的票房有多少？",  # a film
        "馆长是谁？",
        "是谁？",
        "对面的楼有多高？",
        "早高峰有多堵？",
        "再见大运河是哪年拍的？",
        "好在哪里？",
        "how are the rivers doing?",
        "18",
    ],
)
def test_a_question_is_no_small_talk(question: str) -> None:
    assert small_talk(normalise(question)) is None


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("你好！滨河大桥有多长？谢谢！", "滨河大桥有多长？"),
        ("谢谢。那它有多长？", "那它有多长？"),
        ("不对，我问的是8号线", "我问的是8号线"),
        ("Hi! How long is it? Thanks.", "How long is it？"),
        ("滨河大桥，有多长？", "滨河大桥，有多长？"),
    ],
)
def test_a_greeting_is_taken_off_a_question(said: str, asked: str) -> None:
    assert without_small_talk(normalise(said)).strip() == asked


def test_of_several_things_said_the_one_that_wants_a_reply_gets_it() -> None:
    assert small_talk("再见。谢谢") == "thanks"
    assert small_talk("谢谢。你是谁？") == "who"
