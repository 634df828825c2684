"""Conversations as the library keeps them: whole answers, so that nothing is renumbered later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from index import Conversation, Library, SourceNotFound
from server.errors import ConversationNotFound
from server.records import Answer, Turn, answer_dict

REMEMBERED_TURNS = 50
TITLE_CHARS = 80

Hashes = dict[str, str | None]


def new_id() -> str:
    return uuid4().hex


def open_id(library: Library, wanted: str | None) -> str:
    """The id of a conversation that one may go on with: a new one where none is wanted.

    Raises: ConversationNotFound, when it is somebody else's.
    """
    if wanted and library.conversations.is_anothers(wanted):
        raise _not_found(wanted)
    return wanted or new_id()


def history(library: Library, conversation_id: str, before: str = "") -> tuple[Turn, ...]:
    """What was asked and answered, oldest first, up to the answer ``before``; empty when new."""
    answers = stored(library, conversation_id, None if before else REMEMBERED_TURNS)
    ids = [answer["id"] for answer in answers]
    end = ids.index(before) if before in ids else len(answers)
    first = max(0, end - REMEMBERED_TURNS)
    return tuple(
        Turn(a["question"], a["answer"], a["query"], a["refused"]) for a in answers[first:end]
    )


def save(
    library: Library,
    answer: Answer,
    replaces: str = "",
    *,
    sources: Sequence[str] = (),
    standalone: bool = False,
) -> None:
    """Append an answer to its conversation, in the place of ``replaces`` and what follows it."""
    kept = answer_dict(answer) | ({"scope": list(sources)} if sources else {})
    kept |= {"standalone": True} if standalone else {}
    library.conversations.save_turn(answer.conversation_id, answer.question, kept, replaces)


def stored(library: Library, conversation_id: str, last: int | None = None) -> list[dict[str, Any]]:
    """The answers of a conversation as they were given."""
    return [dict(turn.answer) for turn in library.conversations.turns(conversation_id, last)]


def conversation(library: Library, conversation_id: str) -> dict[str, Any]:
    """A conversation, each turn telling which of its citations lost their source.

    Raises: ConversationNotFound.
    """
    known = library.conversations.get(conversation_id)
    if known is None:
        raise _not_found(conversation_id)
    hashes: Hashes = {}
    turns = [
        dict(turn.answer)
        | {"asked_at": turn.created_at, "changed": changed(library, turn.answer, hashes)}
        for turn in library.conversations.turns(conversation_id)
    ]
    return {
        "id": known.id,
        "title": known.title,
        "created_at": known.created_at,
        "pinned": known.pinned,
        "turns": turns,
    }


def turn(library: Library, conversation_id: str, answer_id: str) -> dict[str, Any]:
    """One answer of a conversation, as ``conversation`` has it. Raises: ConversationNotFound."""
    found = library.conversations.turn(conversation_id, answer_id)
    if found is None:
        raise _not_found(conversation_id)
    return dict(found.answer) | {
        "asked_at": found.created_at,
        "changed": changed(library, found.answer),
    }


def rename(library: Library, conversation_id: str, title: str) -> None:
    """Raises: ConversationNotFound."""
    if not library.conversations.rename(conversation_id, title[:TITLE_CHARS]):
        raise _not_found(conversation_id)


def delete(library: Library, conversation_id: str) -> None:
    """It can be had back for a day. Raises: ConversationNotFound."""
    if not library.conversations.delete(conversation_id):
        raise _not_found(conversation_id)


def pin(library: Library, conversation_id: str, pinned: bool) -> None:
    """Raises: ConversationNotFound."""
    if not library.conversations.pin(conversation_id, pinned):
        raise _not_found(conversation_id)


def put_back(library: Library, conversation_id: str) -> None:
    """Undo a deletion. Raises: ConversationNotFound, also when it is too late."""
    if not library.conversations.put_back(conversation_id):
        raise _not_found(conversation_id)


def line(library: Library, conversation_id: str) -> dict[str, Any]:
    """A conversation as the list has it. Raises: ConversationNotFound."""
    found = library.conversations.get(conversation_id)
    if found is None:
        raise _not_found(conversation_id)
    return _line(found)


def page(library: Library, offset: int, limit: int, query: str) -> dict[str, Any]:
    """One page of the list, the pinned conversations and then the latest first."""
    found = library.conversations.latest(offset, limit + 1, query)
    return {
        "conversations": [_line(c) for c in found[:limit]],
        "offset": offset,
        "limit": limit,
        "next_offset": offset + limit if len(found) > limit else None,
    }


def _line(c: Conversation) -> dict[str, Any]:
    return {
        "id": c.id,
        "title": c.title,
        "created_at": c.created_at,
        "updated_at": c.updated_at,
        "turns": c.turns,
        "pinned": c.pinned,
    }


def changed(library: Library, answer: Mapping[str, Any], hashes: Hashes | None = None) -> list[int]:
    """Numbers of the citations whose source is gone or is no longer what was cited."""
    hashes = {} if hashes is None else hashes
    for name in {c["source"] for c in answer["citations"]} - hashes.keys():
        try:
            hashes[name] = library.source(name).sha256
        except SourceNotFound:
            hashes[name] = None
    return [c["number"] for c in answer["citations"] if hashes[c["source"]] != c["sha256"]]


def _not_found(conversation_id: str) -> ConversationNotFound:
    hint = "Start a new one at /."
    return ConversationNotFound(f"No conversation {conversation_id!r}.", hint=hint)
