"""An update whose system calls fail, or that dies at one: some of `python -m benchmarks.faults`."""

from __future__ import annotations

import pytest

from benchmarks.faults import sweep
from benchmarks.traced import may_trace


def test_what_was_acknowledged_is_there_and_nothing_is_half() -> None:
    if not may_trace():
        pytest.skip("there is no strace, or it may not trace here")
    tried, wrong = sweep(sample=4)
    assert sum(tried.values()) >= 4
    assert wrong == []
