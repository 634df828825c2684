"""What can go wrong at the edge, and each error's HTTP status.

The slug of a class (``SourceNotFound`` is ``source-not-found``) is the stable part of a problem's
``type`` and the key of its words in the page's catalogue.
"""

from __future__ import annotations

import re
from typing import Any

from index import (
    AnswerError,
    GenerationError,
    GenerationTimeout,
    IndexMismatch,
    IndexMissing,
    LibraryBusy,
    LibraryFull,
    LibraryInaccessible,
    LibraryReadOnly,
    SourceError,
    SourceNotFound,
    YoujuError,
    explained,
)


class NotReady(YoujuError):
    """The library is still being opened."""

    retryable = True


class Overloaded(NotReady):
    """More is asked than can be answered."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            "Too many questions are waiting.", hint=f"Ask again in {retry_after_s} seconds."
        )
        self.retry_after_s = retry_after_s


class ShuttingDown(NotReady):
    """The server stops, or is started anew."""

    retry_after_s = 5

    def __init__(self) -> None:
        super().__init__("The server is stopping.", hint="Ask again in a few seconds.")


class StreamLost(NotReady):
    """The worker that was answering has died."""

    def __init__(self) -> None:
        super().__init__("The answer was lost.", hint="Ask again.")


class AnswerStopped(YoujuError):
    """Somebody stopped an answer that others still read."""

    def __init__(self) -> None:
        super().__init__("The answer was stopped.", hint="Ask again.")


class TooMany(YoujuError):
    """A key or an address asks more often than it may."""

    retryable = True

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("That was asked too often.", hint=f"Wait {retry_after_s} seconds.")
        self.retry_after_s = retry_after_s


class NotYours(YoujuError):
    """The key may ask, and change nothing."""


class ForgedForm(YoujuError):
    """A form that no page of this server has made."""


class TookTooLong(YoujuError):
    """It was not done in the time that it may take."""

    retryable = True


def too_long(stage: str, seconds: float) -> TookTooLong:
    what = "It" if stage == "total" else f"The stage {stage!r}"
    hint = "Try again, or ask more precisely; YOUJU_DEADLINE_S says how long it may take."
    return TookTooLong(f"{what} was not done within {seconds:.3g} seconds.", hint=hint)


class UnknownEngine(AnswerError):
    """No writer of that name."""


class UnknownScope(YoujuError):
    """A question is limited to sources that are not there."""


class ConversationNotFound(YoujuError):
    """No conversation of that id."""


#: The one table from error class to HTTP status; a subclass without a row has its parent's.
STATUS: dict[type[Exception], int] = {
    SourceNotFound: 404,
    ConversationNotFound: 404,
    SourceError: 422,
    UnknownEngine: 422,
    UnknownScope: 422,
    IndexMissing: 503,
    NotReady: 503,
    LibraryBusy: 503,
    LibraryFull: 507,
    LibraryReadOnly: 507,
    LibraryInaccessible: 503,
    GenerationTimeout: 504,
    TookTooLong: 504,
    AnswerStopped: 499,
    TooMany: 429,
    NotYours: 403,
    ForgedForm: 403,
    GenerationError: 502,
    IndexMismatch: 500,
    YoujuError: 500,
}

TITLES = {
    400: "Malformed request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    408: "Request took too long",
    413: "Request too large",
    415: "Unsupported media type",
    421: "Misdirected request",
    422: "Unprocessable request",
    429: "Too many requests",
    499: "Stopped",
    500: "Internal error",
    502: "The writer failed",
    503: "Not ready",
    504: "It took too long",
    507: "No room to write",
}

HINTS = {
    400: "Send well-formed JSON.",
    401: "Send Authorization: Bearer TOKEN (or a key), or sign in at /sign-in; see YOUJU_TOKEN.",
    403: "Requests are taken from this site's own pages and from programs only.",
    404: "See /docs for the paths there are.",
    405: "See /docs for the methods this path takes.",
    413: "Send less, or raise YOUJU_UPLOAD_LIMIT_MB.",
    415: "Send application/json; files go to POST /sources as multipart/form-data.",
    500: "The server's log holds the cause.",
}

INTERNAL = "Something went wrong on the server."


def status_of(error: Exception) -> int:
    """The HTTP status of an error: its class's row, or its nearest ancestor's."""
    return next((STATUS[cls] for cls in type(error).__mro__ if cls in STATUS), 500)


def slug(name: str) -> str:
    """``SourceNotFound`` -> ``source-not-found``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def problem(status: int, kind: str, detail: str, hint: str = "") -> dict[str, Any]:
    """A problem object (RFC 9457) with our extra member ``hint``."""
    return {
        "type": f"urn:youju:problem:{kind}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "hint": hint or HINTS.get(status, ""),
    }


def problem_of(error: Exception) -> dict[str, Any]:
    """The problem object of an error; only our own errors tell their message."""
    told = explained(error)
    if told is not None:
        return problem(status_of(told), slug(type(told).__name__), str(told), told.hint)
    return problem(500, "internal", INTERNAL)
