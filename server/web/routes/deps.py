"""What endpoints ask for by type."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from index import Library
from server.services import AnswersQuestions, Services


def services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


ServicesDep = Annotated[Services, Depends(services)]


def answerer(services: ServicesDep) -> AnswersQuestions:
    return services.answerer


def library(services: ServicesDep) -> Library:
    return services.library


AnswererDep = Annotated[AnswersQuestions, Depends(answerer)]
LibraryDep = Annotated[Library, Depends(library)]
