"""Searching the library page: texts that hold the words apart from those that are near in meaning."""

from __future__ import annotations

import httpx
import pytest
from browsing import BROWSER, Opens
from fakes import ScriptedAnswerer, serving
from playwright.sync_api import expect

from index import Hit, IndexConfig, Library, Selection
from server.evidence.find import Search
from server.settings import Settings
from server.web.found import FoundPassage, found

TEXTS = {
    "灯塔.txt": "# 东岸\n\n东岸的灯塔高四十一米，建于1931年。\n\n灯塔由航标站看守，每晚亮灯。\n",
    "海堤.txt": "# 西岸\n\n西岸的海堤高九米半，去年加固完毕。\n\n堤上可以看见对岸的灯光。\n",
    "code.md": "# Beacon\n\nThe ＢＥＡＣＯＮ protocol sends one frame every 35 seconds.\n",
    "舊.txt": "# 舊港\n\n舊港的碼頭長三百米，停泊漁船。\n",
}


@pytest.fixture
def harbour(tmp_path: object) -> Library:
    made = Library(f"{tmp_path}/library", IndexConfig(embedder="hash"))
    for name, text in TEXTS.items():
        made.add_text(name, text.encode())
    return made


def sought(library: Library, query: str) -> list[FoundPassage]:
    return found(library, Search(library), query)


def marked(one: FoundPassage) -> list[str]:
    return [run.text for run in one.runs if run.marked]


def test_what_holds_the_words_comes_first_and_apart(harbour: Library) -> None:
    exact = [one for one in sought(harbour, "灯塔") if one.exact]
    assert {one.source for one in exact} == {"灯塔.txt"}
    assert all(set(marked(one)) == {"灯塔"} for one in exact)
    others = [one for one in sought(harbour, "灯塔") if not one.exact]
    assert all("灯塔" not in "".join(run.text for run in one.runs) for one in others)
    order = [one.exact for one in sought(harbour, "灯塔")]
    assert order == sorted(order, reverse=True)


def test_what_is_only_near_marks_the_words_that_it_has(harbour: Library) -> None:
    near = sought(harbour, "海堤的高度")
    assert near
    assert not any(one.exact for one in near)
    best = next(one for one in near if one.source == "海堤.txt")
    assert "海堤的" not in "".join(marked(best))
    assert "海堤" in "".join(marked(best))
    assert all(len(words) > 1 for words in marked(best))


def test_width_case_and_traditional_characters_are_one(harbour: Library) -> None:
    assert [(o.source, marked(o)) for o in sought(harbour, "beacon protocol") if o.exact] == [
        ("code.md", ["Beacon", "BEACON", "protocol"])
    ]
    assert [(o.source, marked(o)) for o in sought(harbour, "码头") if o.exact] == [
        ("舊.txt", ["碼頭"])
    ]


def test_every_word_must_be_there(harbour: Library) -> None:
    assert [o.source for o in sought(harbour, "灯塔 1931年") if o.exact] == ["灯塔.txt"]
    assert not any(o.exact for o in sought(harbour, "灯塔 海堤"))


def test_what_was_found_opens_at_its_place(harbour: Library) -> None:
    first = next(one for one in sought(harbour, "航标站") if one.exact)
    with serving(Settings(library=harbour.path), ScriptedAnswerer({}), harbour) as url:
        page = httpx.get(url + first.href).text
    assert '<mark id="cite">航标站</mark>' in page


def test_what_holds_the_words_is_found_whatever_the_search_makes_of_it(harbour: Library) -> None:
    class Blind(Search):
        def hits(self, query: str, **_: object) -> list[Hit]:
            return [hit for hit in super().hits(query) if hit.passage.source != "灯塔.txt"]

    exact = [one for one in found(harbour, Blind(harbour), "灯塔") if one.exact]
    assert {one.source for one in exact} == {"灯塔.txt"}
    assert all(set(marked(one)) == {"灯塔"} for one in exact)


def test_only_the_sources_that_are_meant_are_searched(harbour: Library) -> None:
    some = found(harbour, Search(harbour), "航标站", Selection("航标站", format="txt"))
    assert [one.source for one in some if one.exact] == ["灯塔.txt"]
    none = found(harbour, Search(harbour), "灯塔", Selection(format="md"))
    assert {one.source for one in none} <= {"code.md"}
    assert not any(one.exact for one in none)


class TestPage:
    pytestmark = BROWSER

    def test_says_what_was_found(self, harbour: Library, opens: Opens) -> None:
        with serving(Settings(library=harbour.path), ScriptedAnswerer({}), harbour) as url:
            page = opens(f"{url}/library?q=灯塔")
            exact = page.locator(".found").first
            expect(exact.locator("h2")).to_have_text("正文含“灯塔”", use_inner_text=True)
            assert set(exact.locator("mark").all_inner_texts()) == {"灯塔"}
            page.goto(f"{url}/library?q=海堤的高度")
            heading = page.locator(".found h2").inner_text()
            assert heading == "没有检索到含“海堤的高度”的段落，这些只是意思相近"
            assert "正文里找到" not in page.content()

    def test_what_is_limited_and_sorted_is_in_the_address(
        self, harbour: Library, opens: Opens
    ) -> None:
        dated = "---\ndate: 2024-03-05\n---\n# 灯塔修缮\n\n东岸的灯塔今年修缮。\n"
        harbour.add_text("修缮.md", dated.encode())
        with serving(Settings(library=harbour.path), ScriptedAnswerer({}), harbour) as url:
            page = opens(f"{url}/library")
            rows = page.locator(".sources > li")
            page.get_by_label("格式").select_option("md")
            page.wait_for_url(f"{url}/library?format=md")
            page.locator("#list .count", has_text="2 份来源").wait_for()
            page.get_by_label("日期从").fill("2024-01-01")
            page.get_by_label("日期从").press("Enter")
            page.wait_for_url("**/library?format=md&since=2024-01-01")
            page.locator("#list .count", has_text="1 份来源").wait_for()
            expect(page.locator("#heard")).to_have_text("共 1 份来源", use_inner_text=True)
            page.reload()
            expect(page.get_by_label("日期从")).to_have_value("2024-01-01")
            expect(rows).to_contain_text("修缮.md", use_inner_text=True)
            page.go_back()
            page.locator("#list .count", has_text="2 份来源").wait_for()
            expect(page.get_by_label("日期从")).to_have_value("")
            expect(page.get_by_label("格式")).to_have_value("md")
            page.get_by_label("按名称、标题或正文查找").fill("灯塔")
            page.keyboard.press("Enter")
            page.wait_for_url("**/library?q=*&format=md")
            page.locator("#list").get_by_role("link", name="全部", exact=True).click()
            page.wait_for_url(f"{url}/library")
            page.locator("#list .count", has_text="5 份来源").wait_for()
            expect(page.get_by_label("格式")).to_have_value("")
            assert page.evaluate("document.activeElement.closest('#list') !== null")

    def test_without_scripts_too(self, harbour: Library) -> None:
        with serving(Settings(library=harbour.path), ScriptedAnswerer({}), harbour) as url:
            asked = {
                "q": "",
                "since": "",
                "until": "",
                "origin": "-",
                "format": "md",
                "order": "newest",
            }
            page = httpx.get(f"{url}/library", params=asked).text
            assert 'value="md" selected' in page
            assert 'value="newest" selected' in page
            assert "1 份来源" in page
            assert httpx.get(f"{url}/library", params={"since": "x"}).status_code == 422
            listed = httpx.get(f"{url}/sources", params={"format": "txt", "limit": 1}).json()
            assert listed["next_offset"] == 1
