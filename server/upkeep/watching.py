"""Watching what the library was read from: a file that is saved there can soon be asked."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from filelock import FileLock, Timeout

from index import Library, LibraryBusy, LibraryInaccessible, RemovalRefused, Report, SourceError

log = logging.getLogger(__name__)

#: Held by the one process that watches a library.
LOCK = "watching.lock"
#: How often it is looked whether the folders are the ones that are watched.
TICK_S = 1.0
#: How long an update that found no room on the disk waits before it is tried again.
FULL_S = 10.0
#: A file counts as saved when nothing has happened for the first time, or for the second altogether.
SETTLED_MS, PATIENCE_MS = 200, 1000
#: A place in a root: its path from there; this one is the root itself.
WHOLE = ""

#: What a root is known by: the device and the file on it; of a file also its size and time.
Identity = tuple[int, ...]


class Watcher:
    """A thread that keeps the library up to date with its folders and files.

    What is no longer there goes, with the guard of `youju index`: a folder that is away, was
    emptied or has lost more than half of the library loses nothing here. Several servers of one
    library have one watcher; when its process dies another one's goes on.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watching", daemon=True)
        self._version = -1
        self._roots: list[Path] = []
        self._known: dict[Path, Identity] = {}
        self._pending: dict[Path, set[str]] = {}

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Return when it has stopped, behind the update that it is making."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        lock = FileLock(self._library.path / LOCK, timeout=0)
        while not self._stop.is_set():
            try:
                with lock:
                    self._watch()
            except Timeout:  # another process watches
                self._stop.wait(TICK_S)
            except Exception:
                log.exception("Watching failed, and begins anew")
                self._known.clear()
                self._stop.wait(TICK_S)

    def _watch(self) -> None:
        from watchfiles import watch

        while not self._stop.is_set():
            self._look()
            watched = self._folders()
            if not watched:
                self._apply()
                self._stop.wait(TICK_S)
                continue
            # Nothing is applied before it is watched: what changes in between would be missed.
            for changes in watch(
                *watched,
                watch_filter=None,
                step=SETTLED_MS,
                debounce=PATIENCE_MS,
                stop_event=self._stop,
                rust_timeout=int(TICK_S * 1000),
                yield_on_timeout=True,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                self._note(path for _, path in changes)
                before = {root: self._known[root] for root in watched}
                self._look()
                if self._folders() != watched or _changed(before, self._known):
                    break  # a folder that came anew is no longer the one that is watched
                self._apply()

    def _folders(self) -> list[Path]:
        return [root for root in self._known if root.is_dir()]

    def _look(self) -> None:
        """Look whether each root is there, and the one that it was."""
        if self._version != (version := self._library.version):
            self._version, self._roots = version, self._library.roots()
        for gone in [root for root in self._known if root not in self._roots]:
            del self._known[gone]
        for root in self._roots:
            now = _identity(root)
            if now is None:
                if self._known.pop(root, None):
                    log.warning("%s is not there; what came from it stays", root)
            elif now != self._known.get(root):
                self._known[root] = now
                self._pending[root] = {WHOLE}

    def _note(self, paths: Iterable[str]) -> None:
        """These files or folders have changed, have come or have gone."""
        for path in map(Path, paths):
            for root in self._known:
                if path.is_relative_to(root):
                    parts = path.relative_to(root).parts
                    if not any(part.startswith(".") for part in parts):
                        self._pending.setdefault(root, set()).add("/".join(parts))

    def _apply(self) -> None:
        for root in [root for root in self._pending if root in self._known]:
            places = self._pending.pop(root)
            try:
                self._tell(root, self._update(root, places))
            except LibraryBusy:
                self._pending.setdefault(root, set()).update(places)
            except LibraryInaccessible as error:  # a full disk: what is saved waits for room
                if not self._pending:
                    log.warning("%s. %s", error, error.hint)
                self._pending.setdefault(root, set()).update(places)
                self._stop.wait(FULL_S)
            except SourceError as error:  # gone meanwhile: it is looked at whole when it is back
                log.warning("%s %s", error, error.hint)

    def _update(self, root: Path, places: set[str]) -> Report:
        try:
            return self._library.update([root], only=places)
        except RemovalRefused as error:
            log.warning("%s Run `youju index --yes` if they are to go.", error)
            return self._library.update([root], only=places, prune=False)

    def _tell(self, root: Path, report: Report) -> None:
        if report.added or report.changed or report.removed:
            counts = report.added, report.changed, report.removed
            log.info("%s: added %d, changed %d, removed %d", root, *counts)
        for skipped in report.skipped:
            log.warning("Skipped %s: %s", skipped.path, skipped.reason)


def _identity(path: Path) -> Identity | None:
    """None, when it is not there or cannot be looked at."""
    try:
        found = path.stat()
        if path.is_dir():
            return found.st_dev, found.st_ino
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _changed(before: Mapping[Path, Identity], now: Mapping[Path, Identity]) -> bool:
    return any(now.get(root) != known for root, known in before.items())
