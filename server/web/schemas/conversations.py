"""Conversations, with their stored answers."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from server.web.schemas.answers import AnswerOut
from server.web.schemas.bounds import Title


class TurnOut(AnswerOut):
    """A stored answer; ``changed`` names the citations whose source is no longer what it was.

    ``scope`` names the sources that the question was limited to, none when to none; ``standalone``
    says that it was searched as it stands.
    """

    asked_at: str
    changed: list[int]
    scope: list[str] = Field([])
    standalone: bool = False


class ConversationOut(BaseModel):
    id: str
    title: str
    created_at: str
    pinned: bool = False
    turns: list[TurnOut]


class ConversationLine(BaseModel):
    id: str
    title: str
    created_at: str
    updated_at: str
    turns: int
    pinned: bool


class ConversationPage(BaseModel):
    """One page of the list, the pinned and then the latest first; ``next_offset`` is null on the last."""

    conversations: list[ConversationLine]
    offset: int
    limit: int
    next_offset: int | None


class ChangeBody(BaseModel):
    """What is to be otherwise; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"title": "集群"}]})

    title: Title | None = None
    pinned: bool | None = None
