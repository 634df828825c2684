"""A source's original: the file as it was taken in."""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from index import Library, Source, SourceNotFound
from server.web.routes.deps import LibraryDep

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


def original_of(library: Library, source: Source) -> bytes:
    """Raises: SourceNotFound, when the file has changed since or is gone."""
    data = library.original(source)
    if data is None:
        raise SourceNotFound(
            f"the file of {source.name!r} is gone, or has changed since it was read",
            hint="Index it again.",
        )
    return data
