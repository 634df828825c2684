"""The sources of the library, and what became of uploaded files."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class SourceInfoOut(BaseModel):
    """A source of the library; ``damaged`` counts the characters that could not be read.

    ``answers`` cite it. ``edited``: a reader calls an article of it otherwise than its file does.
    """

    id: str
    sha256: str
    format: str
    chars: int
    articles: int
    passages: int
    titles: list[str]
    published: str | None
    url: str | None
    added_at: str
    damaged: int
    edited: bool
    answers: int


class SourcePage(BaseModel):
    """One page of the library's list; ``next_offset`` is null on the last."""

    sources: list[SourceInfoOut]
    offset: int
    limit: int
    next_offset: int | None


class BlockOut(BaseModel):
    kind: str
    text: str
    start: int
    end: int
    spans: list[tuple[int, int]]


class ArticleOut(BaseModel):
    id: str
    title: str
    author: str | None
    published: str | None
    blocks: list[BlockOut]


class SourceOut(BaseModel):
    id: str
    sha256: str
    format: str
    title: str
    published: str | None
    url: str | None
    text: str
    articles: list[ArticleOut]


class Metadata(BaseModel):
    title: str
    author: str | None
    published: str | None


class ArticleMetadata(Metadata):
    """What an article is called now; ``read`` is what its file calls it."""

    id: str
    source: str
    read: Metadata


class MetadataBody(BaseModel):
    """What is to be otherwise; what is left out stays as it is, ``null`` is as the file has it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"published": "2025-06-10"}]}
    )

    title: str | None = Field(None, max_length=1000)
    author: str | None = Field(None, max_length=1000)
    published: str | None = Field(None, max_length=1000, description="A day, month or year.")


class UploadResult(BaseModel):
    """What became of one uploaded file; ``reason`` says what of it was skipped, and why."""

    name: str
    status: Literal["added", "changed", "unchanged", "skipped"]
    reason: str = ""
    hint: str = ""


class UploadOut(BaseModel):
    files: list[UploadResult]
