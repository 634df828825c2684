"""The pages of asking: an empty one, a conversation. Both work without scripts."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse, Response

from index import Library, SourceNotFound
from server.chat import conversations
from server.chat import feedback as feedbacks
from server.chat.nearest import nearest
from server.chat.quotes import QuoteReader
from server.errors import problem
from server.records import Question
from server.services import Services
from server.web.addresses import beside
from server.web.i18n import translate
from server.web.rendering import query_string, reader_language, render, render_problem
from server.web.routes.ask import answer_question, worked
from server.web.routes.deps import LibraryDep, ServicesDep
from server.web.routes.pages import view
from server.web.routes.talks import Deleted, listed, undoable
from server.web.schemas.bounds import ConversationId, QuestionText
from server.web.schemas.feedback import REASONS

#: Sources whose titles say which language the articles are in.
LEAFED = 8
HAN = re.compile(r"[\u4e00-\u9fff]")
#: Sources that a question can be limited to on the page: their names must fit into an address.
SCOPE_MOST = 200

router = APIRouter(include_in_schema=False)
_question = TypeAdapter(QuestionText)
_conversation_id = TypeAdapter(ConversationId)

Scope = Annotated[list[str], Query(alias="source", max_length=SCOPE_MOST)]
ScopeOrNone = Annotated[list[str] | None, Query(alias="source", max_length=SCOPE_MOST)]
ScopeForm = Annotated[list[str], Form(alias="source", max_length=SCOPE_MOST)]


# ---- asking -------------------------------------------------------------------------------------


@router.get("/")
def home(
    request: Request,
    services: ServicesDep,
    q: Annotated[str, Query(max_length=2000)] = "",
    scope: Scope = [],  # noqa: B006 -- FastAPI copies it
    deleted: Deleted = None,
) -> Response:
    context: dict[str, Any] = {"turns": [], "draft": q, "scope_most": SCOPE_MOST}
    context |= _welcome(services, reader_language(request), limited=bool(scope))
    if context["ready"]:
        context |= listed(services.library) | undoable(services.library, deleted)
        context["scope"] = _scope(services.library, scope)
    return render(request, "chat.html", context)


def _welcome(services: Services, lang: str, *, limited: bool) -> dict[str, Any]:
    """What an empty page shows: how many sources there are and what one could ask."""
    if not services.ready:
        return {"ready": False, "count": 0, "examples": (), "asked_in": lang}
    library = services.library
    count = library.count()
    chinese, abroad = _is_chinese(library), _is_multilingual(library)
    asked_in = "en" if lang == "en" and (abroad or not chinese) else "zh"
    examples = services.example_questions(asked_in) if count and not limited else ()
    shown = {"ready": True, "count": count, "examples": examples, "asked_in": asked_in}
    return shown | {"chinese": chinese, "abroad": abroad}


def _is_chinese(library: Library) -> bool:
    """Whether the articles are in Chinese, by the titles of the first."""
    return any(HAN.search(title) for s in library.sources(0, LEAFED) for title in s.titles)


def _is_multilingual(library: Library) -> bool:
    """Whether questions in another language than the articles find them."""
    return bool(library.version) and library.snapshot().multilingual


def _scope(library: Library, names: list[str]) -> list[dict[str, str]]:
    """The chosen sources that there are, with what to call them."""
    found = []
    for name in dict.fromkeys(names):
        try:
            source = library.source(name)
        except SourceNotFound:
            continue
        articles = library.articles_of(name)
        title = source.title or next((a.title for a in articles if a.title), name)
        found.append({"name": name, "title": title})
    return found


@router.post("/")
def ask_by_form(
    request: Request,
    services: ServicesDep,
    question: Annotated[str, Form()] = "",
    conversation_id: Annotated[str, Form()] = "",
    replaces: Annotated[str, Form(max_length=64)] = "",
    standalone: Annotated[bool, Form()] = False,
    scope: ScopeForm = [],  # noqa: B006 -- FastAPI copies it
) -> Response:
    """Asking without scripts: answer, remember, and show the conversation."""
    try:
        text = _question.validate_python(question)
        cid = _conversation_id.validate_python(conversation_id or conversations.new_id())
    except ValidationError:
        body = problem(422, "invalid", translate("zh", "error.invalid"))
        return render_problem(request, body)
    conversations.open_id(services.library, cid)
    history = conversations.history(services.library, cid, replaces)
    asked = Question(
        text,
        cid,
        history,
        services.settings.top_k,
        tuple(scope),
        standalone=standalone,
    )

    def work() -> Response:
        answer = answer_question(services, asked, replaces)
        where = f"/c/{cid}{query_string(source=scope)}#t-{answer.id}"
        return RedirectResponse(where, status_code=303)

    return worked(services, work, asked.stop)


# ---- a conversation -----------------------------------------------------------------------------


@router.get("/c/{id}")
def show_conversation(
    request: Request,
    id: str,
    library: LibraryDep,
    services: ServicesDep,
    edit: str = "",
    cite: str = "",
    scope: ScopeOrNone = None,
) -> Response:
    """A talk goes on in the sources of its last question, unless the address names others or "".

    ``cite`` opens a citation beside it: ``ANSWER.NUMBER``.
    """
    found = conversations.conversation(library, id)
    if scope is None:
        scope = next((turn.get("scope", []) for turn in reversed(found["turns"])), [])
    draft = next((turn["question"] for turn in found["turns"] if turn["id"] == edit), "")
    context = {
        "turns": found["turns"],
        "conversation_id": id,
        "title": found["title"],
        "scope": _scope(library, scope),
        "scope_most": SCOPE_MOST,
        "chinese": _is_chinese(library),
        "draft": draft,
        "replaces": edit if draft else "",
        "ready": True,
    }
    context["c"] = {"id": id, "title": found["title"], "pinned": found["pinned"]}
    context |= listed(library) | _turns(services, id) | _opened(library, id, found["turns"], cite)
    return render(request, "chat.html", context)


def _opened(
    library: Library, conversation_id: str, turns: list[dict[str, Any]], cite: str
) -> dict[str, Any]:
    """The citation that the address opens and the view of its source; nothing for an unknown one."""
    id, _, number = cite.rpartition(".")
    answer = next((turn for turn in turns if turn["id"] == id), None)
    citations = answer["citations"] if answer else []
    numbers = [str(c["number"]) for c in citations]
    if number not in numbers:
        return {}
    at = numbers.index(number)
    c = citations[at]
    opened = {"answer": id, "number": c["number"], "at": at + 1, "total": len(citations)}
    opened["previous"] = f"{id}.{numbers[at - 1]}" if at else ""
    opened["next"] = f"{id}.{numbers[at + 1]}" if at + 1 < len(numbers) else ""
    try:
        place = (c["start"], c["end"], c["article"], c["sha256"], c["number"])
        shown = view(library, c["source"], *place, beside(c, citations))
    except SourceNotFound:
        shown = {}
    shown["back"] = f"/c/{conversation_id}{query_string(cite=cite)}"
    return shown | {"opened": opened}


def _turns(services: Services, conversation_id: str) -> dict[str, Any]:
    """What the turns of a conversation are shown with."""
    library = services.library
    judged = feedbacks.judged(library, conversation_id)
    shown = {"judged": judged, "reasons": REASONS, "reading": QuoteReader(library)}
    return shown | {"suggested": services.next_questions, "nearest": partial(nearest, library)}


@router.get("/c/{id}/turns/{answer_id}")
def show_turn(
    request: Request, id: str, answer_id: str, library: LibraryDep, services: ServicesDep
) -> Response:
    """One answer as HTML, for the page that has just streamed its words."""
    turn = conversations.turn(library, id, answer_id)
    context = {"a": turn, "conversation_id": id}
    return render(request, "turn.html", context | _turns(services, id))


@router.get("/c/{id}/turns/{answer_id}/next")
def show_next(
    request: Request, id: str, answer_id: str, library: LibraryDep, services: ServicesDep
) -> Response:
    """What may be asked next, as HTML; 202 while it is still tried."""
    turn = conversations.turn(library, id, answer_id)
    questions = services.next_questions(turn)
    if questions is None:
        return Response(status_code=202)
    return render(request, "next.html", {"a": turn, "questions": questions})


@router.post("/c/{id}/feedback")
def judge_by_form(
    id: str,
    library: LibraryDep,
    answer_id: Annotated[str, Form()],
    verdict: Annotated[str, Form(pattern="^(good|bad|none)$")],
    reasons: Annotated[list[str], Form()] = [],  # noqa: B006 -- FastAPI copies it
    expected: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Judging an answer, or taking a judgement back."""
    if verdict == "none":
        library.conversations.delete_feedback(answer_id)
    else:
        known = [reason for reason in reasons if reason in REASONS]
        feedbacks.save(
            library, id, answer_id, good=verdict == "good", reasons=known, expected=expected
        )
    return RedirectResponse(f"/c/{id}#t-{answer_id}", status_code=303)
