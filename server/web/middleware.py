"""What holds for every request: security headers, no forged writes, bounded bodies, counting."""

from __future__ import annotations

import logging
import time
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors import problem
from server.upkeep.metrics import Metrics
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
STATIC = "/static"
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


class Guard:
    """Pure ASGI, so that streams pass through unbuffered and disconnects are seen."""

    def __init__(self, app: ASGIApp, metrics: Metrics, upload_bytes: int, host: str) -> None:
        self.app = app
        self.metrics = metrics
        self.upload_bytes = upload_bytes
        self.local = is_local(host)

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
            if self.local and not is_local(_hostname(headers)):
                await REBOUND(scope, receive, send_guarded)
            elif scope["method"] in WRITES and is_forged(headers):
                await FORGED(scope, receive, send_guarded)
            else:
                await self.app(got, self._bounded(headers, receive), send_guarded)
        finally:
            route = _route(got)
            self.metrics.request(scope["method"], route, status)
            elapsed_ms = (time.perf_counter() - began) * 1000
            level = logging.DEBUG if route == STATIC else logging.INFO
            log.log(level, "%s %s %d %.0f ms", scope["method"], route, status, elapsed_ms)

    def _bounded(self, headers: Headers, receive: Receive) -> Receive:
        """A receive that raises 413 as soon as the body outgrows its bound."""
        upload = headers.get("content-type", "").startswith("multipart/")
        limit = self.upload_bytes + 2**16 if upload else JSON_BODY_BYTES
        declared = headers.get("content-length", "")
        seen = 0

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
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


def is_forged(headers: Headers) -> bool:
    """True when a browser says that another site's page sent this write."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def is_local(host: str) -> bool:
    """True for a name of this machine's own loopback.

    >>> is_local("127.0.0.1"), is_local("localhost"), is_local("evil.example")
    (True, True, False)
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _hostname(headers: Headers) -> str:
    return urlsplit(f"//{headers.get('host', '')}").hostname or ""


#: A name that another site's owner points at this machine would make their page "same-origin".
REBOUND = ProblemResponse(
    problem(
        421,
        "other-host",
        "This server listens on the loopback and answers to no other name.",
        "Use http://127.0.0.1, or serve with --host.",
    )
)
FORGED = ProblemResponse(problem(403, "cross-site", "This write came from another site's page."))
