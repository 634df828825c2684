"""Answers a second of a server with several clients, and what an answer takes of the processor.

    python -m benchmarks.throughput seeds_dev.jsonl                      # over seeds/
    python -m benchmarks.throughput --library NEWS news_dev.jsonl --workers 1,2

For each number of workers a server of its own is started; each client asks the questions, one after the
other from a place of its own, for some seconds. Seconds of the processor are those of the server's
processes alone, so that they mean something where others use the machine, too; memory is what these have
together (PSS: shared pages once).
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from index import Library

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def served(library: Path, workers: int) -> Iterator[tuple[str, int]]:
    """The address of a server of its own, and its first process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {"YOUJU_LIBRARY": str(library), "YOUJU_LOG_LEVEL": "error"}
    command = [sys.executable, "-m", "server", "serve", f"--port={port}", f"--workers={workers}"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
    base = f"http://127.0.0.1:{port}"
    try:
        client = httpx.Client(transport=httpx.HTTPTransport(retries=20), timeout=120)
        while client.get(f"{base}/readyz").status_code != 200:
            time.sleep(0.2)
        yield base, process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def spent(pid: int) -> float:
    """Seconds of the processor of a process and those it has started."""
    total = 0
    for one in _family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def memory(pid: int) -> float:
    """Megabytes of them together."""
    kilobytes = 0
    for one in _family(pid):
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024


def asked(base: str, questions: Sequence[str], clients: int, seconds: float) -> list[float]:
    """Seconds that each answer took."""
    took: list[float] = []
    until = time.monotonic() + seconds

    def one(first: int) -> None:
        with httpx.Client(base_url=base, timeout=120) as client:
            n = first * len(questions) // clients
            while (began := time.monotonic()) < until:
                asking = {"question": questions[n % len(questions)]}
                n += 1
                found = client.post("/ask", json=asking)
                if found.status_code == httpx.codes.SERVICE_UNAVAILABLE:  # too many wait
                    time.sleep(1)
                    continue
                found.raise_for_status()
                took.append(time.monotonic() - began)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def measured(
    library: Path, questions: Sequence[str], workers: int, args: argparse.Namespace
) -> str:
    with served(library, workers) as (base, pid):
        asked(base, questions, args.clients, args.seconds / 3)  # what all of them need is loaded
        before, began = spent(pid), time.monotonic()
        took = asked(base, questions, args.clients, args.seconds)
        wall, busy = time.monotonic() - began, spent(pid) - before
        return (
            f"{workers} workers, {args.clients} clients: {len(took) / wall:.1f} answers a second,"
            f" {len(took) / busy:.1f} a second of the processor ({1000 * busy / len(took):.0f} ms each),"
            f" p50 {1000 * statistics.median(took):.0f} ms, {memory(pid):.0f} MB,"
            f" {busy / wall:.2f} cores had"
        )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path, help="questions")
    parser.add_argument("--library", type=Path, help="a library; one of seeds/ when not given")
    parser.add_argument("--workers", default="1,2", help="numbers of workers")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20)
    args = parser.parse_args(argv)
    lines = args.gold.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]
    with tempfile.TemporaryDirectory() as temporary:
        library = args.library or Path(temporary) / "library"
        if args.library is None:
            with Library(library) as made:
                made.update([SEEDS])
        for workers in map(int, args.workers.split(",")):
            print(measured(library, questions, workers, args), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
