"""A PDF in the viewer: the page as a picture, the quote marked on it; the text one click away."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browsing import BROWSER, Opens, answered, ask
from fakes import ready, serving
from formats.laid import FONT, columns, pdf, prose
from PIL import Image
from playwright.sync_api import expect
from reportlab.pdfgen.canvas import Canvas

from server.settings import Settings

HERE = Path(__file__).parents[1]
AXE = (HERE / "vendor/axe-core/axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa"],
  resultTypes: ["violations"]})).violations
  .map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ")).join(", "))"""
FACT = "第二期工程于2022年6月开工，新建码头3座，总投资4200万元，由青禾港务公司负责建设。"
ASKED = "第二期工程总投资多少？"


def paper(canvas: Canvas) -> None:
    for number, more in ((1, []), (2, [FACT])):
        canvas.setFont(FONT, 24)
        canvas.drawCentredString(297, 770, ("渔港改造三年见成效", "第二期工程进展顺利")[number - 1])
        texts = [prose(n) for n in range(5 * number, 5 * number + 5)]
        columns(canvas, [*texts[:4], *more, *texts[4:]], (50, 305), 240, 715)
        canvas.showPage()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pdf")
    (folder / "港报.pdf").write_bytes(pdf(paper))
    with serving(Settings(library=folder / "library", seeds=folder, embedder="hash")) as url:
        ready(url)
        yield url


def test_a_citation_has_its_page_and_boxes(base: str) -> None:
    answer = httpx.post(f"{base}/ask", json={"question": ASKED}, timeout=60).json()
    cited = answer["citations"][0]
    assert "4200万元" in cited["quote"]
    assert cited["page"] == 2
    assert {box["page"] for box in cited["boxes"]} == {2}
    assert (cited["boxes"][0]["width"], cited["boxes"][0]["height"]) == (595, 842)
    text = httpx.get(f"{base}/sources/港报.pdf").json()["text"]
    assert text[cited["start"] : cited["end"]] == cited["quote"]


def test_a_page_is_drawn_within_bounds(base: str) -> None:
    response = httpx.get(f"{base}/sources/港报.pdf/pages/2.png", timeout=60)
    assert response.headers["content-type"] == "image/png"
    image = Image.open(io.BytesIO(response.content))
    assert max(image.size) <= 1800
    for wrong in ("0", "3", "99999999"):
        assert httpx.get(f"{base}/sources/港报.pdf/pages/{wrong}.png").status_code == 404


def test_without_scripts_the_text_is_one_click_away(base: str) -> None:
    view = httpx.get(f"{base}/sources/港报.pdf/view?start=30&end=60")
    assert "<svg" in view.text
    assert "mode=clean" in view.text
    clean = httpx.get(f"{base}/sources/港报.pdf/view?start=30&end=60&mode=clean")
    assert "<mark" in clean.text


def test_a_file_that_is_gone_is_shown_as_text(tmp_path: Path) -> None:
    (tmp_path / "报.pdf").write_bytes(pdf(paper))
    with serving(Settings(library=tmp_path / "library", seeds=tmp_path, embedder="hash")) as url:
        ready(url)
        (tmp_path / "报.pdf").unlink()
        for mode in ("", "&mode=page"):
            view = httpx.get(f"{url}/sources/报.pdf/view?start=3&end=9{mode}")
            assert "<svg class" not in view.text
            assert "<mark" in view.text


class TestInABrowser:
    pytestmark = BROWSER

    @pytest.mark.parametrize("width", [1280, 390])
    def test_axe_finds_nothing_on_a_page(self, base: str, opens: Opens, width: int) -> None:
        page = opens(
            f"{base}/sources/港报.pdf/view?start=30&end=60&n=1&also=2:70-90",
            viewport={"width": width, "height": 800},
        )
        page.locator("svg rect").first.wait_for()
        page.evaluate(AXE)
        assert page.evaluate(RUN) == []

    @pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
    def test_the_quote_is_marked_on_its_page(
        self, base: str, opens: Opens, size: tuple[int, int]
    ) -> None:
        page = opens(base, viewport={"width": size[0], "height": size[1]})
        ask(page, ASKED)
        answered(page)
        page.locator(".turn .answer .cite").first.click()
        mark = page.locator("#sheet #cite rect").first
        mark.wait_for()
        box = mark.bounding_box()
        assert box is not None
        assert 0 <= box["x"] < size[0]
        assert 0 <= box["y"] < size[1] - box["height"]
        page.wait_for_function("() => document.querySelector('#sheet image').getBBox().width > 0")
        page.click("#sheet [data-mode=clean]")
        page.locator("#sheet mark").first.wait_for()
        expect(page.locator("#sheet mark").first).to_contain_text("4200万元", use_inner_text=True)
