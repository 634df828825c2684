"""The evaluation page: the last reports as a table and plots, down to the single question."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from server.evaluation import curves
from server.evaluation import saved as evaluations
from server.evaluation.comparison import compare
from server.services import Services
from server.web.rendering import render
from server.web.routes.deps import ServicesDep

router = APIRouter(include_in_schema=False)


@router.get("/evaluation")
def show_evaluation(
    request: Request,
    services: ServicesDep,
    report: str = "",
    type: str = "",
    show: Literal["all", "weak"] = "all",
    older: str = "",
) -> Response:
    saved = evaluations.saved(services.settings.library)
    chosen = next((s for s in saved if s.name == report), saved[0] if saved else None)
    context: dict[str, Any] = {"saved": saved, "chosen": chosen, "type": type, "show": show}
    library = services.settings.library
    # Where the server's files lie is nobody's business but its owner's.
    context["command"] = _command(Path(library.name) if request.app.state.access.asks else library)
    return render(
        request, "evaluation.html", context | _figures(services, chosen, type, show, older)
    )


def _command(library: Path) -> str:
    """What makes the first report of this library, as one types it in a shell."""
    gold, out = "tests/gold/seeds_dev.jsonl", library / evaluations.FOLDER / "dev.json"
    return shlex.join(["youju", "eval", gold, "--library", str(library), "--json", str(out)])


def _figures(
    services: Services, chosen: evaluations.Saved | None, type: str, show: str, older: str
) -> dict[str, Any]:
    read = evaluations.read(services.settings.library, chosen.name) if chosen else None
    if read is None:
        return {"read": None}
    runs = evaluations.course(services.settings.library, read.get("gold", ""))
    questions = [
        question | {"good": evaluations.is_good(question)}
        for question in read["questions"]
        if not type or question["type"] == type
    ]
    return {
        "read": read,
        "rows": evaluations.rows(read),
        "metrics": evaluations.METRICS,
        "plots": evaluations.plots(read),
        "shown": evaluations.shown,
        "questions": [q for q in questions if show == "all" or not q["good"]],
        "runs": runs,
        "trend": evaluations.trend(runs),
        "plotted": evaluations.PLOTTED,
        **_compared(services, read, runs, chosen.name if chosen else "", older),
        **curves.of(read),
        "weak": sum(not q["good"] for q in questions),
    }


def _compared(
    services: Services,
    read: Mapping[str, Any],
    runs: Sequence[evaluations.Run],
    name: str,
    older: str,
) -> dict[str, Any]:
    """The report beside an older one on the same questions, where one is chosen."""
    before = None
    if older in {run.name for run in runs if run.name != name}:
        before = evaluations.read(services.settings.library, older)
    if before is None:
        return {"older": "", "compared": None}
    pairs = [
        (kind, [(m, (before_row or {}).get(m), row.get(m)) for m in evaluations.PLOTTED])
        for kind, row, before_row in _beside(read, before)
    ]
    return {"older": older, "compared": compare(before, read), "pairs": pairs}


def _beside(
    read: Mapping[str, Any], before: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any] | None]]:
    """Name and figures of every row, and its figures before."""
    yield "overall", read["overall"], before["overall"]
    for kind, row in read["by_type"].items():
        yield kind, row, before["by_type"].get(kind)


@router.get("/evaluation/{name}")
def download_report(name: str, services: ServicesDep) -> Response:
    """A report's file, to be saved: a page of its own has no place under our policy."""
    saved = evaluations.saved(services.settings.library)
    if name not in {s.name for s in saved} | {s.html for s in saved if s.html}:
        raise HTTPException(404, "No such report.")
    path = services.settings.library / evaluations.FOLDER / name
    return FileResponse(path, filename=name, content_disposition_type="attachment")
