"""A walk through the page as readers use it, in a real Chromium; one line a step, `ok` or `FAILED`.

    python -m docs.walk [MODE ...]      # desktop phone keyboard zoom forced noscript

A server of its own answers over the articles of seeds/, a few dated ones and a PDF. At the end of each step
axe-core looks at what is on the screen. Exits with 1 when a step failed. Needs the packages of `make test`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from playwright.sync_api import Browser, Error, Locator, Page, sync_playwright

from docs.samples import OF_TABLE, ON_PAPER, files
from docs.screenshots import DIFFERS, MEANS, ROOT, UNSAID, WAITS, Patient
from index import Library
from server.settings import Settings

sys.path.insert(0, str(ROOT / "tests"))

from browsing import ARGS, CHROMIUM, answered
from fakes import ready, report, serving

AXE = (ROOT / "tests/vendor/axe-core/axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa",
  "wcag22aa"]})).violations.map((v) => `${v.id} at ${v.nodes[0].target}`)"""
DESK = {"viewport": {"width": 1360, "height": 850}}
MODES: dict[str, dict[str, Any]] = {
    "desktop": DESK | {"permissions": ["clipboard-read", "clipboard-write"]},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "keyboard": DESK,
    "zoom": {"viewport": {"width": 680, "height": 425}, "device_scale_factor": 2},  # 200 %
    "forced": DESK | {"forced_colors": "active"},
    "noscript": DESK | {"java_script_enabled": False},
}
SCRIPTED = tuple(mode for mode in MODES if mode != "noscript")
GIST = "《集群发展壮大智造优势》讲了什么？"
LATER = "它是什么时候提出的？"
LIGHT = "---\ndate: 2024-0{n}-05\n---\n# 灯塔修缮之{n}\n\n东岸的灯塔高四十{n}米，去年修缮完毕。\n"


@dataclass
class Walker:
    """A reader: the page in front of them, and how they use it."""

    page: Page
    base: str
    mode: str

    def open(self, path: str = "/") -> None:
        self.page.goto(self.base + path)
        self.page.wait_for_load_state("networkidle")

    def ask(self, question: str, n: int = 1) -> Locator:
        """Ask, and wait for the whole answer."""
        self.send(question)
        return answered(self.page, n)

    def send(self, question: str) -> None:
        if self.mode == "keyboard":
            self.reach(self.page.locator("#question"))
            self.page.keyboard.insert_text(question)
            self.page.keyboard.press("Enter")
        else:
            self.page.fill("#question", question)
            self.press(self.page.locator("#send"))

    def press(self, what: Locator) -> None:
        if self.mode == "keyboard":
            self.reach(what)
            self.page.keyboard.press("Enter")
        elif self.mode == "phone":
            what.tap()
        else:
            what.click()

    def leave(self, what: Locator) -> None:
        """Press what leads to another page, and wait for that."""
        with self.page.expect_navigation():
            self.press(what)
        self.page.wait_for_load_state("networkidle")

    def reach(self, what: Locator) -> None:
        """By Tab alone, from wherever the focus is."""
        for _ in range(300):
            if what.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("the Tab key does not lead there")


Step = Callable[[Walker], None]
STEPS: list[tuple[Step, tuple[str, ...]]] = []


def step(*modes: str) -> Callable[[Step], Step]:
    """A step is walked in these modes; its docstring is what is printed."""

    def add(one: Step) -> Step:
        STEPS.append((one, modes or tuple(MODES)))
        return one

    return add


# ---- the steps, by what they show -------------------------------------------------------------------


@step()
def first_visit(w: Walker) -> None:
    """9 first visit: three steps, a sample question, and it is answered"""
    _open_with_examples(w)
    assert w.page.locator(".steps li").count() == 3
    if w.mode != "noscript":
        w.press(w.page.locator("[data-ask]").first)
        assert answered(w.page).locator(".answer .cite").count()


@step("desktop", "phone")
def in_english(w: Walker) -> None:
    """9 first visit in English: an English question about an article, answered"""
    w.open("/prefs?lang=en")
    _open_with_examples(w, "What is the article")
    w.press(w.page.locator("[data-ask]", has_text="What is the article").first)
    assert answered(w.page).locator(".answer .cite").count()
    assert "Sources:" in w.page.locator(".basis").inner_text()


