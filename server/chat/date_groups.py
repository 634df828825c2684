"""The list of conversations in parts: those that are pinned, of today, of this week, older ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

#: The days before today that count as this week.
WEEK = timedelta(days=6)


class Period(NamedTuple):
    """``name`` is pinned, today, week or older."""

    name: str
    conversations: tuple[Mapping[str, Any], ...]


def by_period(lines: Sequence[Mapping[str, Any]], now: datetime) -> list[Period]:
    """Lines that come in the list's order, cut where a period begins; days are those of ``now``'s zone.

    >>> now = datetime.fromisoformat("2026-11-26T09:00:00+08:00")
    >>> stamps = ("2026-11-25T17:00:00+00:00", "2026-11-20T12:00:00+00:00", "2026-11-19T12:00:00+00:00")
    >>> [p.name for p in by_period([{"updated_at": s, "pinned": False} for s in stamps], now)]
    ['today', 'week', 'older']
    """
    return [Period(name, tuple(part)) for name, part in groupby(lines, lambda line: _of(line, now))]


def _of(line: Mapping[str, Any], now: datetime) -> str:
    if line["pinned"]:
        return "pinned"
    day = datetime.fromisoformat(line["updated_at"]).astimezone(now.tzinfo).date()
    if day >= now.date():
        return "today"
    return "week" if day >= now.date() - WEEK else "older"
