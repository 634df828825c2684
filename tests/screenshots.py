"""Pictures of the page, taken in a real Chromium.

``python tests/screenshots.py OUT [--english] [NAME ...]`` serves libraries of its own and writes every
page and state in both themes, to be looked at: a phone upright and on its side, a desk at 200 % zoom, a
tablet, two desks. What the documents show is taken by ``python -m docs.screenshots``.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fakes import citation_of, conflicting, ready, report, serving, written
from playwright.sync_api import Browser, Page, sync_playwright

from index import GenerationError, IndexConfig, Library
from server.answer import Answerer
from server.records import Answer, Claim, Event, Question
from server.settings import Settings

#: 640 x 400 is what a desk of 1280 x 800 has at 200 % zoom.
LOOKED_AT = ((390, 844), (844, 390), (640, 400), (768, 1024), (1024, 768), (1600, 1000))
THEMES = ("light", "dark")
ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
SEEDS = Path(__file__).parent.parent / "seeds"
SEED = "000_9c7128e140aee367.txt"
ASKED = "重庆“33618”里的18指什么？"


def new_page(browser: Browser, size: tuple[int, int], theme: str) -> Page:
    return browser.new_context(
        viewport={"width": size[0], "height": size[1]},
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

LONG = (
    "请结合上下文详细说明"
    + "重庆在低空经济、机器人、生物制造这些方面做了哪些布局，又取得了哪些进展，" * 33
    + "？"
)
LATIN = "https://example.com/" + "a-very-long-path-without-a-break/" * 9
BREAKS = "中途出错"
WAITS = "一直在等"


class Staged:
    """The real answerer, but for a few questions whose answers show what seldom happens."""

    engines = ("extractive",)

    def __init__(self, library: Library) -> None:
        self.real = Answerer(library)
        first = citation_of(library, SEED, "开拓新赛道，培育新优势，重庆在行动。", 1)
        second = citation_of(library, SEED, "2023年6月，重庆提出打造“33618”现代制造业集群体系。", 2)
        self.staged = {
            "产值是多少？": conflicting(Question("产值是多少？"), first, second),
            **{
                q: written(Question(q), "重庆在行动。[1]重庆提出打造体系。[2]", (first, second))
                for q in (LONG, LATIN, BREAKS, WAITS)
            },
            "火星上有几只猫？": written(
                Question("火星上有几只猫？"),
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

    def stream(self, question: Question) -> Iterator[Event]:
        if question.text not in self.staged:
            yield from self.real.stream(question)
            return
        from fakes import _of

        answer = _of(self.staged[question.text], question)
        yield Event("query", answer.query or question.text)
        yield Event("hits", ())
        yield from (Event("citation", c) for c in answer.citations)
        yield Event("delta", answer.answer)
        if question.text == BREAKS:
            raise GenerationError("no writer")
        while question.text == WAITS and not question.stop.wait(0.05):
            pass
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


def left_waiting(question: str, selector: str) -> Callable[[Page], None]:
    """Ask, and look when something shows, before the answer is whole."""

    def act(page: Page) -> None:
        page.fill("#question", question)
        page.press("#question", "Enter")
        page.locator(selector).first.wait_for()
        page.wait_for_timeout(300)

    return act


def unplugged(page: Page) -> None:
    page.route("**/ask", lambda route: route.abort())
    left_waiting(ASKED, ".trouble")(page)


def on_paper(page: Page) -> None:
    page.emulate_media(media="print")
    page.wait_for_timeout(100)


def opening(selector: str) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).last.click()


@dataclass(frozen=True)
class State:
    """A path of one of the libraries, and what is done there before the picture."""

    path: str
    act: Callable[[Page], None] = nothing
    library: str = "seeds"


FOUND = "/library?q=%E4%BD%8E%E7%A9%BA"
STATES = {
    "empty": State("/"),
    "scope": State("/", opening("#scope-open")),
    "answer": State("/", asking(ASKED)),
    "cited": State("/", asking(ASKED, then=cite)),
    "followup": State("/", asking(ASKED, "它提出了什么？")),
    "conflict": State("/", asking("产值是多少？")),
    "conflict-cited": State("/", asking("产值是多少？", then=cite)),
    "conflict-paper": State("/", asking("产值是多少？", then=on_paper)),
    "refusal": State("/", asking("火星上有几只猫？")),
    "long": State("/", asking(LONG)),
    "latin": State("/", asking(LATIN)),
    "broken": State("/", left_waiting(BREAKS, ".trouble")),
    "lost": State("/", unplugged),
    "waiting": State("/", left_waiting(WAITS, ".cite")),
    "judging": State("/", asking(ASKED, then=opening(".judge summary"))),
    "options": State("/", asking(ASKED, then=opening(".tools summary"))),
    "editing": State("/", asking(ASKED, then=opening(".edit"))),
    "recent": State("/"),
    "source": State(f"/sources/{SEED}/view?start=259&end=300&n=1#cite"),
    "library": State("/library"),
    "found": State(FOUND),
    "not-found": State("/library?q=zebra"),
    "delete": State("/library", opening(".sources summary")),
    "history": State("/history"),
    "evaluation": State("/evaluation"),
    "docs": State("/docs"),
    "error": State("/nope"),
    "bare": State("/", library="bare"),
    "bare-library": State("/library", library="bare"),
    "bare-history": State("/history", library="bare"),
    "many-library": State("/library", library="many"),
    "many-found": State("/library?q=unbroken", library="many"),
    "many-scope": State("/", opening("#scope-open"), "many"),
}


def seeds(library: Library) -> None:
    library.update([SEEDS])
    reports = library.path / "reports"
    reports.mkdir()
    (reports / "dev.json").write_text(json.dumps(report()), encoding="utf-8")


def many(library: Library) -> None:
    """Five hundred sources, some with names and words that never end."""
    folder = library.path.parent / "files"
    folder.mkdir()
    for n in range(500):
        name = (f"{n:03}", f"{n:03}-" + "很长的文件名" * 12, f"{n:03}-" + "unbroken" * 24)[n % 3]
        text = f"# {'标题很长' * 12 if n % 5 == 0 else f'第{n}篇'}\n\n{'unbroken' * 40}。文{n}写了{n + 2}件事。\n"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    library.update([folder])


LIBRARIES: dict[str, Callable[[Library], None]] = {
    "seeds": seeds,
    "bare": lambda _: None,
    "many": many,
}


@contextmanager
def staged(name: str) -> Iterator[str]:
    """Serve one of the libraries; gives its base URL."""
    with tempfile.TemporaryDirectory() as folder:
        config = None if name == "seeds" else IndexConfig(embedder="hash")
        library = Library(Path(folder) / "library", config)
        LIBRARIES[name](library)
        answerer = Staged(library) if name == "seeds" else Answerer(library)
        settings = Settings(library=library.path, seeds=Path(folder) / "none")
        with serving(settings, answerer, library) as base:
            ready(base)
            yield base


def take_all(out: Path, names: list[str], lang: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        bases: dict[str, str] = {}
        for name in names or STATES:
            state = STATES[name]
            if state.library not in bases:
                bases[state.library] = stack.enter_context(staged(state.library))
            for size in LOOKED_AT:
                for theme in THEMES:
                    page = new_page(browser, size, theme)
                    page.context.add_cookies(
                        [{"name": "lang", "value": lang, "url": bases[state.library]}]
                    )
                    page.goto(bases[state.library] + state.path)
                    state.act(page)
                    page.screenshot(path=out / f"{name}-{size[0]}-{theme}-{lang}.png")
                    page.context.close()
        browser.close()


if __name__ == "__main__":
    given = [arg for arg in sys.argv[1:] if arg != "--english"]
    if given:
        take_all(Path(given[0]), given[1:], "en" if "--english" in sys.argv else "zh")
    else:
        sys.exit(__doc__)
