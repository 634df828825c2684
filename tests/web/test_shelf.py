"""Many sources at once: chosen over several pages, deleted and had back in one, and who cites them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest
from browsing import BROWSER, Opens
from fakes import ScriptedAnswerer, serving
from playwright.sync_api import expect

from index import IndexConfig, Library
from server.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = BROWSER


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    made.add_texts((f"{n:02}.txt", f"第{n}座灯塔高四十一米。".encode()) for n in range(60))
    return made


@pytest.fixture
def url(library: Library) -> Iterator[str]:
    with serving(Settings(library=library.path), ScriptedAnswerer({}), library) as base:
        yield base


def test_many_are_chosen_over_pages_deleted_and_had_back(
    library: Library, url: str, opens: Opens
) -> None:
    page = opens(f"{url}/library")
    before = {s.name: s.sha256 for s in library.sources()}
    page.locator(".sources > li", has_text="07.txt").get_by_role("checkbox").check()
    page.get_by_role("link", name="下一页").click()
    page.get_by_text("第 2 页").wait_for()
    page.get_by_label("全选本页").check()
    page.get_by_text("已选 11 份").wait_for()
    page.get_by_text("删除所选").click()
    page.locator(".picked").get_by_role("button", name="确认删除").click()
    page.get_by_text("已删除 11 份来源。").wait_for()
    assert library.count() == 49
    assert page.locator("#picked").is_hidden() or page.locator("#picked").inner_text() == ""
    page.get_by_role("button", name="撤销").click()
    page.get_by_text("已恢复 11 份来源。").wait_for()
    assert {s.name: s.sha256 for s in library.sources()} == before


def test_without_scripts_too(library: Library, url: str) -> None:
    with httpx.Client(base_url=url, follow_redirects=True, timeout=30) as client:
        chosen = {"source": ["01.txt", "02.txt", "02.txt", "gone.txt"], "back": "page=2"}
        page = client.post("/library/delete", data=chosen)
        assert "已删除 3 份来源。" in page.text
        assert library.count() == 58
        key = page.url.params["deleted"]
        assert "已恢复 2 份来源。" in client.post("/library/restore", data={"name": key}).text
        assert client.post("/library/restore", data={"name": key}).status_code == 404
        assert client.post("/library/delete", data={"back": "page=2"}).status_code == 200
        assert client.post("/library/delete", data={"source": ["gone.txt"]}).status_code == 404
        second = client.get("/library", params={"page": 2}).text
        assert "55.txt" in second
        assert "01.txt" not in second


def test_who_cites_a_source_is_told(library: Library, url: str, opens: Opens) -> None:
    answer = {"id": "x1", "answer": "高四十一米。", "citations": [{"source": "07.txt"}]}
    library.conversations.save_turn("t1", "第七座灯塔多高？", answer)
    page = opens(f"{url}/library")
    page.get_by_role("link", name="被 1 个回答引用").click()
    link = page.locator("#usage").get_by_role("link", name="第七座灯塔多高？")
    expect(link).to_have_attribute("href", "/c/t1#t-x1")
    page.goto(f"{url}/sources/08.txt/view")
    expect(page.locator("#usage")).to_contain_text("还没有回答引用它", use_inner_text=True)
