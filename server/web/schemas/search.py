"""What a search finds, and a stretch of a source: for programs that read rather than click."""

from __future__ import annotations

from pydantic import BaseModel, Field

from server.web.schemas.answers import HitOut


class FoundOut(HitOut):
    """A hit with what stands there: the passage's clean text under its heading."""

    heading: str
    text: str
    title: str
    published: str | None
    url: str | None


class SearchOut(BaseModel):
    """The passages that a query finds, the best first."""

    query: str
    hits: list[FoundOut]


class TitleOut(BaseModel):
    """An article of a source, and where in the source text it begins."""

    id: str
    title: str
    author: str | None
    published: str | None
    start: int


class StretchOut(BaseModel):
    """The characters ``[start, end)`` of a source text, in Unicode code points."""

    id: str
    sha256: str
    format: str
    url: str | None
    chars: int = Field(description="Of the whole source.")
    articles: list[TitleOut]
    start: int
    end: int
    text: str
    next_start: int | None = Field(description="Where to read on; null at the end.")
