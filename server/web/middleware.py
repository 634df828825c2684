"""What holds for every request: who may ask, security headers, bounded bodies, counting."""

from __future__ import annotations

import asyncio
import logging
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors import problem
from server.upkeep.metrics import Metrics
from server.web.access import STATIC, Access, hostname, is_foreign, is_open
from server.web.rendering import render_sign_in, wants_page
from server.web.responses import ProblemResponse

log = logging.getLogger(__name__)

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
}
JSON_BODY_BYTES = 4 * 2**20
#: How long a body may take: so many seconds, and one more for each so many bytes that have come.
BODY_S, BODY_RATE = 20.0, 8192


class Guard:
    """Pure ASGI, so that streams pass through unbuffered and disconnects are seen."""

    def __init__(self, app: ASGIApp, metrics: Metrics, upload_bytes: int, access: Access) -> None:
        self.app = app
        self.metrics = metrics
        self.upload_bytes = upload_bytes
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, got = Headers(scope=scope), _got(scope)
        status, began = 500, time.perf_counter()

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    out.setdefault(name, value)
            await send(message)

        try:
            refusal = self._refusal(scope, headers)
            if refusal is not None:
                await refusal(scope, receive, send_guarded)
            else:
                await self.app(got, self._bounded(headers, receive), send_guarded)
        finally:
            route = _route(got)
            self.metrics.request(scope["method"], route, status)
            elapsed_ms = (time.perf_counter() - began) * 1000
            level = logging.DEBUG if route == STATIC else logging.INFO
            log.log(level, "%s %s %d %.0f ms", scope["method"], route, status, elapsed_ms)

    def _refusal(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        """What answers a request that may not be asked."""
        if not self.access.knows(hostname(headers)):
            return UNKNOWN_NAME
        if is_foreign(scope["method"], headers):
            return FOREIGN
        if is_open(scope["path"]) or self.access.admits(headers):
            return None
        if scope["method"] == "GET" and wants_page(headers):
            return render_sign_in(Request(scope), _address(scope))
        return NO_TOKEN

    def _bounded(self, headers: Headers, receive: Receive) -> Receive:
        """A receive that raises 413 as soon as the body outgrows its bound, and 408 when it is slow."""
        upload = headers.get("content-type", "").startswith("multipart/")
        limit = self.upload_bytes + 2**16 if upload else JSON_BODY_BYTES
        declared = headers.get("content-length", "")
        seen, more, began = 0, True, time.monotonic()

        async def bounded() -> Message:
            nonlocal seen, more
            left = BODY_S + seen / BODY_RATE - (time.monotonic() - began)
            try:
                message = await asyncio.wait_for(receive(), left if more else None)
            except TimeoutError:
                raise HTTPException(408, "The request's body came too slowly.") from None
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                more = message.get("more_body", False)
                if seen > limit or (declared.isdigit() and int(declared) > limit):
                    raise HTTPException(413, f"The request is larger than {limit:,} bytes.")
            return message

        return bounded


def _got(scope: Scope) -> Scope:
    """HEAD is answered as GET is; the server sends no body after it."""
    return {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope


def _route(scope: Scope) -> str:
    """What a request was routed to: few names, whatever is asked for."""
    if scope["path"].startswith(f"{STATIC}/") or scope.get("root_path", "").endswith(STATIC):
        return STATIC
    return str(getattr(scope.get("route"), "path", "unmatched"))


def _address(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return str(scope["path"]) + (f"?{query}" if query else "")


UNKNOWN_NAME = ProblemResponse(
    problem(
        421,
        "other-host",
        "This server does not answer to that name.",
        "Use its address, or add the name to YOUJU_ALLOWED_HOSTS.",
    )
)
FOREIGN = ProblemResponse(problem(403, "cross-site", "Another site's page asked for this."))
NO_TOKEN = ProblemResponse(
    problem(401, "unauthorized", "This server asks for its token."),
    {"www-authenticate": "Bearer"},
)
