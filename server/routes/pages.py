"""The pages: asking, reading a source, the library, the API. All of them work without scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.templating import Jinja2Templates
from markupsafe import Markup, escape
from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse, Response

from index import Article, Library, Source, Span, YoujuError
from server import conversations
from server.errors import problem, problem_of
from server.i18n import CATALOGUE, HTML_LANG, LANGUAGES, script_strings, translate
from server.routes.ask import answer_question
from server.routes.deps import LibraryDep, ServicesDep
from server.routes.sources import Limit, Offset, Search, add_files, source_page
from server.schemas import ConversationId, QuestionText
from server.services import Services
from server.viewing import answer_pieces, article_at, clean_view, original_view
from server.wire import source_path, view_path

THEMES = ("system", "light", "dark")
EXAMPLES = 4
CODE = re.compile(r"`([^`]+)`")
YEAR_S = 365 * 24 * 3600

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(Path(__file__).parent.parent / "templates")
templates.env.trim_blocks = templates.env.lstrip_blocks = True
templates.env.globals.update(
    answer_pieces=answer_pieces, source_path=source_path, view_path=view_path
)
templates.env.filters["code"] = lambda text: Markup(CODE.sub(r"<code>\1</code>", escape(text)))
templates.env.filters["pretty"] = lambda value: json.dumps(value, ensure_ascii=False, indent=2)
_question = TypeAdapter(QuestionText)
_conversation_id = TypeAdapter(ConversationId)


def render(
    request: Request, name: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> Response:
    """A template in the reader's language and theme."""
    lang = _choice(request.cookies.get("lang"), LANGUAGES)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return templates.TemplateResponse(
        request,
        name,
        {
            "t": lambda key, **values: translate(lang, key, **values),
            "lang": lang,
            "html_lang": HTML_LANG[lang],
            "other_lang": LANGUAGES[1 - LANGUAGES.index(lang)],
            "theme": _choice(request.cookies.get("theme"), THEMES),
            "themes": THEMES,
            "strings": script_strings(lang),
            "here": path if request.method == "GET" else "/",
            **(context or {}),
        },
        status_code=status,
    )


