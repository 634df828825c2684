"""A library of many articles as a browser sees it: the pages' bytes, and what a step of scrolling costs it.

    python -m benchmarks.scrolling --articles 10000

Needs Playwright and a Chromium. A page of the list is scrolled to its end in steps of a wheel, at a desktop's
width and at a phone's. What the browser itself counts is divided by the steps: processor time of its
main thread in script, styles, layout and all in all, and layouts, which other work on the machine does not
change. 60 frames a second leave 16.7 ms for a step; a phone is taken to be four times slower.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from index import IndexConfig, Library
from server.settings import Settings
from tests.fakes import ScriptedAnswerer, serving

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession

PAGES = (
    "/library",
    "/library?page=150",
    "/library?q=灯塔",
    "/library?order=newest",
)
#: Scrolls to the end in steps of a wheel, a frame each; how many there were.
SCROLL = """async () => {
  let steps = 0;
  for (let at = -1; at !== scrollY; steps++) {
    at = scrollY;
    scrollBy({top: 160, behavior: "instant"});
    await new Promise(requestAnimationFrame);
  }
  return steps;
}"""
#: What the browser adds up itself; times in seconds.
COUNTED = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration", "ThreadTime", "LayoutCount")
SIZES = (("desktop", 1280), ("phone", 390))


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
        print("\n| a step of | steps | script | styles | layout | all, ms | layouts |")
        print("|---|---|---|---|---|---|---|")
        for name, width in SIZES:
            steps, spent = _scrolled(f"{base}{PAGES[0]}", width)
            *times, layouts = (spent[count] / steps for count in COUNTED)
            figures = [f"{time * 1000:.2f}" for time in times]
            print(f"| {name} | {steps} | {' | '.join(figures)} | {layouts:.2f} |")


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


def _scrolled(url: str, width: int) -> tuple[int, dict[str, float]]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(url)
        page.wait_for_load_state("networkidle")
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = _counted(session)
        steps: int = page.evaluate(SCROLL)
        after = _counted(session)
        browser.close()
    return steps, {name: after[name] - before[name] for name in COUNTED}


def _counted(session: CDPSession) -> dict[str, float]:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return {metric["name"]: metric["value"] for metric in metrics}


if __name__ == "__main__":
    main()
