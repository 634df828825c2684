"""The charts of the library page: articles by month or year, and by where they came from."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.web.rendering import query_string

#: Of more months than this, years are shown; of more origins, the most frequent ones.
MONTHS, ORIGINS = 36, 12
#: Columns that have their name beneath.
LABELS = 4
#: The drawing's height, and the least that is seen of a column.
HEIGHT, LEAST = 100, 1.5


@dataclass(frozen=True, slots=True)
class Column:
    """How many articles are of a time or an origin, how long its bar is, and where they are listed.

    ``label`` is empty under a column where there is no room for one; ``name`` is always there.
    """

    name: str
    label: str
    count: int
    size: float
    href: str


def by_time(months: Sequence[tuple[str, int]]) -> list[Column]:
    """A column for each month, or each year where they are many, those without articles included."""
    counts = Counter({month: count for month, count in months if month})
    if not counts:
        return []
    names = list(_months(min(counts), max(counts)))
    if len(names) > MONTHS:
        years: Counter[str] = Counter()
        for month, count in counts.items():
            years[month[:4]] += count
        counts = years
        names = [f"{year:04}" for year in range(int(min(years)), int(max(years)) + 1)]
    every = -(-len(names) // LABELS)
    most = max(counts.values())
    return [
        Column(
            name,
            name if n % every == 0 else "",
            counts[name],
            _size(counts[name], most),
            f"/library{query_string(since=_first(name), until=_last(name))}",
        )
        for n, name in enumerate(names)
    ]


def by_origin(origins: Sequence[tuple[str, int]]) -> list[Column]:
    """A bar for each of the origins that most came from."""
    shown = origins[:ORIGINS]
    most = max((count for _, count in shown), default=1)
    return [
        Column(name, name, count, _size(count, most), f"/library{query_string(origin=name)}")
        for name, count in shown
    ]


def _size(count: int, most: int) -> float:
    return round(max(LEAST, HEIGHT * count / most), 1) if count else 0.0


def _months(first: str, last: str) -> Iterator[str]:
    """
    >>> list(_months("2023-11", "2024-02"))
    ['2023-11', '2023-12', '2024-01', '2024-02']
    """
    at, end = (int(m[:4]) * 12 + int(m[5:7] or 1) - 1 for m in (first, last))
    for n in range(at, end + 1):
        yield f"{n // 12:04}-{n % 12 + 1:02}"


def _first(name: str) -> str:
    return f"{name}-01" if len(name) > 4 else f"{name}-01-01"


def _last(name: str) -> str:
    """
    >>> _last("2024-02"), _last("2024")
    ('2024-02-29', '2024-12-31')
    """
    if len(name) == 4:
        return f"{name}-12-31"
    year, month = int(name[:4]), int(name[5:])
    return f"{name}-{monthrange(year, month)[1]}"
