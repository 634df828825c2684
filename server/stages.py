"""The stages of an answer: how long each has taken, and which has taken too long."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event

#: How often it is looked whether a stage has taken too long, in seconds.
LOOK_S = 0.1
#: The part of YOUJU_DEADLINE_S that each may take; a language model has YOUJU_TIMEOUT_S besides.
SHARES = {"understand": 1 / 6, "retrieve": 1 / 6, "decide": 1 / 3, "write": 1 / 6, "verify": 1 / 3}


def limits(deadline_s: float, timeout_s: float) -> Mapping[str, float]:
    """Seconds that each stage may take, and all of them; before them an answer waits its turn (server/admission.py).

    >>> limits(180.0, 120.0)["retrieve"]
    30.0
    """
    most = {stage: share * deadline_s for stage, share in SHARES.items()}
    return most | {"write": most["write"] + timeout_s, "total": deadline_s}


class Stages(Event):
    """What the thread that answers has come to, for those that wait for it; set when nobody waits any more.

    Stages may take turns: each has what its turns took together.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked = time.monotonic()
        self.begin()

    def begin(self) -> None:
        """The answering begins, or begins anew for the same question."""
        self._began = self._since = time.monotonic()
        self._now = ""
        #: The one that was cut short, where the answer goes on without it.
        self.cut = ""
        self._seconds: dict[str, float] = {}

    def enter(self, stage: str) -> None:
        now = time.monotonic()
        if self._now:
            self._seconds[self._now] = self._taken(self._now, now)
        self._now, self._since = stage, now

    @contextmanager
    def within(self, stage: str) -> Iterator[None]:
        """A turn of one stage amid another."""
        before = self._now
        self.enter(stage)
        try:
            yield
        finally:
            self.enter(before)

    def over(self, limits: Mapping[str, float]) -> str:
        """The stage that has taken longer than it may; empty when none has."""
        now, stage = time.monotonic(), self._now
        if stage in limits and self._taken(stage, now) > limits[stage]:
            return stage
        return "total" if now - self._asked > limits["total"] else ""

    @property
    def ms(self) -> dict[str, float]:
        """Milliseconds of each stage until now, and of all."""
        self.enter(self._now)
        taken = self._seconds | {"total": self._since - self._began}
        return {stage: round(1000 * seconds, 2) for stage, seconds in taken.items()}

    def _taken(self, stage: str, now: float) -> float:
        return self._seconds.get(stage, 0.0) + (now - self._since if stage == self._now else 0.0)
