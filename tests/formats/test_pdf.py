"""PDFs: the text of every layout in the order it is read, places kept, bad files told apart."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from formats.laid import FONT, columns, flow, kept, pdf, prose, sentences, squeezed
from formats.test_docx import found, source
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from index import Skipped
from index.pages.articles import split
from index.reading.apart.worker import answer
from index.reading.binary import page_picture
from index.reading.places import Places

TEXTS = [prose(n) for n in range(1, 19)]
WANTED = [one for text in TEXTS for one in sentences(text)]


def read(data: bytes, folder: Path) -> str:
    return source(data, folder, "页.pdf").text


# ---- layouts -----------------------------------------------------------------------------------


def headed(canvas: Canvas) -> None:
    rest = "".join(TEXTS)
    for number in range(1, 5):
        canvas.setFont(FONT, 9)
        canvas.drawString(60, 800, "青禾市年鉴 2023")
        canvas.drawRightString(535, 800, f"第{'一二三四'[number - 1]}章")
        canvas.drawCentredString(297, 30, f"— {number} —")
        y, indent = 760.0, 2.0 if number == 1 else 0.0
        if rest:
            y, rest = flow(canvas, rest, 60, y, 475, indent=indent, low=620)
        canvas.showPage()


def test_one_column_without_what_is_on_every_page(tmp_path: Path) -> None:
    text = read(pdf(headed), tmp_path)
    assert "年鉴" not in text
    assert "—" not in text
    assert "章" not in text
    assert kept([s for s in WANTED if squeezed(s) in squeezed(text)], text) == 1
    assert len(text.strip().split("\n\n")) == 1


def across(canvas: Canvas) -> None:
    canvas.setFont(FONT, 24)
    canvas.drawCentredString(297, 770, "渔港改造三年见成效")
    canvas.setFont(FONT, 12)
    canvas.drawCentredString(297, 745, "本报记者 林若溪")
    columns(canvas, TEXTS[:10], (50, 305), 240, 715)


def test_two_columns_below_a_title(tmp_path: Path) -> None:
    item = source(pdf(across), tmp_path, "页.pdf")
    assert item.text.startswith("# 渔港改造三年见成效")
    assert kept([s for t in TEXTS[:10] for s in sentences(t)], item.text) == 1
    assert item.text.count("\n\n第") == 10
    (article,) = split(item)
    assert (article.title, article.author) == ("渔港改造三年见成效", "林若溪")


def tabled(canvas: Canvas) -> None:
    flow(canvas, TEXTS[0], 60, 780, 475)
    rows = ("站点", "员工数", "面积（平方米）"), ("南门站", "22", "410"), ("北门站", "18", "365")
    canvas.setFont(FONT, 10)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            canvas.drawString(66 + 150 * c, 646 - 24 * r, cell)
    canvas.grid([60, 210, 360, 510], [590, 614, 638, 662])
    flow(canvas, TEXTS[1], 60, 560, 475)


def test_a_ruled_table_keeps_its_rows(tmp_path: Path) -> None:
    item = source(pdf(tabled), tmp_path, "页.pdf")
    assert "站点\t员工数\t面积（平方米）\n南门站\t22\t410\n北门站\t18\t365" in item.text
    (article,) = split(item)
    said = [article.text[b.start : b.end] for b in article.blocks if b.kind == "row"]
    assert said == ["南门站，员工数22，面积410平方米", "北门站，员工数18，面积365平方米"]
    assert kept(sentences(TEXTS[0] + TEXTS[1]), item.text) == 1


def aligned(canvas: Canvas) -> None:
    flow(canvas, TEXTS[0], 60, 780, 475)
    rows = (
        ("月份", "游客（人次）", "收入（万元）"),
        ("三月", "1200", "35.6"),
        ("四月", "1850", "52"),
        ("五月", "960", "28.1"),
    )
    canvas.setFont(FONT, 10)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            canvas.drawString(66 + 150 * c, 646 - 18 * r, cell)
    flow(canvas, TEXTS[1], 60, 560, 475)


def test_a_table_without_rules_keeps_its_rows(tmp_path: Path) -> None:
    text = read(pdf(aligned), tmp_path)
    assert "月份\t游客（人次）\t收入（万元）\n三月\t1200\t35.6\n四月\t1850\t52" in text
    assert kept(sentences(TEXTS[0] + TEXTS[1]), text) == 1


CAPTION = "图为村民在新修的码头上卸货。周予安摄"


def captioned(canvas: Canvas) -> None:
    """A picture and its caption stand in the middle of a paragraph."""
    rest = flow(canvas, TEXTS[0] + TEXTS[1], 50, 780, 240, low=700)[1]
    canvas.rect(50, 540, 240, 140)
    flow(canvas, CAPTION, 50, 522, 240, size=8, indent=0)
    flow(canvas, rest, 50, 490, 240, indent=0)
    columns(canvas, TEXTS[2:9], (305,), 240, 780)


def test_a_caption_does_not_cut_a_paragraph(tmp_path: Path) -> None:
    text = read(pdf(captioned), tmp_path)
    assert kept([s for t in TEXTS[:9] for s in sentences(t)], text) == 1
    assert f"\n\n{CAPTION}\n\n" in text


ENGLISH = (
    "The harbour was rebuilt in three years, and the fishermen who had moved away came "
    "back to it. Their boats are registered with the township, which administers the moor"
    "ings and publishes its accounts every quarter."
)


def english(canvas: Canvas) -> None:
    lines = (
        "The harbour was rebuilt in three years,",
        "and the fishermen who had moved away",
        "came back to it. Their boats are regis-",
        "tered with the township, which adminis-",
        "ters the moorings and publishes its ac-",
        "counts every quarter.",
    )
    canvas.setFont("Times-Roman", 11)
    for i, line in enumerate(lines):
        canvas.drawString(60, 780 - 14 * i, line)
        canvas.drawString(320, 780 - 14 * i, line.replace("harbour", "hospital"))


def test_words_broken_at_line_ends_are_whole(tmp_path: Path) -> None:
    text = read(pdf(english), tmp_path)
    assert text == f"{ENGLISH}\n\n{ENGLISH.replace('harbour', 'hospital')}"


def sidebar(canvas: Canvas) -> None:
    columns(canvas, TEXTS[:6], (50,), 330, 780)
    canvas.rect(400, 420, 150, 380)
    canvas.setFont(FONT, 14)
    canvas.drawString(410, 775, "相关链接")
    columns(canvas, TEXTS[6:8], (410,), 130, 750, size=9)


def test_a_sidebar_is_read_for_itself(tmp_path: Path) -> None:
    text = read(pdf(sidebar), tmp_path)
    assert kept([s for t in TEXTS[:8] for s in sentences(t)], text) == 1
    assert "## 相关链接\n\n" in text


def turned(canvas: Canvas) -> None:
    canvas.setPageRotation(90)
    canvas.rotate(90)
    canvas.translate(0, -595)
    columns(canvas, TEXTS[:6], (50, 440), 350, 540)


def lying(canvas: Canvas) -> None:
    """Printed sideways on an upright page."""
    canvas.rotate(90)
    canvas.translate(0, -595)
    columns(canvas, TEXTS[:6], (50, 440), 350, 540)


@pytest.mark.parametrize("draw", [turned, lying])
def test_a_turned_page_is_read_upright(tmp_path: Path, draw: object) -> None:
    item = source(pdf(draw), tmp_path, "页.pdf")
    assert kept([s for t in TEXTS[:6] for s in sentences(t)], item.text) == 1


def test_a_very_large_page(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        columns(canvas, TEXTS, (200, 1900, 3600), 1500, 6500, size=60, low=300)

    text = read(pdf(draw, (5300, 7000)), tmp_path)
    assert kept(WANTED, text) == 1


def test_what_is_printed_twice_for_boldness_is_read_once(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for shift in (0, 0.4):
            flow(canvas, "天天渔港改造见成效，55条渔船回港。", 60 + shift, 780, 400)

    assert read(pdf(draw), tmp_path) == "天天渔港改造见成效，55条渔船回港。"


# ---- places ------------------------------------------------------------------------------------


def test_a_quote_has_its_page_and_boxes(tmp_path: Path) -> None:
    item = source(pdf(across), tmp_path, "页.pdf")
    places = Places.unpack(item.places)
    assert places.sizes == [(595, 842)]
    (title,) = places.boxes(item.text.index("渔港"), item.text.index("渔港") + 9)
    assert title.page == 1
    assert title.left == pytest.approx(297.5 - 108, abs=2)
    assert title.right == pytest.approx(297.5 + 108, abs=2)
    assert title.top < 842 - 770 < title.bottom
    start = item.text.index(squeezed(sentences(TEXTS[3])[0]))
    boxes = places.boxes(start, start + 60)
    assert 2 <= len(boxes) <= 4
    assert all(b.right <= 546 and b.bottom - b.top < 12 for b in boxes)


def test_places_survive_packing(tmp_path: Path) -> None:
    item = source(pdf(across), tmp_path, "页.pdf")
    places = Places.unpack(item.places)
    assert places.pack() == item.places
    assert len(item.places) < 3 * len(item.text)


@pytest.mark.parametrize("draw", [across, turned, lying])
def test_the_picture_is_dark_in_the_boxes_of_a_quote(tmp_path: Path, draw: object) -> None:
    data = pdf(draw)
    item = source(data, tmp_path, "页.pdf")
    places = Places.unpack(item.places)
    drawn = page_picture(data, 1)
    assert drawn == answer({"page": 1}, data)[1]
    image = Image.open(io.BytesIO(drawn)).convert("L")
    wide, high = places.sizes[0]
    assert image.width / image.height == pytest.approx(wide / high, rel=0.01)
    start = item.text.index(squeezed(sentences(TEXTS[1])[1]))
    scale = image.width / wide
    dark = area = 0
    for box in places.boxes(start, start + 40):
        sides = (box.left, box.top, box.right, box.bottom)
        inside = image.crop([round(scale * side) for side in sides])
        dark += sum(inside.histogram()[:128])
        area += inside.width * inside.height
    assert dark > 0.1 * area


# ---- broken ------------------------------------------------------------------------------------


def scan(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (30, 40), 230)), 0, 0, 75, 100)


def good() -> bytes:
    return pdf(across)


BROKEN = {
    "a password": (lambda: pdf(across, encrypt="secret"), "encrypted"),
    "a scan": (lambda: pdf(scan, (75, 100)), "scanned"),
    "cut short": (lambda: good()[:400], "corrupt"),
    "no page": (lambda: b"%PDF-1.4\n%%EOF\n", "corrupt"),
    "a web page": (lambda: b"<!doctype html><p>404</p>", "corrupt"),
    "an empty page": (lambda: pdf(lambda canvas: canvas.showPage()), "empty"),
    "pages in a circle": (
        lambda: (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
        ),
        "corrupt",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_pdf_is_skipped_with_its_reason(tmp_path: Path, name: str) -> None:
    make, kind = BROKEN[name]
    item = found(make(), tmp_path, "页.pdf")
    assert isinstance(item, Skipped)
    assert item.kind == kind, item
    assert item.hint


def test_a_damaged_end_is_mended(tmp_path: Path) -> None:
    """What is left of the pages is read where the table at the end is gone."""
    data = good()
    item = found(data[: data.rindex(b"xref")], tmp_path, "页.pdf")
    assert not isinstance(item, Skipped)
    assert "渔港" in item.text
