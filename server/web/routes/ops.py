"""/healthz, /readyz and /metrics, for whatever runs the server."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header
from starlette.responses import PlainTextResponse

from server.web.routes.deps import ServicesDep
from server.web.routes.sources import example, problem_example
from server.web.schemas.operations import Health, Readiness

router = APIRouter(tags=["operation"])


@router.get("/healthz", responses={200: example({"status": "ok"})}, summary="Is it alive?")
async def healthz() -> Health:
    """Answers as long as the event loop runs."""
    return Health(status="ok")


@router.get(
    "/readyz",
    responses={
        200: example({"status": "ready", "keeps": True}),
        503: problem_example("Not yet, and why"),
    },
    summary="Can it answer?",
)
async def readyz(services: ServicesDep) -> Readiness:
    """503 with the reason until the library serves and the models are loaded. `keeps` is false while
    the disk is full or read-only, so that questions are answered and conversations not kept.
    """
    services.check()
    return Readiness(status="ready", keeps=services.keeps)


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={
        200: {
            "description": "Prometheus text",
            "content": {"text/plain": {"example": 'youju_answers_total{engine="extractive"} 3\n'}},
        }
    },
    summary="Counters and latencies",
)
async def metrics(
    services: ServicesDep, accept: Annotated[str, Header(include_in_schema=False)] = ""
) -> PlainTextResponse:
    """Requests, answers, refusals, support, stages, the queue, the library and the process, in
    Prometheus's text format. Of several workers each tells its own.
    """
    render = partial(services.metrics.render, accept)
    # In a thread that questions and pages never hold: the library's figures are read from its disk.
    text, media_type = await asyncio.get_running_loop().run_in_executor(None, render)
    return PlainTextResponse(text, headers={"content-type": media_type})
