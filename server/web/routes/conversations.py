"""/conversations: what was asked and answered, as it was."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from server.chat import conversations
from server.chat.export import markdown
from server.chat.export_docx import TYPE as DOCX
from server.chat.export_docx import docx
from server.chat.quotes import QuoteReader
from server.citing.cited import Shelf
from server.citing.formats import FORMATS
from server.web.rendering import render
from server.web.routes.deps import LibraryDep, ServicesDep
from server.web.routes.sources import Limit, Offset, example, problem_example
from server.web.schemas.conversations import ChangeBody, ConversationOut, ConversationPage
from server.web.schemas.examples import EXAMPLE_ANSWER

#: Characters of a title that make a file's name.
TITLED = 40

router = APIRouter(tags=["conversations"])

MOMENT = "2026-01-05T08:00:00+00:00"
LINE = {
    "id": "5d2b8e",
    "title": EXAMPLE_ANSWER["question"],
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "turns": 1,
    "pinned": False,
}
EXAMPLE: dict[str, Any] = {
    "id": "5d2b8e",
    "title": EXAMPLE_ANSWER["question"],
    "created_at": MOMENT,
    "pinned": False,
    "turns": [
        EXAMPLE_ANSWER | {"asked_at": MOMENT, "changed": [], "scope": [], "standalone": False}
    ],
}
PAGE = {"conversations": [LINE], "offset": 0, "limit": 50, "next_offset": None}
MARKDOWN = "# 33618\n\n## 18指什么？\n\n…18个“新星”产业集群。[^1-1]\n\n[^1-1]: … 「…」\n"
MISSING = problem_example("No such conversation")

Words = Annotated[str, Query(max_length=200, description="Part of a title, question or answer.")]


@router.get("/conversations", responses={200: example(PAGE)}, summary="List the conversations")
def list_conversations(
    library: LibraryDep, offset: Offset = 0, limit: Limit = 50, query: Words = ""
) -> ConversationPage:
    """A page of the conversations, the pinned ones and then the latest first."""
    return ConversationPage.model_validate(conversations.page(library, offset, limit, query))


@router.get(
    "/conversations/{id}",
    response_model=ConversationOut,
    responses={200: example(EXAMPLE), 404: MISSING},
    summary="Read a conversation",
)
def read_conversation(id: str, library: LibraryDep) -> dict[str, Any]:
    """Every turn as it was answered; `changed` lists citations whose source changed since."""
    return conversations.conversation(library, id)


@router.patch(
    "/conversations/{id}",
    status_code=204,
    responses={404: MISSING},
    summary="Rename or pin a conversation",
)
def change_conversation(id: str, body: ChangeBody, library: LibraryDep) -> Response:
    """The title is the first question until it is given another; pinned conversations come first."""
    conversations.line(library, id)
    if body.title is not None:
        conversations.rename(library, id, body.title)
    if body.pinned is not None:
        conversations.pin(library, id, body.pinned)
    return Response(status_code=204)


@router.delete(
    "/conversations/{id}",
    status_code=204,
    responses={404: MISSING},
    summary="Delete a conversation",
)
def delete_conversation(id: str, library: LibraryDep) -> Response:
    """Its turns and the feedback on them go, too; for a day all can be restored."""
    conversations.delete(library, id)
    return Response(status_code=204)


@router.post(
    "/conversations/{id}/restore",
    status_code=204,
    responses={404: MISSING},
    summary="Restore a deleted conversation",
)
def restore_conversation(id: str, library: LibraryDep) -> Response:
    """It comes back as it was; a day after it was deleted it is gone."""
    conversations.put_back(library, id)
    return Response(status_code=204)


CITED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The citations",
        "content": {
            "application/ld+json": {"example": {"type": "AnnotationPage", "items": []}},
            "text/plain": {"example": "[1] 李明.滨河大桥通车[N].2026-11-03.\n"},
        },
    },
    404: MISSING,
}
CitationFormat = Annotated[
    Literal["annotation", "links", "gbt7714", "csl", "bibtex", "ris"],
    Query(description="The format that is wanted."),
]


@router.get(
    "/conversations/{id}/turns/{answer_id}/citations",
    response_class=Response,
    responses=CITED,
    summary="The citations of an answer in another format",
)
def answer_citations(
    request: Request,
    id: str,
    answer_id: str,
    library: LibraryDep,
    services: ServicesDep,
    format: CitationFormat = "annotation",
) -> Response:
    """`annotation` (W3C Web Annotation), `links` (that open the article's page at the quote),
    `gbt7714` (GB/T 7714-2015, numbered like the answer's citations), and of the articles that are
    cited, each once: `csl` (CSL-JSON), `bibtex`, `ris`.
    """
    turn = conversations.turn(library, id, answer_id)
    base = (services.settings.public_url or str(request.base_url)).rstrip("/")
    accessed = datetime.fromisoformat(turn["asked_at"]).date()
    chosen = FORMATS[format]
    text = chosen.write(Shelf(library, base).cited(turn, accessed))
    return Response(text, media_type=chosen.media_type)


EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A file",
        "content": {
            "application/json": {"example": EXAMPLE},
            "text/markdown": {"example": MARKDOWN},
            "text/html": {"example": "<!doctype html>…"},
            DOCX: {"example": "(a Word document)"},
        },
    },
    404: MISSING,
}


@router.get(
    "/conversations/{id}/export",
    response_class=Response,
    responses=EXPORTED,
    summary="Export a conversation",
)
def export_conversation(
    request: Request,
    id: str,
    library: LibraryDep,
    format: Literal["markdown", "html", "docx", "json"] = "markdown",
) -> Response:
    """A file to keep: Markdown or Word (`docx`) with the citations as footnotes, HTML that needs no
    other file, each quote between the sentences around it, or JSON with everything.
    """
    found, read = conversations.conversation(library, id), QuoteReader(library)
    match format:
        case "markdown":
            response = Response(markdown(found, read), media_type="text/markdown")
        case "html":
            response = render(request, "share.html", {"found": found, "reading": read})
        case "docx":
            response = Response(docx(found, read), media_type=DOCX)
        case "json":
            text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
            response = Response(text, media_type="application/json")
    name = {"markdown": "md"}.get(format, format)
    response.headers["content-disposition"] = attachment(f"youju-{id}.{name}", found["title"])
    return response


def attachment(name: str, title: str) -> str:
    """What has a browser save a file under its title; under ``name``, of plain letters, where it cannot.

    >>> print(attachment("youju-1.md", "多少？"))
    attachment; filename="youju-1.md"; filename*=UTF-8''%E5%A4%9A%E5%B0%91%EF%BC%9F.md
    """
    suffix = name.rpartition(".")[2]
    titled = quote(f"{title.strip('. ')[:TITLED] or name}.{suffix}", safe="")
    return f"attachment; filename=\"{name}\"; filename*=UTF-8''{titled}"
