"""Answers that read well: a line for each of many sentences, what they rest on, and while one waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Semaphore
from typing import TYPE_CHECKING

import pytest
from browsing import BROWSER, SEED, Opens, Seeded, answered, ask
from fakes import ScriptedAnswerer, citation_of, serving, written
from playwright.sync_api import expect

from index import IndexConfig, Library
from index.reading import SUFFIXES
from server.records import Claim, Question
from server.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Locator, Page

pytestmark = BROWSER

FIRST = "开拓新赛道，培育新优势，重庆在行动。"
SECOND = "2023年6月，重庆提出打造“33618”现代制造业集群体系。"
THREE = "堤高三米。[1]重庆在行动。[2]重庆提出打造体系。[3]"
LONG = "堤高三米，" * 12 + "如此而已。"
DIKE = "# 海堤\n\n人们早就知道。堤高三米。堤长两里。\n\n## 后来\n\n又加高了。\n\n## 再后来\n\n没有了。\n"
#: Counts what moves by itself.
SHIFTS = """() => { window.shifts = 0; new PerformanceObserver((list) => {
  for (const e of list.getEntries()) if (!e.hadRecentInput) window.shifts += e.value;
}).observe({type: "layout-shift"}); }"""


def box(one: Locator) -> FloatRect:
    found = one.bounding_box()
    assert found
    return found


@dataclass
class Served:
    url: str
    library: Library
    answerer: ScriptedAnswerer


@pytest.fixture(scope="module")
def served(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = seeded(tmp_path_factory.mktemp("reading") / "library")
    library = Library(folder, IndexConfig(embedder="hash"))
    library.add_text("堤.md", DIKE.encode())
    one = replace(citation_of(library, "堤.md", "堤高三米。", 1), published=None)
    two, three = citation_of(library, SEED, FIRST, 2), citation_of(library, SEED, SECOND, 3)
    asked = {"三句": written(Question("三句"), THREE, (one, two, three), claims=(
        Claim("堤高三米。", (1,)), Claim("重庆在行动。", (2,)), Claim("重庆提出打造体系。", (3,)),
    ))}  # fmt: skip
    asked["长句"] = written(Question("长句"), f"{LONG}[1]重庆在行动。[2]", (one, two), claims=(
        Claim(LONG, (1,)), Claim("重庆在行动。", (2,)),
    ))  # fmt: skip
    answerer = ScriptedAnswerer(asked)
    with serving(Settings(library=library.path), answerer, library) as url:
        yield Served(url, library, answerer)


@pytest.fixture
def three(served: Served, opens: Opens) -> Page:
    """A page with an answer of three sentences."""
    page = opens(served.url)
    ask(page, "三句")
    answered(page)
    return page


def test_three_sentences_are_a_list_while_they_come_and_after(served: Served, opens: Opens) -> None:
    page = opens(served.url)
    page.evaluate(SHIFTS)
    served.answerer.gate = Semaphore(9)
    try:
        ask(page, "三句")
        page.locator(".answer.points > p").nth(2).wait_for()
        lines = page.locator(".answer > p").all_inner_texts()
        served.answerer.gate.release(100)
        answered(page)
        assert page.evaluate("window.shifts") <= 0.01
    finally:
        served.answerer.gate = None
    assert [line[:5] for line in lines] == ["堤高三米。", "重庆在行动", "重庆提出打"]
    items = page.locator(".answer li").all_inner_texts()
    assert items == ["堤高三米。[1]", "重庆在行动。[2]", "重庆提出打造体系。[3]"]


def test_a_long_sentence_has_its_line_while_it_comes_and_after(
    served: Served, opens: Opens
) -> None:
    page = opens(served.url)
    served.answerer.gate = Semaphore(25)  # all but the last piece
    try:
        ask(page, "长句")
        page.locator(".answer > p").nth(1).wait_for()
        lines = page.locator(".answer > p").all_inner_texts()
        served.answerer.gate.release(100)
        answered(page)
    finally:
        served.answerer.gate = None
    assert page.locator(".answer > p").all_inner_texts() == [f"{LONG}[1]", "重庆在行动。[2]"]
    assert [line[:5] for line in lines] == ["堤高三米，", "重庆在行动"]


def test_what_an_answer_rests_on_stands_below_it_once(three: Page) -> None:
    basis = three.locator(".basis li").all_inner_texts()
    assert len(basis) == 2  # two citations are of one article
    assert "《海堤》" in basis[0]
    assert "未注明日期" in basis[0]
    assert "2025-01-02" in basis[1]
    three.locator(".basis a").nth(1).click()
    three.locator("#sheet #cite", has_text="开拓新赛道").wait_for()
    assert three.url.endswith(".2")


# ---- beside the answer -------------------------------------------------------------------------


def test_opening_leaves_what_was_pressed_where_it_was(three: Page) -> None:
    cite = three.locator(".answer .cite").nth(1)
    top, width = box(cite)["y"], box(three.locator(".answer"))["width"]
    cite.click()
    three.locator("#sheet #cite").wait_for()
    three.wait_for_function("() => !document.querySelector('#main').getAnimations().length")
    assert abs(box(cite)["y"] - top) < 1
    assert box(three.locator(".answer"))["width"] == width


def test_an_article_has_an_outline_and_words_are_found_in_it(served: Served, three: Page) -> None:
    three.locator(".answer .cite").first.click()
    three.locator("#sheet #cite").wait_for()
    three.fill("#seek", "堤 长")
    expect(three.locator(".seek output")).to_have_text("1 / 1", use_inner_text=True)
    now = "CSS.highlights.get('sought-now')"
    assert three.evaluate(f"[...{now}].map(String).join()") == "堤长"
    three.fill("#seek", "鲸")
    expect(three.locator(".seek output")).to_have_text("没有", use_inner_text=True)
    three.click("#sheet .whole")
    three.locator(".page.reading").wait_for()
    three.click(".back a")
    three.locator("#sheet #cite", has_text="堤高三米").wait_for()
    assert "cite=" in three.url
    three.goto(f"{served.url}/sources/%E5%A0%A4.md/view")
    three.click(".outline summary")
    expect(three.locator(".outline a")).to_have_text(["后来", "再后来"], use_inner_text=True)
    three.locator(".outline a").last.click()
    expect(three.locator(".source-text #part-2")).to_have_text("再后来", use_inner_text=True)


def test_a_card_shows_the_quote_between_its_neighbours_and_copies_it(
    served: Served, opens: Opens
) -> None:
    page = opens(served.url, permissions=["clipboard-read", "clipboard-write"])
    ask(page, "三句")
    cite = answered(page).locator(".answer .cite").first
    cite.hover()
    card = page.locator("#peek")
    expect(card.locator(".around")).to_have_text(
        "人们早就知道。堤高三米。堤长两里。", use_inner_text=True
    )
    expect(card.locator("q")).to_have_text("堤高三米。", use_inner_text=True)
    expect(card.locator(".card-of")).to_contain_text("未注明日期", use_inner_text=True)
    expect(card.locator(".card-level")).to_have_text("原文支持", use_inner_text=True)
    card.get_by_text("GB/T 7714").click()  # the pointer reaches it before it is gone
    card.get_by_text("已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "海堤[Z]. [日期不详]."
    card.get_by_text("打开原文").click()
    page.locator("#sheet #cite", has_text="堤高三米").wait_for()
    page.locator(".modes", has_text="复制引文").locator("summary", has_text="复制引文").click()
    page.locator(".modes").get_by_text("题名与作者").click()
    page.locator(".modes").get_by_text("已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "《海堤》"


def test_a_long_press_shows_the_card_and_opens_nothing(served: Served, opens: Opens) -> None:
    page = opens(served.url, viewport={"width": 390, "height": 844}, has_touch=True)
    ask(page, "三句")
    cite = answered(page).locator(".answer .cite").first
    cite.scroll_into_view_if_needed()  # waits until it stays where it is
    at = box(cite)
    touch = {"x": at["x"] + 4, "y": at["y"] + 4}
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [touch]})
    page.locator("#peek .around").wait_for()
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(100)
    expect(page.locator("#viewer")).to_be_hidden()
    page.locator("#peek [data-open]").tap()
    page.locator("#sheet #cite").wait_for()


def test_an_answer_is_copied_with_its_links(served: Served, opens: Opens) -> None:
    page = opens(served.url, permissions=["clipboard-read", "clipboard-write"])
    ask(page, "三句")
    answered(page).locator(".copy").click()
    page.get_by_text("已复制").wait_for()
    rich = page.evaluate(
        "navigator.clipboard.read().then(([item]) => item.getType('text/html')).then(b => b.text())"
    )
    assert rich.count('<sup><a href="http://127.0.0.1:') == 3
    assert "<li>" in rich
    assert "class=" not in rich
    assert "堤高三米。</q>" in rich


# ---- while one waits ---------------------------------------------------------------------------


def test_what_happens_is_said_until_words_come_and_a_stop_outlives_a_reload(
    served: Served, opens: Opens
) -> None:
    page = opens(served.url)
    page.fill("#question", "没问完")
    page.reload()
    expect(page.locator("#question")).to_have_value("没问完")
    served.answerer.gate = Semaphore(0)
    try:
        ask(page, "三句")
        doing = page.locator(".turn .doing")
        doing.wait_for()
        assert doing.inner_text() == page.locator("#doing").inner_text() == "正在文章里查找……"
        served.answerer.gate.release(3)
        page.locator(".answer .cite").first.wait_for()
        doing.get_by_text(
            "还在写……"
        ).wait_for()  # a sign that blinks says nothing to those who listen
        expect(page.locator("#doing")).to_have_text("还在写……", use_inner_text=True)
        page.click("#stop")
        page.get_by_text("已停止。").wait_for()
        said = page.locator(".answer").inner_text()
        page.reload()
        page.get_by_text("已停止。").wait_for()
        expect(page.locator(".answer")).to_have_text(said, use_inner_text=True)
        expect(page.locator(".answer .cite")).to_have_count(1)
        expect(doing).to_have_count(0)
        page.goto(f"{served.url}/history")
        page.go_back()  # and is there when one comes back
        page.get_by_text("已停止。").wait_for()
    finally:
        served.answerer.gate.release(1000)
        served.answerer.gate = None
    page.get_by_role("button", name="重试").click()
    expect(answered(page).locator(".answer li")).to_have_count(3)


def test_a_browser_gets_its_language_and_packed_pages(served: Served, opens: Opens) -> None:
    page = opens(served.url, locale="en-GB")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".steps li")).to_have_count(3)
    page.goto(f"{served.url}/prefs?lang=zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.goto(f"{served.url}/library")
    page.get_by_text("能读的全部后缀").click()
    assert page.locator(".upload .file").inner_text().split() == list(SUFFIXES)
    for path in ("/", "/static/style.css"):
        assert page.request.get(served.url + path).headers["content-encoding"] == "gzip"
