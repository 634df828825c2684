"""The library page: find, add, delete, undo, index again; and indexing again as an API."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from index import Selection
from index.reading import SUFFIXES
from server.web.charts import by_origin, by_time
from server.web.found import found
from server.web.rendering import query_string, reader_language, render
from server.web.responses import Worked
from server.web.routes.deps import LibraryDep, SelectionDep, ServicesDep
from server.web.routes.sources import Limit, Offset, Sought, example, source_page
from server.web.routes.uploads import NONE, shown_job
from server.web.schemas.operations import ReindexOut

PER_PAGE = 50

router = APIRouter()

RUNNING: dict[str, Any] = {
    "state": "running",
    "stage": "embed",
    "done": 512,
    "total": 4096,
    "passages": 0,
    "detail": "",
}


@router.get("/library", include_in_schema=False)
def show_library(
    request: Request,
    library: LibraryDep,
    services: ServicesDep,
    selection: SelectionDep,
    offset: Offset = 0,
    limit: Limit = PER_PAGE,
    page: Annotated[int, Query(ge=1, le=10**7)] = 1,
    q: Sought = "",
    deleted: str = "",
    restored: str = "",
    several: Annotated[int, Query(ge=0)] = 0,
    job: str = "",
) -> Response:
    """What there is of what is sought, in the order asked for; the address holds all of it."""
    of = replace(selection, query=q.strip())
    offset = offset or (page - 1) * limit
    count, kinds = library.count(of), library.kinds()
    context = {
        "page": source_page(library, offset, limit, of),
        "count": count,
        "pages": range(0, count, limit),
        "of": of,
        "q": of.query,
        "asked": asked(of),
        "kinds": kinds,
        "times": by_time(kinds.months),
        "origins": by_origin(kinds.origins),
        "undated": dict(kinds.months).get("", 0),
        "found": found(library, services.search, of.query, of) if of.query else [],
        "deleted": deleted,
        "undo": services.trash.count(deleted),
        "several": several,
        "restored": restored,
        "job": shown_job(library, services, job, reader_language(request)),
        "too_few": job == NONE,
        "suffixes": SUFFIXES,
        "limit_mb": services.settings.upload_limit_mb,
        "reindex": services.reindex.progress,
        "embedder": library.embedder_use() if library.version else None,
    }
    return render(request, "library.html", context)


def asked(of: Selection) -> dict[str, str]:
    """A selection as the address holds it."""
    given = asdict(of)
    return {"q": given.pop("query"), **given}


@router.post("/library/delete", include_in_schema=False)
def delete_by_form(
    library: LibraryDep,
    services: ServicesDep,
    source: Annotated[list[str], Form()] = [],  # noqa: B006 -- FastAPI copies it
    back: Annotated[str, Form(pattern=r"^[\w=&%.+-]*$")] = "",
) -> Response:
    """Delete what was chosen, all in one; it can be undone in one, too."""
    names = list(dict.fromkeys(source))
    if not names:
        return RedirectResponse(f"/library?{back}", status_code=303)

    def work() -> Response:
        key = services.trash.delete(library, *names)
        told = {"deleted": key, "several": len(names) if len(names) > 1 else 0}
        return RedirectResponse(f"/library?{back}&{query_string(**told)[1:]}", status_code=303)

    return Worked(work, services.writing)


@router.post("/library/restore", include_in_schema=False)
def restore_by_form(
    library: LibraryDep, services: ServicesDep, name: Annotated[str, Form()]
) -> Response:
    """Undo a deletion: the sources come back as they were, under the same hashes."""

    def work() -> Response:
        count = services.trash.put_back(library, name)
        told = {"restored": name, "several": count if count > 1 else 0}
        return RedirectResponse(f"/library{query_string(**told)}", status_code=303)

    return Worked(work, services.writing)


@router.post("/library/reindex", include_in_schema=False)
def reindex_by_form(library: LibraryDep, services: ServicesDep) -> Response:
    services.reindex.start(library)
    return RedirectResponse("/library#reindex", status_code=303)


@router.get(
    "/index", tags=["sources"], responses={200: example(RUNNING)}, summary="How far is indexing?"
)
def read_reindex(services: ServicesDep) -> ReindexOut:
    """The state of the last indexing that `POST /index` started."""
    return ReindexOut.model_validate(services.reindex.progress, from_attributes=True)


@router.post(
    "/index",
    status_code=202,
    tags=["sources"],
    responses={202: example(RUNNING, "Started, or running already")},
    summary="Index everything again",
)
def start_reindex(library: LibraryDep, services: ServicesDep) -> ReindexOut:
    """Split, embed and index the texts of the library again; the old index answers meanwhile."""
    services.reindex.start(library)
    return read_reindex(services)
