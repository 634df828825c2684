"""What is read of the requests of OpenAI's protocol; the rest of them does not apply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.web.schemas.bounds import ANSWER_CHARS, HISTORY_TURNS

MESSAGES = 2 * HISTORY_TURNS + 10
#: Texts that are embedded at once.
INPUTS = 256

Text = Annotated[str, StringConstraints(max_length=ANSWER_CHARS)]
Model = Annotated[str, StringConstraints(max_length=80)]


class Part(BaseModel):
    """One piece of a message; only text is read."""

    model_config = ConfigDict(extra="ignore")

    type: str
    text: str = Field("", max_length=ANSWER_CHARS)


class Message(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Text | list[Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content if part.type.endswith("text"))
        return self.content or ""


class ChatBody(BaseModel):
    """What is read of a chat completion's request; sampling and the rest of it do not apply.

    The last message is the question, the user's and assistant's before it are the conversation.
    System messages are not followed: how answers are made is not the caller's to say.
    """

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {"model": "youju", "messages": [{"role": "user", "content": "18指什么？"}]}
            ]
        },
    )

    model: Model
    messages: list[Message] = Field(min_length=1, max_length=MESSAGES)
    stream: bool = False

    def said(self) -> Iterator[tuple[str, str]]:
        return ((message.role, message.text) for message in self.messages)


class Item(BaseModel):
    """One item of a response's input; what is no message is passed over."""

    model_config = ConfigDict(extra="ignore")

    type: str = "message"
    role: str = ""
    content: Text | list[Part] | None = None


class ResponseBody(BaseModel):
    """What is read of a response's request: the input, with the conversation before it.

    ``instructions`` are not followed. Nothing is kept, so there is no earlier response to go on from.
    """

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={"examples": [{"model": "youju", "input": "18指什么？"}]},
    )

    model: Model
    input: Text | Annotated[list[Item], Field(min_length=1, max_length=MESSAGES)]
    stream: bool = False
    previous_response_id: str | None = Field(None, max_length=200)

    def said(self) -> Iterator[tuple[str, str]]:
        if isinstance(self.input, str):
            return iter([("user", self.input)])
        messages = (item for item in self.input if item.type == "message")
        return (
            (m.role, Message(role="user", content=m.content).text)  # any role has a text
            for m in messages
        )


class EmbeddingBody(BaseModel):
    """Texts to embed. Tokens are not: only the model that made them knows what they say."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={"examples": [{"model": "youju-embedding", "input": "产业集群"}]},
    )

    model: Model
    input: Text | Annotated[list[Text], Field(min_length=1, max_length=INPUTS)]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(None, ge=1)

    @property
    def texts(self) -> list[str]:
        return [self.input] if isinstance(self.input, str) else self.input
