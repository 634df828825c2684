"""OpenAI's protocol: POST /v1/chat/completions and GET /v1/models, citations included."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Generator, Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.exceptions import HTTPException
from starlette.responses import Response

from server.errors import UnknownEngine, problem_of
from server.records import Answer, Citation, Event, Question, Turn, citation_dict
from server.services import Services
from server.web.addresses import view_path
from server.web.responses import Leavable, LeavableStream
from server.web.routes.ask import check_engine
from server.web.routes.deps import AnswererDep, ServicesDep
from server.web.routes.sources import example
from server.web.schemas.bounds import ANSWER_CHARS, HISTORY_TURNS, QUESTION_CHARS
from server.web.schemas.examples import EXAMPLE_ANSWER

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1", tags=["openai"])

#: The model that stands for the default engine; ``youju:NAME`` stands for another.
MODEL = "youju"
_MARKER = re.compile(r"\[(\d+)\]")
_BLANKS = " \t\r\n\u3000"


class Part(BaseModel):
    """One piece of a message; only text is read."""

    model_config = ConfigDict(extra="ignore")

    type: str
    text: str = Field("", max_length=ANSWER_CHARS)


class ChatMessage(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Annotated[str, StringConstraints(max_length=ANSWER_CHARS)] | list[Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class ChatBody(BaseModel):
    """What is read of a chat completion's request; sampling and the rest of it do not apply.

    The last message is the question, the user's and assistant's before it are the conversation.
    System messages are not followed: how answers are made is not the caller's to say.
    """

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "18指什么？"}]}]
        },
    )

    model: str = Field(max_length=80)
    messages: list[ChatMessage] = Field(min_length=1, max_length=2 * HISTORY_TURNS + 10)
    stream: bool = False


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "youju"}


MODELS = {"object": "list", "data": [_model(MODEL), _model(f"{MODEL}:extractive")]}
_TEXT = EXAMPLE_ANSWER["answer"]
_CHOICE = {
    "index": 0,
    "message": {
        "role": "assistant",
        "content": _TEXT,
        "refusal": None,
        "annotations": [
            {
                "type": "url_citation",
                "url_citation": {
                    "start_index": _TEXT.index("["),
                    "end_index": len(_TEXT),
                    "title": EXAMPLE_ANSWER["citations"][0]["title"],
                    "url": "http://127.0.0.1:8000" + view_path(EXAMPLE_ANSWER["citations"][0]),
                },
            }
        ],
    },
    "finish_reason": "stop",
    "logprobs": None,
}
COMPLETION = {
    "id": "chatcmpl-a1f0c2",
    "object": "chat.completion",
    "created": 1767600000,
    "model": MODEL,
    "choices": [_CHOICE],
    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    "citations": EXAMPLE_ANSWER["citations"],
    "youju": {key: EXAMPLE_ANSWER[key] for key in ("refused", "reason", "engine", "query")},
}
CHUNKS = (
    'data: {"object": "chat.completion.chunk", "choices": [{"delta": {"role": "assistant"}}], ...}\n\n'
    'data: {"choices": [{"delta": {}}], "citations": [{"number": 1, "source": "...", ...}], ...}\n\n'
    'data: {"choices": [{"delta": {"content": "在这个体系中的“18”，是指……[1]"}}], ...}\n\n'
    'data: {"choices": [{"delta": {"annotations": [...]}, "finish_reason": "stop"}], ...}\n\n'
    "data: [DONE]\n\n"
)
COMPLETIONS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The chat completion; with `stream: true`, its chunks.",
        "content": {
            "application/json": {"example": COMPLETION},
            "text/event-stream": {"example": CHUNKS},
        },
    }
}


@router.get("/models", responses={200: example(MODELS)}, summary="The models of this server")
def models(answerer: AnswererDep) -> dict[str, Any]:
    """`youju` is the default engine; `youju:NAME` each engine by its name."""
    names = [MODEL, *(f"{MODEL}:{engine}" for engine in _engines(answerer))]
    return {"object": "list", "data": [_model(name) for name in names]}


@router.post(
    "/chat/completions",
    response_model=None,
    responses=COMPLETIONS,
    summary="Chat, as OpenAI's clients do",
)
def chat_completions(
    request: Request, body: ChatBody, services: ServicesDep, answerer: AnswererDep
) -> Response:
    """The answer as a chat completion, or with `stream: true` as its chunks.

    `citations` is the list that `POST /ask` gives; `message.annotations` says the same as
    `url_citation`s whose `start_index` and `end_index` are those of the marker `[n]` in `content`.
    """
    engine = body.model.removeprefix(MODEL).removeprefix(":")
    if body.model != MODEL and not body.model.startswith(f"{MODEL}:"):
        raise UnknownEngine(
            f"No model {body.model!r}.", hint="GET /v1/models lists those there are."
        )
    check_engine(answerer, engine)
    question = question_of(body, services.settings.top_k, engine)
    base = str(request.base_url).rstrip("/")
    if body.stream:
        chunks = _chunks(services, question, body.model, base)
        return LeavableStream(chunks, question.stop)
    return Leavable(lambda: _completion(services, question, body.model, base), question.stop)


def question_of(body: ChatBody, top_k: int, engine: str = "") -> Question:
    """The question of a chat and the turns before it.

    Raises: HTTPException when the last message is no question.
    """
    said = [m for m in body.messages if m.role in ("user", "assistant")]
    asked = said[-1].text.strip(_BLANKS) if said and said[-1].role == "user" else ""
    if not asked or len(asked) > QUESTION_CHARS:
        raise HTTPException(
            422,
            f"The last message must be the user's question, of 1 to {QUESTION_CHARS} characters.",
        )
    turns: list[Turn] = []
    for message in said[:-1]:
        if message.role == "user":
            turns.append(Turn(message.text[:QUESTION_CHARS], ""))
        elif turns:
            turns[-1] = Turn(turns[-1].question, message.text)
    return Question(asked, history=tuple(turns[-HISTORY_TURNS:]), top_k=top_k, engine=engine)


# ---- shapes ------------------------------------------------------------------------------------


def _engines(answerer: Any) -> tuple[str, ...]:
    return tuple(getattr(answerer, "engines", ("extractive",)))


def _completion(services: Services, question: Question, model: str, base: str) -> dict[str, Any]:
    began = time.perf_counter()
    answer = services.answerer.ask(question)
    _count(services, answer, began)
    message = {
        "role": "assistant",
        "content": answer.answer,
        "refusal": None,
        "annotations": url_annotations(answer, base),
    }
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {
        "id": f"chatcmpl-{answer.id}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [choice],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        **_extra(answer),
    }


def _extra(answer: Answer) -> dict[str, Any]:
    """Our own fields beside OpenAI's."""
    return {
        "citations": [citation_dict(c) for c in answer.citations],
        "youju": {
            "refused": answer.refused,
            "reason": answer.reason,
            "engine": answer.engine,
            "query": answer.query,
        },
    }


