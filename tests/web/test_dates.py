"""Dates are typed as they are shown, and what is wrong with one is said in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsing import BROWSER, Opens
from fakes import ScriptedAnswerer, serving

from index import IndexConfig, Library
from server.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = playwright.expect

LONG = "# 灯塔修缮\n\n" + "东岸的灯塔高四十一米，去年修缮完毕。\n\n" * 60


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    library = Library(tmp_path_factory.mktemp("dates") / "library", IndexConfig(embedder="hash"))
    library.add_text("灯塔.md", LONG.encode())
    library.add_text("旧.md", "---\ndate: 2019-03-05\n---\n# 旧灯塔\n\n灯塔很旧。\n".encode())
    with serving(Settings(library=library.path), ScriptedAnswerer({}), library) as base:
        yield base


def told(page: Page, field: str) -> str:
    return str(page.locator(field).evaluate("e => (e.checkValidity(), e.validationMessage)"))


def test_a_date_of_an_article_may_be_written_out_and_a_wrong_one_is_in_sight(
    url: str, opens: Opens
) -> None:
    page = opens(f"{url}/sources/灯塔.md/view", expected="422")
    page.get_by_label("日期").fill("昨天")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(page.get_by_role("alert")).to_contain_text("这不是一个日期")
    expect(page.get_by_label("日期")).to_be_focused()
    expect(page.get_by_label("日期")).to_have_value("昨天")
    page.get_by_label("日期").fill("2024年3月5日")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".source-of")).to_contain_text("2024-03-05")
    page.get_by_label("题名").fill("")
    assert told(page, "#about-title") == "题名不能空着。"


@pytest.mark.parametrize(("lang", "said"), [("zh", "写成 2024"), ("en", "Write it like 2024")])
def test_the_dates_of_a_search_are_checked_in_the_language_of_the_page(
    url: str, opens: Opens, lang: str, said: str
) -> None:
    page = opens(f"{url}/prefs?lang={lang}&back=/library")
    page.locator("#since").fill("去年")
    assert said in told(page, "#since")
    page.locator("#since").fill("2019")
    page.locator("#until").fill("2019-12")
    page.keyboard.press("Tab")
    page.wait_for_url("**/library?since=2019&until=2019-12")
    expect(page.locator(".sources h2")).to_have_text(["旧灯塔"])


def test_an_empty_question_leads_back_to_its_field(url: str, opens: Opens) -> None:
    page = opens(url)
    page.locator("#send").click()
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator(".turn")).to_have_count(0)
