"""Portions of work done by all cores, in the order in which they came."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from index.cluster import PATIENCE_S, Cluster

log = logging.getLogger(__name__)

Portion = TypeVar("Portion")
Made = TypeVar("Made")

#: Portions that are done here before it is worth while to start processes.
ALONE = 8
#: For each process, the portions that wait or are in work: what bounds the memory.
AHEAD = 2


class Cores(Generic[Portion, Made]):
    """Gives portions to ``work``, a pure function, in as many processes as there are cores.

    The first few are done here, so that little work starts no process; so are those that failed
    elsewhere. What is made is the same either way. With a ``cluster`` all portions go there.
    ``threads``: in as many threads instead, which share memory, for work that leaves the interpreter's lock.
    """

    def __init__(
        self,
        work: Callable[[Portion], Made],
        *,
        alone: int | None = None,
        processes: int = 0,
        threads: bool = False,
        cluster: Cluster | None = None,
    ) -> None:
        self._work = work
        self._first = self._alone = ALONE if alone is None else alone
        self._processes = cluster.width if cluster else processes
        self._threads = threads
        self._cluster = cluster
        self._executor: Executor | None = None
        self._given: deque[tuple[Portion, Future[Made] | None]] = deque()

    def put(self, portion: Portion) -> list[tuple[Portion, Made]]:
        """Take in a portion; return those that are to be taken back by now, with what was made."""
        self._given.append((portion, self._submit(portion)))
        most = self._processes * AHEAD if self._executor or self._cluster else 0
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
        if self._cluster is not None:
            return self._send(self._cluster, portion)
        if self._alone > 0:
            self._alone -= 1
            return None
        # The standard library's processes import the caller's script again, or fork its threads.
        from loky import ProcessPoolExecutor, cpu_count

        self._processes = self._processes or cpu_count()
        if self._processes < 2:
            return None
        if self._executor is None:
            pool = ThreadPoolExecutor if self._threads else ProcessPoolExecutor
            self._executor = pool(self._processes)
        try:
            return self._executor.submit(self._work, portion)
        except BrokenExecutor:
            return None

    def _send(self, cluster: Cluster, portion: Portion) -> Future[Made] | None:
        try:
            return cluster.submit(self._work, portion)
        except Exception as error:
            log.warning("The cluster takes no portion: %s", error)
            return None

    def _take(self) -> tuple[Portion, Made]:
        portion, made = self._given.popleft()
        if made is None:
            return portion, self._work(portion)
        try:
            return portion, made.result(PATIENCE_S if self._cluster else None)
        except TimeoutError:
            made.cancel()
            self._leave()
        except Exception as error:
            # What is the work's own fault, and not the place's, fails here again.
            log.warning("A portion is done here: %s", str(error) or type(error).__name__)
        return portion, self._work(portion)

    def _leave(self) -> None:
        """Send the cluster nothing more; what it has not done by now is done here."""
        log.warning("The cluster is waited for no longer: the rest is done here")
        self._cluster, self._processes = None, 0
        for portion, made in list(self._given):
            done = made is not None and made.done()
            self._given.popleft()
            self._given.append((portion, made if done else None))
