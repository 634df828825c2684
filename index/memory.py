"""Memory that is freed goes back to the operating system: what glibc has to be told for it. Elsewhere nothing."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

#: glibc's number for the most arenas there may be.
_ARENA_MAX = -8


def give_back() -> None:
    """glibc keeps what each thread has freed for that thread; an update frees some 100 MB."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def share_arenas() -> None:
    """Let threads take memory from as many arenas as there are processors; called before there are more.

    By glibc's own rule there are eight times as many, and each keeps what its threads have freed: a server
    whose threads come and go grows by the most that an answer has needed, times as many. Where
    ``MALLOC_ARENA_MAX`` says otherwise, that holds.
    """
    if "MALLOC_ARENA_MAX" not in os.environ:
        with suppress(AttributeError, OSError, TypeError):
            ctypes.CDLL(None).mallopt(_ARENA_MAX, os.cpu_count() or 1)
