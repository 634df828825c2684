"""POST /ask: a question in; a checked answer out, whole or as it is written."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable, Generator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header
from starlette.exceptions import HTTPException
from starlette.responses import Response

from index import Library
from server.answer import Stopped
from server.chat import conversations
from server.chat.spool import Spooled
from server.chat.streams import Stream, StreamWork
from server.errors import AnswerStopped, StreamLost, UnknownEngine, UnknownScope, problem_of
from server.question.understanding import rewritten
from server.records import Answer, Event, Question, Turn, answer_dict, citation_dict, hit_dict
from server.services import Services
from server.stages import Stages, limits
from server.web.responses import EventStream, Worked, error_event, sse
from server.web.routes.deps import AnswererDep, LibraryDep, ServicesDep
from server.web.routes.sources import problem_example
from server.web.schemas.answers import AnswerOut, AskBody
from server.web.schemas.examples import EXAMPLE_ANSWER, EXAMPLE_STREAM

log = logging.getLogger(__name__)
router = APIRouter(tags=["ask"])

EXAMPLES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with `stream: true`, server-sent events.",
        "content": {
            "application/json": {"example": EXAMPLE_ANSWER},
            "text/event-stream": {"example": EXAMPLE_STREAM},
        },
    }
}


@router.post("/ask", response_model=AnswerOut, responses=EXAMPLES, summary="Ask a question")
def ask(
    body: AskBody, services: ServicesDep, answerer: AnswererDep, library: LibraryDep
) -> Response:
    """Every sentence of the answer carries a citation that opens its source at exact characters.

    "The articles do not say" is an answer with `refused: true`. A question that leans on those
    before it is searched in full, as `query` says; `standalone: true` searches it as it stands.
    Questions about the library itself have the engine `catalogue` and nothing to cite; thanks and
    greetings are refused by the engine `small_talk`. With `stream: true` the events are
    `query`, `hits`, `delta`, `citation`, `done` (the whole answer) and `error` (a problem object).
    A client that leaves stops the writing; with `resumable: true` a stream goes on for 20 seconds,
    to be taken up again at `GET /ask/{stream}`.
    """
    check_engine(answerer, body.engine)
    check_scope(library, body.sources)
    conversation_id = conversations.open_id(library, body.conversation_id)
    replaces = body.replaces or ""
    history: tuple[Turn, ...] = ()
    if body.history is None and body.conversation_id:
        history = conversations.history(library, conversation_id, replaces)
    question = body.to_question(conversation_id, history, services.settings.top_k)
    if body.stream:
        stream = conversations.new_id()
        events = stream_events(services, question, replaces, stream)
        return streamed(services, events, question.stop, stream, resumable=body.resumable)
    return worked(
        services, lambda: answer_dict(answer_question(services, question, replaces)), question.stop
    )


def worked(services: Services, work: Callable[[], Any], stop: Stages) -> Response:
    """What comes of work that waits its turn among the questions."""
    return Worked(work, services.admission, stop=stop, limits=_limits(services))


def streamed(
    services: Services,
    events: Generator[bytes],
    stop: Stages,
    id: str = "",
    *,
    resumable: bool = False,
    last_words: Callable[[int, Exception], bytes] = error_event,
) -> Response:
    """Events that are made when it is their turn among the questions."""
    work = StreamWork(events, stop, last_words, _limits(services), resumable)
    id = id or conversations.new_id()
    return EventStream(lambda: services.streams.begin(id, work, services.admission))


def _limits(services: Services) -> Mapping[str, float]:
    return limits(services.settings.deadline_s, services.settings.timeout_s)


After = Annotated[int, Header(alias="last-event-id", ge=0)]


@router.get(
    "/ask/{stream}",
    response_class=Response,
    responses={
        200: {
            "description": "The events that are still to come",
            "content": {"text/event-stream": {"example": EXAMPLE_STREAM}},
        },
        404: problem_example("It ended too long ago"),
    },
    summary="Go on with a lost stream",
)
async def resume(stream: str, services: ServicesDep, after: After = 0) -> Response:
    """The events behind `Last-Event-ID`; `stream` is what the event `query` said."""
    found = _stream(services, stream)
    return EventStream(lambda: _followed(found, after))


async def _followed(stream: Stream | Spooled, after: int) -> AsyncIterator[bytes]:
    """To its last word, also when the worker that made it has died."""
    try:
        async for event in stream.follow(after):
            after += 1
            yield event
    except StreamLost as lost:
        yield error_event(after + 1, lost)


@router.delete(
    "/ask/{stream}",
    status_code=204,
    responses={404: problem_example("It ended too long ago")},
    summary="Stop an answer",
)
async def stop(stream: str, services: ServicesDep) -> Response:
    """A stopped answer is not kept."""
    _stream(services, stream).stop()
    return Response(status_code=204)


def _stream(services: Services, id: str) -> Stream | Spooled:
    found = services.streams.get(id)
    if found is None:
        raise HTTPException(404, "No such stream, or it ended too long ago.")
    return found


def check_engine(answerer: Any, engine: str) -> None:
    """Raises: UnknownEngine, naming those there are."""
    engines = tuple(getattr(answerer, "engines", ("extractive",)))
    if engine and engine not in engines:
        raise UnknownEngine(f"No engine {engine!r}.", hint=f"Engines: {', '.join(engines)}.")


def check_scope(library: Library, sources: Sequence[str]) -> None:
    """Raises: UnknownScope, naming what is not there: a question of nothing has no answer."""
    if unknown := library.unknown(sources):
        named = "、".join(f"「{name}」" for name in unknown)
        raise UnknownScope(f"No source {named}.", hint="GET /sources lists their names.")


def answer_question(services: Services, question: Question, replaces: str = "") -> Answer:
    """Answer, remember and count; blocks."""
    began = time.perf_counter()
    answer = services.answerer.ask(question)
    _finish(services, question, answer, began, replaces)
    return answer


def stream_events(
    services: Services, question: Question, replaces: str = "", stream: str = ""
) -> Generator[bytes]:
    """The answer's events as server-sent events; closing this closes the answerer's stream."""
    began = time.perf_counter()
    events = services.answerer.stream(question)
    number = 0
    try:
        for number, event in enumerate(events, 1):
            if isinstance(event.data, Answer):
                _finish(services, question, event.data, began, replaces)
            yield sse(number, event.name, _data(event, question, stream))
    except Stopped:
        yield error_event(number + 1, AnswerStopped())
    except Exception as error:
        log.warning(
            "A stream ended early: %s", error, exc_info=not problem_of(error)["status"] < 500
        )
        yield sse(number + 1, "error", problem_of(error))
    finally:
        close = getattr(events, "close", None)
        if close is not None:
            close()


def _data(event: Event, question: Question, stream: str) -> Any:
    data: Any = event.data
    match event.name:
        case "query":
            known = {"query": data, "conversation_id": question.conversation_id}
            known["rewritten"] = rewritten(question.text, data)
            return known | ({"stream": stream} if stream else {})
        case "hits":
            return {"hits": [hit_dict(hit) for hit in data]}
        case "delta":
            return {"text": data}
        case "citation":
            return citation_dict(data)
        case "done":
            return answer_dict(data)
        case "error":
            return problem_of(data)


def _finish(
    services: Services, question: Question, answer: Answer, began: float, replaces: str
) -> None:
    services.count(answer, began)
    if question.stop.cut:
        services.admission.late[question.stop.cut] += 1
    conversations.save(
        services.library,
        answer,
        replaces,
        sources=question.sources,
        standalone=question.standalone,
    )
