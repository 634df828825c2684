"""No pattern takes cubic time, whatever it is given."""

from __future__ import annotations

import pytest

pytest.importorskip("regexploit.ast.sre", reason="regexploit is not installed")

from benchmarks.patterns import all_patterns, slow


def test_what_is_slow_is_found() -> None:
    assert slow(r"\s*a?\s*b?\s*c")
    assert slow(r"(a+)+b")
    assert not slow(r"\s*+a?\s*+b?\s*+c")
    assert not slow(r"\d+,\d+")


def test_no_pattern_takes_cubic_time() -> None:
    patterns = all_patterns()
    assert len(patterns) > 400
    assert [where for one, where in patterns.items() if slow(one.pattern, one.flags)] == []
