"""create_app: the application, its lifespan and its errors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from index import Library, YoujuError, engine_errors, explained
from server.errors import problem, problem_of
from server.services import AnswersQuestions, Services
from server.settings import Settings
from server.upkeep import logs
from server.upkeep.audit import Audit
from server.web.access import access_of
from server.web.connections import Connection
from server.web.forms import own_forms
from server.web.middleware import SECURITY_HEADERS, Guard
from server.web.rates import Rates
from server.web.rendering import render_problem, wants_page
from server.web.responses import ProblemResponse
from server.web.routes import (
    ask,
    chat,
    check,
    conversations,
    evaluation,
    feedback,
    library_page,
    metadata,
    openai,
    openai_embeddings,
    openai_responses,
    ops,
    originals,
    pages,
    sign_in,
    sources,
    talks,
    uploads,
)
from server.web.tracing import trace

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
KINDS = {
    400: "malformed",
    404: "not-found",
    405: "method-not-allowed",
    408: "too-slow",
    413: "too-large",
}
UPLOADS = ("/sources", "/library", "/library/uploads")
JSON_PATHS = ("/ask", "/check", "/feedback")
#: The pages come first: /sources/{id}/view would otherwise be a source's id.
ROUTES = (
    sign_in,
    pages,
    metadata,
    originals,
    chat,
    talks,
    library_page,
    uploads,
    evaluation,
    ask,
    check,
    sources,
    conversations,
    feedback,
    openai,
    openai_responses,
    openai_embeddings,
    ops,
)
#: What every operation may answer, too.
REFUSALS: dict[int | str, dict[str, Any]] = {
    422: sources.problem_example("What was sent is not what this takes"),
    "default": sources.problem_example("Refused, or not possible now: a problem object says why"),
}
DESCRIPTION = "Question answering over a folder of articles, every sentence cited and checked."


def create_app(
    settings: Settings | None = None,
    answerer: AnswersQuestions | None = None,
    library: Library | None = None,
) -> FastAPI:
    """The application. A library and an answerer that are handed in are used as they are;
    otherwise the lifespan opens them once, in a thread, while /readyz says 503."""
    services = Services(settings or Settings(), opened_library=library, opened_answerer=answerer)
    app = FastAPI(
        title="Youju 有据",
        version=version("youju"),
        description=DESCRIPTION,
        lifespan=_lifespan,
        dependencies=[Depends(own_forms)],
        responses=REFUSALS,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.services = services
    services.metrics.watch("youju_connections", "Open connections.", lambda: Connection.open)
    app.state.access = access_of(services.settings)
    app.state.rates = Rates(services.settings.rate)
    _guard(app, services)
    app.mount("/static", StaticFiles(directory=HERE / "web" / "static"), name="static")
    for module in ROUTES:
        app.include_router(module.router)
    _explain_errors(app)
    trace(app)
    return app


def _guard(app: FastAPI, services: Services) -> None:
    """What every request passes on its way in, and every answer on its way out."""
    app.add_middleware(
        Guard,
        rates=app.state.rates,
        audit=Audit(services.settings.library),
        metrics=services.metrics,
        upload_bytes=services.settings.upload_limit_mb * 2**20,
        access=app.state.access,
    )
    app.add_middleware(GZipMiddleware, minimum_size=1024)  # streams of events stay as they are
    if app.state.access.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=app.state.access.origins,
            allow_methods=["GET", "POST", "PATCH", "DELETE"],
            allow_headers=["authorization", "content-type", "last-event-id"],
        )


def _explain_errors(app: FastAPI) -> None:
    ours: tuple[type[Exception], ...] = (YoujuError, *engine_errors())
    for kind in ours:
        app.add_exception_handler(kind, _on_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(Exception, _on_error)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    opening = None
    services.share()
    services.heed_signals()
    if not services.ready:
        opening = asyncio.create_task(asyncio.to_thread(services.open))
    else:
        services.watch()
        services.intake.wake()
        services.inspect()
    if services.settings.workers > 1 and opening is not None:
        await opening  # another worker answers until then
    yield
    services.begin_shutdown()
    services.end_work()
    if opening is not None:
        await opening
    if services.ready:
        await asyncio.to_thread(services.intake.stop)
    if services.watcher is not None:
        await asyncio.to_thread(services.watcher.stop)
    await asyncio.to_thread(services.tries.close)
    if services.settings.workers == 1:  # of several, the last one out is who began them
        services.trash.empty()


def _respond(
    request: Request, body: dict[str, Any], headers: dict[str, str] | None = None
) -> Response:
    """A page for a person who is browsing, a problem object for a program."""
    if wants_page(request.headers):
        page = render_problem(request, body)
        page.headers.update(headers or {})
        return page
    return ProblemResponse(body, headers)


async def _on_error(request: Request, error: Exception) -> Response:
    told = explained(error)
    if told is None:
        log.error("Unexpected error", exc_info=error)
    elif told is not error:
        log.warning("%s", told)
    # An accident is answered outside the guard, which would have set these.
    headers = SECURITY_HEADERS | {"x-request-id": logs.present_id()}
    if told is None:
        headers["connection"] = "close"  # uvicorn closes it, and the client should know
    if seconds := getattr(told, "retry_after_s", 0):
        headers["retry-after"] = str(seconds)
    return _respond(request, problem_of(error), headers)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = KINDS.get(error.status_code, "error")
    body = problem(error.status_code, kind, str(error.detail))
    return _respond(request, body, dict(error.headers or {}))


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        body = problem(400, "malformed", f"The body is not JSON: {first['ctx']['error']}.")
    elif not _expected_type(request):
        got = request.headers.get("content-type") or "no content type"
        body = problem(415, "unsupported-media-type", f"The body came with {got}.")
    else:
        where = ".".join(str(part) for part in first["loc"])
        hint = "See /docs for what this path takes."
        body = problem(422, "invalid", f"{where}: {first['msg']}.", hint)
    return _respond(request, body)


def _expected_type(request: Request) -> bool:
    if request.method != "POST":
        return True
    got = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if request.url.path in UPLOADS:
        return got == "multipart/form-data"
    if request.url.path in JSON_PATHS:
        return got == "application/json" or got.endswith("+json")
    return True
