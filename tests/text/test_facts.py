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


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("工本费十元", "10", "元"),
        ("等十天", "10", "天"),
        ("一个要一百八", "180", ""),
        ("七个工作日内", "7", "工作日"),
    ],
)
def test_a_numeral_is_an_amount_though_it_is_short_or_has_no_unit(
    text: str, value: str, unit: str
) -> None:
    assert [(f.value, f.unit) for f in numbers(text) if not f.article] == [(value, unit)]


def test_ten_is_not_twenty() -> None:
    assert missing("最多等十天", ["最多等二十天"])


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


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("竹编是当地的一个老行当。", "竹编是当地的老行当。"),
        ("他们办了一家合作社。", "他们办了合作社。"),
        ("一位老师傅说，竹子要三年生的。", "老师傅说，竹子要三年生的。"),
        ("一位老师傅说，竹子要三年生的。", "老师傅说，竹子要三年生的。两位客人点头。"),
        ("这是节日的一部分。", "这属于节日。"),
        ("画家André Dvořák来过。", "画家Andre Dvorak来过。"),
        ("画家Andre\u0301来过。", "画家André来过。"),
    ],
)
def test_an_article_counts_nothing_and_an_accent_changes_no_name(claim: str, quote: str) -> None:
    assert missing(claim, [quote]) == []


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("他们办了一家合作社。", "他们办了三家合作社。"),
        ("当地只有一个行当。", "当地的行当传了下来。"),
        ("这是唯一一家合作社。", "这是合作社。"),
        ("这是全县第一个合作社。", "这是全县的合作社。"),
        ("竹子长了一年。", "竹子长了起来。"),
        ("画家André来过。", "画家Andrea来过。"),
    ],
)
def test_a_one_that_counts_and_another_name_are_missed(claim: str, quote: str) -> None:
    assert missing(claim, [quote])


def test_a_name_with_accents_is_one_name() -> None:
    assert [f.text for f in facts("画家André Dvořák来过。")] == ["André", "Dvořák"]
