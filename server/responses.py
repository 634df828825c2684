"""Responses: problem objects, events that outlive a lost connection, work that a client may leave."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import suppress
from typing import Any

from anyio import create_task_group
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

KEEP_ALIVE_S = 15.0
#: How long a stream whose reader is gone goes on, and how long a finished one can be read again.
LINGER_S = 20.0
_END = object()


class ProblemResponse(Response):
    """RFC 9457."""

    media_type = "application/problem+json"

    def __init__(self, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body, ensure_ascii=False).encode()
        if body["status"] == 503:
            headers = {"retry-after": "2"} | (headers or {})
        super().__init__(content, status_code=body["status"], headers=headers)


def sse(number: int, name: str, data: Any) -> bytes:
    """One server-sent event; JSON has no bare line break, so one data line is enough."""
    text = json.dumps(data, ensure_ascii=False)
    return f"id: {number}\nevent: {name}\ndata: {text}\n\n".encode()


class EventStream(StreamingResponse):
    """Sends server-sent events as they come."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[bytes]) -> None:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(events, headers=headers)


class Stream:
    """A blocking generator of events, stepped in threads; event n is ``chunks[n - 1]``.

    Lives on the event loop. It stops when told to, or when its reader has left: at once, or, when
    it is ``resumable``, after ``LINGER_S`` without another. ``stop`` is set then, so that a writer
    that is waiting for a model hears of it, too.
    """

    def __init__(
        self, events: Generator[bytes], stop: threading.Event, *, resumable: bool = False
    ) -> None:
        self.chunks: list[bytes] = []
        self.ended = False
        self._events = events
        self._readers = 0
        self._stop = stop
        self._grace_s = LINGER_S if resumable else 0.0
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._run())

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
                    yield b": keep-alive\n\n"
        finally:
            self._readers -= 1
            asyncio.get_running_loop().call_later(self._grace_s, self._stop_if_left)

    def stop(self) -> None:
        """Close the generator behind its present step."""
        self._stop.set()

    def _stop_if_left(self) -> None:
        if not self._readers:
            self.stop()

    async def _run(self) -> None:
        try:
            while not self._stop.is_set():
                chunk: Any = await run_in_threadpool(next, self._events, _END)
                if chunk is _END:
                    break
                self.chunks.append(chunk)
                self._tell()
        finally:
            self.ended = True
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

    async def begin(
        self, id: str, events: Generator[bytes], stop: threading.Event, *, resumable: bool
    ) -> AsyncIterator[bytes]:
        """Start a stream and follow it."""
        stream = self._streams[id] = Stream(events, stop, resumable=resumable)
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

    def get(self, id: str) -> Stream | None:
        return self._streams.get(id)

    def stop_all(self) -> None:
        """What a server that shuts down says."""
        for stream in self._streams.values():
            stream.stop()


class Leavable(Response):
    """Works in a thread and sends the result as JSON; sets ``stop`` when the client leaves."""

    media_type = "application/json"

    def __init__(self, work: Callable[[], Any], stop: threading.Event) -> None:
        self._work = work
        self._stop = stop
        self.background = None
        self.status_code = 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        failed: list[Exception] = []
        done: list[Any] = []
        async with create_task_group() as group:
            group.start_soon(self._watch, receive)
            try:
                done.append(await run_in_threadpool(self._work))
            except Exception as error:  # raised below, outside the group, as it was
                failed.append(error)
            group.cancel_scope.cancel()
        if self._stop.is_set():
            return
        if failed:
            raise failed[0]
        await JSONResponse(done[0])(scope, receive, send)

    async def _watch(self, receive: Receive) -> None:
        message: Message = await receive()
        while message["type"] != "http.disconnect":
            message = await receive()
        self._stop.set()


class LeavableStream(StreamingResponse):
    """Server-sent events from a blocking generator; sets ``stop`` when the client leaves."""

    media_type = "text/event-stream"

    def __init__(self, chunks: Generator[bytes], stop: threading.Event) -> None:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        self._stop = stop
        super().__init__(self._steps(chunks), headers=headers)

    async def _steps(self, chunks: Generator[bytes]) -> AsyncIterator[bytes]:
        ended = False
        try:
            while (chunk := await run_in_threadpool(next, chunks, _END)) is not _END:
                assert isinstance(chunk, bytes)
                yield chunk
            ended = True
        finally:
            if not ended:
                self._stop.set()

    async def listen_for_disconnect(self, receive: Receive) -> None:
        await super().listen_for_disconnect(receive)
        # At once: a step may be waiting in its thread for a word that is long in coming.
        self._stop.set()
