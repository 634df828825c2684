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
    return list({id(block): block for block in blocks.values()}.values())


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
    """From the top where they stand above each other, else from the left.

    What stands further left comes first unless something that reaches over both parts them.
    """
    n = len(areas)
    if not 1 < n <= _MOST:
        return sorted(range(n), key=lambda i: (areas[i].top, areas[i].left))
    left, top, right, bottom = (
        np.array([getattr(area, side) for area in areas])
        for side in ("left", "top", "right", "bottom")
    )
    slack = 2.0
    # What stands alone at its height is over all that is below, as a short headline is.
    level = (top[:, None] < bottom[None] - slack) & (top[None] < bottom[:, None] - slack)
    alone = level.sum(axis=1) <= 1
    left, right = np.where(alone, left.min(), left), np.where(alone, right.max(), right)
    over = (left[:, None] < right[None] - slack) & (left[None] < right[:, None] - slack)
    first = over & (top[:, None] < top[None])
    beside = right[:, None] <= left[None] + slack
    middle = (top + bottom) / 2
    for c in range(n):
        spans = over[c][:, None] & over[c][None]
        parts = (middle[c] > middle[None]) & (middle[c] < middle[:, None])
        beside &= ~(spans & parts)
    before = first | beside
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for i in range(n):
        sorter.add(i, *np.flatnonzero(before[:, i] & ~before[i]).tolist())
    return _sorted(sorter, [(areas[i].left, areas[i].top) for i in range(n)])


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
