"""What an article is called, who wrote it and when it appeared, as a reader says instead of its file."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from index import Library, SourceError, SourceNotFound
from index.edits import FIELDS
from server.web.about import about
from server.web.addresses import source_path
from server.web.rendering import query_string, render
from server.web.routes.deps import LibraryDep
from server.web.routes.pages import view
from server.web.routes.sources import example, problem_example
from server.web.schemas.sources import ArticleMetadata, MetadataBody

router = APIRouter(tags=["sources"])

EXAMPLE = {
    "id": "ea1fe7920e312da0",
    "source": "000_9c7128e140aee367.txt",
    "title": "“新星”产业集群 如何赢得未来",
    "author": None,
    "published": "2025-06-10",
    "read": {"title": "“新星”产业集群 如何赢得未来", "author": None, "published": None},
}
MISSING = problem_example("No such article")
Field = Annotated[str, Form(max_length=1000)]


@router.get(
    "/articles/{id}",
    response_model=ArticleMetadata,
    responses={200: example(EXAMPLE), 404: MISSING},
    summary="What an article is called",
)
def read_article(id: str, library: LibraryDep) -> dict[str, Any]:
    """Its title, author and date, and under `read` what its file says where that differs."""
    return _metadata(library, id)


@router.patch(
    "/articles/{id}",
    response_model=ArticleMetadata,
    responses={200: example(EXAMPLE), 404: MISSING, 422: problem_example("Not a date")},
    summary="Call an article otherwise",
)
def change_article(id: str, body: MetadataBody, library: LibraryDep) -> dict[str, Any]:
    """Without touching the file: its text, and every citation, stay as they are.

    What is left out stays, an empty text is none, and `null` is what the file says.
    """
    article = library.article(id)
    if article is None:
        raise SourceNotFound(f"the library holds no article {id!r}")
    edit = library.edit_of(article)
    given = dict(edit.given) if edit else {}
    given |= body.model_dump(exclude_unset=True)
    library.edit(id, {field: text for field, text in given.items() if text is not None})
    return _metadata(library, id)


def _metadata(library: Library, id: str) -> dict[str, Any]:
    article = library.article(id)
    if article is None:
        raise SourceNotFound(f"the library holds no article {id!r}")
    read = library.as_read(article)
    told = {"id": article.id, "source": article.source}
    told |= {field: getattr(article, field) for field in FIELDS}
    return told | {"read": {field: getattr(read, field) for field in FIELDS}}


@router.post("/sources/{id:path}/edit", include_in_schema=False)
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
