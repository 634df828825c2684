"""Responses: problem objects, server-sent events, work that a client may leave."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Callable, Generator
from typing import Any

from anyio import create_task_group
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

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
    """One server-sent event."""
    text = json.dumps(data, ensure_ascii=False)
    return format_sse_event(data_str=text, event=name, id=str(number))


class EventStream(EventSourceResponse):
    """Sends server-sent events as they come, past whatever would hold them back or keep them."""

    def __init__(self, events: AsyncIterator[bytes]) -> None:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(events, headers=headers)


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


class LeavableStream(EventStream):
    """Server-sent events from a blocking generator; sets ``stop`` when the client leaves."""

    def __init__(self, chunks: Generator[bytes], stop: threading.Event) -> None:
        self._stop = stop
        super().__init__(self._steps(chunks))

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
