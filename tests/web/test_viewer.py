"""The evidence beside the answer: the quote in sight, the address, and answers still being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browsing import BROWSER, SEED, Opens, answered, ask
from fakes import ScriptedAnswerer, citation_of, serving, written

from index import Library
from server.records import Question
from server.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER

FIRST = "开拓新赛道，培育新优势，重庆在行动。"
SECOND = "2023年6月，重庆提出打造“33618”现代制造业集群体系。"
LONG_TITLE = "关于" + "进一步做好海堤加固和灯塔维护工作的" * 4 + "通知"


@pytest.fixture
def scripted(library: Library) -> ScriptedAnswerer:
    lines = "\n\n".join(f"第{n}段写的是堤上的第{n}件小事，与别的无关。" for n in range(1, 40))
    library.add_text("堤.md", f"# {LONG_TITLE}\n\n{lines}\n".encode())
    first, second = citation_of(library, SEED, FIRST, 1), citation_of(library, SEED, SECOND, 2)
    deep = citation_of(library, "堤.md", "第30段写的是堤上的第30件小事，与别的无关。", 1)
    two = "重庆在行动。[1]重庆提出打造体系。[2]"
    return ScriptedAnswerer(
        {
            "两处": written(Question("两处"), two, (first, second)),
            "堤": written(Question("堤"), "堤上有事。[1]", (deep,)),
        }
    )


#: Whether a mark's first and last line can be seen: nothing lies over their middle.
IN_SIGHT = """() => { const lines = [...document.querySelectorAll("#cite")].flatMap((m) => [...m.getClientRects()]);
  return lines.length > 0 && [lines[0], lines.at(-1)].every((r) => document.elementFromPoint(
    r.left + r.width / 2, r.top + r.height / 2)?.closest("#cite")); }"""


def in_sight(page: Page) -> bool:
    page.locator("#cite").first.wait_for()
    return bool(page.evaluate(IN_SIGHT))


# ---- the quote in sight ------------------------------------------------------------------------

#: A desk of 1280 x 800 at 200 % and 150 % zoom, phones on their side and upright, a tablet.
SCREENS = [(640, 400), (853, 533), (844, 390), (667, 375), (320, 568), (390, 844), (768, 1024)]


@pytest.mark.parametrize("screen", [*SCREENS, (1000, 420), (1280, 800)])
def test_the_quote_is_not_under_a_heading(
    library: Library, scripted: ScriptedAnswerer, opens: Opens, screen: tuple[int, int]
) -> None:
    width, height = screen
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url, viewport={"width": width, "height": height})
        for n, question in enumerate(("堤", "两处"), 1):
            ask(page, question)
            answered(page, n).locator(".answer .cite").last.click()
            assert in_sight(page), question
            page.click("#sheet [data-mode=original]")
            page.locator("#sheet .source-text.original").wait_for()
            assert in_sight(page), question
            page.click("#sheet [data-mode=clean]")
            page.locator("#sheet .source-text.clean").wait_for()
            page.keyboard.press("Escape")
        whole = page.locator(".turn").first.locator(".cite").get_attribute("href")
        for scripts in (True, False):
            other = opens(url + whole, viewport={"width": width, "height": height},
                          java_script_enabled=scripts)  # fmt: skip
            other.locator("#cite").wait_for()
            assert in_sight(other), scripts


@pytest.mark.parametrize("width", [320, 641, 700, 768, 860, 959, 960])
def test_numbers_in_the_margin_are_whole(
    library: Library, scripted: ScriptedAnswerer, opens: Opens, width: int
) -> None:
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url, viewport={"width": width, "height": 800})
        ask(page, "两处")
        cite = answered(page).locator(".answer .cite").first
        cite.click()
        page.locator("#sheet #cite").wait_for()
        left = "e => e.getBoundingClientRect().left"
        assert page.locator("#sheet .margin").count() == 2
        edge = page.locator("#sheet").evaluate(left)
        assert page.locator("#sheet .margin").first.evaluate(left) >= edge + 2
        page.goto(url + cite.get_attribute("href"))
        assert page.locator(".margin").first.evaluate(left) >= 2
