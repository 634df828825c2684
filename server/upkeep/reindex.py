"""Indexing the whole library again, in a thread, while the old index goes on answering."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from typing import Literal

from index import Library, explained

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is; ``detail`` says why it failed."""

    state: Literal["idle", "running", "done", "failed"] = "idle"
    stage: str = ""
    done: int = 0
    total: int | None = None
    passages: int = 0
    detail: str = ""


class Reindex:
    """One at a time; from the texts that the library holds, so that deletions stay."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.progress = Progress()

    def start(self, library: Library) -> bool:
        """Whether it was started: not, when it is running already."""
        with self._lock:
            if self.progress.state == "running":
                return False
            self.progress = Progress("running")
        threading.Thread(target=self._run, args=(library,), daemon=True).start()
        return True

    def _run(self, library: Library) -> None:
        try:
            report = library.update([], rebuild=True, progress=self._step)
            self.progress = Progress("done", passages=report.passages)
        except Exception as error:
            told = explained(error)
            log.error("Indexing again failed: %s", error, exc_info=told is None)
            self.progress = Progress("failed", detail=str(told or ""))

    def _step(self, stage: str, done: int, total: int | None) -> None:
        self.progress = replace(self.progress, stage=stage, done=done, total=total)
