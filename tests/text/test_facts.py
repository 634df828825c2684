"""Facts of a text: the same amount however it is written, another one never."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.text.facts import chinese_number, facts, missing, numbers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,096个数字化车间", "1096个数字化车间"),
        ("2.2万家", "22000家"),
        ("百分之十", "10%"),
        ("八大任务", "8大任务"),
        ("二点五万家", "2.5万家"),
        ("３５秒", "35秒"),
        ("64平方千米", "64平方公里"),
        ("3个百分点", "三个百分点"),
    ],
)
def test_an_amount_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert [f.key for f in numbers(one)] == [f.key for f in numbers(other)] != []


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("产值达103亿元", "产值达102亿元"),
        ("产值达102万元", "产值达102亿元"),
        ("增长22.9个百分点", "增长22.9%"),
        ("2024年建成", "2023年建成"),
        ("销售M9", "销售M7"),
        ("新增三家", "新增四家"),
        ("效率提高30%", "效率提高30家"),
    ],
)
def test_a_changed_number_unit_date_or_name_is_missing(claim: str, quote: str) -> None:
    assert missing(claim, [quote])


def test_facts_may_be_borne_by_several_quotes() -> None:
    assert not missing("2025年达8.4万套", ["2025年，该", "区出货量达8.4万套"])


def test_words_that_only_look_like_numerals_are_no_facts() -> None:
    assert facts("一些企业一直万一十分重视") == ()


@given(st.integers(min_value=0, max_value=99_999_999))
def test_chinese_numerals_mean_what_arabic_ones_mean(value: int) -> None:
    import cn2an

    assert chinese_number(cn2an.an2cn(value, "low")) == Decimal(value)


@given(st.text())
def test_any_text_has_facts_that_stand_in_it(text: str) -> None:
    for fact in numbers(text):
        assert 0 <= fact.start <= len(text) - 1
    assert missing(text, [text]) == []


@given(st.text(alphabet="零〇一二两三十百千万亿点多余0123.,%年月个", max_size=12))
def test_any_string_of_numerals_can_be_read(text: str) -> None:
    assert missing(text, [text]) == []