def _choice(value: str | None, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else allowed[0]


def render_problem(request: Request, body: Mapping[str, Any]) -> Response:
    """A problem as a page."""
    return render(
        request, "error.html", {"problem": body, "words": words_key(body)}, body["status"]
    )


def words_key(body: Mapping[str, Any]) -> str:
    """The catalogue key that says a problem in the reader's language."""
    key = f"error.{body['type'].rsplit(':', 1)[-1]}"
    return key if key in CATALOGUE else "error.internal"


@router.get("/")
def home(
    request: Request, services: ServicesDep, q: Annotated[str, Query(max_length=2000)] = ""
) -> Response:
    return render(request, "chat.html", _welcome(services) | {"turns": [], "draft": q})


def _welcome(services: Services) -> dict[str, Any]:
    """What an empty page shows: how many sources there are and what one could ask."""
    if not services.ready:
        return {"ready": False, "count": 0, "examples": []}
    count = services.library.count()
    return {"ready": True, "count": count, "examples": _examples(services) if count else []}


def _examples(services: Services) -> list[str]:
    """Questions that have been tried; until there are some, one about each of the first titles."""
    tried = services.examples.questions(services.library, services.answerer)
    if tried:
        return list(tried)
    found = services.library.sources(0, EXAMPLES)
    titles = [title.strip("“”") for s in found for title in s.titles[:1] if title]
    return [translate("zh", "ask.about", title=title) for title in titles]


@router.post("/")
def ask_by_form(
    request: Request,
    services: ServicesDep,
    question: Annotated[str, Form()] = "",
    conversation_id: Annotated[str, Form()] = "",
) -> Response:
    """Asking without scripts: answer, remember, and show the conversation."""
    try:
        text = _question.validate_python(question)
        cid = _conversation_id.validate_python(conversation_id or conversations.new_id())
    except ValidationError:
        body = problem(422, "invalid", translate("zh", "error.invalid"))
        return render_problem(request, body)
    answer = answer_question(services, _form_question(services, text, cid))
    return RedirectResponse(f"/c/{cid}#t-{answer.id}", status_code=303)


def _form_question(services: Services, text: str, conversation_id: str) -> Any:
    from server.records import Question

    history = conversations.history(services.library, conversation_id)
    return Question(text, conversation_id, history, services.settings.top_k)


@router.get("/c/{id}")
def read_conversation(request: Request, id: str, library: LibraryDep) -> Response:
    found = conversations.conversation(library, id)
    context = {"turns": found["turns"], "conversation_id": id, "draft": "", "ready": True}
    return render(request, "chat.html", context)


@router.get("/sources/{id:path}/view")
def view_source(
    request: Request,
    id: str,
    library: LibraryDep,
    start: Annotated[int | None, Query(ge=0)] = None,
    end: Annotated[int | None, Query(ge=0)] = None,
    article: str = "",
    sha256: str = "",
    mode: str = "clean",
    fragment: bool = False,
) -> Response:
    """A source with a span marked: the page behind every citation, and what the pane shows."""
    source = library.source(id)
    articles = library.catalog.articles_of(id)
    changed = bool(sha256) and sha256 != source.sha256
    mark = Span(start, end) if start is not None and end is not None and start < end else None
    context = _view(source, articles, None if changed else mark, article, mode)
    name = "_source.html" if fragment else "source.html"
    query = {"start": start, "end": end, "article": article, "sha256": sha256}
    context["query"] = urlencode({k: v for k, v in query.items() if v not in (None, "")})
    return render(request, name, context | {"source": source, "changed": changed, "mark": mark})


def _view(
    source: Source, articles: list[Article], mark: Span | None, wanted: str, mode: str
) -> dict[str, Any]:
    article = article_at(articles, mark, wanted)
    blocks, cut = original_view(source, mark)
    if mode != "original" and article is not None:
        blocks, cut = clean_view(article, mark), False
    return {
        "article": article,
        "articles": articles,
        "blocks": blocks,
        "cut": cut,
        "mode": "original" if mode == "original" or article is None else "clean",
    }


@router.get("/library")
def show_library(
    request: Request,
    library: LibraryDep,
    services: ServicesDep,
    offset: Offset = 0,
    limit: Limit = 50,
    q: Search = "",
) -> Response:
    return _library_page(request, library, services, offset, limit, q)


def _library_page(
    request: Request,
    library: Library,
    services: Services,
    offset: int = 0,
    limit: int = 50,
    q: str = "",
    **more: Any,
) -> Response:
    page = source_page(library, offset, limit, q)
    context = {"page": page, "q": q, "limit_mb": services.settings.upload_limit_mb}
    return render(request, "library.html", context | more)


@router.post("/library")
def add_by_form(
    request: Request,
    library: LibraryDep,
    services: ServicesDep,
    files: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """Uploading without scripts."""
    named = [f for f in files or [] if f.filename]
    results = add_files(library, named, services.settings.upload_limit_mb * 2**20)
    return _library_page(request, library, services, results=results, uploaded=True)


@router.post("/library/delete")
def delete_by_form(
    request: Request, library: LibraryDep, services: ServicesDep, name: Annotated[str, Form()]
) -> Response:
    """Deleting without scripts."""
    library.source(name)
    library.delete(name)
    return _library_page(request, library, services, deleted=name)


@router.get("/prefs")
def set_preferences(
    lang: str | None = None, theme: str | None = None, back: str = "/"
) -> RedirectResponse:
    """Remember the language or the theme and go back to where the reader was."""
    local = back.startswith("/") and not back.startswith(("//", "/\\"))
    response = RedirectResponse(back if local else "/", status_code=303)
    for name, value, allowed in (("lang", lang, LANGUAGES), ("theme", theme, THEMES)):
        if value is not None and value in allowed:
            response.set_cookie(name, value, max_age=YEAR_S, samesite="lax")
    return response


@router.get("/docs")
def show_docs(request: Request) -> Response:
    """The API as a page of ours, from the same OpenAPI document that machines read."""
    spec = request.app.openapi()
    routes = [
        {"method": method.upper(), "path": path} | operation
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "docs.html", {"spec": spec, "routes": routes})


def page_problem(request: Request, error: YoujuError) -> Response:
    return render_problem(request, problem_of(error))
