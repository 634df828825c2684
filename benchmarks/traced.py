"""A library that is changed by a process before strace, and what has to be there afterwards.

For `python -m benchmarks.faults` and `python -m benchmarks.power`.
"""

from __future__ import annotations

import ctypes
import mmap
import multiprocessing
import os
import subprocess
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks.disk import ACKNOWLEDGED
from index import IndexConfig, Library, explained

#: What is done to a library, and what is called after each of its changes.
Work = Callable[[Path, Callable[[], None]], None]

TEXTS = {"a.txt": "甲站有水泵11台。", "b.txt": "乙站有水泵22台。", "c.txt": "丙站有水泵33台。"}
ADDED, CHANGED = "丁站有水泵44台。", "乙站有水泵55台。"
#: What there is after none, one, two, all of the changes.
STATES = (
    TEXTS,
    TEXTS | {"d.txt": ADDED},
    TEXTS | {"d.txt": ADDED, "b.txt": CHANGED},
    {"c.txt": TEXTS["c.txt"], "d.txt": ADDED, "b.txt": CHANGED},
)


def opened(path: Path) -> Library:
    return Library(path, IndexConfig(embedder="hash"), lock_timeout_s=20)


def changes(path: Path, acknowledge: Callable[[], None]) -> None:
    """What is done by the process that is hurt; it says so after each."""
    with opened(path) as library:
        for step in (
            lambda: library.add_text("d.txt", ADDED.encode()),
            lambda: library.add_text("b.txt", CHANGED.encode()),
            lambda: library.delete("a.txt"),
        ):
            step()
            acknowledge()


# ---- what is there afterwards ------------------------------------------------------------------


def may_trace() -> bool:
    """Whether strace is here, and may do what it is for."""
    with suppress(FileNotFoundError):
        return (
            subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode
            == 0
        )
    return False


def states(path: Path) -> str:
    """What is wrong with the library; empty when it is in one of the states, whole."""
    with opened(path) as library:
        library.mend(wait_s=20) if library.check() else None
        there = {info.name: library.source(info.name).text for info in library.sources()}
        if there not in STATES:
            return f"half a state: {sorted(there)}"
        if sorted(library.snapshot().texts()) != sorted(there.values()):
            return f"other passages than {sorted(there)} have"
        if faults := library.check():  # whether both legs of the index find these, and no others
            return f"not whole: {faults[0].what}"
    return ""


def state_of(path: Path) -> int:
    with opened(path) as library:
        return STATES.index({i.name: library.source(i.name).text for i in library.sources()})


# ---- a process that is traced ------------------------------------------------------------------

#: Loads what is needed once: each process that is hurt is forked from it.
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["benchmarks.traced"])

#: prctl(2): any process of this user may trace this one.
_PTRACER, _ANY = 0x59616D61, -1
#: The longest that is said of an accident, and that it may take.
_SAID, _LONGEST_S = 4000, 300.0


def traced(work: Work, path: Path, options: Sequence[str]) -> tuple[int, str]:
    """Work in a process of its own, before strace with these options: how often it acknowledged, and
    the accident that ended it, where it was one that no command would say in a line.

    It is told by memory that both have, so that no system call tells it.
    """
    with tempfile.NamedTemporaryFile() as file:
        file.truncate(1 + _SAID)
        process = FORKED.Process(target=_worked, args=(work, path, file.name))
        process.start()
        tracer = subprocess.Popen(
            ["strace", "-f", "-qq", *options, "-p", str(process.pid)], stderr=subprocess.DEVNULL
        )
        with suppress(subprocess.TimeoutExpired):
            tracer.wait(_LONGEST_S)
        process.join(1)
        if process.is_alive():  # it hangs, or may not be traced
            process.kill()
            tracer.wait()
            return 0, "it did not end"
        said = Path(file.name).read_bytes()
        return said[0], said[1:].rstrip(b"\0").decode("utf-8", "ignore")


def _worked(work: Work, path: Path, told: str) -> None:
    ctypes.CDLL(None).prctl(_PTRACER, ctypes.c_long(_ANY), 0, 0, 0)
    with Path(told).open("r+b") as file, mmap.mmap(file.fileno(), 0) as said:
        while "TracerPid:\t0\n" in Path("/proc/self/status").read_text(encoding="ascii"):
            time.sleep(0.001)

        def acknowledge() -> None:
            said[0] += 1
            os.access(ACKNOWLEDGED, os.F_OK)

        try:
            work(path, acknowledge)
        except Exception as error:
            if explained(error) is None:
                accident = traceback.format_exc().encode()[-_SAID:]
                said[1 : 1 + len(accident)] = accident
