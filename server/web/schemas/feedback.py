"""What readers think of answers."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from server.web.schemas.bounds import QUESTION_CHARS, ConversationId

#: Why an answer is no good; the words are in the catalogue under ``feedback.<reason>``.
Reason = Literal["wrong", "citation", "incomplete", "should_refuse", "should_answer", "other"]
REASONS: tuple[str, ...] = get_args(Reason)


class FeedbackBody(BaseModel):
    """A reader's judgement; ``expected`` is the right answer where the given one is wrong."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "conversation_id": "5d2b8e",
                    "answer_id": "a1f0c2",
                    "good": False,
                    "reasons": ["incomplete"],
                    "expected": "18个“新星”产业集群",
                }
            ]
        },
    )

    conversation_id: ConversationId
    answer_id: ConversationId
    good: bool
    reasons: list[Reason] = Field(default_factory=list, max_length=len(REASONS))
    expected: str = Field("", max_length=QUESTION_CHARS)


class FeedbackOut(BaseModel):
    conversation_id: str
    answer_id: str
    question: str
    good: bool
    reasons: list[str]
    expected: str
    created_at: str
