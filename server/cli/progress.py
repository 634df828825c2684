"""How far a long command is, as a bar on a terminal."""

from __future__ import annotations

import sys
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


def progress_bar() -> Progress | None:
    """A bar on standard error when that is a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(stage: str, done: int, total: int | None) -> None:
        print(f"\r\x1b[K{_bar(stage, done, total)}", end="", file=sys.stderr, flush=True)
        if total is not None and done >= total:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    return show


def _bar(stage: str, done: int, total: int | None) -> str:
    name = STAGES.get(stage, stage)
    if not total:
        return f"{name} {done:,}"
    full = BAR_CHARS * done // total
    return f"{name} [{'#' * full}{'.' * (BAR_CHARS - full)}] {done:,}/{total:,}"
