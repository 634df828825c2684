"""Answers that outlive a lost connection: streams of events that can be followed again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from fastapi.sse import KEEPALIVE_COMMENT

from index import YoujuError, owner
from server.admission import Admission, Ticket
from server.chat.spool import Spool, Spooled
from server.errors import AnswerStopped
from server.stages import LOOK_S, Stages

log = logging.getLogger(__name__)

KEEP_ALIVE_S = 15.0
#: How long a stream whose reader is gone goes on, and how long a finished one can be read again.
LINGER_S = 20.0
#: How often it is looked for what other workers say of a stream, and they are told that it lives.
HEARD_S, SPOKEN_S = 0.1, 5.0
#: Of the streams that have ended, those that can be read again at most.
KEPT = 256
_END = object()
#: How the last event of a whole answer begins, in each of the protocols.
LAST = (b"event: done\n", b"event: response.completed\n", b"data: [DONE]")


@dataclass(frozen=True, slots=True)
class StreamWork:
    """What a stream does: ``events`` are made until ``stop`` is set, each stage within its limit.

    ``last_words`` makes event ``n`` that tells a reader why there will be no more: of a stream that
    has not ended of itself it is the last one, whatever has ended it.
    """

    events: Generator[bytes]
    stop: Stages
    last_words: Callable[[int, Exception], bytes]
    limits: Mapping[str, float]
    resumable: bool = False


class Stream:
    """A blocking generator of events, stepped in the threads of those admitted; event n is ``chunks[n - 1]``.

    Lives on the event loop. It stops when told to, or when its reader has left: at once, or, when
    it is ``resumable``, after ``LINGER_S`` without another. ``stop`` is set then, so that a writer
    that is waiting for a model hears of it, too. What ends it from without is
    told to its readers. In the ``spool`` other workers read it.
    """

    def __init__(self, work: StreamWork, ticket: Ticket, spool: Spooled | None = None) -> None:
        self.chunks: list[bytes] = []
        self.ended = False
        self._whole = False
        self._work = work
        self._ticket = ticket
        self._readers = 0
        self._grace_s = LINGER_S if work.resumable else 0.0
        self._news = asyncio.Event()
        self._spool = spool
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._over)  # also of one that is cancelled before it runs
        self._heard = asyncio.create_task(self._hear()) if spool else None
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(LOOK_S, self._look)
        self._left = loop.call_later(LINGER_S, self._stop_if_left)  # a reader that never came

    async def follow(self, after: int = 0) -> AsyncIterator[bytes]:
        """The events behind the ``after``-th, those to come included."""
        self._readers += 1
        try:
            while True:
                while after < len(self.chunks):
                    after += 1
                    yield self.chunks[after - 1]
                if self.ended:
                    return
                try:
                    await asyncio.wait_for(self._news.wait(), KEEP_ALIVE_S)
                except TimeoutError:
                    yield KEEPALIVE_COMMENT
        finally:
            self._readers -= 1
            self._stop_if_left_for(self._grace_s)

    def stop(self) -> None:
        """Close the generator behind its present step, or before its first."""
        self._work.stop.set()
        if not self._ticket.inside:
            self._task.cancel()

    def end(self, why: Exception) -> None:
        """Stop it, and tell its readers at once why."""
        if not self.ended:
            self.stop()
            self._add(self._work.last_words(len(self.chunks) + 1, why))
            self._end()

    def _look(self) -> None:
        """End it when a stage takes too long."""
        if late := self._work.stop.over(self._work.limits):
            self.end(self._ticket.admission.too_long(late, self._work.limits[late]))
        elif not self.ended:
            self._deadline = asyncio.get_running_loop().call_later(LOOK_S, self._look)

    def _stop_if_left_for(self, seconds: float) -> None:
        """From now on: what was waited for before is forgotten."""
        self._left.cancel()
        if not self.ended:
            self._left = asyncio.get_running_loop().call_later(seconds, self._stop_if_left)

    def _stop_if_left(self) -> None:
        if self._spool and self._spool.read_within(LINGER_S):
            self._stop_if_left_for(LINGER_S)
        elif not self._readers:
            self.stop()

    async def _hear(self) -> None:
        """What other workers say of it, and to them that it lives."""
        spoken = 0.0
        while self._spool and not self.ended:
            if self._spool.stopping:
                self.stop()
            self._spool.read_within(LINGER_S)  # it goes by when a reader was seen
            if (now := time.monotonic()) - spoken > SPOKEN_S:
                spoken = now
                self._share(b"")
            await asyncio.sleep(HEARD_S)

    async def _run(self) -> None:
        admission, step = self._ticket.admission, partial(next, self._work.events, _END)
        await self._ticket.turn()
        while not self._work.stop.is_set():
            chunk: Any = await admission.run(step)
            if chunk is _END or self.ended:
                self._whole = True
                return
            self._add(chunk)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._ticket.leave()
        error = None if task.cancelled() else task.exception()
        if error and not isinstance(error, YoujuError):
            log.error("A stream failed", exc_info=error)
        if not (self._whole or (self.chunks and self.chunks[-1].startswith(LAST))):
            self.end(error if isinstance(error, Exception) else AnswerStopped())
        self._end()
        asyncio.get_running_loop().run_in_executor(None, self._close)

    def _add(self, chunk: bytes) -> None:
        self.chunks.append(chunk)
        self._share(chunk)
        self._tell()

    def _share(self, chunk: bytes) -> None:
        """Other workers go without what the disk does not take; this one's readers do not."""
        if self._spool:
            try:
                self._spool.append(chunk)
            except OSError as error:
                log.warning("A stream is not shared with other workers: %s", error.strerror)
                self._spool = None

    def _end(self) -> None:
        if not self.ended:
            self.ended = True
            self._deadline.cancel()
            self._left.cancel()
            if self._spool:
                with suppress(OSError):
                    self._spool.end()
            self._tell()

    def _close(self) -> None:
        with suppress(ValueError):  # a step that was cancelled is still running in its thread
            self._work.events.close()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Streams:
    """The streams that are running or have just ended, by id; each is found by its owner alone."""

    def __init__(self) -> None:
        self._streams: dict[str, Stream] = {}
        #: Where other workers read them, when there are any.
        self.spool: Spool | None = None

    def begin(self, id: str, work: StreamWork, admission: Admission) -> AsyncIterator[bytes]:
        """Start a stream, when its turn comes, and follow it. Raises: Overloaded, ShuttingDown."""
        ticket, id = admission.enter(), _own(id)
        spooled = self._spooled(id) if work.resumable else None
        stream = self._streams[id] = Stream(work, ticket, spooled)
        self._forget_old()
        return self._followed(id, stream)

    def _spooled(self, id: str) -> Spooled | None:
        """What other workers read it from, where there are any, and the disk takes it."""
        try:
            return self.spool.begin(id) if self.spool else None
        except OSError as error:
            log.warning("A stream is not shared with other workers: %s", error.strerror)
            return None

    async def _followed(self, id: str, stream: Stream) -> AsyncIterator[bytes]:
        try:
            async for chunk in stream.follow():
                yield chunk
        finally:
            asyncio.get_running_loop().call_later(2 * LINGER_S, self._drop, id)

    def _forget_old(self) -> None:
        """Of those that have ended only the last ones can be read again."""
        ended = [id for id, stream in self._streams.items() if stream.ended]
        for id in ended[: max(0, len(ended) - KEPT)]:
            self._drop(id)

    def _drop(self, id: str) -> None:
        stream = self._streams.get(id)
        if stream is not None and not stream.ended:
            asyncio.get_running_loop().call_later(LINGER_S, self._drop, id)
        else:
            self._streams.pop(id, None)
            if self.spool and (spooled := self.spool.get(id)):
                spooled.drop()

    def get(self, id: str) -> Stream | Spooled | None:
        """One's own stream of that id: this worker's, or what another one makes."""
        id = _own(id)
        own = self._streams.get(id)
        return own or (self.spool.get(id) if self.spool else None)

    @property
    def running(self) -> int:
        return sum(not stream.ended for stream in self._streams.values())

    def end_all(self, why: YoujuError) -> None:
        """What a server that shuts down says."""
        for stream in self._streams.values():
            stream.end(why)


def _own(id: str) -> str:
    """An id that is another one for each owner."""
    return f"{id}{sha256(owner.get().encode()).hexdigest()[:16]}"
