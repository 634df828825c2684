"""A picture of a page as a page: the recognised lines made level, their characters with places."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image

from index.reading.apart.ocr import Seen, lines_in
from index.reading.apart.ocr_rules import rules_in
from index.reading.apart.pdf_glyphs import Frame, Glyph, Page
from index.reading.apart.pdf_lines import is_cjk

#: How a picture is turned so that lines that run up, to the left or down run to the right.
_TURNS = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}
#: Less sure than this on average, a page may stand on its head or lie on its side.
_UPRIGHT = 0.86
#: A line's height as it is found against its type's size, where its characters do not tell.
_TYPE = 0.78
#: Sizes that differ by less are one: they are measured, not told.
_SAME_SIZE = 1.12
#: A page in points is so long where nothing says how large it is.
LONG_SIDE = 842.0


def page_of(picture: Image.Image, size: tuple[float, float] | None = None) -> Page:
    """``size`` is the page's, in points, as it is shown. Raises: SourceError."""
    scale = LONG_SIDE / max(picture.size)
    size = size or (picture.width * scale, picture.height * scale)
    way, lines = _upright(picture)
    frame = Frame((0, 0, *size), 0, way)
    if not lines:
        return Page([], [], frame, pictures=1)
    wide, high = picture.size if way % 2 == 0 else picture.size[::-1]
    points = Page([], [], frame)
    scale = points.width / wide
    frame.tilt = _tilt(lines)
    turn = _turned(frame.tilt, (wide / 2, high / 2))
    sizes = _sizes([_size(seen) for seen in lines])
    for seen, em in zip(lines, sizes, strict=True):
        points.glyphs += _glyphs(seen, em, scale, turn)
    upright = picture.transpose(_TURNS[way]) if way else picture
    for rule in rules_in(upright, frame.tilt, float(np.median(sizes))):
        left, top, right, bottom = (scale * side for side in rule)
        points.rules.append((left, top, right, bottom))
    return points


def _upright(picture: Image.Image) -> tuple[int, list[Seen]]:
    """The way that the lines run, and the lines in the picture turned upright."""
    found = {0: lines_in(picture)}
    tall = sum(len(s.text) for s in found[0] if s.height > 2 * s.width)
    if 2 * tall > sum(len(seen.text) for seen in found[0]):
        tries: tuple[int, ...] = (1, 3)
    elif found[0] and _surety(found[0]) < _UPRIGHT:
        tries = (2,)
    else:
        tries = ()
    for way in tries:
        found[way] = lines_in(picture.transpose(_TURNS[way]))
    best = max(found, key=lambda way: (_read(found[way]), -way))
    return best, found[best]


def _read(lines: Sequence[Seen]) -> float:
    """How much is read, the surer the more; of a line that stands on end nothing."""
    return sum(len(s.text) * (s.sure - 0.4) for s in lines if s.height <= 2 * s.width)


def _surety(lines: Sequence[Seen]) -> float:
    return sum(len(s.text) * s.sure for s in lines) / sum(len(s.text) for s in lines)


def _tilt(lines: Sequence[Seen]) -> float:
    """How far the lines sink to the right, in radians: the middle of the longer ones."""
    found = []
    for seen in lines:
        along = seen.quad[1] + seen.quad[2] - seen.quad[0] - seen.quad[3]
        if seen.width > 6 * seen.height:
            found.append((math.atan2(along[1], along[0]), seen.width))
    found.sort()
    half = sum(width for _, width in found) / 2
    angle = 0.0
    for angle, width in found:  # noqa: B007
        half -= width
        if half <= 0:
            break
    return angle if abs(angle) < math.radians(20) else 0.0


def _turned(
    tilt: float, middle: tuple[float, float]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The matrix (2, 3) that makes tilted points level, about the middle."""
    cos, sin = math.cos(tilt), math.sin(tilt)
    x, y = middle
    return np.array([[cos, sin, x - cos * x - sin * y], [-sin, cos, y + sin * x - cos * y]])


def _size(seen: Seen) -> float:
    """Of its type: full-width characters beside each other stand as far apart as they are wide."""
    chars = "".join(seen.text.split())
    steps = np.linalg.norm(np.diff(seen.middles, axis=0), axis=1)
    pairs = [step for i, step in enumerate(steps) if is_cjk(chars[i]) and is_cjk(chars[i + 1])]
    if len(pairs) >= 4:
        return float(min(np.mean(pairs), seen.height))
    return _TYPE * seen.height


def _sizes(measured: Sequence[float]) -> list[float]:
    """Nearly equal sizes made equal."""
    order = sorted(range(len(measured)), key=lambda i: measured[i])
    sizes = list(measured)
    at = 0
    while at < len(order):
        first = measured[order[at]]
        end = at
        while end < len(order) and measured[order[end]] < _SAME_SIZE * first:
            end += 1
        usual = measured[order[(at + end - 1) // 2]]
        for i in order[at:end]:
            sizes[i] = usual
        at = end
    return sizes


def _glyphs(
    seen: Seen, em: float, scale: float, turn: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> list[Glyph]:
    middles = seen.middles @ turn[:, :2].T + turn[:, 2]
    quad = seen.quad @ turn[:, :2].T + turn[:, 2]
    base = float(quad[:, 1].mean()) + 0.37 * em
    edges = float(quad[[0, 3], 0].mean()), float(quad[[1, 2], 0].mean())
    found: list[Glyph] = []
    spaced = False
    at = 0
    xs = middles[:, 0].tolist()
    for char in seen.text:
        if char.isspace():
            spaced = True
            continue
        left = (xs[at - 1] + xs[at]) / 2 if at else edges[0]
        right = (xs[at] + xs[at + 1]) / 2 if at + 1 < len(xs) else edges[1]
        half = em / 2 if is_cjk(char) else 0.35 * em
        left, right = max(left, xs[at] - half), min(right, xs[at] + half)
        found.append(
            Glyph(
                char, left * scale, max(right, left + 0.1) * scale, base * scale, em * scale, spaced
            )
        )
        spaced = False
        at += 1
    return found
