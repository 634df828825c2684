"""What is freed is given back."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from index.store.memory import give_back


def resident() -> int:
    """Of this process, in kB."""
    return int(Path("/proc/self/status").read_text("ascii").split("VmRSS:")[1].split()[0])


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other systems need nothing for it")
def test_what_was_freed_between_what_is_kept_is_given_back() -> None:
    # Of each 40 pieces one is kept, so that none is the last of the heap: glibc gives back its end by itself.
    made = [bytes(1000) for _ in range(100_000)]
    kept = made[::40]
    full = resident()
    del made
    give_back()
    assert full - resident() > 50_000
    assert len(kept) == 2500
