"""What readers think of answers, and the gold questions that come of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from index import Feedback, Library
from server.chat import conversations
from server.errors import ConversationNotFound

HISTORY_TURNS = 3


def save(
    library: Library,
    conversation_id: str,
    answer_id: str,
    *,
    good: bool,
    reasons: Sequence[str] = (),
    expected: str = "",
) -> None:
    """Keep a judgement of an answer beside the answer as it was.

    Raises: ConversationNotFound, also when the conversation has no such answer.
    """
    turns = conversations.stored(library, conversation_id)
    at = next((i for i, turn in enumerate(turns) if turn["id"] == answer_id), None)
    if at is None:
        raise ConversationNotFound(f"No answer {answer_id!r} in {conversation_id!r}.")
    before = turns[max(0, at - HISTORY_TURNS) : at]
    history = [{"q": turn["question"], "a": turn["answer"]} for turn in before]
    why = () if good else tuple(reasons)
    said = "" if good else expected.strip()
    given = Feedback(conversation_id, good, why, said, turns[at], history)
    library.conversations.save_feedback(given)


def judged(library: Library, conversation_id: str) -> dict[str, Feedback]:
    """The judgements of a conversation by the answer's id."""
    return {f.answer["id"]: f for f in library.conversations.feedback(conversation_id)}


def gold_lines(library: Library) -> Iterator[str]:
    """JSONL that ``youju eval`` reads: one question of each judgement that says what is right.

    A good answer is right as it stands, as long as its sources are what they were; a bad one
    is a question only where the reader said what is right.
    """
    for feedback in library.conversations.feedback():
        right = _right(feedback)
        stale = feedback.good and conversations.changed(library, feedback.answer)
        if right is not None and not stale:
            yield json.dumps(_gold(feedback, right), ensure_ascii=False) + "\n"


def _gold(feedback: Feedback, right: list[list[str]]) -> dict[str, Any]:
    answer = feedback.answer
    cited = answer["citations"] if feedback.good else []
    question = {
        "id": f"feedback-{answer['id']}",
        "type": "feedback",
        "question": answer["question"],
        "answers": right,
        "evidence": [[{"file": c["source"], "quote": c["quote"]}] for c in cited],
    }
    return question | ({"history": list(feedback.history)} if feedback.history else {})


def _right(feedback: Feedback) -> list[list[str]] | None:
    if feedback.good:
        return [[claim["text"]] for claim in feedback.answer["claims"]]
    if feedback.expected:
        return [[feedback.expected]]
    return [] if "should_refuse" in feedback.reasons else None
