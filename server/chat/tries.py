"""Questions that nobody asked, tried to see what the library answers: one at a time, behind all others."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index import YoujuError
from server.records import Answer, Event, Question
from server.writers.registry import EXTRACTIVE

if TYPE_CHECKING:
    from server.services import AnswersQuestions

log = logging.getLogger(__name__)

#: Jobs that wait; beyond that the oldest is dropped, since whoever would read it is gone by then.
WAITING = 16

#: What the thread is held back by; the last (19) would never be done on a busy machine.
NICE = 10

#: What other work waits for readers between two of its steps, at most: it has to come to its end, too.
GIVE_WAY_S = 0.5

Ask = Callable[[str], Answer]
Job = Callable[[Ask], None]


class Closed(Exception):
    """The server shuts down; nobody waits for a job any more."""


class Tries:
    """Does jobs in a thread of its own, which waits while anybody asks. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._jobs: deque[tuple[AnswersQuestions, Job]] = deque(maxlen=WAITING)
        self._asking = 0
        self._closed = False
        self._thread: threading.Thread | None = None

    def put(self, answerer: AnswersQuestions, job: Job) -> None:
        """Have a job done some time; it asks by what it is given, and no language model."""
        with self._changed:
            if self._closed:
                return
            self._jobs.append((answerer, job))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="tries", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While a reader's question is answered."""
        with self._changed:
            self._asking += 1
        try:
            yield
        finally:
            with self._changed:
                self._asking -= 1
                self._changed.notify_all()

    def give_way(self, longest_s: float = GIVE_WAY_S) -> None:
        """Wait while a reader's question is answered, at most so long: for other work behind the readers'."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._asking, longest_s)

    def close(self) -> None:
        """Do nothing more, and wait for the step that is being done.

        A thread that is still inside a model when the interpreter ends aborts the process.
        """
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout=10)

    def _run(self) -> None:
        if sys.platform == "linux":  # where a thread can have a priority of its own
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        try:
            while True:
                answerer, job = self._next()
                try:
                    job(self.asking(answerer))
                except Closed:
                    raise
                except YoujuError as error:
                    log.info("A question that was to be tried has no answer: %s", error)
                except Exception:
                    log.warning("A question that was to be tried failed", exc_info=True)
        except Closed:
            return

    def _next(self) -> tuple[AnswersQuestions, Job]:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or bool(self._jobs))
            if self._closed:
                raise Closed
            return self._jobs.popleft()

    def asking(self, answerer: AnswersQuestions) -> Ask:
        """How a job asks: no language model, and nothing while a reader does."""
        return lambda text: self._answer(answerer, text)

    def _answer(self, answerer: AnswersQuestions, text: str) -> Answer:
        """Ask, and begin anew when a reader asks meanwhile."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or not self._asking)
            for event in answerer.stream(Question(text, engine=EXTRACTIVE)):
                if isinstance(event.data, Answer):
                    return event.data
                if self._closed:
                    raise Closed
                if self._asking:
                    break


class Attended:
    """An answerer during whose answers nothing is tried."""

    def __init__(self, answerer: AnswersQuestions, tries: Tries) -> None:
        self._answerer = answerer
        self._tries = tries

    @property
    def engines(self) -> tuple[str, ...]:
        return tuple(getattr(self._answerer, "engines", (EXTRACTIVE,)))

    def ask(self, question: Question) -> Answer:
        with self._tries.waiting():
            return self._answerer.ask(question)

    def stream(self, question: Question) -> Iterator[Event]:
        with self._tries.waiting():
            yield from self._answerer.stream(question)
