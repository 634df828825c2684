"""/conversations: what was asked and answered, as it was."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from server.chat import conversations
from server.chat.export import markdown
from server.chat.quotes import Reading
from server.web.routes.deps import LibraryDep
from server.web.routes.sources import Limit, Offset, example, problem_example
from server.web.schemas.conversations import ConversationOut, ConversationPage, RenameBody
from server.web.schemas.examples import EXAMPLE_ANSWER

router = APIRouter(tags=["conversations"])

MOMENT = "2026-01-05T08:00:00+00:00"
LINE = {
    "id": "5d2b8e",
    "title": EXAMPLE_ANSWER["question"],
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "turns": 1,
}
EXAMPLE: dict[str, Any] = {
    "id": "5d2b8e",
    "title": EXAMPLE_ANSWER["question"],
    "created_at": MOMENT,
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
    """A page of the conversations, the latest first."""
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
    summary="Rename a conversation",
)
def rename_conversation(id: str, body: RenameBody, library: LibraryDep) -> Response:
    """The title is the first question until it is given another."""
    conversations.rename(library, id, body.title)
    return Response(status_code=204)


@router.delete(
    "/conversations/{id}",
    status_code=204,
    responses={404: MISSING},
    summary="Delete a conversation",
)
def delete_conversation(id: str, library: LibraryDep) -> Response:
    """Its turns and the feedback on them go, too."""
    conversations.delete(library, id)
    return Response(status_code=204)


EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A file",
        "content": {
            "application/json": {"example": EXAMPLE},
            "text/markdown": {"example": MARKDOWN},
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
    id: str, library: LibraryDep, format: Literal["markdown", "json"] = "markdown"
) -> Response:
    """A file to keep: Markdown with the citations as footnotes, or JSON with everything."""
    found = conversations.conversation(library, id)
    if format == "markdown":
        return attachment(markdown(found, Reading(library)), "text/markdown", f"youju-{id}.md")
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    return attachment(text, "application/json", f"youju-{id}.json")


def attachment(text: str, media_type: str, name: str) -> Response:
    """A response that a browser saves. ``name`` is of plain letters."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=media_type, headers=headers)
