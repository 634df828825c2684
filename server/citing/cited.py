"""A citation with all that is known of what it cites."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from index import Article, Library, Source, SourceNotFound
from server.addresses import source_path, view_path

#: Characters around a quote that tell it from the same words elsewhere.
AROUND = 32
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Cited:
    """``prefix`` and ``suffix`` stand around the quote in the source text; they are empty, and
    ``repeated`` unknown, where that is no longer what was cited. ``address``: where the source text
    is read; ``view``: where its quote opens. ``claims``: what it bears out."""

    number: int
    source: str
    article: str
    title: str
    author: str
    published: str
    url: str
    page: int | None
    start: int
    end: int
    quote: str
    sha256: str
    prefix: str
    suffix: str
    repeated: bool
    address: str
    view: str
    claims: tuple[str, ...]
    accessed: date

    @property
    def date_parts(self) -> list[int]:
        """The day of publication, as far as it is known: year, month, day."""
        match = _DATE.match(self.published)
        return [int(part) for part in match.groups() if part] if match else []

    @property
    def iso_date(self) -> str:
        """The same as text: 2026-11-03, or as much of it as is known."""
        return "-".join(f"{part:02}" for part in self.date_parts)

    @property
    def name(self) -> str:
        """What it is called: its title, or its source's name."""
        return self.title or self.source


class Shelf:
    """Looks up what citations cite; ``base`` is where the server's addresses begin."""

    def __init__(self, library: Library, base: str = "") -> None:
        self._library = library
        self._base = base
        self._sources: dict[str, Source | None] = {}

    def cited(self, answer: Mapping[str, Any], accessed: date) -> list[Cited]:
        """The citations of an answer, in the order of their numbers."""
        ordered = sorted(answer["citations"], key=lambda c: int(c["number"]))
        return [self._cited(c, answer["claims"], accessed) for c in ordered]

    def _cited(
        self, c: Mapping[str, Any], claims: Sequence[Mapping[str, Any]], accessed: date
    ) -> Cited:
        source = self._source(c["source"], c["sha256"])
        article = self._library.article(c["article"])
        text = source.text if source else ""
        start, end = int(c["start"]), int(c["end"])
        return Cited(
            number=int(c["number"]),
            source=c["source"],
            article=c["article"],
            title=c["title"],
            author=(article.author if article else None) or "",
            published=c["published"] or "",
            url=_url(c, article, source),
            page=c.get("page"),
            start=start,
            end=end,
            quote=c["quote"],
            sha256=c["sha256"],
            prefix=text[max(0, start - AROUND) : start],
            suffix=text[end : end + AROUND],
            repeated=text.count(c["quote"]) > 1,
            address=self._base + source_path(c["source"]),
            view=self._base + view_path(c),
            claims=tuple(k["text"] for k in claims if c["number"] in k["citations"]),
            accessed=accessed,
        )

    def _source(self, name: str, sha256: str) -> Source | None:
        """The source as it was cited; None when it is gone or another one."""
        if name not in self._sources:
            try:
                self._sources[name] = self._library.source(name)
            except SourceNotFound:
                self._sources[name] = None
        found = self._sources[name]
        return found if found is not None and found.sha256 == sha256 else None


def _url(c: Mapping[str, Any], article: Article | None, source: Source | None) -> str:
    return c["url"] or (article and article.url) or (source and source.url) or ""


def once_each(cited: Sequence[Cited]) -> list[Cited]:
    """The first citation of each article: what a bibliography lists."""
    first: dict[tuple[str, str], Cited] = {}
    for one in cited:
        first.setdefault((one.source, one.article), one)
    return list(first.values())
