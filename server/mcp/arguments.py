"""What the tools take; the descriptions are read by the models that call them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.checking.records import TEXT_CHARS
from server.web.schemas.answers import HistoryTurn
from server.web.schemas.bounds import HISTORY_TURNS, TOP_K, QuestionText

SourceName = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Sources = Annotated[list[SourceName], Field(max_length=1000)]


class Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AskArguments(Arguments):
    question: QuestionText = Field(description="One question, in Chinese or English.")
    history: list[HistoryTurn] = Field(
        [],
        max_length=HISTORY_TURNS,
        description="Earlier turns, for a question that leans on them.",
    )
    sources: Sources = Field([], description="Answer from these sources only.")


class CheckArguments(Arguments):
    text: Annotated[str, StringConstraints(min_length=1, max_length=TEXT_CHARS)] = Field(
        description="A draft, a report, an answer: its sentences are checked one by one."
    )
    sources: Sources = Field([], description="Check against these sources only.")


class SearchArguments(Arguments):
    query: QuestionText = Field(description="Words or a question.")
    top_k: int = Field(10, ge=1, le=TOP_K, description="How many passages.")
    sources: Sources = Field([], description="Search these sources only.")


class SourceArguments(Arguments):
    source: SourceName = Field(description="The name of a source, as citations and hits have it.")
    start: int = Field(0, ge=0, description="The first character wanted, in code points.")
    end: int | None = Field(None, ge=0, description="Behind the last one; as far as fits if null.")
