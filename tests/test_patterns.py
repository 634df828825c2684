"""No pattern takes more than its share of time over a text that is long enough to matter."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("regexploit.ast.sre", reason="regexploit is not installed")

from benchmarks import ambiguity
from benchmarks.patterns import FEW, Use, all_uses, slow
from index.pages.lines import Line
from server.question.small_talk import small_talk


@pytest.fixture(scope="module")
def uses() -> list[Use]:
    return all_uses()


def test_what_is_slow_is_found() -> None:
    assert slow(r"\s*a?\s*b?\s*c")
    assert slow(r"(a+)+b")
    assert not slow(r"\s*+a?\s*+b?\s*+c")
    assert not slow(r"\d+,\d+")


@pytest.mark.parametrize(
    ("pattern", "way"),
    [
        (r"\d+年", "search"),  # from each digit to the last one
        (r"“[^”]*”", "search"),
        (r"\s+$", "search"),
        (r"a(?=.*x)", "search"),
        (r"(?i)[a-z]+SCRIPT:", "search"),
        (r"(?:\d+[、,])+x", "search"),
        (r"\s*a?\s*b", "match"),
        (r"(?:[^，]* )?\d+(?: +[^， ]+)* +\d+(?: [^，]*)?$", "match"),  # over words, not characters
        (r"[A-Za-z]*[A-Z]{2,}\w*", "fullmatch"),
        (r"(?:你|们)*(?:你|的)*", "fullmatch"),
    ],
)
def test_a_text_is_found_that_takes_more_than_its_share(pattern: str, way: str) -> None:
    found = ambiguity.slow(pattern, 0, way)
    assert found
    assert len(found.text(500)) >= 400
    assert not getattr(re.compile(pattern), way)(found.text(20))  # it is tried to the end


@pytest.mark.parametrize(
    ("pattern", "way"),
    [
        (r"(?<!\d)\d++年", "search"),
        (r"“[^“”]*”", "search"),
        (r"\d+", "search"),
        (r"第\d+章", "search"),
        (r"\bfoo\w*x", "search"),
        (r"(?m)^#+ *x", "search"),
        (r"[a-z]{0,20}x", "search"),
        (r"\d+年", "match"),
        (r"\s*+a?\s*+b", "match"),
        (r"^\s*x*$", "match"),
        (r"[A-Za-z]*", "fullmatch"),
    ],
)
def test_what_takes_its_share_is_let_be(pattern: str, way: str) -> None:
    assert ambiguity.slow(pattern, 0, way) is None


def test_no_pattern_takes_cubic_time(uses: list[Use]) -> None:
    assert len(uses) > 600
    assert [use.name for use in uses if use.cubic] == []


def test_patterns_that_take_more_than_their_share_are_known_with_a_reason(uses: list[Use]) -> None:
    assert sorted({use.name for use in uses if use.quadratic}) == sorted(FEW)


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("2023 120 135.5", True),
        ("合计 120 甲 135% 乙", True),
        ("面积 12 人口", False),
        ("2023 120，135 12", False),
        ("1 " * 2_000 + "，", False),  # took a minute
    ],
)
def test_a_line_of_figures_is_a_row(line: str, whole: bool) -> None:
    assert Line(0, len(line), 1, 0, False, line, line, []).whole is whole


def test_thanks_are_thanks_however_long() -> None:
    assert small_talk("谢谢你的你们") == "thanks"
    assert small_talk("多谢" + "你" * 1_900) == "thanks"
    assert small_talk("多谢" + "你" * 1_900 + "x") is None  # took a minute
