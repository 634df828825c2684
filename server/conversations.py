"""Conversations as the library keeps them: whole answers, so that nothing is renumbered later."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from index import Library, SourceNotFound
from server.errors import ConversationNotFound
from server.records import Answer, Turn
from server.wire import answer_dict

REMEMBERED_TURNS = 50


def new_id() -> str:
    return uuid4().hex


def history(library: Library, conversation_id: str) -> tuple[Turn, ...]:
    """What was asked and answered before, oldest first; empty for a new conversation."""
    answers = stored(library, conversation_id)[-REMEMBERED_TURNS:]
    return tuple(Turn(a["question"], a["answer"]) for a in answers)


def save(library: Library, answer: Answer) -> None:
    """Append an answer to its conversation."""
    library.catalog.save_turn(answer.conversation_id, answer.question, answer_dict(answer))


def stored(library: Library, conversation_id: str) -> list[dict[str, Any]]:
    """The answers of a conversation as they were given."""
    return [dict(turn.answer) for turn in library.catalog.turns(conversation_id)]


def conversation(library: Library, conversation_id: str) -> dict[str, Any]:
    """A conversation, each turn telling which of its citations lost their source.

    Raises: ConversationNotFound.
    """
    turns = stored(library, conversation_id)
    if not turns:
        raise ConversationNotFound(
            f"No conversation {conversation_id!r}.", hint="Start a new one at /."
        )
    hashes: dict[str, str | None] = {}
    return {
        "id": conversation_id,
        "turns": [turn | {"changed": _changed(library, turn, hashes)} for turn in turns],
    }


def _changed(library: Library, turn: dict[str, Any], hashes: dict[str, str | None]) -> list[int]:
    for name in {c["source"] for c in turn["citations"]} - hashes.keys():
        try:
            hashes[name] = library.source(name).sha256
        except SourceNotFound:
            hashes[name] = None
    return [c["number"] for c in turn["citations"] if hashes[c["source"]] != c["sha256"]]
