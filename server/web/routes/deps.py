"""What endpoints ask for by type.

Not in threads: these take no time, and are to be had when every thread is busy.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from index import Library, Selection
from server.services import AnswersQuestions, Services


async def services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


ServicesDep = Annotated[Services, Depends(services)]


async def answerer(services: ServicesDep) -> AnswersQuestions:
    return services.answerer


async def library(services: ServicesDep) -> Library:
    return services.library


AnswererDep = Annotated[AnswersQuestions, Depends(answerer)]
LibraryDep = Annotated[Library, Depends(library)]

Day = Annotated[
    str,
    Query(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$", description="A day, a month or a year."),
]


def selection(
    since: Day = "",
    until: Day = "",
    origin: Annotated[
        str, Query(max_length=300, description="A folder, a file of records; `-` is uploads.")
    ] = "",
    format: Annotated[str, Query(max_length=20)] = "",
    order: Literal["", "name", "newest", "oldest", "added"] = "",
) -> Selection:
    return Selection("", since, until, origin, format, order)


SelectionDep = Annotated[Selection, Depends(selection)]
