"""Messages of a chat as the question and the turns before it."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.exceptions import HTTPException

from server.records import Question, Turn
from server.web.schemas.bounds import HISTORY_TURNS, QUESTION_CHARS

_BLANKS = " \t\r\n\u3000"


def question_of(messages: Iterable[tuple[str, str]], top_k: int, engine: str = "") -> Question:
    """The last of some ``(role, text)`` as a question, those before it as the conversation.

    Only what the user and the assistant said counts: how answers are made is not the caller's to
    say. Raises: HTTPException when the last message is no question.
    """
    said = [(role, text) for role, text in messages if role in ("user", "assistant")]
    asked = said[-1][1].strip(_BLANKS) if said and said[-1][0] == "user" else ""
    if not asked or len(asked) > QUESTION_CHARS:
        raise HTTPException(
            422,
            f"The last message must be the user's question, of 1 to {QUESTION_CHARS} characters.",
        )
    turns: list[Turn] = []
    for role, text in said[:-1]:
        if role == "user":
            turns.append(Turn(text[:QUESTION_CHARS], ""))
        elif turns:
            turns[-1] = Turn(turns[-1].question, text)
    return Question(asked, history=tuple(turns[-HISTORY_TURNS:]), top_k=top_k, engine=engine)
