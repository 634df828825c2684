"""What endpoints ask for by type.

Not in threads: these take no time, and are to be had when every thread is busy.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from index import Library
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
