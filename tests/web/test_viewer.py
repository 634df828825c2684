"""The evidence beside the answer: the quote in sight, the address, and answers still being written."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from browsing import BROWSER, SEED, Opens, answered, ask
from fakes import ScriptedAnswerer, citation_of, serving, written
from playwright.sync_api import expect

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


def talk(page: Page, *questions: str) -> str:
    """Ask, and return the address of the talk: one for all screens, opened anew on each."""
    for n, question in enumerate(questions, 1):
        ask(page, question)
        answered(page, n)
    page.wait_for_url("**/c/*")
    return page.url


def sized(page: Page, width: int, height: int, address: str) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)


def test_the_quote_is_not_under_a_heading(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    with serving(Settings(library=library.path), scripted, library) as url:
        page, plain = opens(url), opens(url, java_script_enabled=False)
        address = talk(page, "堤", "两处")
        whole = page.locator(".turn").first.locator(".cite").get_attribute("href")
        for screen in (*SCREENS, (1000, 420), (1280, 800)):
            sized(page, *screen, address)
            for n in (1, 2):
                answered(page, n).locator(".answer .cite").last.click()
                assert in_sight(page), (screen, n)
                page.click("#sheet [data-mode=original]")
                page.locator("#sheet .source-text.original").wait_for()
                assert in_sight(page), (screen, n)
                page.click("#sheet [data-mode=clean]")
                page.locator("#sheet .source-text.clean").wait_for()
                page.keyboard.press("Escape")
                page.locator("#viewer").wait_for(state="hidden")
            for other in (page, plain):
                sized(other, *screen, url + whole)
                other.locator("#cite").wait_for()
                assert in_sight(other), (screen, other is page)


def test_no_text_shows_above_the_heading_that_stays(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url)
        address = talk(page, "堤")
        for width in (390, 1280):
            sized(page, width, 800, address)
            answered(page).locator(".answer .cite").click()
            page.locator("#sheet #cite").wait_for()
            assert page.evaluate(
                """() => { const { left, top, width } = sheet.getBoundingClientRect();
                const at = document.elementFromPoint(left + width / 2, top + 1);
                return Boolean(sheet.scrollTop && at.closest(".source-head")); }"""
            ), width


def test_numbers_in_the_margin_are_whole(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url)
        address = talk(page, "两处")
        left = "e => e.getBoundingClientRect().left"
        for width in (320, 641, 700, 768, 860, 959, 960):
            sized(page, width, 800, address)
            cite = answered(page).locator(".answer .cite").first
            whole = cite.get_attribute("href")
            cite.click()
            page.locator("#sheet #cite").wait_for()
            expect(page.locator("#sheet .margin")).to_have_count(2)
            edge = page.locator("#sheet").evaluate(left)
            assert page.locator("#sheet .margin").first.evaluate(left) >= edge + 2, width
            page.goto(url + whole)
            assert page.locator(".margin").first.evaluate(left) >= 2, width


# ---- the address -------------------------------------------------------------------------------

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def read(page: Page, n: int = 0) -> None:
    """Ask, and open the n-th citation."""
    ask(page, "两处")
    answered(page).locator(".answer .cite").nth(n).click()
    page.locator("#sheet #cite").wait_for()


def test_back_closes_the_source_and_stays_in_the_talk(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url, **PHONE)
        read(page)
        assert page.url.endswith(".1")
        page.click("#next")
        page.locator("#sheet #cite", has_text="33618").wait_for()
        assert page.url.endswith(".2")
        page.go_back()
        expect(page.locator("#viewer")).to_be_hidden()
        expect(page.locator(".turn")).to_be_visible()
        assert "cite" not in page.url
        page.go_forward()
        page.locator("#sheet #cite", has_text="33618").wait_for()
        page.click("#close")
        expect(page.locator("#viewer")).to_be_hidden()
        page.wait_for_function("() => !location.search")
        page.locator(".turn .answer .cite").first.tap()
        page.locator("#sheet #cite", has_text="开拓新赛道").wait_for()
        page.keyboard.press("Escape")
        page.wait_for_function("() => !location.search")
        assert page.locator("#main").evaluate("main => main.inert") is False


def test_an_open_citation_can_be_shared(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url)
        read(page, 1)
        other = opens(page.url)
        expect(other.locator("#sheet #cite").first).to_have_text(SECOND, use_inner_text=True)
        assert in_sight(other)
        expect(other.locator("#position")).to_have_text("第 2 处，共 2 处", use_inner_text=True)
        expect(other.locator(".answer .cite.open")).to_have_text("[2]", use_inner_text=True)
        other.keyboard.press("ArrowLeft")
        other.locator("#sheet #cite", has_text="开拓新赛道").wait_for()
        other.click("text=English")
        other.get_by_role("button", name="Close").wait_for()
        expect(other.locator("#position")).to_have_text("1 of 2", use_inner_text=True)
        other.wait_for_load_state()  # the server's words are there before the keys are heard
        other.keyboard.press("Escape")
        other.locator("#viewer").wait_for(state="hidden")
        other.wait_for_function("() => !location.search.includes('cite')")
        phone = opens(page.url, **PHONE)
        assert in_sight(phone)
        assert phone.locator("#main").evaluate("main => main.inert")
        phone.goto(page.url.replace(".2", ".7"))
        expect(phone.locator("#viewer")).to_be_hidden()
        expect(phone.locator(".turn")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_shared_citation_opens_without_scripts(
    library: Library, scripted: ScriptedAnswerer, opens: Opens, width: int
) -> None:
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url)
        read(page)
        plain = opens(page.url, java_script_enabled=False, viewport={"width": width, "height": 800})
        expect(plain.locator("#sheet #cite").first).to_have_text(FIRST, use_inner_text=True)
        expect(plain.locator("#position")).to_have_text("第 1 处，共 2 处", use_inner_text=True)
        plain.click("#next")
        expect(plain.locator("#sheet #cite").first).to_have_text(SECOND, use_inner_text=True)
        plain.click("#close")
        expect(plain.locator("#viewer")).to_be_hidden()
        expect(plain.locator(".turn .answer .cite")).to_have_count(2)


def test_a_source_that_is_gone_is_told(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    gone = "文库里没有这份来源，它可能已被删除。"
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url, expected="404")
        read(page)
        library.delete(SEED)
        page.click("#next")
        page.get_by_text(gone).wait_for()
        page.reload()
        expect(page.locator("#sheet")).to_have_text(gone, use_inner_text=True)
        page.keyboard.press("Escape")
        expect(page.locator("#viewer")).to_be_hidden()


# ---- while an answer is written ----------------------------------------------------------------


def test_a_source_that_is_open_follows_the_answer(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    scripted.gate = threading.Semaphore(3)
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url)
        ask(page, "两处")
        page.locator(".answer .cite").click()
        page.locator("#sheet #cite").wait_for()
        expect(page.locator("#position")).to_have_text("原文", use_inner_text=True)
        scripted.gate.release(4)
        page.get_by_text("第 1 处，共 2 处").wait_for()
        scripted.gate.release(100)
        answered(page)
        page.locator("#sheet .margin").nth(1).wait_for()
        expect(page.locator("#sheet .margin")).to_have_text(["1", "2"], use_inner_text=True)
        expect(page.locator(".answer .cite.open")).to_have_text("[1]", use_inner_text=True)
        page.click("#next")
        page.locator("#sheet #cite", has_text="33618").wait_for()
        assert page.url.endswith(".2")
        page.go_back()
        expect(page.locator("#viewer")).to_be_hidden()
        talk = page.url
        assert "/c/" in talk
        page.goto(talk)
        answered(page)


def test_a_source_closes_when_its_answer_is_replaced(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url)
        read(page)
        page.get_by_role("button", name="重新回答").click()
        page.locator("#viewer").wait_for(state="hidden")
        answered(page)
        page.wait_for_function("() => !location.search")
        assert "/c/" in page.url


# ---- a source that is gone ---------------------------------------------------------------------


def test_a_citation_whose_source_was_deleted_says_so(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url, expected="404")
        ask(page, "堤")
        answered(page)
        assert page.request.delete(f"{url}/sources/%E5%A0%A4.md").status == 204
        page.locator(".turn .cite").first.click()
        page.locator("#sheet", has_text="文库里没有这份来源，它可能已被删除。").wait_for()
        page.goto(url + (page.locator(".turn .cite").first.get_attribute("href") or ""))
        expect(page.locator("main")).to_contain_text("文库里没有这份来源", use_inner_text=True)


# ---- what came near -----------------------------------------------------------------------------


def test_what_came_near_to_a_refused_question_is_looked_at_beside_it(
    opens: Opens, base: str
) -> None:
    page = opens(base)
    ask(page, "重庆今年的房价是多少？")
    near = answered(page).locator(".near a").first
    near.click()
    page.locator("#sheet mark#cite").first.wait_for()
    expect(page.locator("#next")).to_be_hidden()
    assert in_sight(page)
    page.go_back()
    expect(page.locator("#viewer")).to_be_hidden()
    expect(near).to_be_focused()


# ---- the size of text ---------------------------------------------------------------------------


def test_an_articles_text_has_three_sizes_and_keeps_the_one_that_was_chosen(
    opens: Opens, base: str
) -> None:
    page = opens(f"{base}/sources/{SEED}/view")
    height = "document.querySelector('.source-text').scrollHeight"
    heights = [page.evaluate(height)]
    switch = page.locator("[data-size]")
    for name in ("大", "特大"):
        switch.click()
        expect(switch).to_have_text(f"字号：{name}", use_inner_text=True)
        heights.append(page.evaluate(height))
    assert heights == sorted(set(heights))
    page.reload()
    assert page.evaluate(height) == heights[-1]
    switch.click()
    assert page.evaluate(height) == heights[0]


def test_without_scripts_the_size_is_chosen_by_a_link(opens: Opens, base: str) -> None:
    page = opens(f"{base}/sources/{SEED}/view", java_script_enabled=False)
    page.locator("[data-size]").click()
    expect(page.locator("[data-size]")).to_have_text("字号：大", use_inner_text=True)
    assert page.url == f"{base}/sources/{SEED}/view"