@step()
def reads_well(w: Walker) -> None:
    """1 answers: a claim a line, sources below, a disagreement as a table with dates"""
    w.open()
    turn = w.ask(GIST)
    assert turn.locator(".answer li .cite").count() >= 3
    assert "《集群发展壮大智造优势》" in turn.locator(".basis").inner_text()
    assert "未注明日期" in turn.locator(".basis").inner_text()
    turn = w.ask(DIFFERS, 2)
    assert turn.locator(".answer strong").count() == 2
    assert turn.locator(".conflict tbody tr").count() == 2


@step()
def refuses(w: Walker) -> None:
    """1 answers: what the articles do not say is said to be so; what came near is opened"""
    w.open()
    turn = w.ask(UNSAID)
    assert turn.locator(".refusal").count() == 1
    w.press(turn.locator(".near a").first)
    w.page.locator("mark#cite").first.wait_for()


@step("desktop", "phone", "keyboard", "forced")
def card(w: Walker) -> None:
    """2 card: by pointer, long press or focus; the quote in its sentences, to be copied"""
    w.open()
    cite = w.ask(MEANS).locator(".answer .cite").first
    if w.mode == "phone":
        box = cite.bounding_box()
        assert box
        touch = {"x": box["x"] + 4, "y": box["y"] + 4}
        session = w.page.context.new_cdp_session(w.page)
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [touch]})
        w.page.locator("#peek q").wait_for()
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    elif w.mode == "keyboard":
        w.reach(cite)
    else:
        cite.hover()
    w.page.locator("#peek q").wait_for()
    text = w.page.locator("#peek").inner_text()
    assert all(said in text for said in ("如何赢得未来", "未注明日期", "2023年6月", "原文支持"))
    assert all(said in text for said in ("打开原文", "GB/T 7714", "链接"))


@step()
def citation(w: Walker) -> None:
    """3 citation: opens on its words, is in the address, Back closes it"""
    w.open()
    w.press(w.ask(MEANS).locator(".answer .cite").first)
    w.page.locator("mark#cite").first.wait_for()
    assert "18个“新星”产业集群" in "".join(w.page.locator("mark").all_inner_texts())
    if w.mode != "noscript":
        assert "cite=" in w.page.url
        w.page.go_back()
        assert w.page.locator("#viewer").is_hidden()
    else:
        w.page.go_back()
        assert w.page.locator(".turn").count() == 1


@step(*SCRIPTED)
def reading(w: Walker) -> None:
    """3 reading: from one citation to the next, words found, outline, larger text, as a page and back"""
    w.open()
    w.press(w.ask(GIST).locator(".answer .cite").first)
    w.page.locator("mark#cite").wait_for()
    w.press(w.page.locator("#next"))
    assert w.page.locator("#position").inner_text().startswith("第 2 处")
    w.page.locator('#sheet .margin.now[data-n="2"]').wait_for()
    w.page.locator("#sheet mark.also").first.wait_for()
    w.page.fill("#seek", "制造")
    w.page.locator("#sheet .seek output", has_text="/").wait_for()
    w.press(w.page.locator("#sheet [data-size]"))
    w.page.locator("html[data-text=large]").wait_for()
    w.press(w.page.locator("#sheet .outline summary").first)
    assert w.page.locator("#sheet .outline a").count() > 1
    w.page.keyboard.press("Escape")
    w.page.locator("#sheet .whole").click()
    w.page.locator("main.page mark").first.wait_for()
    w.press(w.page.locator(".back a"))
    w.page.locator("#viewer mark").first.wait_for()


@step(*SCRIPTED)
def waiting(w: Walker) -> None:
    """4 waiting: what happens is said in words; what was stopped outlives a reload"""
    w.open()
    w.send(WAITS)
    w.page.locator(".doing", has_text="正在核对").wait_for()
    assert "正在核对" in w.page.locator("#doing").inner_text()
    w.press(w.page.locator("#stop"))
    w.page.get_by_text("已停止。").wait_for()
    w.page.reload()
    assert WAITS in w.page.locator(".question").inner_text()


