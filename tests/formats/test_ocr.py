"""Scanned pages and pictures: their text with its places, or told what is missing."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from formats.laid import FONT, columns, kept, pdf, prose, sentences, squeezed
from formats.scanned import as_pdf, encoded, errors, scan
from formats.test_docx import found
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from index import Skipped, Source
from index.reading import read
from index.reading.apart import ocr, ocr_page, pace, picture_text
from index.reading.apart.ocr import Seen
from index.reading.apart.picture_text import pictures_of
from index.reading.apart.worker import answer
from index.reading.binary import page_picture
from index.reading.places import Places

OCR = pytest.mark.skipif(find_spec("rapidocr") is None, reason="the extra ocr is not installed")
SIZE = (420, 300)
TITLE, TEXTS = "渔港改造三年见成效", [prose(n) for n in range(1, 4)]


def small(canvas: Canvas) -> None:
    canvas.setFont(FONT, 20)
    canvas.drawCentredString(210, 270, TITLE)
    columns(canvas, TEXTS, (30, 220), 170, 235, low=50)


@OCR
def test_a_scanned_page_is_read_in_its_columns_and_its_quotes_have_boxes(tmp_path: Path) -> None:
    picture = scan(small, 150, 1.5, 12, SIZE)
    data = as_pdf(picture, SIZE)
    path = tmp_path / "扫描.pdf"
    path.write_bytes(data)
    (item,) = read(path, name=path.name)
    assert isinstance(item, Source), item
    assert item.text.startswith(f"# {TITLE}\n\n")
    assert errors(TITLE + "".join(TEXTS), item.text.removeprefix("# ")) <= 0.03
    assert kept([one for text in TEXTS for one in sentences(text)], item.text) >= 0.9
    assert item.text.count("\n\n第") == len(TEXTS)
    # The boxes of a quote hold ink.
    places = Places.unpack(item.places)
    assert places.sizes == [SIZE]
    for wanted in (TITLE, squeezed(sentences(TEXTS[0])[1]), squeezed(sentences(TEXTS[2])[2])):
        start = item.text.index(wanted[:6])
        boxes = places.boxes(start, start + len(wanted))
        assert boxes
        for box in boxes:
            assert box.bottom - box.top < 40
            scale = picture.width / SIZE[0]
            inside = picture.crop(
                [round(scale * side) for side in (box.left, box.top, box.right, box.bottom)]
            )
            assert np.mean(np.asarray(inside) < 110) > 0.06
    assert page_picture(data, 1)


ROWS = [
    ("岗位", "职责", "交接对象"),
    ("领班", "清点渔具并登记", "夜间值守"),
    ("轮机", "检查油路与水泵", "领班"),
    ("甲板", "冲洗舱面、收拢缆绳", "轮机"),
]


def ruled(canvas: Canvas) -> None:
    """A table of words with rules between its cells, under a line of text."""
    canvas.setFont(FONT, 12)
    canvas.drawString(40, 262, "渔港值班的分工见下表，每班由领班签字后交给下一班。")
    xs, ys = (40, 110, 260, 370), [240 - 32 * n for n in range(len(ROWS) + 1)]
    canvas.setLineWidth(0.6)
    for x in xs:
        canvas.line(x, ys[0], x, ys[-1])
    for y in ys:
        canvas.line(xs[0], y, xs[-1], y)
    for top, row in zip(ys, ROWS, strict=False):
        for x, text in zip(xs, row, strict=False):
            canvas.drawString(x + 6, top - 20, text)


@OCR
@pytest.mark.parametrize(("dpi", "turn"), [(150, 0.0), (150, 1.5), (300, -1.0)])
def test_the_rows_of_a_scanned_table_are_kept_together(
    tmp_path: Path, dpi: int, turn: float
) -> None:
    path = tmp_path / "值班.png"
    path.write_bytes(encoded(scan(ruled, dpi, turn, 12, SIZE)))
    (item,) = read(path, name=path.name)
    assert isinstance(item, Source), item
    for row in ROWS:
        assert "\t".join(row) in item.text.splitlines(), item.text


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_spec", {}.get)


@pytest.mark.usefixtures("without")
def test_without_ocr_it_is_told_what_to_install() -> None:
    picture = scan(small, 72, size=SIZE)
    for suffix, data, kind in (
        (".png", encoded(picture), "ocr"),
        (".pdf", as_pdf(picture, SIZE), "scanned"),
    ):
        said, _ = answer({"suffix": suffix}, data)
        assert said["error"].startswith(f"{kind}:")
        assert "pip install 'youju[ocr]'" in said["hint"]


@pytest.mark.usefixtures("without")
def test_pages_that_were_not_read_are_told() -> None:

    def draw(canvas: Canvas) -> None:
        small(canvas)
        canvas.showPage()
        canvas.drawInlineImage(Image.new("L", (90, 90), 230), 0, 0, *SIZE)

    said, _ = answer({"suffix": ".pdf"}, pdf(draw, SIZE))
    (part,) = said["parts"]
    assert TITLE in part["text"]
    assert part["left"] == "scanned: 1 of 2 pages are pictures, and were not read"


# ---- which way the lines run, without a model ----------------------------------------------------


def seen(text: str, left: float, top: float, em: float, angle: float = 0.0) -> Seen:
    """A line as it would be found, sinking by ``angle`` in radians."""
    along, down = (
        np.array([np.cos(angle), np.sin(angle)]),
        np.array([-np.sin(angle), np.cos(angle)]),
    )
    start = np.array([left, top])
    wide, high = em * len(text), 1.25 * em
    quad = np.array(
        [start, start + wide * along, start + wide * along + high * down, start + high * down]
    )
    middles = np.array([start + (n + 0.5) * em * along + high / 2 * down for n in range(len(text))])
    return Seen(text, quad, middles, 0.98)


@pytest.mark.parametrize("degrees", [-2.0, 0.0, 1.5])
def test_tilted_lines_are_made_level_and_their_places_are_where_they_stood(
    degrees: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    angle = np.radians(degrees)
    lines = [seen("甲乙丙丁戊己庚辛壬癸", 100, 100 + 40 * n, 20, angle) for n in range(5)]
    monkeypatch.setattr(ocr_page, "lines_in", lambda _: lines)
    page = ocr_page.page_of(Image.new("L", (842, 600)))
    assert len({round(glyph.base, 3) for glyph in page.glyphs[:10]}) == 1
    glyph = page.glyphs[7]
    assert glyph.size == pytest.approx(20, rel=0.02)
    x, y = page.frame.unlined((glyph.left + glyph.right) / 2, glyph.base - 0.37 * glyph.size)
    assert (x, y) == pytest.approx(tuple(lines[0].middles[7]), abs=1)


@pytest.mark.parametrize("way", [1, 2, 3])
def test_a_page_on_its_side_or_its_head_is_turned(
    way: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    upright = Image.new("L", (600, 400), 255)
    upright.putpixel((5, 5), 0)
    back = {
        1: Image.Transpose.ROTATE_90,
        2: Image.Transpose.ROTATE_180,
        3: Image.Transpose.ROTATE_270,
    }
    given = upright.transpose(back[way])

    def lines(picture: Image.Image) -> list[Seen]:
        found = seen("甲乙丙丁戊己庚辛壬癸", 100, 100, 20)
        if picture.size == upright.size and picture.getpixel((5, 5)) == 0:
            return [found]
        tall = picture.size != upright.size
        quad = found.quad[[0, 3, 2, 1], ::-1] if tall else found.quad
        return [Seen("乱七八糟乱七八糟的字", quad, found.middles, 0.6)]

    monkeypatch.setattr(ocr_page, "lines_in", lines)
    page = ocr_page.page_of(given)
    assert page.frame.way == way
    assert "".join(glyph.char for glyph in page.glyphs) == "甲乙丙丁戊己庚辛壬癸"
    scale = page.frame.size[0] / given.width
    glyph = page.glyphs[0]
    x, y = page.frame.unlined((glyph.left + glyph.right) / 2, glyph.base - 0.37 * glyph.size)
    marked = upright.copy()
    marked.paste(0, (106, 108, 114, 116))
    where = np.argwhere(np.asarray(marked.transpose(back[way])) == 0)
    ys, xs = where[:, 0], where[:, 1]
    near = np.hypot(xs - x / scale, ys - y / scale)
    assert near.min() < 6


def test_long_strips_are_looked_at_in_pieces_cut_between_lines() -> None:
    strip = Image.new("L", (200, 1500), 255)
    for top in range(0, 1500, 50):
        strip.paste(0, (20, top + 10, 180, top + 40))
        strip.paste(255, (30, top + 20, 60, top + 30))
    pieces = list(ocr._pieces(strip))
    assert next(top for top, _ in pieces) == 0
    assert sum(piece.height for _, piece in pieces) == 1500
    assert all(not 10 < top % 50 < 40 for top, _ in pieces)


# ---- odd and broken pictures -------------------------------------------------------------------


def test_pictures_of_every_kind_are_shown_as_they_are_seen() -> None:
    grey = Image.linear_gradient("L").resize((100, 50))
    wide = Image.fromarray(np.asarray(grey).astype(np.uint16) * 200)
    exif = Image.Exif()
    exif[0x112] = 6  # the top is on the right
    for data, size in (
        (encoded(grey.convert("CMYK"), "TIFF"), (100, 50)),
        (encoded(wide, "PNG"), (100, 50)),
        (encoded(grey.convert("RGB"), "JPEG", exif=exif), (50, 100)),
        (encoded(grey.convert("P"), "PNG", transparency=0), (100, 50)),
        (encoded(grey.convert("1"), "TIFF"), (100, 50)),
        (encoded(grey.convert("LA"), "WEBP"), (100, 50)),
    ):
        (shown,) = pictures_of(data)
        assert (shown.mode, shown.size) == ("RGB", size)
        assert shown.getextrema()[0][0] < 30
        assert shown.getextrema()[0][1] > 220


def test_of_a_moving_picture_the_first_is_read_and_of_a_fax_each() -> None:
    pages = [Image.new("L", (60, 60), 80 * n) for n in range(3)]
    moving = encoded(pages[0], "WEBP", save_all=True, append_images=pages[1:])
    assert len(list(pictures_of(moving))) == 1
    fax = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert len(list(pictures_of(fax))) == 3


def test_every_page_is_given_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(picture_text, "check_installed", lambda _: None)
    monkeypatch.setattr(ocr_page, "lines_in", lambda _: [seen("甲乙丙丁戊己庚辛", 20, 20, 10)])
    pages = [Image.new("L", (120, 60), 80 * n) for n in range(3)]
    fax = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    pace.on_page(lambda: told.append(1))
    try:
        document = picture_text.read_picture(fax)
    finally:
        pace.on_page(lambda: None)
    assert len(told) == 3
    assert document.text.count("甲乙丙丁戊己庚辛") == 3
    assert len(Places.unpack(document.places).sizes) == 3


def claimed(wide: int, high: int) -> bytes:
    """A PNG that says how large it is, and holds next to nothing."""
    import struct
    import zlib

    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


BROKEN = {
    "cut short": ("a.png", encoded(scan(small, 72, size=SIZE))[:900], "corrupt"),
    "cut short in its first bytes": (
        "a.jpg",
        encoded(Image.new("L", (90, 90)), "JPEG")[:20],
        "corrupt",
    ),
    "a web page": ("a.jpg", b"<!doctype html><p>404</p>", "corrupt"),
    "a PDF": ("a.png", b"%PDF-1.4\n%%EOF\n", "corrupt"),
    "a bomb": ("a.png", claimed(60_000, 60_000), "oversize"),
    "100,000 pixels wide and as high": ("a.tif", claimed(100_000, 100_000), "oversize"),
    "larger than it holds": ("a.bmp", claimed(3_000, 3_000), "corrupt"),
    "one pixel": ("a.webp", encoded(Image.new("L", (1, 1)), "WEBP"), "empty"),
    "nothing": ("a.png", b"", "empty"),
    "a thin line": ("a.png", encoded(Image.new("L", (100_000, 9))), "empty"),
}


@OCR
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_picture_is_skipped_with_its_reason(tmp_path: Path, name: str) -> None:
    file, data, kind = BROKEN[name]
    item = found(data, tmp_path, file)
    assert isinstance(item, Skipped)
    assert item.kind == kind, item
    assert item.hint


@OCR
def test_a_blank_picture_holds_no_text(tmp_path: Path) -> None:
    item = found(encoded(Image.new("L", (64, 64), 255)), tmp_path, "白.png")
    assert isinstance(item, Skipped)
    assert item.kind == "empty"


def test_what_of_a_file_was_not_read_is_told_beside_its_text(tmp_path: Path) -> None:
    path = tmp_path / "竖.pdf"

    def upright(canvas: Canvas) -> None:
        canvas.setFont(FONT, 12)
        for column in range(6):
            for row, char in enumerate("河道治理码头改造图书馆藏"):
                canvas.drawString(500 - 24 * column, 760 - 15 * row, char)

    path.write_bytes(pdf(upright))
    item, told = read(path, name=path.name)
    assert isinstance(item, Source)
    assert isinstance(told, Skipped)
    assert (told.kind, told.kept) == ("vertical", True)
