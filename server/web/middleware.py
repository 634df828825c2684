"""What holds for every request: who may ask, security headers, bounded bodies, counting."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import owner
from server.errors import NotYours, TooMany, problem, problem_of
from server.upkeep import logs
from server.upkeep.audit import Audit
from server.upkeep.metrics import Metrics
from server.web.access import READS, SIGN_IN, STATIC, Access, Reader, hostname, is_foreign, is_open
from server.web.rates import Rates
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
    "cache-control": "private, no-cache",
}
#: What is asked for all the time: its lines are written at debug only.
QUIET = {STATIC, "/healthz", "/readyz", "/metrics"}
JSON_BODY_BYTES = 4 * 2**20
#: How long a body may take: so many seconds, and one more for each so many bytes that have come.
BODY_S, BODY_RATE = 20.0, 8192


class Guard:
    """Pure ASGI, so that streams pass through unbuffered and disconnects are seen."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        upload_bytes: int,
        access: Access,
        rates: Rates,
        audit: Audit,
    ) -> None:
        self.app = app
        self.rates = rates
        self.audit = audit
        self.metrics = metrics
        self.upload_bytes = upload_bytes
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, got = Headers(scope=scope), _got(scope)
        status, line = 500, logs.begin(scope["method"], headers.get("x-request-id", ""))

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                await self._note(scope, got, status)
                out = MutableHeaders(scope=message)
                out["x-request-id"] = line.id
                if _route(got) == STATIC:
                    out["cache-control"] = "no-cache"  # the same for everybody
                for name, value in SECURITY_HEADERS.items():
                    out.setdefault(name, value)
            await send(message)

        try:
            refusal = self._refusal(scope, got, headers)
            if refusal is not None:
                await refusal(scope, receive, send_guarded)
            else:
                await self.app(got, self._bounded(headers, receive), send_guarded)
        finally:
            route = _route(got)
            self.metrics.request(scope["method"], route, status)
            line.write(route, status, logging.DEBUG if route in QUIET else logging.INFO)

    async def _note(self, scope: Scope, got: Scope, status: int) -> None:
        """Writes and sign-ins, where one has to say who one is: recorded before they are acknowledged."""
        signs_in = scope["path"] == SIGN_IN and (scope["method"] == "POST" or scope["query_string"])
        if (scope["method"] in READS and not signs_in) or not self.access.asks:
            return
        reader: Reader | None = got.get("reader")
        who = reader.name or "token" if reader else ""
        path = scope["path"]
        note = partial(self.audit.note, who, _client(scope), scope["method"], path, status)
        await to_thread.run_sync(note)

    def _refusal(self, scope: Scope, got: Scope, headers: Headers) -> ASGIApp | None:
        """What answers a request that may not be asked; who asks stands in ``got`` then."""
        if "transfer-encoding" in headers and "content-length" in headers:
            return TWO_LENGTHS
        if not self.access.knows(hostname(headers)):
            return UNKNOWN_NAME
        named = headers.get("origin", "").lower() in self.access.origins
        if not named and is_foreign(scope["method"], headers):
            return FOREIGN
        if is_open(scope["path"]):
            return None
        try:
            reader = self.access.reader(headers)
        except (OSError, ValueError):
            log.exception("The keys cannot be read: nobody is let in")
            return NO_TOKEN
        if reader is not None:
            return self._of(reader, scope, got)
        if "authorization" in headers:
            if seconds := self.rates.sign_in(_client(scope)):
                return too_many(seconds)
            self.rates.failed(_client(scope))
        if scope["method"] == "GET" and wants_page(headers):
            return render_sign_in(Request(scope), _address(scope))
        return NO_TOKEN

    def _of(self, reader: Reader, scope: Scope, got: Scope) -> ASGIApp | None:
        """What keeps one who is known from asking this; their chats are theirs alone."""
        got["reader"] = reader
        owner.set(reader.name)
        if seconds := self.rates.request(reader.name or _client(scope)):
            return too_many(seconds)
        if not reader.may(scope["method"], scope["path"]):
            return NOT_YOURS
        return None

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
    return {**scope, "method": "GET" if scope["method"] == "HEAD" else scope["method"]}


def _client(scope: Scope) -> str:
    """The address that asks."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def too_many(seconds: int) -> ASGIApp:
    return ProblemResponse(problem_of(TooMany(seconds)), {"retry-after": str(seconds)})


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
#: Who stands before us may have taken the other length, and what follows for another request.
TWO_LENGTHS = ProblemResponse(
    problem(400, "malformed", "The body's length is said twice.", "Send one."),
    {"connection": "close"},
)
FOREIGN = ProblemResponse(problem(403, "cross-site", "Another site's page asked for this."))
NOT_YOURS = ProblemResponse(
    problem_of(
        NotYours("This key may ask, and change nothing.", hint="Use one of the scope `manage`.")
    )
)
NO_TOKEN = ProblemResponse(
    problem(401, "unauthorized", "This server asks for its token."),
    {"www-authenticate": "Bearer"},
)
