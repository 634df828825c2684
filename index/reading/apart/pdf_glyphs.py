"""A PDF page's characters, each with its box, as they are to be read: turned upright."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

Rule = tuple[float, float, float, float]
#: A path is a rule when it is so thin, in points.
_THIN = 2.5
#: A page of more rules is a drawing.
_MOST_RULES = 1500
_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff\u200b\u200e\u200f\ufeff]")


@dataclass(slots=True)
class Glyph:
    """A character on its line: ``left`` and ``right`` along it, ``base`` across."""

    char: str
    left: float
    right: float
    base: float
    size: float
    spaced: bool  # white space stands before it


@dataclass(slots=True)
class Frame:
    """From the coordinates of a page's content to those of its lines, and on to those of its picture.

    ``turn`` is how often the page is turned to the right when shown, ``way`` where its lines run
    then: 0 to the right, 1 up, 2 to the left, 3 down. ``tilt`` is how far, in radians, the lines of
    a picture that lay askew sink to the right; they were made level about its middle.
    """

    box: tuple[float, float, float, float]
    turn: int
    way: int = 0
    tilt: float = 0.0

    @property
    def size(self) -> tuple[float, float]:
        """Of the page as shown."""
        wide, high = self.box[2] - self.box[0], self.box[3] - self.box[1]
        return (high, wide) if self.turn % 2 else (wide, high)

    def shown(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.box
        return (
            (x - left, top - y),
            (y - bottom, x - left),
            (right - x, y - bottom),
            (top - y, right - x),
        )[self.turn]

    def lined(self, x: float, y: float) -> tuple[float, float]:
        """Along and across the lines."""
        x, y = self.shown(x, y)
        wide, high = self.size
        return ((x, y), (high - y, x), (wide - x, high - y), (y, wide - x))[self.way]

    def unlined(self, along: float, across: float) -> tuple[float, float]:
        """Back to the page as shown."""
        wide, high = self.size
        if self.tilt:
            x, y = (high / 2, wide / 2) if self.way % 2 else (wide / 2, high / 2)
            cos, sin = math.cos(self.tilt), math.sin(self.tilt)
            dx, dy = along - x, across - y
            along, across = x + cos * dx - sin * dy, y + sin * dx + cos * dy
        return (
            (along, across),
            (across, high - along),
            (wide - along, high - across),
            (wide - across, along),
        )[self.way]


@dataclass(slots=True)
class Page:
    """``width`` and ``height`` are those along and across its lines."""

    glyphs: list[Glyph]
    rules: list[Rule]
    frame: Frame
    unknown: int = 0  # characters of which the font does not say which they are
    pictures: int = 0

    @property
    def is_vertical(self) -> bool:
        """Whether most characters stand below the one before, as in columns from the right."""
        below = sum(
            abs(b.left - a.left) < 0.3 * a.size and 0.8 * a.size < b.base - a.base < 1.6 * a.size
            for a, b in pairwise(self.glyphs)
        )
        return len(self.glyphs) > 30 and 2 * below > len(self.glyphs)

    @property
    def width(self) -> float:
        return self.frame.size[self.frame.way % 2]

    @property
    def height(self) -> float:
        return self.frame.size[1 - self.frame.way % 2]


def read_page(page: Any) -> Page:
    """``page`` is pypdfium2's."""
    media, crop = page.get_mediabox(), page.get_cropbox()
    box = (
        max(media[0], crop[0]), max(media[1], crop[1]),
        min(media[2], crop[2]), min(media[3], crop[3]),
    )  # fmt: skip
    if box[2] <= box[0] or box[3] <= box[1]:
        box = media
    frame = Frame(box, (page.get_rotation() // 90) % 4)
    text = page.get_textpage()
    ways = Counter(_way(text, i, frame) for i in range(0, pdfium.FPDFText_CountChars(text), 7))
    frame.way = ways.most_common(1)[0][0] if ways else 0
    found = Page([], [], frame)
    found.glyphs = list(_glyphs(text, found))
    paths = pdfium.FPDF_PAGEOBJ_PATH
    for item in page.get_objects(filter=[paths, pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        if item.type != paths:
            found.pictures += 1
        elif len(found.rules) <= _MOST_RULES:
            found.rules += _rules(item, frame)
    if len(found.rules) > _MOST_RULES:
        found.rules = []
    return found


def _way(text: Any, i: int, frame: Frame) -> int:
    clockwise: int = round(pdfium.FPDFText_GetCharAngle(text, i) / (math.pi / 2))
    return (-clockwise - frame.turn) % 4


def _glyphs(text: Any, page: Page) -> Iterator[Glyph]:
    rect, matrix, frame = pdfium.FS_RECTF(), pdfium.FS_MATRIX(), page.frame
    x, y = ctypes.c_double(), ctypes.c_double()
    seen: set[tuple[str, int, int]] = set()
    spaced = False
    high = ""
    for i in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, i)
        if 0xD800 <= code < 0xDC00:
            high = chr(code)
            continue
        char = "-" if code == 2 else chr(code)  # 2: a hyphen at the end of a line
        if high:
            char, high = (
                (high + char).encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
                "",
            )
        if char.isspace():
            spaced = True
            continue
        if code in (0, 0xFFFD) or 0xE000 <= code < 0xF900:
            page.unknown += 1
        if _NO_TEXT.match(char) or 0xDC00 <= code < 0xE000:
            continue
        pdfium.FPDFText_GetMatrix(text, i, matrix)
        size = pdfium.FPDFText_GetFontSize(text, i) * math.hypot(matrix.c, matrix.d)
        pdfium.FPDFText_GetLooseCharBox(text, i, rect)
        pdfium.FPDFText_GetCharOrigin(text, i, x, y)
        if not size or _way(text, i, frame) != frame.way:
            continue
        a, b = frame.lined(rect.left, rect.bottom)[0], frame.lined(rect.right, rect.top)[0]
        base = frame.lined(x.value, y.value)[1]
        left, right = min(a, b), max(a, b)
        if not (right > -1 and left < page.width + 1 and -1 < base < page.height + size):
            continue
        # The same again a hair beside it: printed twice for boldness.
        step = max(0.3 * size, 0.1)
        cells = {(char, int((left + d) / step), int((base + d) / step)) for d in (0, step / 2)}
        if cells & seen:
            continue
        seen |= cells
        yield Glyph(char, left, right, base, size, spaced)
        spaced = False


def _rules(path: Any, frame: Frame) -> Iterator[Rule]:
    """The sides of a thin path, or of a rectangle, as ``left, top, right, bottom``."""
    left, bottom, right, top = path.get_bounds()
    (a, b), (c, d) = frame.lined(left, bottom), frame.lined(right, top)
    left, right, top, bottom = min(a, c), max(a, c), min(b, d), max(b, d)
    if right - left <= _THIN or bottom - top <= _THIN:
        yield left, top, right, bottom
    elif pdfium.FPDFPath_CountSegments(path.raw) <= 6:
        yield left, top, right, top
        yield left, bottom, right, bottom
        yield left, top, left, bottom
        yield right, top, right, bottom
