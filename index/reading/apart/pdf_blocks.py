"""Lines to blocks, blocks into the order in which they are read, blocks to paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import Protocol

import numpy as np

from index.reading.apart.pdf_lines import Line

_ENDED = re.compile(r"[。！？!?；：:….][”’\"'」』）)】》]*$")
#: The room, in ems, that a line that goes on may leave for what cannot stand at its end, or for one
#: long word; and one that ends with a sentence.
_ROOM, _ROOM_ENDED = 6.0, 1.7
#: More blocks than these are no page of a newspaper.
_MOST = 400
#: A block of so few lines may head what is below it.
_HEAD_LINES = 2
#: How far, in points, boxes may reach into each other and stand beside each other all the same.
_SLACK = 2.0


class Area(Protocol):
    @property
    def left(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def right(self) -> float: ...
    @property
    def bottom(self) -> float: ...


@dataclass(slots=True, eq=False)
class Block:
    """Lines below each other, of one size and one column."""

    lines: list[Line]

    @property
    def left(self) -> float:
        return min(line.left for line in self.lines)

    @property
    def right(self) -> float:
        return max(line.right for line in self.lines)

    @property
    def top(self) -> float:
        return self.lines[0].top

    @property
    def bottom(self) -> float:
        return self.lines[-1].bottom

    @property
    def size(self) -> float:
        return self.lines[0].size


def blocks_of(lines: Sequence[Line]) -> list[Block]:
    """A line goes on in the one below it when each is the only neighbour of the other."""
    below = [_next(lines, i, range(i + 1, len(lines))) for i in range(len(lines))]
    above = [_next(lines, i, range(i - 1, -1, -1)) for i in range(len(lines))]
    blocks: dict[int, Block] = {}
    for i, line in enumerate(lines):
        j = above[i][0] if len(above[i]) == 1 else -1
        if j >= 0 and below[j] == [i] and _alike(lines[j], line):
            blocks[i] = blocks[j]
            blocks[i].lines.append(line)
        else:
            blocks[i] = Block([line])
    return _joined(list({id(block): block for block in blocks.values()}.values()))


def _joined(blocks: Sequence[Block]) -> list[Block]:
    """Blocks of one column: a last line of two characters has nothing of an indented one below it."""
    last: dict[int, Block] = {}
    for block in sorted(blocks, key=lambda block: block.top):
        above = [b for b in last.values() if _over(b, block) and b.bottom < block.top + _SLACK]
        near = max((b.bottom for b in above), default=0.0)
        above = [b for b in above if b.bottom > near - 0.6 * block.size]
        if len(above) == 1 and _one_column(above[0], block, blocks):
            above[0].lines += block.lines
        else:
            last[id(block)] = block
    return list(last.values())


def _over(a: Block, b: Block) -> bool:
    return min(a.right, b.right) - max(a.left, b.left) > _SLACK


def _one_column(a: Block, b: Block, blocks: Sequence[Block]) -> bool:
    """Whether the second goes on in the column of the first, and in no other."""
    beside = (c for c in blocks if c is not b and abs(c.top - b.top) < 0.6 * b.size)
    ragged = abs(a.left - b.left) < 2.5 * b.size and _alike(a.lines[-1], b.lines[0])
    return ragged and not any(_over(a, c) for c in beside)


def _next(lines: Sequence[Line], i: int, others: Iterable[int]) -> list[int]:
    """The nearest lines above or below one, those of one row."""
    line, found = lines[i], list[int]()
    for j in others:
        other = lines[j]
        apart = abs(other.base - line.base)
        if apart < 0.4 * min(line.size, other.size):
            continue
        if found and abs(other.base - lines[found[0]].base) > 0.4 * other.size:
            break
        if not found and apart > 4 * max(line.size, other.size):
            break
        if line.overlaps(other):
            found.append(j)
    return found


def _alike(a: Line, b: Line) -> bool:
    near = b.base - a.base < 2.3 * max(a.size, b.size)
    return near and 0.87 < a.size / b.size < 1.15


def in_order(areas: Sequence[Area]) -> list[int]:
    """Band by band: nothing stands beside both what is above and what is below a band's edge."""
    order: list[int] = []
    band: list[int] = []
    low = float("-inf")
    for i in sorted(range(len(areas)), key=lambda i: areas[i].top):
        if band and areas[i].top >= low - _SLACK and not _only_heads(areas, band):
            order += _in_band(areas, band)
            band = []
        band.append(i)
        low = max(low, areas[i].bottom)
    return order + _in_band(areas, band)


