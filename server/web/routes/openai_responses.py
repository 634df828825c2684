"""OpenAI's Responses API: POST /v1/responses, citations as annotations."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from server.chat import conversations
from server.errors import problem_of
from server.records import Answer, Question
from server.services import Services
from server.web.openai.messages import question_of
from server.web.openai.models import MODEL, engine_of
from server.web.openai.responses import Streaming, message, response_dict, text_part, whole
from server.web.responses import sse
from server.web.routes.ask import streamed, worked
from server.web.routes.deps import AnswererDep, ServicesDep
from server.web.routes.openai import base_of
from server.web.schemas.examples import EXAMPLE_ANSWER
from server.web.schemas.openai import ResponseBody

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1", tags=["openai"])

_ANNOTATION = {
    "type": "url_citation",
    "start_index": 53,
    "end_index": 56,
    "title": EXAMPLE_ANSWER["citations"][0]["title"],
    "url": "http://127.0.0.1:8000/sources/…/view?…#cite",
    "utf16": {"start_index": 53, "end_index": 56},
}
RESPONSE = response_dict(
    "a1f0c2",
    MODEL,
    [message("a1f0c2", [text_part(EXAMPLE_ANSWER["answer"], [_ANNOTATION])])],
    citations=EXAMPLE_ANSWER["citations"],
    youju={key: EXAMPLE_ANSWER[key] for key in ("refused", "reason", "engine", "query")},
) | {"created_at": 1767600000}
EVENTS = (
    'event: response.created\ndata: {"type": "response.created", "response": {...}, ...}\n\n'
    "event: response.output_text.delta\n"
    'data: {"type": "response.output_text.delta", "delta": "在这个体系中的“18”，…[1]", ...}\n\n'
    "event: response.output_text.annotation.added\n"
    'data: {"annotation": {"type": "url_citation", ...}, "annotation_index": 0, ...}\n\n'
    'event: response.completed\ndata: {"type": "response.completed", "response": {...}, ...}\n\n'
)
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The response; with `stream: true`, its events.",
        "content": {
            "application/json": {"example": RESPONSE},
            "text/event-stream": {"example": EVENTS},
        },
    }
}


@router.post(
    "/responses", response_model=None, responses=RESPONSES, summary="Respond, as OpenAI's API does"
)
def responses(
    request: Request, body: ResponseBody, services: ServicesDep, answerer: AnswererDep
) -> Response:
    """The answer as a response, or with `stream: true` as its events.

    Each marker `[n]` of the text has an annotation `url_citation`; it is added as soon as its marker
    has been said. Earlier messages of `input` are the conversation: nothing is kept.
    """
    if body.previous_response_id:
        raise HTTPException(422, "No response is kept: send the earlier messages as input.")
    engine = engine_of(body.model, answerer)
    question = question_of(body.said(), services.settings.top_k, engine)
    base = base_of(request, services)
    if body.stream:
        streaming = Streaming(conversations.new_id(), body.model, base)

        def last_words(_: int, error: Exception) -> bytes:
            return _sse(streaming.fail("server_error", problem_of(error)["detail"]))

        events = _events(services, question, streaming)
        return streamed(services, events, question.stop, last_words=last_words)
    return worked(services, lambda: _respond(services, question, body.model, base), question.stop)


def _respond(services: Services, question: Question, model: str, base: str) -> dict[str, Any]:
    began = time.perf_counter()
    answer = services.answerer.ask(question)
    services.count(answer, began)
    return whole(answer, model, base)


def _events(services: Services, question: Question, streaming: Streaming) -> Generator[bytes]:
    began = time.perf_counter()
    for told in streaming.begin():
        yield _sse(told)
    events = services.answerer.stream(question)
    try:
        for event in events:
            if isinstance(event.data, Answer):
                services.count(event.data, began)
            for told in streaming.take(event):
                yield _sse(told)
    except Exception as error:
        log.warning("A response ended early: %s", error)
        yield _sse(streaming.fail("server_error", problem_of(error)["detail"]))
    finally:
        close = getattr(events, "close", None)
        if close is not None:
            close()


def _sse(event: dict[str, Any]) -> bytes:
    return sse(event["sequence_number"], event["type"], event)
