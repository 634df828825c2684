"""POST /check: a text in, a verdict on each of its claims out; and the page that shows it."""

from __future__ import annotations

import logging
from collections.abc import Generator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import JSONResponse, Response

from index import Library, SourceError
from index.reading import SUFFIXES
from server.chat.quotes import QuoteReader
from server.checking.export import markdown, stretches
from server.checking.files import text_of_bytes
from server.checking.records import TEXT_CHARS, Check, check_dict, step_dict
from server.errors import problem_of
from server.services import Services
from server.stages import Stages
from server.web.i18n import LANGUAGES, translate
from server.web.rendering import choice, render
from server.web.responses import sse
from server.web.routes.ask import check_scope, streamed, worked
from server.web.routes.deps import LibraryDep, ServicesDep
from server.web.schemas.checks import EXAMPLE_CHECK, EXAMPLE_CHECK_STREAM, CheckBody, CheckOut

log = logging.getLogger(__name__)
router = APIRouter()

EXAMPLES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The claims; with `stream: true`, server-sent events.",
        "content": {
            "application/json": {"example": EXAMPLE_CHECK},
            "text/event-stream": {"example": EXAMPLE_CHECK_STREAM},
        },
    }
}
Export = Literal["", "md", "html", "json"]


@router.post(
    "/check", response_model=CheckOut, responses=EXAMPLES, summary="Check a text", tags=["check"]
)
def check_text(body: CheckBody, services: ServicesDep, library: LibraryDep) -> Response:
    """Every sentence that claims something is borne out, in part, contradicted or not found.

    Headings, greetings, questions and opinions are left alone. Nothing is kept. With `stream: true`
    the events are `citation`, `claim` (with `at` and `total`), `done` (the whole object) and `error`.
    """
    check_scope(library, body.sources)
    stop = Stages()
    if body.stream:
        return streamed(services, _events(services, body, stop), stop)

    def work() -> dict[str, Any]:
        return check_dict(services.checker.check(body.text, sources=body.sources, stop=stop))

    return worked(services, work, stop)


def _events(services: Services, body: CheckBody, stop: Stages) -> Generator[bytes]:
    number = 0
    try:
        steps = services.checker.stream(body.text, sources=body.sources, stop=stop)
        for number, step in enumerate(steps, 1):
            yield sse(number, step.name, step_dict(step))
    except Exception as error:
        log.warning("A check ended early: %s", error, exc_info=problem_of(error)["status"] >= 500)
        yield sse(number + 1, "error", problem_of(error))


# ---- the page -----------------------------------------------------------------------------------


@router.get("/check", include_in_schema=False)
def show_check(request: Request) -> Response:
    return render(request, "check.html", _empty())


@router.post("/check/form", include_in_schema=False)
def check_by_form(
    request: Request,
    services: ServicesDep,
    library: LibraryDep,
    text: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
    export: Annotated[Export, Form()] = "",
    fragment: Annotated[bool, Form()] = False,
) -> Response:
    """The page with a text's marks; what comes back in other formats is made of the same check."""
    text, format = text.replace("\r\n", "\n"), "txt"
    if file is not None and file.filename:
        try:
            text, format = text_of_bytes(file.file.read(), file.filename)
        except SourceError as error:
            return _told(request, "check.unreadable", why=str(error))
    if not text.strip():
        return _told(request, "check.nothing")
    if len(text) > TEXT_CHARS:
        return _told(request, "check.too_long", chars=f"{len(text):,}", most=f"{TEXT_CHARS:,}")
    stop = Stages()

    def work() -> Response:
        check = services.checker.check(text, format=format, stop=stop)
        if export:
            return _exported(request, library, check, export)
        name = "_checked.html" if fragment else "check.html"
        return render(request, name, _empty() | {"text": text} | _shown(library, check))

    return worked(services, work, stop)


def _empty() -> dict[str, Any]:
    return {"text": "", "most": TEXT_CHARS, "suffixes": SUFFIXES, "check": None, "told": ""}


def _told(request: Request, key: str, **values: str) -> Response:
    told = translate(choice(request.cookies.get("lang"), LANGUAGES), key, **values)
    return render(request, "check.html", _empty() | {"told": told}, 422)


def _shown(library: Library, check: Check) -> dict[str, Any]:
    """What the templates show of a check."""
    reading = QuoteReader(library)
    shown = check_dict(check)
    read = {c["number"]: reading({"changed": ()}, c) for c in shown["citations"]}
    return {
        "check": shown,
        "flagged": check.flagged,
        "stretches": stretches(check),
        "by_number": {c["number"]: c for c in shown["citations"]},
        "read": read,
    }


def _exported(request: Request, library: Library, check: Check, export: Export) -> Response:
    lang = choice(request.cookies.get("lang"), LANGUAGES)
    headers = {"content-disposition": f'attachment; filename="youju-check.{export}"'}
    if export == "json":
        return JSONResponse(check_dict(check), headers=headers)
    if export == "md":
        text = markdown(check, lambda key, **values: translate(lang, key, **values))
        return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)
    page = render(request, "check_export.html", _shown(library, check))
    page.headers.update(headers)
    return page
