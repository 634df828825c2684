"""A question that comes in, and the answer that goes out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from index.reading.places import Box
from server.records import Conflict, Question, Turn
from server.web.schemas.bounds import (
    ANSWER_CHARS,
    HISTORY_TURNS,
    TOP_K,
    ConversationId,
    QuestionText,
)
from server.web.schemas.examples import EXAMPLE_QUESTION


class HistoryTurn(BaseModel):
    """One earlier question and its answer."""

    model_config = ConfigDict(extra="forbid")

    question: QuestionText
    answer: str = Field("", strict=True, max_length=ANSWER_CHARS)


class AskBody(BaseModel):
    """A question and the bounds within which to answer it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"question": EXAMPLE_QUESTION}]}
    )

    question: QuestionText
    conversation_id: ConversationId | None = Field(
        None, description="The server remembers the turns of a conversation; omit to start one."
    )
    history: list[HistoryTurn] | None = Field(
        None, max_length=HISTORY_TURNS, description="Replaces what the server remembers."
    )
    top_k: int | None = Field(None, ge=1, le=TOP_K, strict=True)
    sources: list[Annotated[str, StringConstraints(strict=True, max_length=1024)]] = Field(
        default_factory=list, max_length=1000, description="Search these sources only."
    )
    engine: str = Field("", strict=True, max_length=64, description="A writer's name.")
    stream: bool = Field(False, strict=True, description="Answer as server-sent events.")
    resumable: bool = Field(
        False, strict=True, description="Keep a stream for 20 s after its reader has gone."
    )
    standalone: bool = Field(
        False,
        strict=True,
        description="Search the question as it stands, whatever was said before: "
        "no pronoun is resolved, nothing is put in.",
    )
    replaces: ConversationId | None = Field(
        None,
        description="Id of an answer of the conversation that this one takes the place of; "
        "what follows it goes, too.",
    )

    def to_question(self, conversation_id: str, history: tuple[Turn, ...], top_k: int) -> Question:
        turns = history
        if self.history is not None:
            turns = tuple(Turn(t.question, t.answer) for t in self.history)
        return Question(
            text=self.question,
            conversation_id=conversation_id,
            history=turns,
            top_k=self.top_k or top_k,
            sources=tuple(self.sources),
            engine=self.engine,
            standalone=self.standalone,
        )


class ClaimOut(BaseModel):
    """One sentence of an answer, the numbers of its citations and how far they bear it.

    ``emphasis`` are the spans of ``text`` that answer, ``label`` is the part of the question that it
    answers, where there are several, and ``joined`` are the citations that are the pieces of one
    sentence, where they stand apart in its source.
    """

    text: str
    citations: list[int]
    support: Literal["full", "partial", "none"]
    emphasis: list[tuple[int, int]]
    label: str = ""
    joined: list[int]


class CitationOut(BaseModel):
    """``source_text[start:end] == quote``, in Unicode code points.

    Where the source has pages, ``page`` is the first that the quote stands on, counted from 1, and
    ``boxes`` are its lines there.
    """

    number: int
    source: str
    article: str
    title: str
    published: str | None
    passage_id: str
    start: int
    end: int
    quote: str
    sha256: str
    url: str | None
    page: int | None = Field(None, exclude_if=lambda page: page is None)
    boxes: list[Box] = Field([], exclude_if=lambda boxes: not boxes)


class HitOut(BaseModel):
    passage_id: str
    source: str
    start: int
    end: int
    score: float
    spans: list[tuple[int, int]]


class AnswerOut(BaseModel):
    """An answer; ``answer`` holds ``[n]`` right behind the claim that citation n supports."""

    id: str
    conversation_id: str
    question: str
    query: str
    answer: str
    refused: bool
    reason: str
    claims: list[ClaimOut]
    citations: list[CitationOut]
    conflicts: list[Conflict]
    hits: list[HitOut]
    suggestions: list[str]
    engine: str
    confidence: float | None
    timings_ms: dict[str, float]
