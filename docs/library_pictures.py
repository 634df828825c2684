"""Pictures of the library's states, taken in a real Chromium from a server of its own.

    python -m docs.library_pictures [OUT] [--all]

Writes each state twice, in Chinese on a light desk and in English on a dark phone; with ``--all`` in every
language, theme and size. The last line of each state says how far the page shifted while it was loaded.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from index import Library
from server.settings import Settings
from tests.fakes import ScriptedAnswerer, serving

ROOT = Path(__file__).parents[1]
SIZES = {"desktop": (1280, 860), "phone": (390, 844)}
FEW = (("zh", "light", "desktop"), ("en", "dark", "phone"))
MANY = tuple(product(("zh", "en"), ("light", "dark"), SIZES))
SHIFTS = """new Promise((done) => { let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((e) => (sum += e.hadRecentInput ? 0 : e.value)))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 50); })"""

Act = Callable[[Page], Any]
FILES = [
    {
        "name": "航标站.txt",
        "mimeType": "text/plain",
        "buffer": "航标站\n\n灯塔由航标站看守。".encode(),
    },
    {"name": "照片.txt", "mimeType": "text/plain", "buffer": b"\0" * 99},
]


def _nothing(_: Page) -> None:
    """As the page is when it was loaded."""


def _added(page: Page) -> None:
    page.set_input_files("#files", FILES)
    page.locator("#job[data-state=done]").wait_for()
    page.locator("#sent").scroll_into_view_if_needed()


def _deleted(page: Page) -> None:
    for box in page.locator(".pick input").all()[:3]:
        box.check()
    page.locator(".picked summary").click()
    page.locator(".picked").scroll_into_view_if_needed()


def _charts(page: Page) -> None:
    page.locator("#charts > summary").focus()
    page.keyboard.press("Enter")
    page.locator("#find").evaluate("e => e.scrollIntoView()")


def _at(selector: str) -> Act:
    return lambda page: page.locator(selector).evaluate("e => e.scrollIntoView()")


STATES: dict[str, tuple[str, Act]] = {
    "library": ("/library", _nothing),
    "library-added": ("/library", _added),
    "library-found": ("/library?q=低空&since=2024-01-01", _at("#find")),
    "library-none": ("/library?q=zebra&format=md", _at("#find")),
    "library-charts": ("/library", _charts),
    "library-chosen": ("/library", _deleted),
    "library-article": ("/sources/灯塔.md/view", _nothing),
    "evaluation": ("/evaluation", _nothing),
    "evaluation-curves": ("/evaluation", _at(".curves")),
    "evaluation-beside": ("/evaluation?report=now.json&older=before.json", _at("#beside")),
}


def main(out: Path, variants: tuple[tuple[str, str, str], ...]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with _served() as base, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (path, act) in STATES.items():
            shifts = [_take(browser, base, path, act, out / name, *v) for v in variants]
            print(f"{name}: shifted by {max(shifts):.3f}")
        browser.close()


def _take(
    browser: Browser, base: str, path: str, act: Act, out: Path, lang: str, theme: str, size: str
) -> float:
    width, height = SIZES[size]
    dark = "dark" if theme == "dark" else "light"
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=dark,
        reduced_motion="reduce",
        has_touch=size == "phone",
        is_mobile=size == "phone",
        locale={"zh": "zh-CN", "en": "en-GB"}[lang],
    )
    context.add_cookies([{"name": "lang", "value": lang, "url": base}])
    page = context.new_page()
    page.request.post(f"{base}/library/uploads/forget")  # as if no picture had been taken before
    page.request.delete(f"{base}/sources/{FILES[0]['name']}")
    page.goto(base + path)
    shift = float(page.evaluate(SHIFTS))
    act(page)
    page.screenshot(path=out.with_name(f"{out.name}-{size}-{theme}-{lang}.png"))
    context.close()
    return shift


@contextmanager
def _served() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        library = _library(Path(folder))
        with serving(Settings(library=library.path), ScriptedAnswerer({}), library) as base:
            yield base


def _library(folder: Path) -> Library:
    """The seeds, a small paper of two years, an article that was put right, answers, and two reports."""
    library = Library(folder / "library")
    library.update([ROOT / "seeds"])
    days = [(f"{2023 + n // 12}-{1 + n % 12:02}-{3 + n:02}", 1 + (n * 7) % 5) for n in range(20)]
    library.add_texts(
        (
            f"港湾报/{day[:7]}-{n}.md",
            f"---\ndate: {day}\n---\n# 港湾纪事{day[5:7]}之{n + 1}\n\n低空航线第{n + 1}次试飞。\n".encode(),
        )
        for day, count in days
        for n in range(count)
    )
    library.add_text("灯塔.md", "# 灯塔修缮\n\n东岸的灯塔高四十一米，去年修缮完毕。\n".encode())
    given = {"title": "东岸灯塔修缮记", "author": "李岸", "published": "2024-03-05"}
    library.edit(library.articles_of("灯塔.md")[0].id, given)
    for n, question in enumerate(("东岸的灯塔有多高？", "灯塔是什么时候修好的？")):
        answer = {"id": f"a{n}", "answer": "", "citations": [{"source": "灯塔.md"}]}
        library.conversations.save_turn(f"t{n}", question, answer)
    reports = library.path / "reports"
    reports.mkdir()
    for name, file in (("before", "before.json"), ("now", "now.json")):
        report = json.dumps(_report(better=name == "now"), ensure_ascii=False)
        (reports / file).write_text(report, encoding="utf-8")
    return library


def _report(*, better: bool) -> dict[str, Any]:
    """A report of made-up figures, in the shape of ``youju eval --json``: nothing here was measured."""

    def figures(good: float) -> dict[str, float]:
        names = ("answer_correct", "citation_f1", *(f"evidence_recall@{k}" for k in (1, 3, 5, 10)))
        row = {name: round(min(1.0, good + i * 0.03), 3) for i, name in enumerate(names)}
        more = {"quote_integrity": 1.0, "over_refusal": 0.05, "under_refusal": 0.1}
        return row | more | {"answer_chars": 60.0, "latency_ms_p50": 210.0}

    up = 0.06 if better else 0.0
    questions = [
        {
            "id": f"q{n}",
            "type": ("number", "list", "why")[n % 3],
            "question": f"第{n + 1}座灯塔有多高？",
            "answer": f"{n + 41}米。[1]" if better or n % 4 else "没有说。",
            "refused": not better and n % 4 == 0,
            "answer_correct": float(n % 5 > 0 and (better or n % 4 > 0)),
            "evidence_recall": {"1": 1.0, "3": 1.0, "5": 1.0, "10": 1.0},
            "citation_precision": 1.0,
            "citation_recall": 1.0,
            "quote_integrity": 1.0,
            "answer_chars": 24,
            "latency_ms": 210.0,
            "confidence": round(0.35 + n / 50, 3),
        }
        for n in range(30)
    ]
    unasked = {
        "refused": True,
        "answer_correct": None,
        "type": "unanswerable",
        "evidence_recall": None,
    }
    questions += [
        questions[n] | unasked | {"id": f"u{n}", "confidence": 0.1 + n / 12} for n in range(6)
    ]
    types = {"number": 0.86, "list": 0.78, "why": 0.64}
    return {
        "overall": figures(0.78 + up),
        "by_type": {
            name: figures(value + up * (1 - n)) for n, (name, value) in enumerate(types.items())
        },
        "control": figures(0.5),
        "gold": "lights.jsonl",
        "questions": questions,
    }


if __name__ == "__main__":
    given = [arg for arg in sys.argv[1:] if arg != "--all"]
    main(Path(given[0]) if given else ROOT / "docs/images", MANY if "--all" in sys.argv else FEW)
