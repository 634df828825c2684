"""Adding files on the library page: the job that reads them in, in a real browser and without one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from browsing import BROWSER, Opens
from fakes import ScriptedAnswerer, serving
from playwright.sync_api import expect

from index import HashEmbedder, IndexConfig, Library
from server.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = BROWSER


class Held(HashEmbedder):
    """Embeds only while it may: what an upload looks like in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()
        self.may.set()

    def embed(self, texts):  # type: ignore[no-untyped-def]
        assert self.may.wait(30)
        return super().embed(texts)


@pytest.fixture
def held() -> Iterator[Held]:
    one = Held()
    yield one
    one.may.set()


@pytest.fixture
def library(tmp_path: Path, held: Held) -> Library:
    made = Library(tmp_path / "library", IndexConfig(embedder="hash"), held)
    made.add_text("海.txt", "海边的旧灯塔高十米。".encode())
    return made


@pytest.fixture
def url(library: Library) -> Iterator[str]:
    settings = Settings(library=library.path, upload_limit_mb=1)
    with serving(settings, ScriptedAnswerer({}), library) as base:
        yield base


def towers(folder: Path, count: int, bad: int = -1) -> list[Path]:
    """So many small files, one of which may be no text."""
    folder.mkdir(exist_ok=True)
    files = [folder / f"灯塔{n:03}.txt" for n in range(count)]
    for path in files:
        path.write_text(f"{path.stem}高四十一米。", encoding="utf-8")
    if bad >= 0:
        files[bad].write_bytes(b"\x00" * 99)
    return files


WARNED = "!dispatchEvent(new Event('beforeunload', {cancelable: true}))"


def ended(page: Page) -> str:
    page.locator("#job[data-state=done]").wait_for(timeout=60_000)
    return page.locator("#job").inner_text()


def test_upload_delete_and_undo(library: Library, url: str, opens: Opens, tmp_path: Path) -> None:
    good, bad = tmp_path / "灯塔.txt", tmp_path / "坏.txt"
    good.write_text("东岸的灯塔高四十一米。", encoding="utf-8")
    bad.write_bytes(b"\x00\xff\x00" * 99)
    page = opens(f"{url}/library")
    page.set_input_files("#files", [good, bad])
    told = ended(page)
    assert "2 个文件都已处理" in told
    assert "新增 1" in told
    assert "未收入 1" in told
    assert "不是文本文件。请存成文本再上传。" in told
    page.wait_for_function(
        "document.querySelector('#heard').textContent.startsWith('2 个文件都已处理')"
    )
    row = page.locator(".sources > li", has_text="灯塔.txt")
    row.wait_for()
    sha256 = library.source("灯塔.txt").sha256
    row.get_by_text("删除", exact=True).click()
    row.get_by_role("button", name="确认删除").click()
    page.get_by_text("已删除 灯塔.txt。").wait_for()
    expect(row).to_have_count(0)
    assert all(s.name != "灯塔.txt" for s in library.sources())
    assert page.evaluate("document.activeElement.textContent") == "撤销"
    page.keyboard.press("Enter")
    page.get_by_text("已恢复 灯塔.txt。").wait_for()
    row.wait_for()
    assert library.source("灯塔.txt").sha256 == sha256


def test_many_files_are_few_requests_and_leaving_is_warned_of(
    library: Library, url: str, opens: Opens, tmp_path: Path
) -> None:
    page = opens(f"{url}/library")
    kept: list[Route] = []
    page.route("**/library/uploads", lambda route: kept.append(route))
    assert not page.evaluate(WARNED)
    page.set_input_files("#files", towers(tmp_path / "files", 120, bad=70))
    for n in (1, 2):
        while len(kept) < n:
            page.wait_for_timeout(20)
        assert page.evaluate(WARNED)
        kept[-1].continue_()
    told = ended(page)
    assert len(kept) == 2
    assert not page.evaluate(WARNED)
    (line,) = page.locator("#job li").all_inner_texts()
    assert "灯塔070.txt" in line
    assert "新增 119" in told
    assert library.count() == 120


