"""What the routes work with: the library, the answerer and whether they are ready."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from types import FrameType
from typing import Any, Protocol

from filelock import FileLock, Timeout

from index import Library, YoujuError, explained
from server.admission import Admission
from server.chat.examples import Examples
from server.chat.spool import Spool
from server.chat.streams import Streams
from server.chat.suggested import Suggested
from server.chat.tries import Attended, Tries
from server.checking.checker import Checker
from server.errors import NotReady, ShuttingDown
from server.evidence.find import Search
from server.records import Answer, Event, Question
from server.settings import Settings
from server.upkeep import logs
from server.upkeep.intake import Intake
from server.upkeep.library_figures import LibraryFigures
from server.upkeep.metrics import Late, Metrics
from server.upkeep.pictures import Pictures
from server.upkeep.reindex import Reindex
from server.upkeep.trash import Trash
from server.upkeep.watching import Watcher
from server.writers.registry import EXTRACTIVE

log = logging.getLogger(__name__)


#: Uploads and deletions that wait at most.
WRITERS = 16
#: Questions answered at once with a language model: most of the time they wait for it.
WITH_MODEL = 16
#: How long a server that is told to stop lets in what was on its way, and waits for all to end.
CLOSE_S, GRACE_S = 1.5, 4.0


class AnswersQuestions(Protocol):
    """The seam of answering; both methods block and may be called from many threads."""

    def ask(self, question: Question) -> Answer: ...

    def stream(self, question: Question) -> Iterator[Event]: ...


@dataclass
class Services:
    """Filled once in the application's lifespan."""

    settings: Settings
    metrics: Metrics = field(default_factory=Metrics)
    admission: Admission = field(init=False)
    #: What changes the library: one after the other, and not many wait.
    writing: Admission = field(default_factory=lambda: Admission(slots=1, queue=WRITERS))
    tries: Tries = field(default_factory=Tries)
    streams: Streams = field(default_factory=Streams)
    reindex: Reindex = field(default_factory=Reindex)
    trash: Trash = field(init=False)
    pictures: Pictures = field(default_factory=Pictures)
    opened_library: Library | None = None
    opened_answerer: AnswersQuestions | None = None
    watcher: Watcher | None = None
    failure: Exception | None = None
    ends: bool = False
    #: Called when the server is told to stop: a command sees to it that its process ends.
    ending: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.examples = Examples(self.tries)
        self.suggested = Suggested(self.tries)
        self.trash = Trash(self.settings.library / "deleted")
        self.admission = admission = Admission(_slots(self.settings), self.settings.queue)
        watch = self.metrics.watch
        watch(
            "youju_questions_in_progress",
            "Questions that are being answered.",
            lambda: admission.inside,
        )
        watch(
            "youju_questions_waiting", "Questions that wait their turn.", lambda: admission.waiting
        )
        watch(
            "youju_questions_refused",
            "Questions that found no place.",
            lambda: admission.refused,
            total=True,
        )
        self.metrics.collect(Late(lambda: admission.late))
        watch("youju_streams", "Answers that are being streamed.", lambda: self.streams.running)
        self.metrics.collect(LibraryFigures(lambda: self.opened_library))

    @property
    def library(self) -> Library:
        """Raises: NotReady while the library is being opened, or the error that kept it shut."""
        self.check()
        assert self.opened_library is not None
        return self.opened_library

    @property
    def answerer(self) -> AnswersQuestions:
        """What readers' questions are asked of: what nobody asked waits meanwhile."""
        self.check()
        assert self.opened_answerer is not None
        return Attended(self.opened_answerer, self.tries)

    def example_questions(self, language: str) -> tuple[str, ...]:
        """What the empty page offers, as far as it is known by now."""
        assert self.opened_answerer is not None
        return self.examples.questions(self.library, self.opened_answerer, language)

    def next_questions(self, answer: Mapping[str, Any]) -> tuple[str, ...] | None:
        """What may be asked after an answer; None while it is worked out."""
        assert self.opened_answerer is not None
        return self.suggested.after(self.library, self.opened_answerer, answer)

    def count(self, answer: Answer, began: float) -> None:
        """What the metrics and the log tell of an answer to a question that came at ``began``."""
        self.metrics.answer(answer, time.perf_counter() - began)
        logs.note(engine=answer.engine, hits=len(answer.hits), refused=answer.refused)
        if log.isEnabledFor(logging.DEBUG):
            logs.note(question=answer.question)

    @cached_property
    def search(self) -> Search:
        return Search.of(self.library, self.settings)

    @cached_property
    def intake(self) -> Intake:
        return Intake(self.library)

    @cached_property
    def checker(self) -> Checker:
        return Checker(self.library, self.search)

    @property
    def keeps(self) -> bool:
        """Whether what is asked is kept: not, while the disk is full or read-only."""
        return self.opened_library is None or self.opened_library.conversations.kept

    @property
    def ready(self) -> bool:
        return self.opened_library is not None and self.opened_answerer is not None

    def open(self) -> None:
        """Open the library (building it from the seeds when empty) and load the models; blocks."""
        from server.upkeep.opening import open_answerer, open_library

        try:
            library = open_library(self.settings)
            self.opened_answerer = open_answerer(library, self.settings)
            self.opened_library = library
            if not library.writable:
                log.warning("The library cannot be written: it serves, and keeps no conversations")
            self.examples.questions(library, self.opened_answerer)
            self.watch()
            self.intake.wake()
            self.inspect()
        except Exception as error:
            self.failure = error
            log.exception("The library could not be opened")

    def watch(self) -> None:
        """Follow the library's folders, where the settings say so."""
        if self.settings.watch and not self.library.writable:
            log.warning("The library is read-only: its folders are not watched")
        elif self.settings.watch and self.watcher is None:
            self.watcher = Watcher(self.library)
            self.watcher.start()

    def inspect(self) -> None:
        """Look at the whole library in a thread of its own; what can be made anew is.

        Of workers that start together one does: it takes a processor half a minute for 70,000 articles,
        and rests while anybody asks.
        """

        def look() -> None:
            try:
                with self._inspecting():
                    self.library.inspect(between=self.tries.give_way)
            except Timeout:
                log.debug("Another worker looks at the library")
            except Exception as error:
                told = explained(error)
                log.warning("The library could not be looked at: %s", error, exc_info=told is None)

        threading.Thread(target=look, name="inspecting", daemon=True).start()

    def _inspecting(self) -> AbstractContextManager[object]:
        """Raises: Timeout, while another worker does."""
        if self.settings.workers == 1 or not self.library.writable:
            return nullcontext()
        return FileLock(self.settings.library / "inspecting", timeout=0)

    def begin_shutdown(self) -> None:
        """What a server does that is told to stop; it accepts no connections any more.

        What has come is worked on for ``CLOSE_S`` seconds, and has ``GRACE_S`` seconds to end.
        """
        if not self.ends:
            self.ends = True
            self.ending()
            loop = asyncio.get_running_loop()
            loop.call_later(CLOSE_S, self._close)
            loop.call_later(GRACE_S, self.end_work)

    def _close(self) -> None:
        for admission in (self.admission, self.writing):
            admission.close()

    def heed_signals(self) -> None:
        """Hear of it at once when the process is told to stop, whoever runs the application."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)

            def heard(number: int, frame: FrameType | None, before: Any = before) -> None:
                loop.call_soon_threadsafe(self.begin_shutdown)
                if callable(before):
                    before(number, frame)

            signal.signal(number, heard)

    def end_work(self) -> None:
        """Tell everybody who waits for an answer to ask again, and end what changes the library."""
        self._close()
        for admission in (self.admission, self.writing):
            admission.end()
        self.streams.end_all(ShuttingDown())
        if self.opened_library is not None:
            self.opened_library.interrupt()

    def share(self) -> None:
        """Let other workers go on with this one's streams, where there are any; see what they deleted."""
        if self.settings.workers == 1:
            self.trash.empty()  # what a killed server has left
        elif self.streams.spool is None:
            self.streams.spool = Spool(self.settings.library / "streams")

    def check(self) -> None:
        """Raises: NotReady while the library is being opened, or the error that kept it shut."""
        if self.ready:
            return
        if isinstance(self.failure, YoujuError):
            raise self.failure
        if self.failure is not None:
            raise NotReady("The library could not be opened.", hint="The server's log says why.")
        raise NotReady("The library is still being opened.", hint="Try again in a few seconds.")


def _slots(settings: Settings) -> int:
    """How many questions are answered at once."""
    if settings.concurrency:
        return settings.concurrency
    if settings.engine != EXTRACTIVE:
        return WITH_MODEL
    mine = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, mine // settings.workers)
