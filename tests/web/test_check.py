"""Checking a text: the API, the page with and without scripts, its exports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from browsing import BROWSER, Opens, Seeded
from fakes import ScriptedAnswerer, serving
from playwright.sync_api import expect

from index import IndexConfig, Library
from server.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

TRUE = "截至今年2月初，全市从事低空制造的企业有106家。"
FALSE = "江津区选聘了47名专家人才到企业担任“科技副总”。"
DRAFT = f"各位好！\n{TRUE}{FALSE}"
AXE = (Path(__file__).parents[1] / "vendor/axe-core/axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa",
  "wcag22aa", "best-practice"], resultTypes: ["violations"]}))
  .violations.map(v => [v.id, v.help, v.nodes.map(n => n.html)])"""


@pytest.fixture(scope="module")
def url(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = seeded(tmp_path_factory.mktemp("check") / "library")
    library = Library(folder, IndexConfig(embedder="hash"))
    with serving(Settings(library=library.path), ScriptedAnswerer({}), library) as base:
        yield base


# ---- the API ------------------------------------------------------------------------------------


def test_the_api_answers_every_claim(url: str) -> None:
    out = httpx.post(f"{url}/check", json={"text": DRAFT}, timeout=120).json()
    assert [c["verdict"] for c in out["claims"]] == ["opinion", "full", "contradicted"]
    assert out["claims"][2]["differing"][0]["value"] == "74名"
    for claim in out["claims"]:
        assert DRAFT[claim["start"] : claim["end"]] == claim["text"]
    for c in out["citations"]:
        text = httpx.get(f"{url}/sources/{c['source']}").json()["text"]
        assert text[c["start"] : c["end"]] == c["quote"]


def test_a_stream_says_the_same(url: str) -> None:
    whole = httpx.post(f"{url}/check", json={"text": DRAFT}, timeout=120).json()
    asked = {"text": DRAFT, "stream": True}
    with httpx.stream("POST", f"{url}/check", json=asked, timeout=120) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = list(response.iter_lines())
    names = [line[7:] for line in lines if line.startswith("event: ")]
    datas = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    assert names[-1] == "done"
    assert names.count("claim") == 3
    assert datas[-1]["claims"] == whole["claims"]
    told = [d for name, d in zip(names, datas, strict=True) if name == "claim"]
    assert [(d["at"], d["total"]) for d in told] == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("body", "status"),
    [({"text": ""}, 422), ({"text": " \n"}, 422), ({"text": "字" * 20_001}, 422), ({}, 422),
     ({"text": "一", "sources": ["no.txt"]}, 404)],
)  # fmt: skip
def test_what_cannot_be_checked_is_a_problem(url: str, body: object, status: int) -> None:
    response = httpx.post(f"{url}/check", json=body)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.status_code in (status, 422)


# ---- the page -----------------------------------------------------------------------------------


def send(page: Page, text: str = DRAFT) -> None:
    page.fill("#text", text)
    page.click("#to-check button")
    page.locator(".checked").wait_for()


def test_a_form_post_shows_the_marks_and_exports(url: str) -> None:
    page = httpx.post(f"{url}/check/form", data={"text": DRAFT}, timeout=120)
    assert page.status_code == 200
    assert 'class="said contradicted"' in page.text
    assert "文章说“74名”" in page.text
    sent = {"text": DRAFT}
    exported = {
        kind: httpx.post(f"{url}/check/form", data=sent | {"export": kind}, timeout=120)
        for kind in ("md", "html", "json")
    }
    for kind, response in exported.items():
        assert f'filename="youju-check.{kind}"' in response.headers["content-disposition"]
    assert "74名" in exported["md"].text
    assert "<script" not in exported["html"].text
    assert len(exported["json"].json()["claims"]) == 3


def test_a_file_is_checked_and_what_is_none_is_told(url: str) -> None:
    files = {"file": ("draft.md", f"# 初稿\n\n{FALSE}\n".encode(), "text/markdown")}
    page = httpx.post(f"{url}/check/form", files=files, timeout=120)
    assert 'class="said contradicted"' in page.text
    broken = {"file": ("draft.txt", b"\x00\x01" * 99, "text/plain")}
    assert "文件读不出来" in httpx.post(f"{url}/check/form", files=broken).text
    assert "没有可核对的文字" in httpx.post(f"{url}/check/form", data={"text": " "}).text
    assert "最多核对" in httpx.post(f"{url}/check/form", data={"text": "字" * 20_001}).text


def test_markup_in_a_text_stays_text(url: str) -> None:
    page = httpx.post(f"{url}/check/form", data={"text": f"<img src=x>{FALSE}"}, timeout=120)
    assert "<img src=x>" not in page.text


@pytest.mark.browser
@BROWSER[1]
@pytest.mark.parametrize(("lang", "word"), [("zh", "相左"), ("en", "Contradicted")])
def test_the_page_checks_filters_and_opens_a_source(
    url: str, opens: Opens, lang: str, word: str
) -> None:
    page = opens(f"{url}/prefs?lang={lang}&back=/check")
    send(page)
    expect(page.locator(".said.contradicted small")).to_have_text(word)
    expect(page.locator(".findings li:visible")).to_have_count(2)
    page.check("#show-flagged")
    expect(page.locator(".findings li:visible")).to_have_count(1)
    page.click(".findings .cite >> visible=true")
    page.wait_for_url("**/view?**")
    assert "74名" in (page.locator("#cite").text_content() or "")


@pytest.mark.browser
@BROWSER[1]
def test_it_works_without_scripts(url: str, opens: Opens) -> None:
    page = opens(f"{url}/check", java_script_enabled=False)
    send(page)
    page.check("#show-flagged")
    expect(page.locator(".findings li:visible")).to_have_count(1)


@pytest.mark.browser
@BROWSER[1]
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing(url: str, opens: Opens, width: int, scheme: str) -> None:
    page = opens(
        f"{url}/check", viewport={"width": width, "height": 800}, color_scheme=scheme,
        reduced_motion="reduce", bypass_csp=True,
    )  # fmt: skip
    for _ in range(2):
        page.evaluate(AXE)
        assert page.evaluate(RUN) == []
        send(page)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_what_was_found_is_there_when_one_comes_back_from_a_source(url: str, opens: Opens) -> None:
    page = opens(f"{url}/check")
    page.fill("#text", DRAFT)
    page.locator("#to-check [type=submit]").click()
    page.locator(".findings .cite").first.click()
    page.locator("main.page mark#cite").wait_for()
    page.go_back()
    expect(page.locator(".findings .contradicted")).to_have_count(1)
    expect(page.locator("#text")).to_have_value(DRAFT)