def test_a_job_survives_leaving_and_can_be_cancelled(
    library: Library, url: str, held: Held, opens: Opens, tmp_path: Path
) -> None:
    page = opens(f"{url}/library")
    held.may.clear()
    page.set_input_files("#files", towers(tmp_path / "files", 3))
    page.get_by_text("可以离开这一页").wait_for()
    assert not page.evaluate(WARNED)
    page.goto(f"{url}/docs")
    page.goto(f"{url}/library")
    expect(page.locator("#job h2")).to_have_text("已读入 0 / 3 个文件", use_inner_text=True)
    expect(page.locator("#job li.reading")).to_have_count(3)
    held.may.set()
    assert "新增 3" in ended(page)
    page.locator(".sources > li", has_text="灯塔002.txt").wait_for()

    held.may.clear()
    page.set_input_files("#files", towers(tmp_path / "more", 5)[3:])
    page.get_by_text("可以离开这一页").wait_for()
    page.get_by_role("button", name="取消").focus()
    page.keyboard.press("Enter")
    page.locator("#job[data-state=cancelled]").wait_for()
    expect(page.locator("#job")).to_contain_text("取消 2", use_inner_text=True)
    held.may.set()
    assert "灯塔003.txt" not in {s.name for s in library.sources()}
    page.get_by_role("button", name="收起").click()
    page.locator("#job").wait_for(state="detached")
    page.reload()
    expect(page.locator("#job")).to_be_hidden()


def test_what_is_too_large_is_told_without_being_sent(
    url: str, opens: Opens, tmp_path: Path
) -> None:
    large, small = tmp_path / "长.txt", tmp_path / "短.txt"
    large.write_text("长" * 400_000, encoding="utf-8")
    small.write_text("短短一句话。", encoding="utf-8")
    page = opens(f"{url}/library")
    expect(page.locator("#upload")).to_contain_text("每个不超过 1 MiB", use_inner_text=True)
    page.set_input_files("#files", [large, small])
    assert "新增 1" in ended(page)
    expect(page.locator("#job li.skipped")).to_contain_text("太大", use_inner_text=True)


def test_a_lost_connection_is_tried_again(
    library: Library, url: str, opens: Opens, tmp_path: Path
) -> None:
    page = opens(f"{url}/library", expected="ERR_FAILED")
    page.clock.install()
    lost = []

    def lose(route: Route) -> None:
        lost.append(route)
        if len(lost) > 1:
            route.continue_()
        else:
            route.abort()

    page.route("**/library/uploads", lose)
    page.set_input_files("#files", towers(tmp_path / "files", 2))
    page.get_by_text("连接断了，正在重试。").wait_for()
    page.clock.run_for(2100)
    assert "新增 2" in ended(page)
    assert library.count() == 3


def test_files_are_dropped_wherever_on_the_page(url: str, opens: Opens) -> None:
    page = opens(f"{url}/library")
    page.evaluate(
        """() => { const data = new DataTransfer();
        data.items.add(new File(["西岸的灯塔高三十九米。"], "西岸.txt"));
        for (const type of ["dragenter", "dragover", "drop"]) document.getElementById("reindex")
          .dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true})); }"""
    )
    page.locator("#job li.added").wait_for()
    page.locator(".sources > li", has_text="西岸.txt").wait_for()


def drop(page: Page, *paths: Path) -> None:
    """Drop what lies at these paths as a hand would: a script can make no folders."""
    box = page.locator("#upload").bounding_box()
    assert box
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        event = {"type": kind, "x": box["x"] + 9, "y": box["y"] + 9, "data": data}
        session.send("Input.dispatchDragEvent", event)


