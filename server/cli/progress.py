"""How far a long command is, as a bar on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import Progress

BAR_CHARS = 24
STAGES = {
    "read": "reading",
    "embed": "embedding",
    "index": "indexing",
    "ask": "asking",
    "check": "checking",
}


#: Seconds of a stage before its pace is told: the first figures say little.
SETTLED_S = 2.0


def progress_bar(clock: Callable[[], float] = time.monotonic) -> Progress | None:
    """A bar on standard error when that is a terminal."""
    if not sys.stderr.isatty():
        return None
    pace = Pace(clock)

    def show(stage: str, done: int, total: int | None) -> None:
        told = f"{_bar(stage, done, total)}{pace.told(stage, done, total)}"
        print(f"\r\x1b[K{told}", end="", file=sys.stderr, flush=True)
        if total is not None and done >= total:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    return show


class Pace:
    """How much of a stage is done in a second, and how long the rest will take."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._stage, self._began, self._first = "", 0.0, 0

    def told(self, stage: str, done: int, total: int | None) -> str:
        if stage != self._stage:
            self._stage, self._began, self._first = stage, self._clock(), done
        seconds = self._clock() - self._began
        if seconds < SETTLED_S or done <= self._first:
            return ""
        rate = (done - self._first) / seconds
        if not total:
            return f", {rate:,.0f}/s"
        minutes, rest = divmod(round(max(0, total - done) / rate), 60)
        return f", {rate:,.0f}/s, {minutes}:{rest:02} left"


def _bar(stage: str, done: int, total: int | None) -> str:
    name = STAGES.get(stage, stage)
    if not total:
        return f"{name} {done:,}"
    full = BAR_CHARS * done // total
    return f"{name} [{'#' * full}{'.' * (BAR_CHARS - full)}] {done:,}/{total:,}"
