"""What the tools work with: the library and the answerer, opened in a thread of their own.

A client waits a few seconds only for a server to say hello; opening may take longer.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass

from index import Library
from server.evidence.find import Search
from server.services import AnswersQuestions
from server.settings import Settings
from server.upkeep.opening import open_answerer, open_library


@dataclass(frozen=True, slots=True)
class Opened:
    library: Library
    answerer: AnswersQuestions
    search: Search


class Backend:
    """Begins to open at once; ``opened`` waits for it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._opened: Future[Opened] = Future()
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        try:
            library = open_library(self.settings)
            answerer = open_answerer(library, self.settings)
            search = Search.of(library, self.settings)
            self._opened.set_result(Opened(library, answerer, search))
        except Exception as error:  # raised to each who asks
            self._opened.set_exception(error)

    @property
    def opened(self) -> Opened:
        """Blocks. Raises: what kept the library shut."""
        return self._opened.result()
