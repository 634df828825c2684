"""Which names of a claim are asked for: those that the articles have beside other words."""

from __future__ import annotations

import pytest

from server.checking.cloze import apart, instead
from server.checking.naming import Name

ARTICLE = "论坛8月在滨河市举行。江津区派王建国参加，万州区没有派人。"


@pytest.mark.parametrize(
    ("claim", "asked"),
    [
        ("论坛在江津区举行。", [Name("江津区", "place")]),
        ("举行论坛时派人的有王建国。", [Name("王建国", "person")]),
        ("派王建国参加的是江津区。", []),  # beside what is said of it
        ("江津区派王建国参加。", []),  # word for word
        ("论坛8月在大连举行。", [Name("大连", "place")]),  # no place to the tagger
        ("8月送来两面锦旗。", []),
    ],
)
def test_a_name_apart_from_what_is_said_of_it_is_asked_for(claim: str, asked: list[Name]) -> None:
    assert list(apart(claim, ARTICLE)) == asked


def test_the_reader_is_sure_of_another_name_or_says_nothing() -> None:
    told = ["论坛在滨河市举行，江津区派人参加。", "上海队夺得冠军，北京队获得第二名。"]
    assert instead("举行论坛的是江津区。", Name("江津区", "place"), told, 0) == "滨河市"
    assert instead("举行论坛的是滨河市。", Name("滨河市", "place"), told, 0) == ""
