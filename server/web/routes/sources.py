"""/sources: what the library holds; add to it and delete from it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, File, Header, Query, UploadFile
from starlette.responses import JSONResponse, Response

from index import Library, Selection, Skipped, Upload
from server.errors import problem
from server.records import source_dict, source_info_dict
from server.web.responses import ProblemResponse, Worked
from server.web.routes.deps import LibraryDep, SelectionDep, ServicesDep
from server.web.schemas.examples import EXAMPLE_PROBLEM, EXAMPLE_SOURCE
from server.web.schemas.sources import SourceOut, SourcePage, UploadOut, UploadResult
from server.web.skips import language_of, told

router = APIRouter(tags=["sources"])

Offset = Annotated[int, Query(ge=0, le=10**9)]
Limit = Annotated[int, Query(ge=1, le=200)]
Sought = Annotated[str, Query(max_length=200, description="Part of a name or a title.")]

PAGE_EXAMPLE: dict[str, Any] = {
    "sources": [EXAMPLE_SOURCE],
    "offset": 0,
    "limit": 50,
    "next_offset": None,
}
SOURCE_EXAMPLE: dict[str, Any] = {
    "id": EXAMPLE_SOURCE["id"],
    "sha256": EXAMPLE_SOURCE["sha256"],
    "format": "txt",
    "title": "",
    "published": None,
    "url": None,
    "text": "\n\n# “新星”产业集群 如何赢得未来\n…",
    "articles": [
        {
            "id": "000_9c7128e140aee367.txt/0",
            "title": "“新星”产业集群 如何赢得未来",
            "author": None,
            "published": None,
            "blocks": [
                {
                    "kind": "title",
                    "text": "“新星”产业集群 如何赢得未来",
                    "start": 0,
                    "end": 15,
                    "spans": [[4, 19]],
                }
            ],
        }
    ],
}
UPLOAD_EXAMPLE = {
    "files": [
        {"name": "news.txt", "status": "added", "reason": "", "hint": ""},
        {
            "name": "photo.txt",
            "status": "skipped",
            "reason": "it is not a text",
            "hint": "Save it as text, and upload that.",
        },
    ]
}


def example(value: Any, description: str = "Done") -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"example": value}}}


def problem_example(description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"example": EXAMPLE_PROBLEM}}
    return {"description": description, "content": content}


@router.get("/sources", responses={200: example(PAGE_EXAMPLE)}, summary="List the sources")
def list_sources(
    library: LibraryDep,
    selection: SelectionDep,
    offset: Offset = 0,
    limit: Limit = 50,
    query: Sought = "",
) -> SourcePage:
    """A page of the library's sources, by name; with a query those first that are called so."""
    return SourcePage.model_validate(
        source_page(library, offset, limit, replace(selection, query=query))
    )


def source_page(library: Library, offset: int, limit: int, of: Selection) -> dict[str, Any]:
    found = [source_info_dict(s) for s in library.sources(offset, limit + 1, of)]
    return {
        "sources": found[:limit],
        "offset": offset,
        "limit": limit,
        "next_offset": offset + limit if len(found) > limit else None,
    }


@router.get(
    "/sources/{id:path}",
    response_model=SourceOut,
    responses={200: example(SOURCE_EXAMPLE), 404: problem_example("No such source")},
    summary="Read a source",
)
def read_source(id: str, library: LibraryDep) -> Response:
    """The source text, never altered, and its articles: clean blocks with their source spans.

    Percent-encode the id: it may hold `/` and `#`.
    """
    source = library.source(id)
    return JSONResponse(source_dict(source, library.articles_of(source.name)))


@router.post(
    "/sources",
    status_code=201,
    response_model=UploadOut,
    responses={201: example(UPLOAD_EXAMPLE), 422: problem_example("No file could be read")},
    summary="Add files",
)
def add_sources(
    files: Annotated[list[UploadFile], File(description="One or several files.")],
    library: LibraryDep,
    services: ServicesDep,
    accept_language: Annotated[str, Header()] = "",
) -> Response:
    """Index the uploaded files, all at once. Each is told what became of it, in the language of
    `Accept-Language` (`zh` or `en`); one bad file spoils no other.
    """
    limit = services.settings.upload_limit_mb * 2**20

    def work() -> Response:
        results = add_files(library, files, limit, language_of(accept_language))
        body = {"files": [r.model_dump() for r in results]}
        if all(r.status == "skipped" for r in results):
            detail = "; ".join(f"{r.name}: {r.reason}" for r in results)
            return ProblemResponse(problem(422, "source-error", detail) | body)
        return JSONResponse(body, status_code=201)

    return Worked(work, services.writing)


def add_files(
    library: Library, files: list[UploadFile], limit_bytes: int, lang: str
) -> list[UploadResult]:
    """Take the files in, all in one update; each is told what became of it, in their order."""
    names = [safe_name(file.filename or "") for file in files]
    given = [
        (name or "?", _data(file, limit_bytes)) for name, file in zip(names, files, strict=True)
    ]
    usable = [(name, data) for name, data in given if name != "?" and data is not None]
    uploads = iter(library.add_texts(usable) if usable else [])
    results = []
    for (name, data), file in zip(given, files, strict=True):
        if name == "?":
            upload = Upload(file.filename or "", "skipped", (Skipped(name, "name: none"),))
        elif data is None:
            upload = Upload(name, "skipped", (Skipped(name, "oversize: over the limit"),))
        else:
            upload = next(uploads)
        results.append(_result(upload, lang))
    return results


def _data(file: UploadFile, limit_bytes: int) -> bytes | None:
    """None, when it is larger than the limit."""
    data = file.file.read(limit_bytes + 1)
    return data if len(data) <= limit_bytes else None


def _result(upload: Upload, lang: str) -> UploadResult:
    reason, hint = told(upload.skipped, upload.name, lang)
    return UploadResult.model_validate(
        {"name": upload.name, "status": upload.status, "reason": reason, "hint": hint}
    )


def safe_name(filename: str) -> str:
    r"""A file name, NFC, without control characters or leading dots.

    The folders in it stay, so that two files of one name in a folder are two sources; a path that
    starts at a root or leads upwards loses them.

    >>> safe_name("2024/1月/a.txt"), safe_name("../../etc/..\\.a.txt")
    ('2024/1月/a.txt', 'a.txt')
    """
    path = PurePosixPath(unicodedata.normalize("NFC", filename).replace("\\", "/"))
    rooted = path.is_absolute() or re.match(r"[A-Za-z]:", filename)
    parts = path.parts[-1:] if rooted or ".." in path.parts else path.parts
    *folders, last = [_safe_part(part) for part in parts] or [""]
    return "/".join([*filter(None, folders), last]) if last else ""


def _safe_part(part: str) -> str:
    kept = "".join(c for c in part if unicodedata.category(c)[0] != "C")
    return re.sub(r"\s+", " ", kept.replace("#", "_")).strip().lstrip(".")[-200:]


@router.delete(
    "/sources/{id:path}",
    status_code=204,
    responses={404: problem_example("No such source")},
    summary="Delete a source",
)
def delete_source(id: str, library: LibraryDep, services: ServicesDep) -> Response:
    """No later answer cites it; earlier ones say that it is gone. The page offers to undo it."""

    def work() -> Response:
        services.trash.delete(library, library.source(id).name)
        return Response(status_code=204)

    return Worked(work, services.writing)
