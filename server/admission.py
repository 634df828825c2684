"""Admission: so much is worked on at once, so much waits its turn, the rest is told when to come again."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from server.errors import Overloaded, ShuttingDown, TookTooLong, too_long
from server.stages import SHARES

T = TypeVar("T")

#: Who has waited so long is told to come again.
WAIT_S = 30.0
#: What a first piece of work is expected to take; the later ones by those before.
GUESS_S = 0.5
#: The weight of the last piece of work in that.
LATEST = 0.1
LONGEST_S = 60


class Admission:
    """Lives on the event loop; its work is done in threads of its own, so that those of the pages stay free.

    >>> Admission(slots=2, queue=8).free
    2
    """

    def __init__(self, slots: int, queue: int) -> None:
        self.slots, self.queue = slots, queue
        #: What is being worked on, what waits, and what was turned away until now.
        self.inside, self.waiting, self.refused = 0, 0, 0
        #: What took too long, by its stage; "wait" is the queue.
        self.late: Counter[str] = Counter(dict.fromkeys(("wait", *SHARES, "total"), 0))
        self.closed = False
        self._turns: list[asyncio.Future[None]] = []
        self._seconds = GUESS_S
        self._threads: CapacityLimiter | None = None
        self._ended: asyncio.Future[None] | None = None

    @property
    def free(self) -> int:
        return self.slots - self.inside

    def enter(self) -> Ticket:
        """A place inside or in the queue. Raises: Overloaded, ShuttingDown."""
        if self.closed:
            raise ShuttingDown()
        if self.free <= 0 and self.waiting >= self.queue:
            raise self.overloaded()
        return Ticket(self)

    def overloaded(self) -> Overloaded:
        """What is said to one who is turned away: when there should be room."""
        self.refused += 1
        rounds = (self.waiting + 1) / self.slots
        return Overloaded(min(LONGEST_S, max(1, math.ceil(rounds * self._seconds))))

    def too_long(self, stage: str, seconds: float) -> TookTooLong:
        """What is said to one whose answer has taken too long."""
        self.late[stage] += 1
        return too_long(stage, seconds)

    def close(self) -> None:
        """Let nobody in any more; who is in, or waits, stays."""
        self.closed = True

    def end(self) -> None:
        """Wait for nobody any more: who waits, and who waits for work, is told that the server stops."""
        for turn in self._turns:
            if not turn.done():
                turn.set_exception(ShuttingDown())
        if not self.ended.done():
            self.ended.set_result(None)

    @property
    def ended(self) -> asyncio.Future[None]:
        """Done when the server waits for no work any more."""
        if self._ended is None:
            self._ended = asyncio.get_running_loop().create_future()
        return self._ended

    async def run(self, work: Callable[[], T]) -> T:
        """Do a piece of work in a thread."""
        if self._threads is None:
            self._threads = CapacityLimiter(self.slots)
        return await to_thread.run_sync(work, limiter=self._threads)

    # ---- by the tickets ------------------------------------------------------------------------

    def take(self) -> asyncio.Future[None]:
        """A turn; it is there when the future is done."""
        turn = asyncio.get_running_loop().create_future()
        if self.free > 0:
            self.inside += 1
            turn.set_result(None)
        else:
            self.waiting += 1
            self._turns.append(turn)
        return turn

    def give(self, seconds: float) -> None:
        """Work has ended that took so long: the next one's turn."""
        self._seconds += LATEST * (seconds - self._seconds)
        self.inside -= 1
        while self._turns:
            turn = self._turns.pop(0)
            self.waiting -= 1
            if not turn.done():
                self.inside += 1
                turn.set_result(None)
                return

    def forgo(self, turn: asyncio.Future[None]) -> None:
        if turn in self._turns:
            self._turns.remove(turn)
            self.waiting -= 1


class Ticket:
    """A place among those admitted, from entering to leaving."""

    def __init__(self, admission: Admission) -> None:
        self.admission = admission
        self._turn = admission.take()
        self._began = time.monotonic()

    @property
    def inside(self) -> bool:
        """Whether its turn has come."""
        return self._turn.done() and not self._turn.cancelled() and not self._turn.exception()

    async def turn(self) -> None:
        """Return when it is its turn. Raises: Overloaded, when that takes too long; ShuttingDown."""
        done, _ = await asyncio.wait([self._turn], timeout=WAIT_S)
        if not done:
            self.admission.late["wait"] += 1
            raise self.admission.overloaded()
        self._turn.result()
        self._began = time.monotonic()

    def leave(self) -> None:
        if self.inside:
            self.admission.give(time.monotonic() - self._began)
        else:
            self.admission.forgo(self._turn)
