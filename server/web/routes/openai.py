"""OpenAI's protocol: POST /v1/chat/completions and GET /v1/models, citations included."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Generator, Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.sse import format_sse_event
from starlette.exceptions import HTTPException
from starlette.responses import Response

from server.addresses import view_path
from server.errors import problem_of
from server.records import Answer, Citation, Event, Question, citation_dict
from server.services import Services
from server.web.openai.annotations import nested, source_event, url_citations
from server.web.openai.messages import question_of
from server.web.openai.models import MODEL, engine_of, model_dict, model_names
from server.web.openai.responses import extra_of
from server.web.routes.ask import streamed, worked
from server.web.routes.deps import AnswererDep, ServicesDep
from server.web.routes.sources import example, problem_example
from server.web.schemas.examples import EXAMPLE_ANSWER
from server.web.schemas.openai import ChatBody

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1", tags=["openai"])

MODELS: dict[str, Any] = {
    "object": "list",
    "data": [model_dict(MODEL), model_dict(f"{MODEL}:extractive")],
}
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
                    "utf16": {"start_index": _TEXT.index("["), "end_index": len(_TEXT)},
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
    """`youju` is the default engine, `youju:NAME` each engine by its name; `youju-embedding` embeds."""
    return {"object": "list", "data": [model_dict(name) for name in model_names(answerer)]}


@router.get(
    "/models/{model}",
    responses={200: example(MODELS["data"][0]), 404: problem_example("No such model")},
    summary="One model of this server",
)
def model(model: str, answerer: AnswererDep) -> dict[str, Any]:
    """What `GET /v1/models` says of it."""
    if model not in model_names(answerer):
        raise HTTPException(404, f"No model {model!r}.")
    return model_dict(model)


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
    `url_citation`s whose `start_index` and `end_index` are those of the marker `[n]` in `content`,
    in Unicode code points; `utf16` has them in UTF-16 code units.
    """
    engine = engine_of(body.model, answerer)
    question = question_of(body.said(), services.settings.top_k, engine)
    base = base_of(request, services)
    if body.stream:
        chunks = _chunks(services, question, body.model, base)
        return streamed(services, chunks, question.stop, last_words=_last_words)
    return worked(
        services, lambda: _completion(services, question, body.model, base), question.stop
    )


def base_of(request: Request, services: Services) -> str:
    """Where the links of an answer begin: as the settings say, else where the client found us."""
    return (services.settings.public_url or str(request.base_url)).rstrip("/")


# ---- shapes ------------------------------------------------------------------------------------


def _annotations(answer: Answer, base: str) -> list[dict[str, Any]]:
    return [nested(one) for one in url_citations(answer.answer, answer.citations, base)]


def _completion(services: Services, question: Question, model: str, base: str) -> dict[str, Any]:
    began = time.perf_counter()
    answer = services.answerer.ask(question)
    services.count(answer, began)
    message = {
        "role": "assistant",
        "content": answer.answer,
        "refusal": None,
        "annotations": _annotations(answer, base),
    }
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {
        "id": f"chatcmpl-{answer.id}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [choice],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        **extra_of(answer),
    }


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
                services.count(event.data, began)
            yield from _event(head, event, base)
    except Exception as error:
        log.warning("A chat ended early: %s", error)
        yield _failed(error)
    finally:
        close = getattr(events, "close", None)
        if close is not None:
            close()
    yield format_sse_event(data_str="[DONE]")


def _failed(error: Exception) -> bytes:
    body = problem_of(error)
    told = {"message": body["detail"], "type": body["type"], "code": body["status"]}
    return _data({"error": told})


def _last_words(number: int, error: Exception) -> bytes:  # noqa: ARG001 -- chunks have no numbers
    return _failed(error) + format_sse_event(data_str="[DONE]")


def _event(head: dict[str, Any], event: Event, base: str) -> Iterator[bytes]:
    data: Any = event.data
    if isinstance(data, Citation):
        event_of = source_event(data, base)
        yield _chunk(head, {}, citations=[citation_dict(data)], event=event_of)
    elif event.name == "delta":
        yield _chunk(head, {"content": data})
    elif isinstance(data, Answer):
        delta = {"annotations": _annotations(data, base)}
        yield _chunk(head, delta, finish="stop", **extra_of(data))


def _chunk(
    head: dict[str, Any], delta: dict[str, Any], finish: str | None = None, **more: Any
) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    return _data({**head, "choices": [choice], **more})


def _data(value: Any) -> bytes:
    return format_sse_event(data_str=json.dumps(value, ensure_ascii=False))
