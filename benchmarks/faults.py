"""Fail or kill an update at each of its system calls: is what was acknowledged there, and never half a state?

    python -m benchmarks.faults                    # every call, each of three faults; needs strace
    python -m benchmarks.faults --sample 12        # so many, spread over all

A process adds a source to a library, changes one and deletes one, and says so after each. strace
makes one of its calls fail (EIO, ENOSPC), or kills it there (KILL; of a disk that loses what was not
synced tells benchmarks/power.py). Then the library is opened anew and has to be as after the last change that was
acknowledged, or after the next one: its sources, its passages, its own check of both legs of the index.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.tables import table
from benchmarks.traced import TEXTS, changes, opened, state_of, states, traced

WRITES = (
    "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir",
    "ftruncate", "mkdir", "fallocate", "msync",
)  # fmt: skip
FAULTS = {"KILL": "signal=KILL", "EIO": "error=EIO", "ENOSPC": "error=ENOSPC"}


def hurt(before: Path, options: Sequence[str]) -> str:
    """What is wrong after the changes were made with such a fault; empty when nothing is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library"
        shutil.copytree(before, path)
        said, accident = traced(changes, path, ["-o", "/dev/null", *options])
        if accident:
            return f"an accident: {accident.strip().splitlines()[-1]}"
        if wrong := states(path):
            return wrong
        now = state_of(path)
        return "" if said <= now <= said + 1 else f"{said} acknowledged, {now} there"


def calls(before: Path, log: Path) -> Counter[str]:
    """How often each call is made by the thread that makes it most often: strace counts by thread."""
    trace = f"trace={','.join(WRITES)}"
    assert not hurt(before, ["-o", str(log), "-e", trace]), "it fails without a fault"
    by_thread = Counter(re.findall(r"^(\d+) +(\w+)\(", log.read_text("utf-8"), re.MULTILINE))
    most: Counter[str] = Counter()
    for (_, name), count in by_thread.items():
        most[name] = max(most[name], count)
    return most


def places(most: Counter[str], sample: int) -> Iterator[tuple[str, str, int]]:
    """Each fault at each call, or so many of them, evenly."""
    every = [(f, call, n + 1) for f in FAULTS for call in sorted(most) for n in range(most[call])]
    step = max(1, len(every) // sample) if sample else 1
    yield from every[::step]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sample", type=int, default=0)
    options = parser.parse_args()
    tried, wrong = sweep(options.sample)
    rows = [[f, str(tried[f]), str(sum(1 for w in wrong if w.startswith(f)))] for f in FAULTS]
    print(table(["fault", "tried", "failed"], rows))
    return len(wrong)


def sweep(sample: int) -> tuple[Counter[str], list[str]]:
    """How many of each fault were tried, and a line for each that left something wrong."""
    tried: Counter[str] = Counter()
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        before, log = Path(folder) / "before", Path(folder) / "log"
        with opened(before) as library:
            for name, text in TEXTS.items():
                library.add_text(name, text.encode())
        for fault, call, n in places(calls(before, log), sample):
            inject = ["-e", f"trace={call}", "-e", f"inject={call}:{FAULTS[fault]}:when={n}"]
            told = hurt(before, inject)
            tried[fault] += 1
            if told:
                wrong.append(f"{fault} at {call} {n}: {told}")
                print(wrong[-1], flush=True)
    return tried, wrong


if __name__ == "__main__":
    raise SystemExit(main())
