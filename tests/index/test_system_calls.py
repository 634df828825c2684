"""An update whose system calls fail, or that dies at one: some of `python -m benchmarks.faults`."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from benchmarks.faults import sweep


def test_what_was_acknowledged_is_there_and_nothing_is_half() -> None:
    if shutil.which("strace") is None:
        pytest.skip("there is no strace")
    if subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True).returncode:
        pytest.skip("strace may not trace here")
    tried, wrong = sweep(sample=4)
    assert sum(tried.values()) >= 4
    assert wrong == []
