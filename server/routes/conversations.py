"""/conversations: what was asked and answered, as it was."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from server.conversations import conversation
from server.routes.deps import LibraryDep
from server.routes.sources import example, problem_example
from server.schemas import EXAMPLE_ANSWER, ConversationOut

router = APIRouter(tags=["conversations"])

EXAMPLE: dict[str, Any] = {"id": "5d2b8e", "turns": [EXAMPLE_ANSWER | {"changed": []}]}


@router.get(
    "/conversations/{id}",
    response_model=ConversationOut,
    responses={200: example(EXAMPLE), 404: problem_example("No such conversation")},
    summary="Read a conversation",
)
def read_conversation(id: str, library: LibraryDep) -> dict[str, Any]:
    """Every turn as it was answered; `changed` lists citations whose source changed since."""
    return conversation(library, id)
