"""Streams on disk, for the worker that is asked to go on with what another one has begun.

A stream is a file of its events, to which the worker that makes it appends. Beside it lie marks:
that somebody reads it, that it is to stop, that it has ended.
"""

from __future__ import annotations

import asyncio
import math
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

from server.errors import StreamLost

#: How often the other worker's file is looked at.
LOOK_S = 0.05
#: A stream whose maker has said nothing for so long has died with its worker.
DEAD_S = 30.0
#: What is older than this was left behind by a server that died.
LEFT_S = 600.0

_READ, _STOP, _ENDED, _EVENTS = "read", "stop", "ended", "events"
_LENGTH = 4  # bytes before each event


class Spool:
    """A folder of streams by id; an id is checked by whoever made it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.iterdir():
            if time.time() - left.stat().st_mtime > LEFT_S:
                shutil.rmtree(left, ignore_errors=True)

    def begin(self, id: str) -> Spooled:
        """Raises: OSError."""
        made = Spooled(self._folder / id)
        made.folder.mkdir(mode=0o700)
        made.append(b"")
        return made

    def get(self, id: str) -> Spooled | None:
        """The stream of that id that another worker makes or has made."""
        if not id.isalnum():
            return None
        found = Spooled(self._folder / id)
        return found if found.folder.is_dir() else None


class Spooled:
    """One stream on disk. Event n is the n-th that was appended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[str, tuple[int, float]] = {}

    # ---- by the worker that makes it ---------------------------------------------------------

    def append(self, event: bytes) -> None:
        """An empty one says only that the maker lives."""
        with (self.folder / _EVENTS).open("ab") as file:
            if event:
                file.write(len(event).to_bytes(_LENGTH) + event)
        if not event:
            (self.folder / _EVENTS).touch()

    def end(self) -> None:
        (self.folder / _ENDED).touch()

    def drop(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def stopping(self) -> bool:
        return (self.folder / _STOP).exists()

    def read_within(self, seconds: float) -> bool:
        """Whether another worker has had a reader of it so lately, as far as was looked."""
        return self._quiet(_READ) < seconds

    # ---- by the others -----------------------------------------------------------------------

    def stop(self) -> None:
        (self.folder / _STOP).touch()

    async def follow(self, after: int = 0) -> AsyncIterator[bytes]:
        """The events behind the ``after``-th, those to come included. Raises: StreamLost."""
        sent, at, told = 0, 0, -math.inf
        while True:
            ended = (self.folder / _ENDED).exists()
            if time.monotonic() - told > 1.0 and self.folder.is_dir():
                (self.folder / _READ).touch()
                told = time.monotonic()
            events, at = self._events(at)
            for event in events:
                sent += 1
                if sent > after:
                    yield event
            if ended:
                return
            if self._quiet(_EVENTS) > DEAD_S:
                raise StreamLost()
            await asyncio.sleep(LOOK_S)

    def _events(self, at: int) -> tuple[list[bytes], int]:
        """The events from a place of the file on that are there whole, and the place behind them."""
        try:
            with (self.folder / _EVENTS).open("rb") as file:
                file.seek(at)
                data = file.read()
        except FileNotFoundError:
            return [], at
        found, done = [], 0
        while len(data) >= done + _LENGTH:
            end = done + _LENGTH + int.from_bytes(data[done : done + _LENGTH])
            if len(data) < end:
                break
            found.append(data[done + _LENGTH : end])
            done = end
        return found, at + done

    def _quiet(self, name: str) -> float:
        """Seconds since a file was seen to change; infinite without one.

        By a clock that nobody sets: files are dated by one that may go back, and then nothing would
        ever be old, or forward.
        """
        try:
            dated = (self.folder / name).stat().st_mtime_ns
        except FileNotFoundError:
            return math.inf
        if self._seen.get(name, (None,))[0] != dated:
            self._seen[name] = dated, time.monotonic()
        return time.monotonic() - self._seen[name][1]