@step()
def follow_up(w: Walker) -> None:
    """5 follow-up: what was put in is shown, and taken out by one click; what to ask next"""
    w.open()
    turn = w.ask(MEANS)
    if w.mode != "noscript":
        w.page.locator("[data-next]").wait_for(state="detached")
        assert turn.locator(".suggest a").count()
    turn = w.ask(LATER, 2)
    assert turn.locator(".query b").count()
    w.press(turn.get_by_role("button", name="只按这一句搜"))
    w.page.locator(".turn").nth(1).locator(".query b").wait_for(state="detached")


@step()
def chats(w: Walker) -> None:
    """6 chats: found, renamed, pinned, deleted and had back; shared as one file"""
    w.open()
    w.ask(MEANS)
    w.open("/history?q=33618")
    w.press(w.page.locator(".sources .menu summary").first)
    panel = w.page.locator(".sources .menu[open] .panel")
    shared = w.page.request.get(w.base + str(panel.locator("a").first.get_attribute("href")))
    assert "<mark" in shared.text()
    panel.locator("[name=title]").fill(f"走查-{w.mode}")
    w.leave(panel.get_by_role("button", name="改名"))
    for press in ("置顶", "取消置顶", "删除对话"):
        w.open(f"/history?q=走查-{w.mode}")
        w.press(w.page.locator(".sources .menu summary").first)
        w.leave(w.page.get_by_role("button", name=press, exact=True))
    w.leave(w.page.locator(".undo button"))
    w.page.get_by_role("link", name=f"走查-{w.mode}").first.wait_for()


@step("desktop", "keyboard", "forced")
def beside(w: Walker) -> None:
    """6 chats: the list beside the chat, folded over a reload"""
    w.open()
    w.ask(MEANS)
    w.page.locator("#talks [aria-current]").wait_for()
    w.press(w.page.get_by_role("button", name="收起"))
    w.page.reload()
    assert w.page.locator("#talks-search").is_hidden()
    w.press(w.page.get_by_role("button", name="展开"))
    assert w.page.locator("#talks-search").is_visible()


@step()
def library(w: Walker) -> None:
    """7 library: files added, found, put right, deleted and had back"""
    name = f"走查-{w.mode}.md"
    w.open("/library")
    text = f"# 新来的{w.mode}\n\n北岸的浮标漆成红色。\n".encode()
    w.page.set_input_files("#files", {"name": name, "mimeType": "text/plain", "buffer": text})
    if w.mode == "noscript":
        w.press(w.page.get_by_role("button", name="上传"))
    w.page.locator("#sent", has_text=name).wait_for()
    w.page.locator("#job[data-state=done]").wait_for()
    w.open(f"/library?q={quote(w.mode)}&format=md")
    w.leave(w.page.locator(".sources h2 a").first)
    w.page.get_by_label("作者").fill("李岸")
    w.leave(w.page.get_by_role("button", name="保存"))
    w.page.get_by_text("已保存。").wait_for()
    assert "李岸" in w.page.locator(".source-of").inner_text()
    assert w.page.locator("#usage").count() == 1
    w.open(f"/library?q={quote(w.mode)}&format=md")
    w.press(w.page.locator(".sources .menu summary").first)
    w.press(w.page.get_by_role("button", name="确认删除").first)
    w.press(w.page.get_by_role("button", name="撤销"))
    w.page.get_by_text(f"已恢复 {name}。").wait_for()


@step()
def charts(w: Walker) -> None:
    """8 charts: the library by time and origin, quality by kind, curves, two runs; tables below"""
    w.open("/library")
    w.press(w.page.locator("#charts > summary"))
    assert w.page.locator("#charts svg a").count() > 2
    assert w.page.locator("#charts .numbers table").count() == 2
    w.open("/evaluation?report=now.json&older=before.json")
    for part in (".plots", ".curves", "#beside"):
        assert w.page.locator(f"{part} svg").count(), part
    assert w.page.locator(".numbers table").count() > 1


@step()
def paper(w: Walker) -> None:
    """10 pages of PDFs: the page as a picture, the quote boxed on it"""
    w.open()
    w.press(w.ask(ON_PAPER).locator(".answer .cite").first)
    w.page.locator(".leaf rect").first.wait_for()


