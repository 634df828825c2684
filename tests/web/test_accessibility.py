"""axe-core in a real Chromium finds nothing to mend: every page and state, both themes, a phone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import BROWSER, SEED, Seeded
from fakes import ScriptedAnswerer, citation_of, conflicting, report, serving, written

from index import IndexConfig, Library
from server.records import Question
from server.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = BROWSER

LONG = "这个问题很长，长到一屏也放不下，" * 40
HERE = Path(__file__).parents[1]
AXE = (HERE / "vendor/axe-core/axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa",
  "wcag22aa", "best-practice"], resultTypes: ["violations"]}))
  .violations.map(v => [v.id, v.help, v.nodes.map(n => n.html)])"""


@pytest.fixture(scope="module")
def url(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = seeded(tmp_path_factory.mktemp("axe") / "library")
    library = Library(folder, IndexConfig(embedder="hash"))
    library.add_text("灯塔.md", "---\ndate: 2024-03-05\n---\n# 灯塔\n\n高四十一米。\n".encode())
    library.edit(library.articles_of("灯塔.md")[0].id, {"title": "灯塔修缮", "author": "李岸"})
    (library.path / "reports").mkdir()
    for name in ("dev.json", "older.json"):
        (library.path / "reports" / name).write_text(json.dumps(report()), encoding="utf-8")
    first = citation_of(library, SEED, "开拓新赛道，培育新优势，重庆在行动。", 1)
    second = citation_of(library, SEED, "2023年6月，重庆提出打造“33618”现代制造业集群体系。", 2)
    refused = {"claims": (), "refused": True, "reason": "没有提到火星。"}
    answers = {
        "产值": conflicting(Question("产值"), first, second),
        LONG: written(Question(LONG), "答。"),
        "火星": written(Question("火星"), "没有说。", suggestions=("有多少家？",), **refused),
    }
    with serving(Settings(library=library.path), ScriptedAnswerer(answers), library) as base:
        yield base


def check(page: Page, where: str, but: tuple[str, ...] = ()) -> None:
    page.evaluate(AXE)
    found = [violation for violation in page.evaluate(RUN) if violation[0] not in but]
    assert not found, f"{where}: {json.dumps(found, ensure_ascii=False, indent=1)}"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing(url: str, browser: Browser, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(url)
    check(page, "empty page")
    page.click("#scope-open")
    page.locator("#scope-list input").first.check()
    check(page, "choosing where to look")
    page.click("#scope-clear")
    page.keyboard.press("Escape")
    for question in ("产值", LONG, "火星"):
        page.fill("#question", question)
        page.press("#question", "Enter")
        page.locator(".turn").last.locator(".meta").wait_for()
    check(page, "a conversation")
    if width > 1000:
        page.locator("#talks li").first.hover()
        page.locator("#talks [data-options]").first.click()
        page.locator("#talk-options").wait_for()
        check(page, "the options of a conversation in the list")
        page.keyboard.press("Escape")
    page.locator("#tools summary").click()
    check(page, "its options")
    page.keyboard.press("Escape")
    page.locator(".judge summary").last.click()
    check(page, "feedback")
    page.keyboard.press("Escape")
    page.locator(".turn .answer .cite").first.click()
    page.locator("#sheet #cite").wait_for()
    # Over the page on a phone it is a dialog, and the page with its heading is out of reach.
    over = ("landmark-one-main", "page-has-heading-one") if width < 960 else ()
    check(page, "a source beside it", over)
    page.reload()
    page.locator("#sheet #cite").wait_for()
    check(page, "the same, opened by its address", over)
    page.keyboard.press("Escape")
    page.wait_for_function("() => !location.search")
    talk = page.url
    view = f"/sources/{SEED}/view?start=259&end=300&n=1&also=2:23-41"
    for path in (
        "/history",
        "/library",
        "/library?q=低空",
        "/library?q=zebra",
        "/library?deleted=x&several=3&format=md",
        "/sources/灯塔.md/view",
        "/evaluation",
        "/evaluation?report=dev.json&older=older.json",
        "/docs",
        view,
        "/nope",
    ):
        page.goto(url + path)
        for folded in page.locator("main details:not(.menu)").all():
            folded.evaluate("e => (e.open = true)")
        check(page, path)
    page.goto(f"{url}/library")
    page.locator(".picked summary").click()
    page.set_input_files(
        "#files",
        [
            {"name": "海.txt", "mimeType": "text/plain", "buffer": "海边的灯塔。".encode()},
            {"name": "坏.txt", "mimeType": "text/plain", "buffer": b"\0" * 99},
        ],
    )
    page.locator("#job[data-state=done]").wait_for()
    check(page, "what became of files")
    page.goto(talk + "/print")
    check(page, "print")
    page.goto(url + "/history")
    page.locator(".menu summary").first.click()
    check(page, "a conversation's options in the list of all")
    page.get_by_role("button", name="Delete chat").or_(
        page.get_by_role("button", name="删除对话")
    ).click()
    check(page, "a deletion that can be undone")
    context.close()


def test_axe_finds_nothing_where_one_signs_in(tmp_path: Path, browser: Browser) -> None:
    library = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    with serving(Settings(library=library.path, token="x"), ScriptedAnswerer({}), library) as url:
        page = browser.new_page()
        page.goto(f"{url}/library")
        check(page, "signing in")
        page.fill("#token", "wrong")
        page.press("#token", "Enter")
        page.locator(".notice").wait_for()
        check(page, "a wrong token")
        page.fill("#token", "x")
        page.press("#token", "Enter")
        page.wait_for_url(f"{url}/library")
        page.close()
