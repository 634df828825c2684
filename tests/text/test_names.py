"""The names in a question, with the word for what they are."""

from __future__ import annotations

import pytest

from server.text.names import names


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("全国有多少家公司？", ()),
        ("箱子里不能放哪些东西？", ()),
        ("中国有多少座桥？", ()),
        ("渝北区有几座桥？", ("渝北区",)),
        ("大足区有几座桥？", ("大足区",)),  # the dictionary lacks it
        ("两江新区有几座桥？", ("两江新区",)),
        ("四川大学有多少学生？", ("四川大学",)),
        ("华为集团有多少人？", ("华为集团",)),
        ("黄庆华为啥离职？", ("黄庆华",)),
    ],
)
def test_names_are_whole_and_general_words_are_none(question: str, found: tuple[str, ...]) -> None:
    assert names(question) == found