def _only_heads(areas: Sequence[Area], band: Sequence[int]) -> bool:
    """Whether headlines stand side by side, each over its own columns."""
    heads = [a for i in band if isinstance(a := areas[i], Block) and len(a.lines) <= _HEAD_LINES]
    return len(heads) == len(band) > 1


def _in_band(every: Sequence[Area], band: Sequence[int]) -> list[int]:
    """From the top where they stand above each other, else from the left.

    What stands further left comes first unless something that reaches over both parts them.
    """
    areas = [every[i] for i in band]
    n = len(areas)
    if n > _MOST:
        return list(band)
    left, top, right, bottom = (
        np.array([getattr(area, side) for area in areas])
        for side in ("left", "top", "right", "bottom")
    )
    over = (left[:, None] < right[None] - _SLACK) & (left[None] < right[:, None] - _SLACK)
    first = over & (top[:, None] < top[None])
    beside = right[:, None] <= left[None] + _SLACK
    middle = (top + bottom) / 2
    for c in range(n):
        spans = over[c][:, None] & over[c][None]
        parts = (middle[c] > middle[None]) & (middle[c] < middle[:, None])
        beside &= ~(spans & parts)
    before = first | beside
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for i in range(n):
        sorter.add(i, *np.flatnonzero(before[:, i] & ~before[i]).tolist())
    keys = [(area.left, area.top) for area in areas]
    return [band[i] for i in _sorted(sorter, keys)]


def _sorted(sorter: TopologicalSorter[int], keys: Sequence[tuple[float, float]]) -> list[int]:
    """What may come next is taken column by column; where there is a circle, by place alone."""
    try:
        sorter.prepare()
    except ValueError:
        return sorted(range(len(keys)), key=lambda i: keys[i][::-1])
    order: list[int] = []
    ready: list[int] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=lambda i: keys[i])
        order.append(ready.pop(0))
        sorter.done(order[-1])
    return order


@dataclass(slots=True)
class Paragraph:
    """``indented``: its first line is; ``full``: its last line reaches to the right."""

    lines: list[Line]
    indented: bool = False
    full: bool = False

    @property
    def ended(self) -> bool:
        return _ENDED.search(self.lines[-1].text) is not None


def paragraphs_of(block: Block) -> list[Paragraph]:
    left, right = block.left, block.right
    steps = sorted(b.base - a.base for a, b in pairwise(block.lines))
    step = steps[len(steps) // 2] if steps else 0.0
    found: list[Paragraph] = []
    for line in block.lines:
        indent = line.left - left > 0.8 * line.size
        if found and not _begins(found[-1], line, indent, right, step):
            found[-1].lines.append(line)
        else:
            found.append(Paragraph([line], indent))
        room = _ROOM_ENDED if found[-1].ended else _ROOM
        found[-1].full = line.right > right - room * line.size
    return found


def _begins(now: Paragraph, line: Line, indent: bool, right: float, step: float) -> bool:
    last = now.lines[-1]
    room = (right - last.right) / line.size
    if line.base - last.base > 1.4 * step:
        return True
    if indent:
        hanging = len(now.lines) > 1 and abs(now.lines[-1].left - line.left) < 0.3 * line.size
        return not hanging or now.ended
    return room > (_ROOM_ENDED if now.ended else _ROOM) and room * line.size > 0.12 * (
        right - last.left
    )
