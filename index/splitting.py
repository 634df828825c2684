"""Sources to rows of the catalogue: the part of an update that needs nothing but the sources."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass

from index.config import IndexConfig
from index.records import Source
from index.store.rows import SourceRows, rows_of


@dataclass(frozen=True, slots=True)
class Unsplit:
    """Where it failed."""

    traceback: str


def split_sources(
    portion: Sequence[tuple[Source, str, str]], config: IndexConfig
) -> list[SourceRows | Unsplit]:
    """The rows of each source, which come with the file that it is of."""
    return [_split(source, file, config) for source, file, _ in portion]


def _split(source: Source, file: str, config: IndexConfig) -> SourceRows | Unsplit:
    from index.pages.articles import split
    from index.pages.passages import passages

    chars, overlap = config.chunk_chars, config.overlap_sentences
    try:
        articles = [
            (article, passages(article, chars=chars, overlap_sentences=overlap))
            for article in split(source)
        ]
    except Exception:
        return Unsplit(traceback.format_exc())
    return rows_of(source, file, articles)
