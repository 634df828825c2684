"""What an article is called, who wrote it and when it appeared, as a reader says instead of its file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from index import SourceError
from server.web.about import about
from server.web.addresses import source_path
from server.web.rendering import query_string, render
from server.web.routes.deps import LibraryDep
from server.web.routes.pages import view

router = APIRouter(include_in_schema=False)

Field = Annotated[str, Form(max_length=1000)]


@router.post("/sources/{id:path}/edit")
def edit_article(
    request: Request,
    id: str,
    library: LibraryDep,
    article: Annotated[str, Form()],
    title: Field = "",
    author: Field = "",
    published: Field = "",
    reset: bool = Form(default=False),
) -> Response:
    """Call an article otherwise than its file does, or, with ``reset``, as its file does."""
    given = {} if reset else {"title": title, "author": author, "published": published}
    try:
        edited = library.edit(article, given)
    except SourceError as error:
        wrong = error.args[0].partition(":")[0]
        context = view(library, id, None, None, article, fragment=False)
        context |= about(library, context["article"]) | {
            "given": given,
            "wrong": wrong,
            "back": "",
            "saved": "",
        }
        return render(request, "source.html", context, 422)
    where = query_string(article=edited.id, saved="reset" if reset else "1")
    return RedirectResponse(f"{source_path(edited.source)}/view{where}#about", status_code=303)
