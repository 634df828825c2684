"""The list of conversations beside the chat and as a page, and a conversation as a file to share."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from browsing import BROWSER, SEED, Opens, Seeded, answered, ask
from fakes import ScriptedAnswerer, citation_of, conflicting, serving, written
from playwright.sync_api import expect

from index import IndexConfig, Library
from index.store.database import Database
from server.records import Claim, Question, answer_dict
from server.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = BROWSER

#: A conversation of every period, by its title: so many days old.
AGES = {"集群有多少": 0, "低空经济": 2, "微球基地": 5, "走廊有多长": 30}
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def library(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = seeded(tmp_path_factory.mktemp("talks") / "library")
    return Library(folder, IndexConfig(embedder="hash"))


@pytest.fixture(scope="module")
def url(library: Library) -> Iterator[str]:
    cited = citation_of(library, SEED, "2023年6月，重庆提出打造“33618”现代制造业集群体系。", 1)
    first = citation_of(library, SEED, "开拓新赛道，培育新优势，重庆在行动。", 2)
    text = "重庆提出打造集群体系。"
    answers = {
        "问": replace(
            written(Question("问"), f"{text}[1]", (cited,), claims=(Claim(text, (1,)),)), id="q1"
        ),
        "再问": replace(conflicting(Question("再问"), replace(cited, number=1), first), id="q2"),
        EVIL: replace(written(Question(EVIL), f"{EVIL}[1]", (cited,)), id="q3"),
    }
    with serving(Settings(library=library.path), ScriptedAnswerer(answers), library) as base:
        yield base


@pytest.fixture(autouse=True)
def talks(library: Library) -> Iterator[None]:
    """Conversations of every period, and no others."""
    answer = answer_dict(written(Question(""), "答。"))
    for n, (title, days) in enumerate(AGES.items()):
        library.conversations.save_turn(f"t{n}", title, answer | {"id": f"a{n}", "question": title})
        then = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        with Database(library.path / "catalog.sqlite").transaction() as db:
            db.execute("UPDATE turns SET created_at = ? WHERE conversation_id = ?", (then, f"t{n}"))
    yield
    for line in library.conversations.latest():
        library.conversations.delete(line.id)


def test_the_list_is_found_renamed_pinned_and_deleted(url: str, opens: Opens) -> None:
    page = opens(f"{url}/c/t1")
    talks = page.locator("#talks")
    expect(talks.locator("h3")).to_have_text(["今天", "近七天", "更早"], use_inner_text=True)
    expect(talks.locator("li a")).to_have_text(list(AGES), use_inner_text=True)
    expect(talks.locator("[aria-current]")).to_have_text("低空经济", use_inner_text=True)

    page.fill("#talks-search", "走廊")
    talks.locator("li", has_text="低空").wait_for(state="detached")
    expect(talks.locator("li a")).to_have_text(["走廊有多长"], use_inner_text=True)
    page.fill("#talks-search", "没有这个")
    talks.get_by_text("没有找到“没有这个”").wait_for()
    page.fill("#talks-search", "")
    talks.locator("li", has_text="微球").wait_for()

    # By the keyboard alone, from the talk's own line.
    talks.locator("li a[aria-current]").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    panel = page.locator("#talk-options")
    panel.wait_for()
    page.wait_for_function("() => document.activeElement.name === 'title'")
    page.keyboard.press("Control+A")
    page.keyboard.type("天上的买卖")
    page.keyboard.press("Enter")
    talks.get_by_text("天上的买卖").wait_for()
    expect(panel).to_be_hidden()
    page.wait_for_function("() => document.title.startsWith('天上的买卖')")

    talks.locator("li", has_text="走廊").hover()
    talks.get_by_role("button", name="“走廊有多长”的选项").click()
    panel.get_by_role("button", name="置顶").click()
    talks.get_by_role("heading", name="置顶").wait_for()
    expect(talks.locator("li a").first).to_have_text("走廊有多长", use_inner_text=True)

    talks.get_by_role("button", name="“集群有多少”的选项").click()
    panel.get_by_role("button", name="删除对话").click()
    undo = talks.get_by_role("button", name="撤销")
    undo.wait_for()
    assert undo.evaluate("e => e === document.activeElement")
    assert "集群有多少" not in talks.locator("ul").all_inner_texts()
    assert httpx.get(f"{url}/conversations/t0").status_code == 404
    undo.click()
    talks.locator("li", has_text="集群有多少").wait_for()
    expect(undo).to_have_count(0)
    assert len(httpx.get(f"{url}/conversations/t0").json()["turns"]) == 1


def test_the_talk_that_is_shown_is_deleted_and_had_back(url: str, opens: Opens) -> None:
    page = opens(f"{url}/c/t1")
    page.locator("#talks li", has_text="低空").hover()
    page.get_by_role("button", name="“低空经济”的选项").click()
    page.get_by_role("button", name="删除对话").click()
    page.wait_for_url("**/?deleted=t1")
    expect(page.locator("#main .undo")).to_contain_text("低空经济", use_inner_text=True)
    page.locator("#main .undo button").click()
    page.wait_for_url(f"{url}/c/t1")
    expect(page.locator(".question")).to_have_text("低空经济", use_inner_text=True)


def test_a_click_before_the_lists_script_is_not_lost(url: str, opens: Opens) -> None:
    page = opens(url)
    held: list[Route] = []
    page.route("**/static/talks.js", lambda route: held.append(route))
    page.goto(f"{url}/c/t1")
    page.locator("#talks li", has_text="低空").hover()
    page.get_by_role("button", name="“低空经济”的选项").click()
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    page.get_by_role("button", name="删除对话").wait_for()


def test_windows_tell_each_other_and_keep_their_drafts(url: str, opens: Opens) -> None:
    one = opens(f"{url}/c/t1")
    other = one.context.new_page()
    other.goto(f"{url}/c/t1")
    for page, draft in ((one, "写了一半"), (other, "另一半")):
        page.wait_for_function(
            "() => performance.getEntriesByName(`${location.origin}/static/talks.js`).length"
        )
        page.fill("#question", draft)
    ask(one, "问")
    answered(one, 2)
    expect(answered(other, 2).locator(".question")).to_have_text("问", use_inner_text=True)
    expect(other.locator(".turn")).to_have_count(2)
    expect(other.locator("#question")).to_have_value("另一半")
    expect(other.locator("#talks li a").first).to_have_text("低空经济", use_inner_text=True)
    other.locator("#talks li", has_text="低空").hover()
    other.get_by_role("button", name="“低空经济”的选项").click()
    other.locator("#talk-options [name=title]").fill("新名字")
    other.keyboard.press("Enter")
    one.locator("#talks li a", has_text="新名字").wait_for()
    one.wait_for_function("() => document.title.startsWith('新名字')")
    # A draft waits in its own talk, and survives a reload.
    other.locator("#talks li a", has_text="微球").click()
    other.wait_for_url("**/c/t2")
    expect(other.locator("#question")).to_have_value("")
    other.go_back()
    other.reload()
    expect(other.locator("#question")).to_have_value("另一半")


def test_the_first_question_brings_the_list(url: str, library: Library, opens: Opens) -> None:
    for line in library.conversations.latest():
        library.conversations.delete(line.id)
    page = opens(url)
    expect(page.locator("#talks-search")).to_be_hidden()
    x = "document.getElementById('composer').getBoundingClientRect().left"
    before = page.evaluate(x)
    ask(page, "问")
    answered(page)
    page.locator("#talks li", has_text="问").wait_for()
    expect(page.locator("#talks-search")).to_be_visible()
    assert page.evaluate(x) == before


def test_a_question_right_behind_the_first_takes_no_options_away(
    library: Library, opens: Opens
) -> None:
    gate = threading.Semaphore(1)
    answers = {text: written(Question(text), "答。") for text in ("一", "二")}
    with serving(Settings(library=library.path), ScriptedAnswerer(answers, gate), library) as base:
        page = opens(base)
        held: list[Route] = []
        page.route(re.compile(r"/c/[\w-]+$"), lambda route: held.append(route), times=1)
        ask(page, "一")
        answered(page)
        while not held:
            page.wait_for_timeout(20)
        ask(page, "二")
        page.locator("#stop").wait_for()
        with page.expect_response(held[0].request.url):
            held[0].continue_()
        gate.release()
        answered(page, 2)
        page.locator("#tools summary").wait_for()


@pytest.mark.parametrize("width", [1280, 1440, 1600])
def test_the_list_takes_nothing_from_the_talk(url: str, opens: Opens, width: int) -> None:
    page = opens(f"{url}/c/t1", viewport={"width": width, "height": 800})
    column = page.locator("#main").bounding_box()
    assert column is not None
    assert column["width"] == 768
    assert column["x"] == (width - 768) / 2
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1279, "height": 800})
    expect(page.locator("#talks")).to_be_hidden()


def test_the_page_of_them_works_on_a_phone_without_scripts(url: str, opens: Opens) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}
    page = opens(f"{url}/history", **phone)
    expect(page.locator(".period > h2")).to_have_text(
        ["今天", "近七天", "更早"], use_inner_text=True
    )
    page.locator("li", has_text="走廊").locator("summary").click()
    page.locator("li", has_text="走廊").get_by_role("button", name="置顶").click()
    assert page.url == f"{url}/history"
    assert page.locator(".period > h2").all_inner_texts()[0] == "置顶"
    page.locator("li", has_text="低空").locator("summary").click()
    page.locator("li", has_text="低空").get_by_role("button", name="删除对话").click()
    expect(page.locator(".undo")).to_contain_text("低空经济", use_inner_text=True)
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("li", has_text="低空")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(f"{url}/c/t1")
    expect(page.locator("#talks")).to_be_hidden()


def test_the_list_is_there_without_scripts(url: str, opens: Opens) -> None:
    page = opens(f"{url}/c/t1", java_script_enabled=False)
    expect(page.locator("#talks li a")).to_have_text(list(AGES), use_inner_text=True)
    assert not any(b.is_visible() for b in page.locator("[data-options]").all())
    page.fill("#talks-search", "走廊")
    page.press("#talks-search", "Enter")
    assert page.url.endswith("/history?q=%E8%B5%B0%E5%BB%8A")
    expect(page.locator(".sources h3")).to_have_text(["走廊有多长"], use_inner_text=True)


def test_the_list_is_folded_and_stays_so(url: str, opens: Opens) -> None:
    page = opens(f"{url}/c/t1")
    talk = page.locator("#main").bounding_box()
    page.get_by_role("button", name="收起").press("Enter")
    expect(page.locator("#talks li").first).to_be_hidden()
    page.goto(f"{url}/c/t2")
    expect(page.locator("#talks li").first).to_be_hidden()
    assert page.locator("#main").bounding_box() == talk
    fold = page.get_by_role("button", name="展开")
    expect(fold).to_have_attribute("aria-expanded", "false")
    fold.click()
    expect(page.locator("#talks li").first).to_be_visible()
    page.reload()
    expect(page.locator("#talks li")).to_have_count(len(AGES))
    expect(page.locator("#talks li").first).to_be_visible()


def test_a_talk_is_shared_as_one_file(
    url: str, browser: Browser, opens: Opens, tmp_path: Path
) -> None:
    page = opens(url)
    for n, question in enumerate(("问", "再问", EVIL), 1):
        ask(page, question)
        answered(page, n)
    page.locator("#tools summary").click()
    with page.expect_download() as saved:
        page.locator("#tools").get_by_role("link", name="网页").click()
    assert saved.value.suggested_filename == "问.html"
    file = tmp_path / "talk.html"
    saved.value.save_as(file)
    offline = browser.new_context(offline=True)
    shared = offline.new_page()
    asked: list[str] = []
    shared.on("request", lambda r: asked.append(r.url))
    shared.goto(file.as_uri())
    expect(shared.locator("sup a")).to_have_count(4)
    shared.locator("sup a").first.click()
    note = shared.locator("li:target")
    assert note.locator("mark").inner_text().startswith("2023年6月")
    assert len(note.locator("blockquote").inner_text()) > len(note.locator("mark").inner_text())
    expect(note).to_contain_text(SEED, use_inner_text=True)
    note.get_by_text("回到正文").click()
    expect(shared.locator("sup a:target")).to_have_text("1", use_inner_text=True)
    expect(shared.locator("table tbody tr")).to_have_count(2)
    expect(shared.locator("section").last).to_contain_text(EVIL, use_inner_text=True)
    assert all(u.startswith("file:") for u in asked)
    offline.close()


def test_conversations_are_pinned_and_restored_by_programs(url: str) -> None:
    with httpx.Client(base_url=url) as client:
        assert client.patch("/conversations/t3", json={"pinned": True}).status_code == 204
        lines = client.get("/conversations").json()["conversations"]
        assert [(c["id"], c["pinned"]) for c in lines[:2]] == [("t3", True), ("t0", False)]
        assert client.get("/conversations/t3").json()["pinned"] is True
        assert client.delete("/conversations/t3").status_code == 204
        assert client.post("/conversations/t3/restore").status_code == 204
        assert client.get("/conversations/t3").json()["pinned"] is True
        assert client.post("/conversations/t3/restore").status_code == 404
        assert client.patch("/conversations/none", json={"pinned": True}).status_code == 404
        deleted = json.loads(client.get("/conversations/t3/export?format=json").text)
        assert deleted["pinned"] is True