def test_a_folder_is_dropped(library: Library, url: str, opens: Opens, tmp_path: Path) -> None:
    folder = tmp_path / "灯塔"
    for name in ("一.txt", "西岸/一.txt", "曲.mp3", ".git/二.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{name}里的灯塔高四十一米。", encoding="utf-8")
    (folder / "坏.txt").write_bytes(b"\x00\xff\x00" * 99)
    page = opens(f"{url}/library")
    drop(page, folder)
    assert "3 个文件都已处理" in ended(page)
    expect(page.locator("#job li.added")).to_have_count(2)
    expect(page.locator("#job li.skipped")).to_contain_text("灯塔/坏.txt", use_inner_text=True)
    page.get_by_text("另有 1 个文件的格式读不了").click()
    assert page.locator("#job details").inner_text().endswith("灯塔/曲.mp3")
    page.locator(".sources > li", has_text="灯塔/西岸/一.txt").get_by_role("link").click()
    page.wait_for_load_state()
    expect(page.locator(".source-text")).to_contain_text("西岸/一.txt里的灯塔", use_inner_text=True)
    names = {s.name for s in library.sources() if s.name.startswith("灯塔")}
    assert names == {"灯塔/一.txt", "灯塔/西岸/一.txt"}


def test_a_folder_is_chosen(url: str, opens: Opens, tmp_path: Path) -> None:
    folder = tmp_path / "报纸"
    (folder / "一月").mkdir(parents=True)
    (folder / "一月/灯塔.md").write_text("东岸的灯塔高四十一米。", encoding="utf-8")
    (folder / "曲.mp3").write_bytes(b"ID3")
    page = opens(f"{url}/library")
    with page.expect_file_chooser() as chooser:
        page.get_by_text("选择文件夹").click()
    chooser.value.set_files(folder)
    page.locator(".sources > li", has_text="报纸/一月/灯塔.md").wait_for()
    expect(page.locator("#job")).to_contain_text("另有 1 个文件的格式读不了", use_inner_text=True)
    (folder / "一月/灯塔.md").unlink()
    drop(page, folder)
    page.get_by_text("文件夹里没有能读的文章。").wait_for()


def test_a_folder_of_more_files_than_a_browser_reads_at_once(
    url: str, opens: Opens, tmp_path: Path
) -> None:
    towers(tmp_path / "多", 130, bad=6)  # a browser reads a hundred at a time
    page = opens(f"{url}/library")
    drop(page, tmp_path / "多")
    assert "新增 129" in ended(page)
    expect(page.locator("#job li .file")).to_have_text(["多/灯塔006.txt"], use_inner_text=True)


# ---- without scripts ---------------------------------------------------------------------------


def test_without_scripts_a_long_job_is_looked_at_again(
    url: str, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.routes.uploads.WAIT_S", 0.0)
    held.may.clear()
    given = {"files": ("灯塔.txt", "东岸的灯塔高四十一米。".encode())}
    with httpx.Client(base_url=url, follow_redirects=True, timeout=30) as client:
        page = client.post("/library", files=given)
        assert "看看进展" in page.text
        assert 'data-state="running"' in page.text
        held.may.set()
        while "看看进展" in page.text:
            page = client.get(page.url)
        assert "新增 1" in page.text
        nothing = (
            '--x\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n--x--\r\n'
        )
        kind = {"content-type": "multipart/form-data; boundary=x"}
        none = client.post("/library", content=nothing, headers=kind)
        assert "请先选择文件" in none.text


def test_uploads_that_make_no_sense_are_refused(url: str) -> None:
    def status(path: str, **form: object) -> int:
        given = {"files": ("a.txt", "字。".encode())}
        return httpx.post(f"{url}/library/uploads{path}", data=form, files=given).status_code

    assert status("", job="none") == 404
    assert status("", unsent="{") == 422
    assert status("", unsent='[["b.txt", ["x"]]]') == 202
    assert status("", unsent='[["\\ud800", "oversize"]]') == 422
    assert status("", left_out='["\\ud800"]') == 422
    assert status("", left_out="[" * 100_000) == 422
    assert status("", left_out="1") == 422
    assert httpx.get(f"{url}/library/uploads/none").status_code == 404
    id = httpx.post(f"{url}/library/uploads", data={"total": 3, "unsent": '[["b.txt", "x"]]'})
    assert id.status_code == 202
