"""What is freed is given back."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from index.memory import give_back


def resident() -> int:
    """Of this process, in kB."""
    return int(Path("/proc/self/status").read_text("ascii").split("VmRSS:")[1].split()[0])


#: Opens a library as a server does; then 40 threads, all there at once, take memory. How many arenas there are.
ARENAS = """
import ctypes, sys, threading
from server.settings import Settings
from server.upkeep.opening import open_library
open_library(Settings(library=sys.argv[1], seeds=sys.argv[1]), seed=False)
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
together = threading.Barrier(40)
def take():
    together.wait()
    libc.malloc(100_000)
    together.wait()
threads = [threading.Thread(target=take) for _ in range(40)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
file = ctypes.c_void_p(libc.fopen(sys.argv[2].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other systems need nothing for it")
@pytest.mark.parametrize("said", ["", "3"])
def test_threads_that_come_and_go_keep_no_memory_each(said: str, tmp_path: Path) -> None:
    told = tmp_path / "told.xml"
    command = [sys.executable, "-c", ARENAS, str(tmp_path / "library"), str(told)]
    env = os.environ | ({"MALLOC_ARENA_MAX": said} if said else {})
    subprocess.run(command, check=True, env=env)
    assert told.read_text().count("<heap nr=") == (int(said) if said else os.cpu_count())


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