def url_annotations(answer: Answer, base: str) -> list[dict[str, Any]]:
    """A ``url_citation`` for every marker in an answer; its indices are the marker's."""
    known = {c.number: c for c in answer.citations}
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": match.start(),
                "end_index": match.end(),
                "title": known[int(match[1])].title or known[int(match[1])].source,
                "url": base + view_path(citation_dict(known[int(match[1])])),
            },
        }
        for match in _MARKER.finditer(answer.answer)
        if int(match[1]) in known
    ]


def _chunks(services: Services, question: Question, model: str, base: str) -> Generator[bytes]:
    """The answer as ``chat.completion.chunk``s; each citation comes before its number is shown."""
    began = time.perf_counter()
    head = {
        "id": f"chatcmpl-{threading.get_ident():x}{time.time_ns():x}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": model,
    }
    yield _chunk(head, {"role": "assistant", "content": ""})
    events = services.answerer.stream(question)
    try:
        for event in events:
            if isinstance(event.data, Answer):
                _count(services, event.data, began)
            yield from _event(head, event, base)
    except Exception as error:
        body = problem_of(error)
        log.warning("A chat ended early: %s", error)
        told = {"message": body["detail"], "type": body["type"], "code": body["status"]}
        yield _data({"error": told})
    finally:
        close = getattr(events, "close", None)
        if close is not None:
            close()
    yield format_sse_event(data_str="[DONE]")


def _event(head: dict[str, Any], event: Event, base: str) -> Iterator[bytes]:
    data: Any = event.data
    if isinstance(data, Citation):
        yield _chunk(head, {}, citations=[citation_dict(data)])
    elif event.name == "delta":
        yield _chunk(head, {"content": data})
    elif isinstance(data, Answer):
        delta = {"annotations": url_annotations(data, base)}
        yield _chunk(head, delta, finish="stop", **_extra(data))


def _chunk(
    head: dict[str, Any], delta: dict[str, Any], finish: str | None = None, **more: Any
) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    return _data({**head, "choices": [choice], **more})


def _data(value: Any) -> bytes:
    return format_sse_event(data_str=json.dumps(value, ensure_ascii=False))


def _count(services: Services, answer: Answer, began: float) -> None:
    services.metrics.answer(answer.engine, answer.refused, time.perf_counter() - began)
