"""The list of conversations, beside the chat and as a page, and what is done to one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from index import Library
from server.chat import conversations
from server.chat.date_groups import by_period
from server.chat.quotes import QuoteReader
from server.web.addresses import local_path
from server.web.rendering import query_string, render
from server.web.routes.deps import LibraryDep
from server.web.routes.sources import Limit, Offset, Sought
from server.web.schemas.bounds import ConversationId

#: So many stand beside the chat; the page has them all.
BESIDE = 40

router = APIRouter(include_in_schema=False)

Back = Annotated[str, Form(max_length=500)]
#: A conversation that was just deleted.
Deleted = Annotated[ConversationId | None, Query()]


def listed(library: Library, limit: int = BESIDE, offset: int = 0, q: str = "") -> dict[str, Any]:
    """A page of the conversations, and the same by period."""
    page = conversations.page(library, offset, limit, q.strip())
    periods = by_period(page["conversations"], datetime.now().astimezone())
    return {"page": page, "periods": periods, "q": q}


def undoable(library: Library, id: str | None) -> dict[str, Any]:
    """What is told of a conversation that was just deleted."""
    title = library.conversations.deleted(id) if id else None
    return {"deleted": {"id": id, "title": title}} if title is not None else {}


@router.get("/history")
def show_history(
    request: Request,
    library: LibraryDep,
    offset: Offset = 0,
    limit: Limit = 50,
    q: Sought = "",
    deleted: Deleted = None,
) -> Response:
    judged = len(library.conversations.feedback())
    context = listed(library, limit, offset, q) | undoable(library, deleted) | {"judged": judged}
    return render(request, "history.html", context)


@router.get("/talks")
def show_talks(
    request: Request, library: LibraryDep, q: Sought = "", here: str = "", deleted: Deleted = None
) -> Response:
    """The list beside the chat, for the page that it stands on; ``here`` is the talk that is shown."""
    context = listed(library, q=q) | undoable(library, deleted) | {"conversation_id": here}
    return render(request, "talks.html", context)


@router.get("/c/{id}/options")
def show_options(request: Request, id: str, library: LibraryDep, back: str = "/") -> Response:
    """What can be done to a conversation, for a list that shows only its title."""
    line = conversations.line(library, id)
    return render(request, "options.html", {"c": line, "back": local_path(back)})


@router.get("/c/{id}/print")
def print_conversation(request: Request, id: str, library: LibraryDep) -> Response:
    """A conversation on paper, or as the browser's PDF: every quote in full."""
    found = conversations.conversation(library, id)
    return render(request, "print.html", {"found": found, "reading": QuoteReader(library)})


@router.post("/c/{id}/rename")
def rename_by_form(
    id: str,
    library: LibraryDep,
    title: Annotated[str, Form(min_length=1, max_length=80)],
    back: Back = "",
) -> Response:
    conversations.rename(library, id, title.strip() or "·")
    return _to(back or f"/c/{id}")


@router.post("/c/{id}/pin")
def pin_by_form(
    id: str, library: LibraryDep, pinned: Annotated[bool, Form()], back: Back = ""
) -> Response:
    conversations.pin(library, id, pinned)
    return _to(back or f"/c/{id}")


@router.post("/c/{id}/delete")
def delete_by_form(id: str, library: LibraryDep, back: Back = "/history") -> Response:
    """It can be had back where this leads to: the list, or the empty page."""
    conversations.delete(library, id)
    where = local_path(back).partition("?")[0]
    return _to(f"{'/history' if where == '/history' else '/'}{query_string(deleted=id)}")


@router.post("/c/{id}/restore")
def restore_by_form(id: str, library: LibraryDep, back: Back = "") -> Response:
    """Undo a deletion."""
    conversations.put_back(library, id)
    return _to(back or f"/c/{id}")


def _to(path: str) -> Response:
    return RedirectResponse(local_path(path), status_code=303)
