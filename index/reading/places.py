"""Where on its pages each character of a source stands: a page and a box, packed to be kept."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]

#: Places are kept in tenths of a point.
UNIT = 10
#: Boxes of one line that lie no further apart, in units, are one.
_GAP = 250


@dataclass(frozen=True, slots=True)
class Box:
    """``left, top, right, bottom`` in points from the top left corner of a page, counted from 1.

    ``width`` and ``height`` are the page's.
    """

    page: int
    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float


class Places:
    """``rows`` has page, left, top, right and bottom of each character; page 0 is none."""

    def __init__(self, sizes: Sequence[tuple[float, float]], rows: Numbers) -> None:
        self.sizes = list(sizes)
        self._rows = rows

    @staticmethod
    @lru_cache(maxsize=2)
    def unpack(packed: bytes) -> Places:
        """The last two are kept: an answer often cites one source several times."""
        if not packed:
            return Places([], np.zeros((0, 5), dtype=np.int32))
        data = zlib.decompress(packed)
        (pages,) = struct.unpack_from("<I", data)
        sizes = struct.unpack_from(f"<{2 * pages}f", data, 4)
        steps = np.frombuffer(data, dtype="<i4", offset=4 + 8 * pages).reshape(5, -1)
        rows = np.cumsum(steps, axis=1, dtype=np.int32).T
        return Places(list(zip(sizes[::2], sizes[1::2], strict=True)), rows)

    def pack(self) -> bytes:
        flat = [side for size in self.sizes for side in size]
        head = struct.pack(f"<I{len(flat)}f", len(self.sizes), *flat)
        steps = np.diff(self._rows.T, axis=1, prepend=np.int32(0)).astype("<i4")
        return zlib.compress(head + steps.tobytes(), 6)

    def boxes(self, start: int, end: int) -> list[Box]:
        """What a span covers, one box a line, in the order of the text."""
        lines: list[list[int]] = []
        for page, left, top, right, bottom in self._rows[start:end].tolist():
            if not page:
                continue
            last = lines[-1] if lines else None
            if last is not None and _goes_on(last, page, left, top, right, bottom):
                last[1:] = [
                    min(last[1], left), min(last[2], top), max(last[3], right), max(last[4], bottom),
                ]  # fmt: skip
            else:
                lines.append([page, left, top, right, bottom])
        return [
            Box(page, *self.sizes[page - 1], *(side / UNIT for side in sides))
            for page, *sides in lines
        ]


def _goes_on(last: Sequence[int], page: int, left: int, top: int, right: int, bottom: int) -> bool:
    """Whether a character stands beside what is there: in its line, or, turned, in its column."""
    if last[0] != page:
        return False
    across = min(last[4], bottom) - max(last[2], top)
    along = min(last[3], right) - max(last[1], left)
    beside = 2 * across > min(bottom - top, last[4] - last[2]) and along > -_GAP
    below = 2 * along > min(right - left, last[3] - last[1]) and across > -_GAP
    tall, wide = last[4] - last[2] > last[3] - last[1], right - left > bottom - top
    return beside if not (tall and not wide) else beside or below
