"""Fail or kill an update at each of its system calls: is what was acknowledged there, and never half a state?

    python -m benchmarks.faults                    # every call, each of three faults; needs strace
    python -m benchmarks.faults --sample 12        # so many, spread over all

A process adds a source to a library, changes one and deletes one, and says so after each. strace
makes one of its calls fail (EIO, ENOSPC), or kills it there (KILL: what a power cut leaves of a disk
that writes in order). Then the library is opened anew and has to be as after the last change that was
acknowledged, or after the next one: its sources, its passages, its own check of both legs of the index.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.tables import table
from index import IndexConfig, Library, explained

WRITES = (
    "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir",
    "ftruncate", "mkdir", "fallocate", "msync",
)  # fmt: skip
FAULTS = {"KILL": "signal=KILL", "EIO": "error=EIO", "ENOSPC": "error=ENOSPC"}
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


def changes(path: Path) -> None:
    """What is done by the process that is hurt; it says so after each."""
    with opened(path) as library:
        for step in (
            lambda: library.add_text("d.txt", ADDED.encode()),
            lambda: library.add_text("b.txt", CHANGED.encode()),
            lambda: library.delete("a.txt"),
        ):
            try:
                step()
            except Exception as error:
                if explained(error) is None:  # no command would say in a line what is wrong
                    raise
                sys.exit(1)
            sys.stdout.write("acknowledged\n")
            sys.stdout.flush()


def states(path: Path) -> str:
    """What is wrong with the library; empty when it is in one of the states, whole."""
    with opened(path) as library:
        library.mend(wait_s=20) if library.check() else None
        there = {info.name: library.source(info.name).text for info in library.sources()}
        if there not in STATES:
            return f"half a state: {sorted(there)}"
        if sorted(library.snapshot().texts()) != sorted(there.values()):
            return f"other passages than {sorted(there)} have"
        if (
            faults := library.check()
        ):  # whether both legs of the index find these passages, and no others
            return f"not whole: {faults[0].what}"
    return ""


def state_of(path: Path) -> int:
    with opened(path) as library:
        return STATES.index({i.name: library.source(i.name).text for i in library.sources()})


def hurt(before: Path, inject: Sequence[str], log: Path) -> str:
    """What is wrong after the changes were made with such a fault; empty when nothing is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library"
        shutil.copytree(before, path)
        command = [sys.executable, "-m", "benchmarks.faults", "--change", str(path)]
        done = subprocess.run(
            ["strace", "-f", "-qq", "-o", str(log), *inject, *command],
            check=False, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        said = done.stdout.count("acknowledged")
        if "Traceback" in done.stderr:
            return f"an accident: {done.stderr.strip().splitlines()[-1]}"
        if wrong := states(path):
            return wrong
        now = state_of(path)
        return "" if said <= now <= said + 1 else f"{said} acknowledged, {now} there"


def calls(before: Path, log: Path) -> Counter[str]:
    """How often each call is made by the thread that makes it most often: strace counts by thread."""
    trace = f"trace={','.join(WRITES)}"
    assert not hurt(before, ["-e", trace], log), "it fails without a fault"
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
    parser.add_argument("--change", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.change:
        changes(options.change)
        return 0
    tried, wrong = sweep(options.sample)
    rows = [[f, str(tried[f]), str(sum(1 for w in wrong if w.startswith(f)))] for f in FAULTS]
    print(table(["fault", "tried", "failed"], rows))
    print("\n".join(wrong))
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
            told = hurt(before, inject, log)
            tried[fault] += 1
            if told:
                wrong.append(f"{fault} at {call} {n}: {told}")
    return tried, wrong


if __name__ == "__main__":
    raise SystemExit(main())
