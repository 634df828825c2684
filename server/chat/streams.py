"""Answers that outlive a lost connection: streams of events that can be followed again."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Generator
from contextlib import suppress
from typing import Any

from fastapi.sse import KEEPALIVE_COMMENT
from starlette.concurrency import run_in_threadpool

from server.chat.spool import Spool, Spooled

KEEP_ALIVE_S = 15.0
#: How long a stream whose reader is gone goes on, and how long a finished one can be read again.
LINGER_S = 20.0
#: How often it is looked for what other workers say of a stream, and they are told that it lives.
HEARD_S, SPOKEN_S = 0.1, 5.0
_END = object()


class Stream:
    """A blocking generator of events, stepped in threads; event n is ``chunks[n - 1]``.

    Lives on the event loop. It stops when told to, or when its reader has left: at once, or, when
    it is ``resumable``, after ``LINGER_S`` without another. ``stop`` is set then, so that a writer
    that is waiting for a model hears of it, too. In the ``spool`` other workers read it.
    """

    def __init__(
        self,
        events: Generator[bytes],
        stop: threading.Event,
        *,
        resumable: bool = False,
        spool: Spooled | None = None,
    ) -> None:
        self.chunks: list[bytes] = []
        self.ended = False
        self._events = events
        self._readers = 0
        self._stop = stop
        self._grace_s = LINGER_S if resumable else 0.0
        self._news = asyncio.Event()
        self._spool = spool
        self._task = asyncio.create_task(self._run())
        self._heard = asyncio.create_task(self._hear()) if spool else None

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
            asyncio.get_running_loop().call_later(self._grace_s, self._stop_if_left)

    def stop(self) -> None:
        """Close the generator behind its present step."""
        self._stop.set()

    def _stop_if_left(self) -> None:
        if self._spool and self._spool.read_within(LINGER_S) and not self.ended:
            asyncio.get_running_loop().call_later(LINGER_S, self._stop_if_left)
        elif not self._readers:
            self.stop()

    async def _hear(self) -> None:
        """What other workers say of it, and to them that it lives."""
        assert self._spool
        spoken = 0.0
        while not self.ended:
            if self._spool.stopping:
                self.stop()
            if (now := time.monotonic()) - spoken > SPOKEN_S:
                spoken = now
                self._spool.append(b"")
            await asyncio.sleep(HEARD_S)

    async def _run(self) -> None:
        try:
            while not self._stop.is_set():
                chunk: Any = await run_in_threadpool(next, self._events, _END)
                if chunk is _END:
                    break
                self.chunks.append(chunk)
                if self._spool:
                    self._spool.append(chunk)
                self._tell()
        finally:
            self.ended = True
            if self._spool:
                self._spool.end()
            self._tell()
            asyncio.get_running_loop().run_in_executor(None, self._close)

    def _close(self) -> None:
        with suppress(ValueError):  # a step that was cancelled is still running in its thread
            self._events.close()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Streams:
    """The streams that are running or have just ended, by id."""

    def __init__(self) -> None:
        self._streams: dict[str, Stream] = {}
        #: Where other workers read them, when there are any.
        self.spool: Spool | None = None

    async def begin(
        self, id: str, events: Generator[bytes], stop: threading.Event, *, resumable: bool
    ) -> AsyncIterator[bytes]:
        """Start a stream and follow it."""
        spooled = self.spool.begin(id) if self.spool and resumable else None
        stream = Stream(events, stop, resumable=resumable, spool=spooled)
        self._streams[id] = stream
        try:
            async for chunk in stream.follow():
                yield chunk
        finally:
            asyncio.get_running_loop().call_later(2 * LINGER_S, self._drop, id)

    def _drop(self, id: str) -> None:
        stream = self._streams.get(id)
        if stream is not None and not stream.ended:
            asyncio.get_running_loop().call_later(LINGER_S, self._drop, id)
        else:
            self._streams.pop(id, None)
            if self.spool and (spooled := self.spool.get(id)):
                spooled.drop()

    def get(self, id: str) -> Stream | Spooled | None:
        """The stream of that id: this worker's own, or what another one makes."""
        own = self._streams.get(id)
        return own or (self.spool.get(id) if self.spool else None)

    def stop_all(self) -> None:
        """What a server that shuts down says."""
        for stream in self._streams.values():
            stream.stop()
