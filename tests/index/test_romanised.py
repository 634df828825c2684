"""Chinese names in Latin letters."""

from __future__ import annotations

import pytest

from index.analysis import fold
from index.romanised import names


@pytest.mark.parametrize(
    ("query", "held", "other"),
    [
        ("Who is Yuan Feng?", "增聘基金经理袁锋", "增聘基金经理刘伟林"),
        ("How large is Xi'an?", "西安市", "北京市"),
        ("How large is Xian?", "西安市", "北京市"),
        ("Where does the Lüzhou ferry land? And Lvliang?", "吕梁的渡口", "太原的渡口"),
        ("What are Chongqing's teams?", "重庆队", "成都队"),
        ("Which team of Chongqing won?", "重慶隊", "成都隊"),
    ],
)
def test_a_name_is_known_by_its_sound(query: str, held: str, other: str) -> None:
    sought = names(query)
    assert any(name.search(fold(held)) for name in sought)
    assert not any(name.search(fold(other)) for name in sought)


@pytest.mark.parametrize(
    "query", ["Who won?", "Can he swim?", "the long river", "James Harden", ""]
)
def test_what_is_no_chinese_name_is_not_sought(query: str) -> None:
    assert names(query) == ()
