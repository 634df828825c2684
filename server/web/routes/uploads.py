"""Files handed over on the library page: a job that goes on when the page is left."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from index import Job, Library, Skipped
from server.services import Services
from server.web.rendering import reader_language, render
from server.web.routes.deps import LibraryDep, ServicesDep
from server.web.routes.sources import safe_name
from server.web.skips import told

router = APIRouter(include_in_schema=False)

#: The job of a form that came without files.
NONE = "none"
#: Of a job of more files than this, only those are listed of which something was skipped.
LISTED = 50
#: And so many of those; so many names of files that were left out.
MOST, MOST_LEFT_OUT = 500, 500
#: A page without scripts is kept waiting for so long, and then told how far it is.
WAIT_S, LOOK_S = 8.0, 0.05
#: A page that sends nothing for so long has been left.
LEFT_S = 20.0
#: Why a page did not send a file.
UNSENT = {
    "oversize": "oversize: over the limit",
    "unreadable": "unseen: the browser cannot read it",
}


@router.post("/library")
def upload_by_form(
    library: LibraryDep,
    services: ServicesDep,
    files: Annotated[list[UploadFile], File()] = [],  # noqa: B006 -- FastAPI copies it
) -> Response:
    """Uploading without scripts: the files are read in, and the page says what became of each."""
    given = [file for file in files if file.filename]
    if not given:
        return RedirectResponse(f"/library?job={NONE}", status_code=303)
    job = library.incoming.begin(len(given))
    _hand_over(library, services, job, given)
    until = time.monotonic() + WAIT_S
    while (found := library.incoming.job(job)) and found.open and time.monotonic() < until:
        time.sleep(LOOK_S)
    return RedirectResponse(f"/library?job={job}#sent", status_code=303)


@router.post("/library/uploads")
def upload(
    library: LibraryDep,
    services: ServicesDep,
    files: Annotated[list[UploadFile], File()] = [],  # noqa: B006 -- FastAPI copies it
    job: Annotated[str, Form()] = "",
    total: Annotated[int, Form(ge=1, le=10**6)] = 1,
    first: Annotated[int, Form(ge=0, le=10**6)] = 0,
    unsent: Annotated[str, Form()] = "[]",
    left_out: Annotated[str, Form()] = "[]",
) -> Response:
    """Some of a job's files, from place ``first`` on; the same ones again do no harm.

    ``unsent`` are, instead of files, names with why they are not sent; ``left_out`` names only.
    """
    if job and library.incoming.job(job) is None:
        raise HTTPException(404, "That upload is not known any more.")
    job = job or library.incoming.begin(total, _strings(left_out)[:MOST_LEFT_OUT])
    for n, (name, why) in enumerate(_pairs(unsent), first):
        library.incoming.refuse(job, n, safe_name(name), Skipped(name, UNSENT[why]))
    _hand_over(library, services, job, files, first)
    return JSONResponse({"id": job}, status_code=202)


def _hand_over(
    library: Library, services: Services, job: str, files: Sequence[UploadFile], first: int = 0
) -> None:
    limit = services.settings.upload_limit_mb * 2**20
    for n, file in enumerate(files, first):
        name = safe_name(file.filename or "")
        data = file.file.read(limit + 1)
        if not name:
            library.incoming.refuse(job, n, file.filename or "?", Skipped("?", "name: none"))
        elif len(data) > limit:
            library.incoming.refuse(job, n, name, Skipped(name, UNSENT["oversize"]))
        else:
            library.incoming.put(job, n, name, data)
    services.intake.wake()


def _strings(text: str) -> list[str]:
    found = _json(text)
    return [one for one in found if isinstance(one, str)]


def _pairs(text: str) -> list[tuple[str, str]]:
    return [
        (str(one[0]), str(one[1]))
        for one in _json(text)
        if isinstance(one, list) and len(one) == 2 and str(one[1]) in UNSENT
    ]


def _json(text: str) -> list[Any]:
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()  # halves of a character are none
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise HTTPException(422, "unsent and left_out are lists.")
    return found


@router.get("/library/uploads/{id}")
def show_job(request: Request, id: str, library: LibraryDep, services: ServicesDep) -> Response:
    """How far it is, as a part of the page."""
    job = shown_job(library, services, id, reader_language(request))
    if job is None:
        raise HTTPException(404, "That upload is not known any more.")
    return render(request, "_job.html", {"job": job})


@router.post("/library/uploads/{id}/cancel")
def cancel(id: str, library: LibraryDep) -> Response:
    """What has not been read in will not be; the rest stays."""
    library.incoming.cancel(id)
    return RedirectResponse(f"/library?job={id}#sent", status_code=303)


@router.post("/library/uploads/forget")
def forget(library: LibraryDep) -> Response:
    """What became of finished uploads has been seen."""
    library.incoming.forget()
    return RedirectResponse("/library", status_code=303)


def shown_job(library: Library, services: Services, id: str, lang: str) -> dict[str, Any] | None:
    """What the page says of a job; without an id, of the last one there was."""
    job = library.incoming.job(id) if id else library.incoming.latest()
    if job is None:
        return None
    step = services.intake.step
    files = library.incoming.files(job.id, LISTED if job.total <= LISTED else MOST)
    rows = [
        {"name": f.name, "status": f.status, "why": told(f.skipped, f.name, lang)}
        for f in sorted(files, key=lambda f: f.n)
        if job.total <= LISTED or f.skipped
    ]
    return {
        "id": job.id,
        "state": _state(job),
        "total": job.total,
        "came": job.came,
        "done": job.done,
        "counts": job.counts,
        "left_out": job.left_out,
        "step": step if step.job == job.id else None,
        "files": rows,
    }


def _state(job: Job) -> str:
    """``running``, ``sending`` (more is to come), ``left`` (no more came), ``cancelled``, ``done``."""
    if job.open:
        return "running"
    if job.cancelled:
        return "cancelled"
    if job.came >= job.total:
        return "done"
    idle = datetime.now(UTC) - datetime.fromisoformat(job.touched_at)
    # Touched in the future: the clock was put back, and what is still sent will touch it again.
    return "left" if abs(idle.total_seconds()) > LEFT_S else "sending"
