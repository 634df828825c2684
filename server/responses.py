"""Two kinds of response: a problem object, and server-sent events that stop when nobody listens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Generator
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

KEEP_ALIVE_S = 15.0
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
    """Steps a blocking generator in a thread; closes it as soon as the client has left."""

    media_type = "text/event-stream"

    def __init__(self, events: Generator[bytes], keep_alive_s: float = KEEP_ALIVE_S) -> None:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(_steps(events, keep_alive_s), headers=headers)


async def _steps(events: Generator[bytes], keep_alive_s: float) -> AsyncIterator[bytes]:
    step = _next(events)
    try:
        while True:
            done, _ = await asyncio.wait({step}, timeout=keep_alive_s)
            if not done:
                yield b": keep-alive\n\n"
                continue
            chunk = step.result()
            if chunk is _END:
                return
            yield chunk
            step = _next(events)
    finally:
        # A step may still run in its thread; the generator is closed right behind it.
        step.add_done_callback(lambda _: _close(events))


def _next(events: Generator[bytes]) -> asyncio.Task[Any]:
    return asyncio.ensure_future(run_in_threadpool(next, events, _END))


def _close(events: Generator[bytes]) -> None:
    asyncio.get_running_loop().run_in_executor(None, events.close)
