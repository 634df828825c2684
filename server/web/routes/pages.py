"""A source as a page, the API as a page, the reader's preferences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from index import Article, Library, Source, SourceNotFound, Span
from index.reading import is_binary
from server.chat.quotes import in_context
from server.chat.references import gbt7714, plain
from server.web.about import about
from server.web.addresses import local_path, source_path
from server.web.i18n import LANGUAGES
from server.web.paging import page_count, pages_of
from server.web.rendering import TEXTS, THEMES, query_string, render
from server.web.routes.deps import LibraryDep
from server.web.viewing import (
    Mark,
    ViewBlock,
    ViewTable,
    article_at,
    clean_view,
    original_view,
)

YEAR_S = 365 * 24 * 3600

router = APIRouter(include_in_schema=False)

Also = Annotated[
    list[Annotated[str, Query(pattern=r"^\d{1,9}:\d{1,9}-\d{1,9}$")]], Query(max_length=50)
]


@router.get("/sources/{id:path}/view")
def view_source(
    request: Request,
    id: str,
    library: LibraryDep,
    start: Annotated[int | None, Query(ge=0)] = None,
    end: Annotated[int | None, Query(ge=0)] = None,
    article: str = "",
    sha256: str = "",
    n: Annotated[int, Query(ge=0)] = 0,
    also: Also = [],  # noqa: B006 -- FastAPI copies it
    mode: str = "",
    page: Annotated[int, Query(ge=0, le=10**6)] = 0,
    fragment: bool = False,
    back: Annotated[str, Query(max_length=500)] = "",
    saved: Literal["", "1", "reset"] = "",
) -> Response:
    """A source with a span marked: the page behind every citation, and what the pane shows.

    ``also`` are the other citations of the same answer, as ``number:start-end``; ``back`` is the
    talk that it was opened from.
    """
    context = view(library, id, start, end, article, sha256, n, also, mode, page, fragment=fragment)
    context["back"] = local_path(back) if back else ""
    if not fragment:
        context |= about(library, context["article"]) | {"saved": saved}
    return render(request, "_source.html" if fragment else "source.html", context)


@router.get("/sources/{id:path}/card")
def show_card(
    request: Request,
    id: str,
    library: LibraryDep,
    start: Annotated[int, Query(ge=0)],
    end: Annotated[int, Query(ge=0)],
    article: str = "",
    sha256: str = "",
) -> Response:
    """What a citation says between its neighbours, and how to name it elsewhere."""
    source = library.source(id)
    found = article_at(library.articles_of(source.name), Span(start, end), article)
    context = in_context(found, start, end) if found and sha256 in ("", source.sha256) else None
    if found is None or context is None:
        raise SourceNotFound(f"{source.name!r} no longer says what was cited.")
    shown = {"source": source, "article": found, "context": context}
    place = {"start": str(start), "end": end, "article": article, "sha256": sha256}
    link = f"{source_path(source.name)}/view{query_string(**place)}#cite"
    return render(request, "_card.html", shown | _references(found, link))


def _references(article: Article, link: str) -> dict[str, str]:
    today = datetime.now().astimezone().date()
    return {"plain": plain(article), "gbt7714": gbt7714(article, today), "link": link}


def view(
    library: Library,
    id: str,
    start: int | None,
    end: int | None,
    article: str = "",
    sha256: str = "",
    n: int = 0,
    also: Sequence[str] = (),
    mode: str = "",
    page: int = 0,
    *,
    fragment: bool = True,
) -> dict[str, Any]:
    """What the templates show of a source, as ``view_source`` was asked. Raises: SourceNotFound."""
    source = library.source(id)
    articles = library.articles_of(source.name)
    changed = bool(sha256) and sha256 != source.sha256
    marks = [] if changed else _marks(n, start, end, also)
    modes = _modes(library, source)
    mode = mode if mode in modes else modes[0]
    context = _view(source, articles, marks, article, mode)
    if mode == "page":
        context["shown"], context["page_count"] = pages_of(source, marks, page), page_count(source)
    given = {"start": start, "end": end, "article": article, "sha256": sha256, "n": n}
    kept = {name: str(value) for name, value in given.items() if value is not None}
    context["query"] = query_string(**kept, also=also)
    context["mark_links"] = {mark: _mark_link(mark, marks, source, mode) for mark in marks}
    mark = marks[0] if marks else None
    edit = library.edit_of(context["article"]) if context["article"] else None
    more = {
        "retitled": edit is not None and "title" in edit.given,
        "modes": modes,
        "binary": is_binary(source.name),
        "source": source,
        "changed": changed,
        "mark": mark,
        "fragment": fragment,
    }
    if mark and context["article"]:
        link = f"{source_path(source.name)}/view{context['query']}#cite"
        more |= _references(context["article"], link)
    return context | more


def _marks(n: int, start: int | None, end: int | None, also: Sequence[str]) -> list[Mark]:
    """The mark asked for first, then the others."""
    texts = [f"{n}:{start}-{end}"] if start is not None and end is not None else []
    marks = []
    for text in [*texts, *also]:
        number, _, span = text.partition(":")
        first, _, last = span.partition("-")
        if int(first) < int(last):
            marks.append(Mark(int(number), Span(int(first), int(last))))
    return marks


def _mark_link(mark: Mark, marks: list[Mark], source: Source, mode: str) -> str:
    """The query that opens the same view at another of its marks."""
    others = [f"{m.number}:{m.span.start}-{m.span.end}" for m in marks if m is not mark]
    return query_string(
        start=str(mark.span.start),
        end=mark.span.end,
        sha256=source.sha256,
        n=mark.number,
        also=others,
        mode=mode,
    )


def _view(
    source: Source, articles: list[Article], marks: list[Mark], wanted: str, mode: str
) -> dict[str, Any]:
    article = article_at(articles, marks[0].span if marks else None, wanted)
    original = mode == "original" or article is None
    blocks: Sequence[ViewBlock | ViewTable]
    if original or article is None:
        blocks, cut = original_view(source, marks)
    else:
        blocks, cut = clean_view(article, marks), False
    return {
        "article": article,
        "articles": articles,
        "blocks": blocks,
        "cut": cut,
        "mode": mode if mode == "page" else "original" if original else "clean",
    }


def _modes(library: Library, source: Source) -> tuple[str, ...]:
    """How a source can be shown; its pages, where it has some and its file is still there."""
    paged = bool(source.places) and library.original(source) is not None
    return ("page", "clean", "original") if paged else ("clean", "original")


@router.get("/prefs")
def set_preferences(
    lang: str | None = None,
    theme: str | None = None,
    text: str | None = None,
    back: str = "/",
) -> RedirectResponse:
    """Remember the language, the theme or the size of text and go back to where the reader was."""
    response = RedirectResponse(local_path(back), status_code=303)
    kept = (("lang", lang, LANGUAGES), ("theme", theme, THEMES), ("text", text, TEXTS))
    for name, value, allowed in kept:
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
