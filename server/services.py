"""What the routes work with: the library, the answerer and whether they are ready."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from index import Library, YoujuError
from server.chat.examples import Examples
from server.chat.spool import Spool
from server.chat.streams import Streams
from server.checking.checker import Checker
from server.errors import NotReady
from server.evidence.find import Search
from server.records import Answer, Event, Question
from server.settings import Settings
from server.upkeep.intake import Intake
from server.upkeep.metrics import Metrics
from server.upkeep.pictures import Pictures
from server.upkeep.reindex import Reindex
from server.upkeep.trash import Trash
from server.upkeep.watching import Watcher

log = logging.getLogger(__name__)


class AnswersQuestions(Protocol):
    """The seam of answering; both methods block and may be called from many threads."""

    def ask(self, question: Question) -> Answer: ...

    def stream(self, question: Question) -> Iterator[Event]: ...


@dataclass
class Services:
    """Filled once in the application's lifespan."""

    settings: Settings
    metrics: Metrics = field(default_factory=Metrics)
    examples: Examples = field(default_factory=Examples)
    streams: Streams = field(default_factory=Streams)
    reindex: Reindex = field(default_factory=Reindex)
    trash: Trash = field(default_factory=Trash)
    pictures: Pictures = field(default_factory=Pictures)
    opened_library: Library | None = None
    opened_answerer: AnswersQuestions | None = None
    watcher: Watcher | None = None
    failure: Exception | None = None

    @property
    def library(self) -> Library:
        """Raises: NotReady while the library is being opened, or the error that kept it shut."""
        self._check()
        assert self.opened_library is not None
        return self.opened_library

    @property
    def answerer(self) -> AnswersQuestions:
        self._check()
        assert self.opened_answerer is not None
        return self.opened_answerer

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
    def ready(self) -> bool:
        return self.opened_library is not None and self.opened_answerer is not None

    def open(self) -> None:
        """Open the library (building it from the seeds when empty) and load the models; blocks."""
        from server.upkeep.opening import open_answerer, open_library

        try:
            library = open_library(self.settings)
            self.opened_answerer = open_answerer(library, self.settings)
            self.opened_library = library
            self.examples.questions(library, self.opened_answerer)
            self.watch()
            self.intake.wake()
        except Exception as error:
            self.failure = error
            log.exception("The library could not be opened")

    def watch(self) -> None:
        """Follow the library's folders, where the settings say so."""
        if self.settings.watch and self.watcher is None:
            self.watcher = Watcher(self.library)
            self.watcher.start()

    def share(self) -> None:
        """Let other workers go on with this one's streams, where there are any."""
        if self.settings.workers > 1 and self.streams.spool is None:
            self.streams.spool = Spool(self.settings.library / "streams")

    def _check(self) -> None:
        if self.ready:
            return
        if isinstance(self.failure, YoujuError):
            raise self.failure
        if self.failure is not None:
            raise NotReady("The library could not be opened.", hint="The server's log says why.")
        raise NotReady("The library is still being opened.", hint="Try again in a few seconds.")
