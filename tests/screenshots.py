"""Pictures of the page, taken in a real Chromium.

``python tests/screenshots.py BASE_URL QUESTION [OUT]`` writes the README's: desktop and phone,
light and dark, each with the first citation open.

``python tests/screenshots.py --all OUT [NAME ...]`` serves seeds/ itself and writes every page and
state at 390, 1024 and 1600 px in both themes, to be looked at.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from fakes import citation_of, conflicting, ready, report, serving, written
from playwright.sync_api import Browser, Page, sync_playwright

from index import Library
from server.answer import Answerer
from server.records import Answer, Claim, Event, Question
from server.settings import Settings

SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
SCALES = {"desktop": 1.25, "phone": 1.5}
WIDTHS = {390: 844, 1024: 768, 1600: 1000}
THEMES = ("light", "dark")
ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
SEEDS = Path(__file__).parent.parent / "seeds"
SEED = "000_9c7128e140aee367.txt"
ASKED = "重庆“33618”里的18指什么？"


def main(base: str, question: str, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        for name, size in SIZES.items():
            for theme in THEMES:
                page = new_page(browser, size, theme, SCALES[name])
                page.goto(base)
                ask(page, question)
                cite(page)
                page.screenshot(path=out / f"{name}-{theme}.png")
                page.context.close()
        browser.close()


def new_page(browser: Browser, size: tuple[int, int], theme: str, scale: float = 1) -> Page:
    return browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        color_scheme="dark" if theme == "dark" else "light",
        locale="zh-CN",
    ).new_page()


def ask(page: Page, question: str) -> None:
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.locator(".turn").last.locator(".meta").wait_for()


def cite(page: Page) -> None:
    page.locator(".turn .answer .cite").first.click()
    page.locator("#sheet mark").first.wait_for()
    page.wait_for_timeout(400)


# ---- every page and state -----------------------------------------------------------------------


class Staged:
    """The real answerer, but for a few questions whose answers show what seldom happens."""

    engines = ("extractive",)

    def __init__(self, library: Library) -> None:
        self.real = Answerer(library)
        first = citation_of(library, SEED, "开拓新赛道，培育新优势，重庆在行动。", 1)
        second = citation_of(library, SEED, "2023年6月，重庆提出打造“33618”现代制造业集群体系。", 2)
        self.staged = {
            "产值是多少？": conflicting(Question("产值是多少？"), first, second),
            "火星上有几只猫？": written(
                Question(""),
                "文章里没有说到火星。",
                claims=(),
                refused=True,
                reason="文章里没有提到火星，也没有提到猫。",
                suggestions=("重庆有多少家机器人企业？", "大渡口的走廊有多长？"),
            ),
            "它提出了什么？": written(
                Question(""),
                "〔重庆〕提出打造“33618”现代制造业集群体系。[1]",
                (citation_of(library, SEED, second.quote, 1),),
                query="重庆提出了什么？",
                claims=(Claim("〔重庆〕提出打造“33618”现代制造业集群体系。", (1,)),),
            ),
        }

    def ask(self, question: Question) -> Answer:
        return next(e.data for e in self.stream(question) if e.name == "done")

    def stream(self, question: Question):
        if question.text not in self.staged:
            yield from self.real.stream(question)
            return
        from fakes import _of

        answer = _of(self.staged[question.text], question)
        yield Event("query", answer.query)
        yield Event("hits", ())
        yield from (Event("citation", c) for c in answer.citations)
        yield Event("delta", answer.answer)
        yield Event("done", answer)


def nothing(page: Page) -> None:
    page.wait_for_timeout(100)


def asking(*questions: str, then: Callable[[Page], None] | None = None) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        for question in questions:
            ask(page, question)
        if then:
            then(page)
        page.wait_for_timeout(300)

    return act


def opening(selector: str) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).last.click()


STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "empty": ("/", nothing),
    "scope": ("/", opening("#scope-open")),
    "answer": ("/", asking(ASKED)),
    "cited": ("/", asking(ASKED, then=cite)),
    "followup": ("/", asking(ASKED, "它提出了什么？")),
    "conflict": ("/", asking("产值是多少？")),
    "conflict-cited": ("/", asking("产值是多少？", then=cite)),
    "refusal": ("/", asking("火星上有几只猫？")),
    "judging": ("/", asking(ASKED, then=opening(".judge summary"))),
    "options": ("/", asking(ASKED, then=opening(".tools summary"))),
    "editing": ("/", asking(ASKED, then=opening(".edit"))),
    "library": ("/library", nothing),
    "found": ("/library?q=%E4%BD%8E%E7%A9%BA", nothing),
    "delete": ("/library", opening(".sources summary")),
    "history": ("/history", nothing),
    "evaluation": ("/evaluation", nothing),
    "docs": ("/docs", nothing),
    "error": ("/nope", nothing),
}


def take_all(out: Path, names: list[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        library = Library(Path(folder) / "library")
        library.update([SEEDS])
        reports = library.path / "reports"
        reports.mkdir()
        (reports / "dev.json").write_text(json.dumps(report()), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        with serving(Settings(library=library.path), Staged(library), library) as base:
            ready(base)
            for name in names or STATES:
                for width, height in WIDTHS.items():
                    for theme in THEMES:
                        path, act = STATES[name]
                        page = new_page(browser, (width, height), theme)
                        page.goto(base + path)
                        act(page)
                        page.screenshot(path=out / f"{name}-{width}-{theme}.png")
                        page.context.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) >= 3 and sys.argv[1] == "--all":
        take_all(Path(sys.argv[2]), sys.argv[3:])
    elif len(sys.argv) in (3, 4):
        main(sys.argv[1], sys.argv[2], Path(sys.argv[3] if len(sys.argv) == 4 else "docs/images"))
    else:
        sys.exit(__doc__)
