"""What leaves the page: quotes shown on hover, copied, printed and exported, each with its source."""

from __future__ import annotations

import re

import pytest
from browsing import BROWSER, CONTRAST, SEED, Opens, answered, ask
from fakes import ScriptedAnswerer, citation_of, conflicting, serving, written
from playwright.sync_api import expect

from index import Library
from server.records import Question
from server.settings import Settings

pytestmark = BROWSER

TORN = "004_1e7ae3f02ce5cf70.txt"
QUOTE = "云计算等技术的运用，让工厂\n\n实现关键程序 100%自动化。"
READS = "云计算等技术的运用，让工厂实现关键程序100%自动化。"


@pytest.fixture
def answerer(library: Library) -> ScriptedAnswerer:
    torn = citation_of(library, TORN, QUOTE, 1)
    first = citation_of(library, SEED, "开拓新赛道，培育新优势，重庆在行动。", 1)
    second = citation_of(library, SEED, "2023年6月，重庆提出打造“33618”现代制造业集群体系。", 2)
    return ScriptedAnswerer(
        {
            "工厂": written(Question("工厂"), f"{READS}[1]此外没有。", (torn,)),
            "产值": conflicting(Question("产值"), first, second),
        }
    )


def test_a_torn_quote_is_shown_as_it_reads(
    library: Library, answerer: ScriptedAnswerer, opens: Opens
) -> None:
    with serving(Settings(library=library.path), answerer, library) as url:
        page = opens(url, permissions=["clipboard-read", "clipboard-write"])
        ask(page, "工厂")
        turn = answered(page)
        turn.locator(".cite").hover()
        expect(page.locator("#peek q")).to_have_text(READS, use_inner_text=True)
        turn.locator(".copy").click()
        page.get_by_text("已复制").wait_for()
        assert f"「{READS}」" in page.evaluate("navigator.clipboard.readText()")
        talk = page.url.replace("/c/", "/conversations/")
        assert READS in page.request.get(f"{talk}/export?format=markdown").text()
        assert page.request.get(talk).json()["turns"][0]["citations"][0]["quote"] == QUOTE
        page.goto(f"{page.url}/print")
        expect(page.locator(".notes q")).to_have_text(READS, use_inner_text=True)


def test_a_selection_keeps_numbers_apart_from_words(
    library: Library, answerer: ScriptedAnswerer, opens: Opens
) -> None:
    with serving(Settings(library=library.path), answerer, library) as url:
        page = opens(url, permissions=["clipboard-read", "clipboard-write"])
        ask(page, "工厂")
        answered(page)
        page.evaluate("getSelection().selectAllChildren(document.querySelector('.answer'))")
        page.keyboard.press("Control+c")
        assert page.evaluate("navigator.clipboard.readText()").strip() == f"{READS}[1]此外没有。"


def test_a_copy_takes_the_disagreement_along(
    library: Library, answerer: ScriptedAnswerer, opens: Opens
) -> None:
    with serving(Settings(library=library.path), answerer, library) as url:
        page = opens(url, permissions=["clipboard-read", "clipboard-write"])
        ask(page, "产值")
        answered(page).locator(".copy").click()
        page.get_by_text("已复制").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
    assert re.search(
        r"文章之间说法不一 产值\n百亿元 · 2025-01-02 · .+\[1\]\n二百亿元 · .+\[2\]\n", copied
    )
    assert "一说二百亿元。[2]（部分支持）" in copied
    assert len(re.findall(r"(?m)^\[\d\] .+「.+」$", copied)) == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chat_is_printed_with_its_sources(
    library: Library, answerer: ScriptedAnswerer, opens: Opens, scheme: str
) -> None:
    with serving(Settings(library=library.path), answerer, library) as url:
        page = opens(url, color_scheme=scheme)
        ask(page, "产值")
        turn = answered(page)
        expect(turn.locator(".notes")).to_be_hidden()
        turn.locator(".answer .cite").first.click()
        page.locator("#sheet mark").first.wait_for()
        page.emulate_media(media="print")
        expect(turn.locator(".notes li")).to_have_count(2)
        note = turn.locator(".notes li").first.inner_text()
        assert "开拓新赛道，培育新优势，重庆在行动。" in note
        assert f"{SEED}:23–41" in note
        expect(page.locator("#viewer")).to_be_hidden()
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