@step()
def in_table(w: Walker) -> None:
    """10 tables: shown as tables, the cited row marked in its columns"""
    w.open()
    w.press(w.ask(OF_TABLE).locator(".answer .cite").first)
    w.page.locator("tr mark#cite", has_text="南湾码头").wait_for()
    assert w.page.locator("thead", has_text="泊位").count() == 1


@step("desktop", "noscript")
def taken_along(w: Walker) -> None:
    """11 copies: with links; printed with footnotes; packed, and HEAD works"""
    w.open()
    turn = w.ask(MEANS)
    if w.mode == "desktop":
        turn.locator(".copy").click()
        w.page.get_by_text("已复制").wait_for()
        kinds = "navigator.clipboard.read().then(([one]) => one.types)"
        assert set(w.page.evaluate(kinds)) == {"text/plain", "text/html"}
    w.page.emulate_media(media="print")
    assert turn.locator(".notes q").first.is_visible()
    assert w.page.locator("#composer").is_hidden()
    w.page.emulate_media(media="screen")
    assert httpx.head(w.base).status_code == 200
    assert httpx.get(w.base).headers["content-encoding"] in {"gzip", "br"}


@step("desktop")
def light(w: Walker) -> None:
    """first load: at most 90 KB as sent"""
    sent: list[str] = []
    w.page.on("request", lambda request: sent.append(request.url))
    w.open()
    assert sum(map(_sent, sent)) <= 90_000


def _open_with_examples(w: Walker, words: str = "") -> None:
    for _ in range(60):  # they are tried in the background
        w.open()
        if w.page.locator("[data-ask]", has_text=words).count() > (0 if words else 1):
            return
        w.page.wait_for_timeout(500)


def _sent(url: str) -> int:
    with httpx.stream("GET", url, headers={"accept-encoding": "gzip"}) as response:
        return sum(map(len, response.iter_raw()))


# ---- walking ------------------------------------------------------------------------------------------


@dataclass
class Count:
    """What was walked, and what failed."""

    steps: int = 0
    failed: int = 0
    violations: list[str] = field(default_factory=list)


def walk(browser: Browser, base: str, mode: str, count: Count) -> None:
    for one, modes in STEPS:
        if mode not in modes:
            continue
        count.steps += 1
        context = browser.new_context(locale="zh-CN", reduced_motion="reduce", **MODES[mode])
        context.set_default_timeout(60_000)
        page = context.new_page()
        told = "ok"
        try:
            one(Walker(page, base, mode))
            found = [] if mode == "noscript" else _violations(page)
            count.violations += found
            told = f"FAILED: axe finds {', '.join(found)}" if found else "ok"
        except (AssertionError, Error) as error:
            told = f"FAILED: {type(error).__name__} {str(error).splitlines()[:2]}"
        count.failed += told != "ok"
        print(f"{mode:9} {one.__doc__}: {told}", flush=True)
        context.close()


def _violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN_AXE)
    return found


def main(modes: list[str]) -> int:
    count = Count()
    with staged() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for mode in modes or MODES:
            walk(browser, base, mode, count)
        browser.close()
    print(f"{count.steps} steps, {count.failed} failed; axe: {len(count.violations)} findings")
    return 1 if count.failed else 0


@contextmanager
def staged() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder) / "library")
        library.update([ROOT / "seeds"])
        texts = [(f"港报/{n}.md", LIGHT.format(n=n).encode()) for n in range(1, 4)]
        library.add_texts([*texts, *files()])
        (library.path / "reports").mkdir()
        for name in ("before", "now"):
            path = library.path / "reports" / f"{name}.json"
            path.write_text(json.dumps(report()), encoding="utf-8")
        with serving(Settings(library=library.path), Patient(library), library) as base:
            ready(base)
            yield base


if __name__ == "__main__":
    unknown = [mode for mode in sys.argv[1:] if mode not in MODES]
    if unknown:
        sys.exit(f"{', '.join(unknown)}: there are {', '.join(MODES)}")
    sys.exit(main(sys.argv[1:]))
