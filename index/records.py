"""The words of the project as data: source, article, passage, span, hit.

A *source text* is what a file decodes to and is never altered. An *article* carries a clean
copy of its part of the source text, and for every clean character the index of the source
character it came from. Everything that is shown is clean text; everything that is cited is a
span of the source text, found through those offsets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Offsets = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """``[start, end)`` in Unicode code points."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def overlap(self, other: Span) -> int:
        """Number of code points that both spans hold."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class Block:
    """A title, heading, byline, paragraph or caption: ``[start, end)`` of the clean text."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """The file, or the JSONL record, that articles came from.

    ``sha256`` is that of the file's bytes; for a JSONL record, of its text in UTF-8.
    """

    name: str
    text: str
    sha256: str
    format: str = "txt"
    title: str = ""
    published: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Article:
    """One text with one title, cleaned, and the way back to its source.

    ``offsets`` has one int32 per character of ``text``: the index of the source character it
    came from. It is increasing inside a piece of the source and jumps where a newspaper's
    columns were put back together. Blocks cover ``text`` and are separated by one ``"\\n"``,
    whose offset is that of the character before it.
    """

    id: str
    source: str
    text: str
    offsets: Offsets
    blocks: tuple[Block, ...]
    title: str = ""
    author: str | None = None
    published: str | None = None
    url: str | None = None
    ordinal: int = 0

    def source_spans(self, start: int, end: int) -> list[Span]:
        """The source spans that the clean characters ``[start, end)`` came from, in reading order.

        One span where the source holds the text in one run (dropped spaces and line breaks may
        lie inside); several where columns were joined.
        """
        return runs(self.offsets[start:end])


#: Characters dropped in cleaning (spaces, line breaks, doubled characters) between two kept ones
#: that still count as one run; mended columns lie further apart or run backwards.
MAX_GAP = 64


def runs(offsets: Offsets) -> list[Span]:
    """Group source indices into maximal runs that go forward by at most ``MAX_GAP``."""
    if len(offsets) == 0:
        return []
    steps = np.diff(offsets)
    cuts = np.flatnonzero((steps < 0) | (steps > MAX_GAP)) + 1
    starts = np.concatenate(([0], cuts))
    ends = np.concatenate((cuts, [len(offsets)]))
    return [
        Span(int(offsets[a]), int(offsets[b - 1]) + 1) for a, b in zip(starts, ends, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded and retrieved: ``[start, end)`` of an article's clean text.

    ``id`` is a function of the source's name and the content, so that writing is idempotent.
    ``spans`` are the places in the source text, the longest first.
    """

    id: str
    article: str
    source: str
    text: str
    start: int
    end: int
    spans: tuple[Span, ...]
    heading: str = ""

    @property
    def span(self) -> Span:
        """The longest of the source spans."""
        return self.spans[0]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage and how well it fits the query; a higher score is better."""

    passage: Passage
    score: float
    lexical: float = 0.0
    dense: float = 0.0


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """One line of the library's list."""

    name: str
    sha256: str
    format: str
    chars: int
    articles: int
    passages: int
    titles: tuple[str, ...] = ()
    published: str | None = None
    url: str | None = None
    added_at: str = ""


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """One line of the list of all articles."""

    title: str
    source: str
    published: str | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not indexed, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Removed:
    """Deleted sources, each with the file it is of; of each file its root and hash."""

    sources: tuple[tuple[Source, str], ...]
    files: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Report:
    """What an update of the library did, counted in sources."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    skipped: Sequence[Skipped] = field(default_factory=tuple)
    passages: int = 0
