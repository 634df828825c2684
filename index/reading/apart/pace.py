"""Time for files of many pages that each take long: every page is given its own."""

from __future__ import annotations

from collections.abc import Callable


def _nobody() -> None:
    """Nobody counts the time."""


#: Set by the process apart: a page was done, and the next has as much time as a file.
_told: Callable[[], None] = _nobody


def on_page(tell: Callable[[], None]) -> None:
    """Have ``tell`` called after each page."""
    global _told
    _told = tell


def page_done() -> None:
    _told()
