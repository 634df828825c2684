"""A server at twice what it can do, for minutes: questions, uploads, deletions, clients that leave.

    python -m benchmarks.soak --minutes 5            # a server of its own over seeds/
    python -m benchmarks.soak --minutes 10 --times 2 # so many times its capacity

First it is measured how many questions a second are answered when as many ask as are answered at once;
then so many times as many are asked, at random moments, whether or not the earlier ones are answered; each
half minute it is looked anew how many are answered: a machine that others use is not always as fast. What
does not depend on the others is how many are answered in the time that one waits: those that may stand before it.
Clients are httpx's rather than locust's, which was tried: see DECISIONS.md. One line of figures a minute, then
the whole; exits with 1 when there was an answer of 5xx but the 503 of what was turned away, or a stream that
ended without `done` or `error`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
QUESTIONS = (
    "重庆“33618”里的18指什么？",
    "重庆有多少家国家级专精特新企业？",
    "低空经济有哪些应用？",
    "What is the article about?",
    "森林覆盖率是多少？",
)
#: Of what is done: asked whole, as a stream, a stream that is left, an article added or taken out, a page.
KINDS = {"ask": 45, "stream": 20, "leave": 15, "write": 8, "page": 12}
#: Seconds in which as many ask as are answered at once.
WARM_S = 20.0
#: So often it is looked how many are answered.
LOOK_S = 30.0
#: The last minutes, in which its memory should grow no more.
LAST_MIN = 5


@dataclass
class Told:
    """What came of it; seconds of what was answered, by kind."""

    statuses: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    health: list[float] = field(default_factory=list)
    #: When, in minutes, the server had how many megabytes.
    memory: list[tuple[float, float]] = field(default_factory=list)
    #: The server's processor time and what was answered until the last minute that was told.
    spent: float = 0.0
    told: int = 0

    @property
    def answered(self) -> int:
        """Questions, whole or as streams."""
        return self.statuses["ask 200"] + self.statuses["stream 200"]

    def took(self, kind: str, seconds: float) -> None:
        self.seconds.setdefault(kind, []).append(seconds)


def p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98] if len(values) > 1 else sum(values)


@contextmanager
def served(port: int) -> Iterator[tuple[str, int]]:
    """A server of its own; its address and process."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "server", "serve", "--port", str(port)]
        with (Path(folder) / "log").open("w") as log:
            env = os.environ | {"YOUJU_LIBRARY": f"{folder}/library", "YOUJU_LOG_LEVEL": "warning"}
            process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=log)
            try:
                yield f"http://127.0.0.1:{port}", process.pid
            finally:
                process.terminate()
                code = process.wait(60)
        print(f"exit {code} after SIGTERM; log: {(Path(folder) / 'log').read_text()[-2000:]}")


async def once(client: httpx.AsyncClient, kind: str, told: Told, n: int) -> None:
    began = time.monotonic()
    status = "lost"
    try:
        status = await (write(client, n) if kind == "write" else DO[kind](client))
    except httpx.TransportError as error:
        status = type(error).__name__
    told.statuses[f"{kind} {status}"] += 1
    if status in ("200", "201", "204"):
        told.took(kind, time.monotonic() - began)


async def ask(client: httpx.AsyncClient) -> str:
    return str((await client.post("/ask", json={"question": random.choice(QUESTIONS)})).status_code)


async def stream(client: httpx.AsyncClient, *, leave: bool = False) -> str:
    body = {"question": random.choice(QUESTIONS), "stream": True}
    async with client.stream("POST", "/ask", json=body) as response:
        last = ""
        async for line in response.aiter_lines():
            last = line.removeprefix("event: ") if line.startswith("event:") else last
            if leave:
                return "left"
        if response.status_code != 200:
            return str(response.status_code)
        # With an error its turn did not come.
        return {"done": "200", "error": "503"}.get(last, "cut")


async def leave(client: httpx.AsyncClient) -> str:
    """Leave at some moment, whatever has come until then."""
    try:
        return await asyncio.wait_for(stream(client, leave=True), random.uniform(0.0, 2.0))
    except TimeoutError:
        return "left"


async def write(client: httpx.AsyncClient, n: int) -> str:
    name = f"soak-{n % 20}.txt"
    if random.random() < 0.4:
        status = (await client.delete(f"/sources/{name}")).status_code
        return "204" if status == 404 else str(status)
    data = (name, f"第{n}号塔高{n + 30}米。".encode())
    return str((await client.post("/sources", files={"files": data})).status_code)


async def page(client: httpx.AsyncClient) -> str:
    path = random.choice(("/", "/library", "/history", "/sources", "/conversations"))
    return str((await client.get(path, headers={"accept": "text/html"})).status_code)


