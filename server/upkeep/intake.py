"""Reading in what was handed over, in a thread, while questions are answered.

Files are taken in by groups, each group one update; a file that fails stops no other, and whoever
handed them over may be gone.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from filelock import FileLock, Timeout

from index import Group, Library, LibraryBusy, Skipped, Upload

log = logging.getLogger(__name__)

#: Held by the one process that reads in.
LOCK = "incoming.lock"
#: Files of an update, and their bytes.
GROUP, GROUP_BYTES = 64, 8 * 2**20
#: How often it is looked whether a job was cancelled, and whether a busy library is free.
LOOK_S, BUSY_S = 0.2, 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done for a job just now, as an update's progress says it."""

    job: str = ""
    stage: str = ""
    done: int = 0
    total: int | None = None


class _Ended(Exception):
    """The job was cancelled, or the server stops: nothing of this update is to happen."""


class Intake:
    """One at a time, in the order in which the files came."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._guard = threading.Lock()
        self._stop = threading.Event()
        self._asked = False
        self._thread: threading.Thread | None = None
        self.step = Step()

    def wake(self) -> None:
        """There are files, or may be."""
        with self._guard:
            self._asked = True
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Return when it has stopped; what is not read in is, at the next start."""
        self._stop.set()
        with self._guard:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while self._is_asked():
            try:
                with FileLock(self._library.path / LOCK, timeout=BUSY_S):
                    self._take_all()
            except Timeout:  # another process reads in; it may be done before it sees all
                self._asked = True
            except Exception:
                log.exception("Reading in what was handed over failed")

    def _is_asked(self) -> bool:
        with self._guard:
            asked, self._asked = self._asked and not self._stop.is_set(), False
            if not asked:
                self._thread = None
            return asked

    def _take_all(self) -> None:
        while not self._stop.is_set():
            group = self._library.incoming.group(GROUP, GROUP_BYTES)
            if group is None:
                return
            self._take(group)
            self.step = Step()

    def _take(self, group: Group) -> None:
        """Read a group in; file by file, when something no file is to blame for goes wrong."""
        try:
            results = self._read(group)
        except _Ended:
            return
        except Exception:
            log.exception("Files that were handed over could not be read in")
            if len(group.files) > 1:
                for one in group.files:
                    self._take(Group(group.job, (one,)))
                return
            ((_, name, _),) = group.files
            results = [Upload(name, "skipped", (Skipped(name, "fault: see the server's log"),))]
        places = [n for n, _, _ in group.files]
        self._library.incoming.told(group.job, zip(places, results, strict=True))

    def _read(self, group: Group) -> list[Upload]:
        progress = self._watched(group.job)
        while True:
            progress("read", 0, None)
            try:
                files = ((name, path.read_bytes()) for _, name, path in group.files)
                return self._library.add_texts(files, progress=progress)
            except FileNotFoundError:
                progress("read", 0, None)  # cancelled, if its bytes are gone
                raise
            except LibraryBusy:
                self._stop.wait(BUSY_S)

    def _watched(self, job: str) -> Callable[[str, int, int | None], None]:
        """Notes each step of an update, and ends it once its job is cancelled."""
        looked = 0.0

        def note(stage: str, done: int, total: int | None) -> None:
            nonlocal looked
            self.step = Step(job, stage, done, total)
            if not done or time.monotonic() - looked > LOOK_S:
                looked = time.monotonic()
                found = self._library.incoming.job(job)
                if self._stop.is_set() or found is None or found.cancelled:
                    raise _Ended

        return note
