"""An article called otherwise than its file does: on its page, in answers and citations, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest
from browsing import BROWSER, Opens
from fakes import serving
from playwright.sync_api import expect

from index import IndexConfig, Library
from server.answer import Answerer
from server.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = BROWSER

TEXT = "# 灯塔修缮\n\n东岸的灯塔高四十一米，去年修缮完毕。\n\n灯塔由航标站看守，每晚亮灯。\n"
ASKED = {"question": "东岸的灯塔有多高？"}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    made.add_text("灯塔.md", TEXT.encode())
    return made


@pytest.fixture
def url(library: Library) -> Iterator[str]:
    with serving(Settings(library=library.path), Answerer(library), library) as base:
        yield base


def test_answers_and_citations_call_it_so_and_open_the_same_characters(
    library: Library, url: str
) -> None:
    (before,) = httpx.post(f"{url}/ask", json=ASKED, timeout=60).json()["citations"]
    given = {"title": "航标站纪事", "author": "李岸", "published": "2024-03-05"}
    form = given | {"article": before["article"]}
    saved = httpx.post(f"{url}/sources/灯塔.md/edit", data=form, follow_redirects=True)
    assert "已保存。" in saved.text
    answer = httpx.post(f"{url}/ask", json=ASKED, timeout=60).json()
    (after,) = answer["citations"]
    assert (after["title"], after["published"]) == ("航标站纪事", "2024-03-05")
    for one in (before, after):
        assert library.source("灯塔.md").text[one["start"] : one["end"]] == one["quote"]
    same = ("start", "end", "quote", "sha256", "article", "passage_id")
    assert [before[key] for key in same] == [after[key] for key in same]
    place = {"start": after["start"], "end": after["end"], "article": after["article"]}
    card = httpx.get(f"{url}/sources/灯塔.md/card", params=place).text
    assert "李岸. 航标站纪事[Z]. 2024-03-05." in card
    talk = f"{url}/conversations/{answer['conversation_id']}/turns/{answer['id']}/citations"
    assert "author = {{李岸}}" in httpx.get(talk, params={"format": "bibtex"}).text
    (row,) = httpx.get(f"{url}/sources", params={"since": "2024", "query": "航标站"}).json()[
        "sources"
    ]
    assert (row["edited"], row["published"]) == (True, "2024-03-05")


def test_it_is_edited_and_put_back_on_its_page(url: str, opens: Opens) -> None:
    page = opens(f"{url}/library")
    page.get_by_role("link", name="灯塔修缮").click()
    page.get_by_role("link", name="改题名、作者、日期").click()
    page.get_by_label("题名").fill("航标站纪事")
    page.get_by_label("日期").fill("2024-03-05")
    page.keyboard.press("Enter")
    page.get_by_text("已保存。").wait_for()
    expect(page.locator("h1")).to_have_text("航标站纪事", use_inner_text=True)
    expect(page.locator(".source-of")).to_contain_text("2024-03-05", use_inner_text=True)
    expect(page.get_by_role("link", name="题录已改过")).to_be_visible()
    expect(page.locator("#read-title")).to_have_text("文件里：灯塔修缮", use_inner_text=True)
    expect(page.locator("#read-published")).to_have_text("文件里：没有写", use_inner_text=True)
    expect(page.locator(".source-text")).to_contain_text("灯塔修缮", use_inner_text=True)
    page.get_by_role("button", name="恢复成文件里的").click()
    page.get_by_text("已恢复成文件里的。").wait_for()
    expect(page.locator("h1")).to_have_text("灯塔修缮", use_inner_text=True)
    expect(page.locator("#read-title")).to_have_count(0)


def test_what_cannot_be_used_is_told_and_not_lost(library: Library, url: str) -> None:
    (article,) = library.articles_of("灯塔.md")
    form = {"article": article.id, "title": "新题", "published": "昨天"}
    told = httpx.post(f"{url}/sources/灯塔.md/edit", data=form)
    assert told.status_code == 422
    assert "这不是一个日期" in told.text
    assert 'value="新题"' in told.text
    headers = {"accept": "application/problem+json"}
    lost = httpx.post(f"{url}/sources/灯塔.md/edit", data=form | {"article": "x"}, headers=headers)
    assert lost.status_code == 404


def test_programs_call_it_otherwise_and_back(library: Library, url: str) -> None:
    (article,) = library.articles_of("灯塔.md")
    read = {"title": "灯塔修缮", "author": None, "published": None}
    with httpx.Client(base_url=url) as client:
        at = f"/articles/{article.id}"
        before = client.get(at).json()
        assert before == {"id": article.id, "source": "灯塔.md", **read, "read": read}
        assert client.patch(at, json={"author": "李岸"}).json() == before | {"author": "李岸"}
        dated = client.patch(at, json={"published": "2024年3月5日"}).json()
        assert (dated["author"], dated["published"]) == ("李岸", "2024-03-05"), "one left out stays"
        (listed,) = client.get("/sources", params={"since": "2024"}).json()["sources"]
        assert (listed["id"], listed["edited"]) == ("灯塔.md", True)
        refused = client.patch(at, json={"published": "昨天"})
        assert (refused.status_code, client.get(at).json()) == (422, dated)
        assert client.patch(at, json={"text": "别的"}).status_code == 422
        assert client.patch(at, json={"author": None, "published": None}).json() == before
        assert client.patch("/articles/none", json={"title": "题"}).status_code == 404
        assert client.get("/articles/none").status_code == 404
