"""A source's pages as pictures with the cited places marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index import Source
from index.reading.places import Box, Places
from server.web.viewing import Mark

#: Of a mark that runs over several pages, so many are shown.
PAGES = 3


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page, and on it the boxes of each mark; the one asked for is drawn last."""

    number: int
    width: float
    height: float
    marked: tuple[tuple[Mark, tuple[Box, ...]], ...]


def page_count(source: Source) -> int:
    return len(Places.unpack(source.places).sizes)


def pages_of(source: Source, marks: Sequence[Mark], wanted: int = 0) -> list[Leaf]:
    """The page that is wanted, else those that the first mark stands on, else the first."""
    places = Places.unpack(source.places)
    boxes = {mark: places.boxes(mark.span.start, mark.span.end) for mark in marks}
    numbers = [box.page for box in boxes[marks[0]]] if marks else []
    if 0 < wanted <= len(places.sizes):
        numbers = [wanted]
    leaves = []
    for number in list(dict.fromkeys(numbers or [1]))[:PAGES]:
        on_it = [(m, tuple(b for b in boxes[m] if b.page == number)) for m in reversed(marks)]
        marked = tuple((mark, found) for mark, found in on_it if found)
        leaves.append(Leaf(number, *places.sizes[number - 1], marked))
    return leaves
