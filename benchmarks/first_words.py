"""How long a reader waits for the first words of an answer, and what of it is the server's.

    python -m benchmarks.first_words [--times 5]

Needs Playwright and a Chromium. Over the articles of seeds/, each question is asked in a new conversation, several
times; a browser's own clock runs from the key that sends it to the frame in which words stand: ``said``, the first that
say what happens, and ``seen``, the first of the answer. Of each question the shortest time counts, since other work
on the machine only lengthens it. The server is a process of its own: its share is the time to the first words in its
stream, as a bare client sees it, and the processor time of all its threads until then and for the whole answer,
which is what is left of the wait on a machine that does nothing else. It is asked when it has nothing else to do: what
may be asked next is tried before.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from playwright.sync_api import Page

SEEDS = Path(__file__).parents[1] / "seeds"
QUESTIONS = (
    "重庆“33618”里的18指什么？",
    "重庆有多少个数字化车间？",
    "大渡口要打造什么走廊？",
    "今年一季度，长寿区开工新材料产业项目有多少个？",
    "全市低空制造类企业有多少家？",
    "《集群发展壮大智造优势》讲了什么？",
    "重庆今年的房价是多少？",
)
#: From the key to the frames that show words of what happens, and of an answer or a refusal.
WATCH = """() => { let sent = 0;
  addEventListener("keydown", (e) => e.key === "Enter" && (sent = performance.now()), {capture: true, once: true});
  const shown = (where) => new Promise((done) => new MutationObserver((_, self) => {
    if (!sent || ![...document.querySelectorAll(where)].some((e) => e.textContent.trim())) return;
    self.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - sent)));
  }).observe(document.body, {childList: true, subtree: true, characterData: true}));
  window.waited = Promise.all([shown("p.doing, .answer, .refusal"), shown(".answer, .refusal")]);
}"""
#: The server has been idle for so long when it is asked.
IDLE_S = 0.5


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """A server of its own over the seeds: its address and its process."""
    with tempfile.TemporaryDirectory() as folder:
        with socket.create_server(("127.0.0.1", 0)) as one:
            port = one.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "server",
            "serve",
            "--library",
            folder,
            "--port",
            str(port),
        ]
        with subprocess.Popen(
            command, env=os.environ | {"YOUJU_SEEDS": str(SEEDS)}, stderr=subprocess.DEVNULL
        ) as process:
            try:
                while not _ready(f"http://127.0.0.1:{port}"):
                    time.sleep(0.2)
                yield f"http://127.0.0.1:{port}", process.pid
            finally:
                process.terminate()


def _ready(base: str) -> bool:
    try:
        return httpx.get(f"{base}/readyz", timeout=60).status_code == 200
    except httpx.ConnectError:
        return False


def processor_ms(pid: int) -> float:
    """What all threads of a process have used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until_idle(pid: int) -> None:
    used = -1.0
    while (now := processor_ms(pid)) > used:
        used = now
        time.sleep(IDLE_S)


def seen_ms(page: Page, base: str, question: str, pid: int) -> tuple[float, float]:
    """To the first words of what happens, and of the answer."""
    page.goto(base)
    page.wait_for_load_state("networkidle")
    page.fill("#question", question)
    page.evaluate(WATCH)
    wait_until_idle(pid)
    page.press("#question", "Enter")
    said, seen = page.evaluate("waited")
    page.locator(".turn .meta").wait_for()
    return float(said), float(seen)


def streamed_ms(client: httpx.Client, question: str, pid: int) -> tuple[float, float, float]:
    """To the first words, or the refusal, in the stream; and the processor time until then, and of all."""
    wait_until_idle(pid)
    before, begun = processor_ms(pid), time.perf_counter()
    first = used = 0.0
    with client.stream("POST", "/ask", json={"question": question, "stream": True}) as response:
        for line in response.iter_lines():
            if not first and line in ("event: delta", "event: done"):
                first = time.perf_counter() - begun
                used = processor_ms(pid) - before
    return 1000 * first, used, processor_ms(pid) - before


def main(times: int) -> None:
    from playwright.sync_api import sync_playwright

    rows = []
    with (
        served() as (base, pid),
        httpx.Client(base_url=base, timeout=120) as client,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(locale="zh-CN")
        page.set_default_timeout(120_000)
        print(
            f"{'said':>8} {'seen':>8} {'stream':>8} {'worked':>8} {'in all':>8}  (ms, the least of {times})"
        )
        for question in QUESTIONS:
            told = [
                (*seen_ms(page, base, question, pid), *streamed_ms(client, question, pid))
                for _ in range(times)
            ]
            rows.append(tuple(min(column) for column in zip(*told, strict=True)))
            print(_line(rows[-1], question), flush=True)
        browser.close()
    print(_line([median(column) for column in zip(*rows, strict=True)], "median"))
    print(f"load, of {os.cpu_count()} cores: {os.getloadavg()[0]:.1f}")


def _line(row: Sequence[float], name: str) -> str:
    return " ".join(f"{ms:8.0f}" for ms in row) + f"  {name}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=5)
    main(parser.parse_args().times)
