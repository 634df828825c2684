"""Sources to rows of the catalogue: the part of an update that needs nothing but the sources."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.config import IndexConfig
from index.edits import edited, fitting
from index.records import Edit, Source
from index.store.rows import SourceRows, rows_of


@dataclass(frozen=True, slots=True)
class Unsplit:
    """Where it failed."""

    traceback: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A source that was read: the file that it is of, as what it counts once it is staged, and what
    readers say of its articles, by their places."""

    source: Source
    file: str
    counts: str
    edits: Mapping[int, Edit]


def split_sources(portion: Sequence[Taken], config: IndexConfig) -> list[SourceRows | Unsplit]:
    """The rows of each source, its articles called as readers say."""
    return [_split(taken, config) for taken in portion]


def _split(taken: Taken, config: IndexConfig) -> SourceRows | Unsplit:
    from index.pages.articles import split
    from index.pages.passages import passages

    chars, overlap = config.chunk_chars, config.overlap_sentences
    edits: list[Edit] = []
    articles = []
    try:
        for article in split(taken.source):
            if edit := fitting(taken.source, article, taken.edits.get(article.ordinal)):
                edits.append(edit)
                article = edited(article, edit)
            articles.append((article, passages(article, chars=chars, overlap_sentences=overlap)))
    except Exception:
        return Unsplit(traceback.format_exc())
    return rows_of(taken.source, taken.file, articles, edits)
