"""An update whose system calls fail, or that dies at one: some of `python -m benchmarks.faults`."""

from __future__ import annotations

import errno
import os

import pytest

from benchmarks.faults import sweep
from benchmarks.traced import may_trace
from index import explained
from index.errors import LibraryInaccessible


def test_what_was_acknowledged_is_there_and_nothing_is_half() -> None:
    if not may_trace():
        pytest.skip("there is no strace, or it may not trace here")
    tried, wrong = sweep(sample=4)
    assert sum(tried.values()) >= 4
    assert wrong == []


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_a_disk_that_fails_is_told_in_a_line_without_its_path(number: int) -> None:
    """Wherever it fails: a folder for scratch files that cannot be made or removed was a traceback."""
    told = explained(OSError(number, os.strerror(number), "/srv/library/staging.sqlite"))
    assert isinstance(told, LibraryInaccessible)
    assert os.strerror(number) in str(told)
    assert "/srv" not in str(told)
    assert told.hint
