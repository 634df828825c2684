"""Portions of work done by all cores, in the order in which they came."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Generic, TypeVar

Portion = TypeVar("Portion")
Made = TypeVar("Made")

#: Portions that are done here before it is worth while to start processes.
ALONE = 8
#: For each process, the portions that wait or are in work: what bounds the memory.
AHEAD = 2


class Cores(Generic[Portion, Made]):
    """Gives portions to ``work``, a pure function, in as many processes as there are cores.

    The first few are done here, so that little work starts no process; so are those of a process
    that died. What is made is the same either way.
    """

    def __init__(
        self,
        work: Callable[[Portion], Made],
        *,
        alone: int | None = None,
        processes: int = 0,
    ) -> None:
        self._work = work
        self._first = self._alone = ALONE if alone is None else alone
        self._processes = processes
        self._executor: Executor | None = None
        self._given: deque[tuple[Portion, Future[Made] | None]] = deque()

    def put(self, portion: Portion) -> list[tuple[Portion, Made]]:
        """Take in a portion; return those that are to be taken back by now, with what was made."""
        self._given.append((portion, self._submit(portion)))
        most = self._processes * AHEAD if self._executor else 0
        return [self._take() for _ in range(len(self._given) - most)]

    def rest(self) -> list[tuple[Portion, Made]]:
        """All that have not been returned yet; the processes are let go, and the next few done here."""
        self._alone = self._first
        taken = [self._take() for _ in range(len(self._given))]
        if self._executor is not None:
            self._executor.shutdown()
            self._executor = None
        return taken

    def _submit(self, portion: Portion) -> Future[Made] | None:
        if self._alone > 0:
            self._alone -= 1
            return None
        # The standard library's processes import the caller's script again, or fork its threads.
        from loky import ProcessPoolExecutor, cpu_count

        self._processes = self._processes or cpu_count()
        if self._processes < 2:
            return None
        if self._executor is None:
            self._executor = ProcessPoolExecutor(self._processes)
        try:
            return self._executor.submit(self._work, portion)
        except BrokenExecutor:
            return None

    def _take(self) -> tuple[Portion, Made]:
        portion, made = self._given.popleft()
        try:
            return portion, self._work(portion) if made is None else made.result()
        except BrokenExecutor:
            return portion, self._work(portion)
