"""Connections: how long they may be silent, and how many there are."""

from __future__ import annotations

import asyncio
import resource
from typing import Any, ClassVar

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

#: From a connection's first moment, or a request's first byte, to the end of its headers.
HEADER_S = 15.0
#: How long a client may take no byte of what it is sent.
STALLED_S = 30.0
#: How long a connection is kept that asks nothing more. Longer than clients and proxies keep theirs: who
#: closes first loses what the other sends at that moment.
KEPT_S = 75
#: How long a connection that has asked nothing yet may still do so when the server stops.
LAST_S = 0.5
#: File descriptors that are left to everything else, and the most connections in any case.
SPARE, MOST = 200, 4000


class Connection(H11Protocol):
    """A connection that is closed when its client is too slow.

    Where there are too many, those make room that have asked nothing for the longest time, then those
    that have not sent all that they ask.
    """

    _late: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None

    #: Of this process, for /metrics.
    open: ClassVar[int] = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        Connection.open += 1
        self._expect_headers()
        if len(self.connections) > most():
            least = self._least_missed()
            least._got_headers()  # it counts no more
            least.connections.discard(least)
            least.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._late is None and (self.cycle is None or self.cycle.response_complete):
            self._expect_headers()
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._got_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        Connection.open -= 1
        self._got_headers()
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(STALLED_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def shutdown(self) -> None:
        """What has just been accepted may have a request on its way."""
        if self.cycle is None and self._late is not None:
            self.loop.call_later(LAST_S, self._shutdown_now)
        else:
            self._shutdown_now()

    def _shutdown_now(self) -> None:
        if not self.transport.is_closing():
            super().shutdown()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete:  # else the next request was here already
            self._silent[self] = None

    def _least_missed(self) -> Connection:
        silent = next((one for one in self._silent if one is not self), None)
        unsent = (c for c in self.connections if isinstance(c, Connection) and c.asks_in_part)
        return silent or next(unsent, self)

    @property
    def asks_in_part(self) -> bool:
        """Whether the body of its request has not come whole."""
        return self.cycle is not None and self.cycle.more_body and not self.cycle.response_complete

    @property
    def _silent(self) -> dict[Connection, None]:
        """Those of the server that ask nothing, or have not sent their headers yet, the oldest first."""
        silent: dict[Connection, None] = vars(self.server_state).setdefault("silent", {})
        return silent

    def _expect_headers(self) -> None:
        self._silent[self] = None
        self._late = self.loop.call_later(HEADER_S, self.transport.abort)

    def _got_headers(self) -> None:
        self._silent.pop(self, None)
        if self._late is not None:
            self._late.cancel()
            self._late = None


def most() -> int:
    """How many connections there may be."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(16, min(MOST, soft - SPARE))


def config_of(app: Any, host: str, port: int, **more: Any) -> uvicorn.Config:
    """How the server is run, wherever it is."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=Connection,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEPT_S,
        timeout_graceful_shutdown=5,
        **more,
    )
