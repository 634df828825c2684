"""The rules drawn on a picture of a page: the long thin strokes that part the cells of its tables."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from index.reading.apart.pdf_glyphs import Rule

#: The shortest rule, in ems: no stroke of a character is so long.
_LONG = 2.2
#: The thickest; the widest gap that dust or a fold tears into one.
_THICK, _TORN = 0.4, 0.5
#: How much of it is dark: the characters of a line leave more between them.
_SOLID = 0.92
#: Pixels by which a rule may leave its row where the page is not quite level.
_SWAY = 3
#: How much darker than its surroundings, in steps of grey, and how wide these are, in ems.
_DARKER, _AROUND = 18, 1.5

Marks = npt.NDArray[np.uint8]


def rules_in(picture: Image.Image, tilt: float, em: float) -> list[Rule]:
    """Level and upright ones, in pixels of the picture once its lines, which sink by ``tilt``, are level.

    ``em``: the size of the type, in pixels.
    """
    import cv2  # comes with RapidOCR

    grey = picture.convert("L")
    if tilt:
        grey = grey.rotate(math.degrees(tilt), Image.Resampling.BILINEAR, fillcolor=255)
    around = 2 * round(_AROUND * em / 2) + 1
    soft = cv2.GaussianBlur(np.asarray(grey), (3, 3), 0)
    how = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV
    dark = cv2.adaptiveThreshold(soft, 255, *how, max(3, around), _DARKER)
    marks = np.asarray(dark, dtype=np.uint8)
    level = list(_strokes(cv2, marks, em))
    upright = [(y, x, b, r) for x, y, r, b in _strokes(cv2, np.ascontiguousarray(marks.T), em)]
    return level + upright


def _strokes(cv2: Any, marks: Marks, em: float) -> Iterator[Rule]:
    """The level ones, each along its middle."""
    torn, long = max(3, round(_TORN * em)), max(5, round(_LONG * em))

    def box(wide: int, high: int) -> Any:
        return cv2.getStructuringElement(cv2.MORPH_RECT, (wide, high))

    swayed = cv2.dilate(marks, box(1, _SWAY))
    whole = cv2.morphologyEx(swayed, cv2.MORPH_CLOSE, box(torn, 1))
    found = cv2.morphologyEx(whole, cv2.MORPH_OPEN, box(long, 1))
    _, _, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    for left, top, wide, high, _ in stats[1:].tolist():
        if high <= max(2 * _SWAY, _THICK * em) + wide / 100:
            dark = swayed[top : top + high, left : left + wide].any(axis=0)
            for start, end in _runs(dark, torn // 4):
                if end - start >= long and dark[start:end].mean() >= _SOLID:
                    middle = top + high / 2
                    yield left + start, middle, left + end, middle


def _runs(dark: npt.NDArray[np.bool_], gap: int) -> Iterator[tuple[int, int]]:
    """The stretches ``[start, end)`` that no wider gap interrupts."""
    at = np.flatnonzero(dark)
    for run in np.split(at, np.flatnonzero(np.diff(at) > gap + 1) + 1):
        if len(run):
            yield int(run[0]), int(run[-1]) + 1