DO = {"ask": ask, "stream": stream, "leave": leave, "page": page}


async def watch(client: httpx.AsyncClient, told: Told, pid: int) -> None:
    """How long a health check takes meanwhile, and how much memory the server has, once a second."""
    while True:
        began = time.monotonic()
        told.memory.append((began / 60, resident_mb(pid)))
        assert (await client.get("/healthz")).status_code == 200
        told.health.append(time.monotonic() - began)
        await asyncio.sleep(1.0)


async def capacity(client: httpx.AsyncClient, slots: int) -> float:
    """Questions a second that are answered when as many ask as are answered at once."""
    end, done = time.monotonic() + WARM_S, 0

    async def one() -> None:
        nonlocal done
        while time.monotonic() < end:
            await client.post("/ask", json={"question": random.choice(QUESTIONS)})
            done += 1

    await asyncio.gather(*(one() for _ in range(slots)))
    return done / WARM_S


async def soak(base: str, pid: int, minutes: float, times: float) -> Told:
    told, tasks, n = Told(), set(), 0
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
    async with httpx.AsyncClient(base_url=base, timeout=60.0, limits=limits) as client:
        await ready(client)
        await ask(client)  # what is loaded once is no part of its speed
        rate = await capacity(client, len(os.sched_getaffinity(0)))
        share = sum(KINDS[kind] for kind in ("ask", "stream", "leave")) / sum(KINDS.values())
        told.spent = processor_s(pid)
        watched, seen = time.monotonic(), 0
        print(
            f"answers {rate:.1f} questions a second; asked {times * rate:.1f} a second", flush=True
        )
        watching = asyncio.create_task(watch(client, told, pid))
        began = time.monotonic()
        for minute in range(1, round(minutes) + 1):
            while time.monotonic() < began + 60 * minute:
                n += 1
                kind = random.choices(list(KINDS), list(KINDS.values()))[0]
                task = asyncio.create_task(once(client, kind, told, n))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                await asyncio.sleep(random.expovariate(times * rate / share))
                if (passed := time.monotonic() - watched) > LOOK_S:
                    rate = max((told.answered - seen) / passed, 0.1)
                    watched, seen = time.monotonic(), told.answered
            tell(told, pid, minute, len(tasks), times * rate)
        await asyncio.gather(*tasks)
        watching.cancel()
    return told


async def ready(client: httpx.AsyncClient) -> None:
    while True:
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.5)


def tell(told: Told, pid: int, minute: int, open_now: int, rate: float) -> None:
    descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    answered = told.seconds.pop("ask", [])  # of this minute alone
    taken = processor_s(pid)
    done = told.answered - told.told
    each = (taken - told.spent) / max(1, done)
    told.spent, told.told = taken, told.answered
    print(
        f"minute {minute}: asked {rate:.1f} a second; {len(answered)} answered,"
        f" p50 {statistics.median(answered or [0]):.2f} s,"
        f" p99 {p99(answered):.2f} s, in which {p99(answered) * done / 60:.0f} are answered;"
        f" {each:.2f} s of processor each;"
        f" health p99 {p99(told.health[-60:]):.3f} s; {resident_mb(pid):.0f} MB, {descriptors} descriptors,"
        f" {open_now} requests open",
        flush=True,
    )


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def growth(memory: Sequence[tuple[float, float]]) -> float:
    """Megabytes a minute by which it grew in the last minutes."""
    last = [one for one in memory if one[0] > memory[-1][0] - LAST_MIN]
    return statistics.linear_regression(*zip(*last, strict=True)).slope if len(last) > 1 else 0.0


def processor_s(pid: int) -> float:
    """What a process has taken until now; unlike times by the clock it stays as it is beside others."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--times", type=float, default=2)
    parser.add_argument("--port", type=int, default=8791)
    arguments = parser.parse_args()
    random.seed(20)
    with served(arguments.port) as (base, pid):
        told = asyncio.run(soak(base, pid, arguments.minutes, arguments.times))
    for what, count in sorted(told.statuses.items()):
        print(f"{what:24} {count:6}")
    print(
        f"health: {len(told.health)} checks, p99 {p99(told.health):.3f} s, longest {max(told.health):.3f} s"
    )
    print(f"memory: {growth(told.memory):+.2f} MB a minute in the last {LAST_MIN}")
    broken = [
        what
        for what in told.statuses
        if what.split()[1] not in ("200", "201", "204", "left", "503")
    ]
    if broken:
        print("not as it should be:", ", ".join(broken))
    return bool(broken)


if __name__ == "__main__":
    raise SystemExit(main())
