"""A library of many articles as a browser sees it: the pages' bytes, long tasks, frames while scrolling.

    python -m benchmarks.scrolling --articles 10000

Needs Playwright and a Chromium. A page of the list is scrolled to its end, once at a desktop's width and
once at a phone's with the processor slowed down four times. A long task keeps the page
from answering for 50 ms or more; a frame is late when it takes more than two of the display's steps.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx

from index import IndexConfig, Library
from server.settings import Settings
from tests.fakes import ScriptedAnswerer, serving

PAGES = (
    "/library",
    "/library?page=150",
    "/library?q=灯塔",
    "/library?order=newest",
)
#: Scrolls to the end in steps of a wheel; how many frames it took, the late ones, and long tasks.
SCROLL = """async () => {
  const tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => e.duration)))
    .observe({type: "longtask", buffered: true});
  const times = [];
  for (let at = -1; at !== scrollY;) {
    at = scrollY;
    scrollBy({top: 160, behavior: "instant"});
    times.push(await new Promise(requestAnimationFrame));
  }
  const steps = times.slice(1).map((t, i) => t - times[i]).sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length / 2)];
  await new Promise((done) => setTimeout(done, 100));
  return {frames: steps.length, usual, late: steps.filter((s) => s > 2.1 * usual).length,
    tasks: tasks.length, longest: Math.max(0, ...tasks)};
}"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=10_000)
    count = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder), count) as base:
        print("| page | KiB | ms |\n|---|---|---|")
        for path in PAGES:
            httpx.get(base + path, timeout=120)
            began = time.perf_counter()
            page = httpx.get(base + path, timeout=120)
            elapsed = (time.perf_counter() - began) * 1000
            print(f"| `{path}` | {len(page.content) / 1024:.0f} | {elapsed:.0f} |")
        print(
            "\n| scrolled | frames | ms a frame | late | long tasks | longest |\n|---|---|---|---|---|---|"
        )
        for name, width, slower in (("desktop", 1280, 1), ("phone, 4 times slower", 390, 4)):
            seen = _scrolled(f"{base}{PAGES[0]}", width, slower)
            figures = [seen["frames"], f"{seen['usual']:.1f}", seen["late"], seen["tasks"]]
            print(f"| {name} | {' | '.join(map(str, figures))} | {seen['longest']:.0f} ms |")


def _library(folder: Path, count: int) -> Library:
    library = Library(folder / "library", IndexConfig(embedder="hash"))
    days = (f"20{10 + n % 15}-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(count))
    texts = (
        (
            f"{n % 50:02}/{n:05}.md",
            f"---\ndate: {day}\n---\n# 第{n}座灯塔的修缮\n\n东岸的灯塔高{n}米。\n",
        )
        for n, day in enumerate(days)
    )
    library.add_texts((name, text.encode()) for name, text in texts)
    return library


def _served(folder: Path, count: int) -> AbstractContextManager[str]:
    library = _library(folder, count)
    return serving(Settings(library=library.path), ScriptedAnswerer({}), library)


def _scrolled(url: str, width: int, slower: int) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.goto(url)
        seen: dict[str, Any] = page.evaluate(SCROLL)
        browser.close()
    return seen


if __name__ == "__main__":
    main()
