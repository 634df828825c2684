"""Responses: problem objects, server-sent events, work that a client may leave."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from server.admission import Admission, Ticket
from server.errors import ShuttingDown, problem_of
from server.stages import LOOK_S, Stages

log = logging.getLogger(__name__)

FOREVER = {"total": math.inf}


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


def error_event(number: int, error: Exception) -> bytes:
    """The last event of a stream that ends early."""
    return sse(number, "error", problem_of(error))


class EventStream(EventSourceResponse):
    """Sends server-sent events as they come, past whatever would hold them back or keep them.

    They are begun when the response is: what ``begin`` raises is answered with a problem.
    """

    def __init__(self, begin: Callable[[], AsyncIterator[bytes]]) -> None:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(iter(()), headers=headers)
        self._begin = begin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.body_iterator = self._begin()
        await super().__call__(scope, receive, send)


class Worked(Response):
    """Waits to be admitted, works in a thread and sends what comes of it: a response, or JSON.

    ``stop`` is set when the client leaves, or when a stage takes longer than its limit: work that
    has not begun is not done then, and work that has is asked to end.
    """

    media_type = "application/json"

    def __init__(
        self,
        work: Callable[[], Any],
        admission: Admission,
        *,
        stop: Stages | None = None,
        limits: Mapping[str, float] = FOREVER,
    ) -> None:
        self._work = work
        self._admission = admission
        self._stop = stop or Stages()
        self._limits = limits
        self.background = None
        self.status_code = 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ticket = self._admission.enter()
        work = asyncio.create_task(self._done(ticket))
        work.add_done_callback(lambda _: ticket.leave())
        left = asyncio.create_task(_left(receive))
        ends = [work, left, self._admission.ended]
        try:
            late = await self._late(ends)
        finally:
            left.cancel()
            if not work.done():
                self._give_up(work, ticket)
        if work.done():
            result = work.result()
            response = result if isinstance(result, Response) else JSONResponse(result)
            await response(scope, receive, send)
        elif self._admission.ended.done():
            raise ShuttingDown()
        elif late:
            raise self._admission.too_long(late, self._limits[late])

    async def _late(self, ends: Sequence[asyncio.Future[Any]]) -> str:
        """The stage that takes too long; empty when something ends before."""
        while not (late := self._stop.over(self._limits)):
            done, _ = await asyncio.wait(ends, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
            if done:
                break
        return late

    async def _done(self, ticket: Ticket) -> Any:
        await ticket.turn()
        return await self._admission.run(self._work)

    def _give_up(self, work: asyncio.Task[Any], ticket: Ticket) -> None:
        self._stop.set()
        if ticket.inside:  # its thread ends by itself, and the place is its until then
            work.add_done_callback(_unheard)
        else:
            work.cancel()


def _unheard(work: asyncio.Task[Any]) -> None:
    if not work.cancelled() and (error := work.exception()):
        log.debug("What nobody waits for any more ended with: %s", error)


async def _left(receive: Receive) -> None:
    """Return when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
