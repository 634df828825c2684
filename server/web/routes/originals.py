"""A source's original: the file as it was taken in."""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from index import Library, Source, SourceNotFound
from server.web.paging import page_count
from server.web.routes.deps import LibraryDep, ServicesDep

router = APIRouter(include_in_schema=False)


@router.get("/sources/{id:path}/original")
def download(id: str, library: LibraryDep) -> Response:
    """The file whose text the source is, byte for byte."""
    source = library.source(id)
    name = PurePosixPath(source.name.rpartition("#")[2]).name
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "sandbox; default-src 'none'",
    }
    return Response(original_of(library, source), media_type=kind, headers=headers)


@router.get("/sources/{id:path}/pages/{number}.png")
def picture(id: str, number: int, library: LibraryDep, services: ServicesDep) -> Response:
    """A page, counted from 1, as a picture."""
    source = library.source(id)
    image = services.pictures.get(source.sha256, number)
    if image is None:
        if not 1 <= number <= page_count(source):
            raise SourceNotFound(f"{source.name!r} has no page {number}")
        image = services.pictures.draw(original_of(library, source), source.sha256, number)
    # The address names the content: it never shows another.
    headers = {"cache-control": "private, max-age=86400"}
    return Response(image, media_type="image/png", headers=headers)


def original_of(library: Library, source: Source) -> bytes:
    """Raises: SourceNotFound, when the file has changed since or is gone."""
    data = library.original(source)
    if data is None:
        raise SourceNotFound(
            f"the file of {source.name!r} is gone, or has changed since it was read",
            hint="Index it again.",
        )
    return data
