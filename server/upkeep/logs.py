"""The log: how it is written, and its one line for each request."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from server.settings import Settings

log = logging.getLogger("server.requests")

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
#: The fields of a JSON line that are there whatever it says; ``request`` where there is one.
FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s"
NAMES = {"asctime": "at", "levelname": "level", "name": "logger"}
#: What a proxy may call a request: nothing that could break a line or grow without bound.
_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)


@dataclass(slots=True)
class RequestLine:
    """What is told of a request once it has been answered; ``id`` is told to its client, too."""

    method: str
    id: str
    known: dict[str, Any] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)

    def write(self, route: str, status: int, level: int) -> None:
        """One line: never a path as it was asked for, which may hold anything."""
        ms = round((time.perf_counter() - self.began) * 1000, 1)
        fields = {"method": self.method, "route": route, "status": status, "ms": ms, **self.known}
        more = "".join(f" {name}={value}" for name, value in self.known.items())
        text = f"{self.method} {route} {status} {ms:.0f} ms{more} request={self.id}"
        log.log(level, "%s", text, extra=fields)


_present: ContextVar[RequestLine | None] = ContextVar("request", default=None)


def begin(method: str, given: str = "") -> RequestLine:
    """The line of the request that is being answered from now on, in this task and its threads.

    >>> begin("GET", "from-the-proxy").id, len(begin("GET", "two words").id)
    ('from-the-proxy', 16)
    """
    line = RequestLine(method, given if _ID.fullmatch(given) else secrets.token_hex(8))
    _present.set(line)
    return line


def note(**known: object) -> None:
    """What the present request's line shall say, too; nothing where there is no request."""
    if line := _present.get():
        line.known.update(known)


def present_id() -> str:
    """The id of the request that is being answered; empty where there is none."""
    line = _present.get()
    return line.id if line else ""


def set_up(settings: Settings) -> None:
    """Write to standard error, as the settings say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(settings.log_format))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])


def formatter(name: str) -> logging.Formatter:
    return (
        _Lines(FIELDS, rename_fields=NAMES, json_ensure_ascii=False)
        if name == "json"
        else (logging.Formatter(TEXT))
    )


class _Lines(JsonFormatter):
    """Each line says which request it belongs to."""

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        super().add_fields(log_data, record, message_dict)
        if request := present_id():
            log_data["request"] = request
