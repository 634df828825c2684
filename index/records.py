"""The words of the project as data: source, article, passage, span, hit.

A *source text* is what a file decodes to and is never altered. An *article* carries a clean
copy of its part of the source text, and for every clean character the index of the source
character it came from. Everything that is shown is clean text; everything that is cited is a
span of the source text, found through those offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Offsets = npt.NDArray[np.int32]

#: What a block of an article is; a ``row`` is a table's, said with the headers of its columns. From
#: ``paragraph`` on they are read as statements.
BLOCK_KINDS = ("title", "heading", "byline", "paragraph", "caption", "row", "code")


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
    """What one of ``BLOCK_KINDS`` covers: ``[start, end)`` of the clean text."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """The file, or the JSONL record, that articles came from.

    ``sha256`` is that of the file's bytes; for a JSONL record, of its text in UTF-8. ``places``:
    where on its pages each character stands, packed; empty where there are no pages.
    """

    name: str
    text: str
    sha256: str
    format: str = "txt"
    title: str = ""
    published: str | None = None
    url: str | None = None
    places: bytes = b""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
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
        lie inside); several where columns were joined, or a row of a table stands far below its
        headers.
        """
        rows = (b for b in self.blocks if b.kind == "row" and b.start < end and b.end > start)
        if any(rows):  # a row goes to and fro between its cells and its headers, over other rows
            return together(runs(self.offsets[start:end], CELL_GAP))
        return runs(self.offsets[start:end])


#: Characters dropped in cleaning (spaces, line breaks, doubled characters) between two kept ones
#: that still count as one run; mended columns lie further apart or run backwards.
MAX_GAP = 64
#: The same within a cell of a table.
CELL_GAP = 4


def runs(offsets: Offsets, most: int = MAX_GAP) -> list[Span]:
    """Group source indices into maximal runs that go forward by at most ``most``."""
    if len(offsets) == 0:
        return []
    steps = offsets[1:] - offsets[:-1]
    (cuts,) = ((steps < 0) | (steps > most)).nonzero()
    if not len(cuts):  # nearly always
        return [Span(int(offsets[0]), int(offsets[-1]) + 1)]
    cuts += 1
    starts = np.concatenate(([0], cuts))
    ends = np.concatenate((cuts, [len(offsets)]))
    return [
        Span(int(offsets[a]), int(offsets[b - 1]) + 1) for a, b in zip(starts, ends, strict=True)
    ]


def together(spans: Sequence[Span]) -> list[Span]:
    """Cells that stand side by side made one span each row, in the order of their firsts.

    Cells of a row lie about as far apart; its headers lie further off unless they are the row above.
    """
    if len(spans) < 2:
        return list(spans)
    ordered = sorted(spans)
    gaps = sorted(max(0, b.start - a.end) for a, b in pairwise(ordered))
    near = min(MAX_GAP, max(12, 2 * gaps[len(gaps) // 2]))
    merged: list[list[Span]] = []
    end = -MAX_GAP - 1
    for span in ordered:
        if span.start - end <= near:
            merged[-1].append(span)
        else:
            merged.append([span])
        end = max(end, span.end)
    place = {span: i for i, span in reversed(list(enumerate(spans)))}
    merged.sort(key=lambda row: min(place[span] for span in row))
    return [Span(row[0].start, max(span.end for span in row)) for row in merged]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What an article is called, who wrote it and when it appeared."""

    title: str
    author: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class Edit:
    """What a reader says of an article instead of its file, which says ``read``.

    ``given`` has ``title``, ``author`` and ``published`` as far as they differ; empty is none.
    ``sha256`` is that of the source that was edited.
    """

    source: str
    ordinal: int
    sha256: str
    read: Metadata
    given: Mapping[str, str]


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
    """One line of the library's list; ``damaged`` characters of it could not be read, ``answers`` cite it.

    ``edited``: a reader calls an article of it otherwise than the file does.
    """

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
    damaged: int = 0
    edited: bool = False
    answers: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """Which sources of the library's list are meant, and in which order; empty is any.

    ``query`` is part of a name or a title. ``since`` and ``until`` are days, months or years that
    an article appeared at; ``origin`` and ``format`` are some of ``Kinds``. ``order`` is ``name``,
    ``newest``, ``oldest`` or ``added``; empty is the nearest to the query first, else by name.
    """

    query: str = ""
    since: str = ""
    until: str = ""
    origin: str = ""
    format: str = ""
    order: str = ""

    @property
    def is_limited(self) -> bool:
        """Whether anything but the query leaves sources out."""
        return bool(self.since or self.until or self.origin or self.format)


@dataclass(frozen=True, slots=True)
class Kinds:
    """How many sources came from where and are of which format, and articles of which month.

    Uploads are of the origin ``-``; the month of undated articles is empty.
    """

    origins: tuple[tuple[str, int], ...] = ()
    formats: tuple[tuple[str, int], ...] = ()
    months: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class LibrarySize:
    """Of a library: its sources and passages, the bytes of its folder, and when its search index was
    last written there, in seconds since 1970."""

    sources: int = 0
    passages: int = 0
    bytes: int = 0
    written: float | None = None


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """One line of the list of all articles."""

    title: str
    source: str
    published: str | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, folder or record that was not indexed, and why.

    The reason begins with the word for its kind (``binary: …``). ``unseen`` says that what is in
    it could not be looked at, so that what the library has of it stays; ``kept``, that it was
    indexed all the same, and only a few of its bytes were not read.
    """

    path: str
    reason: str
    hint: str = ""
    unseen: bool = False
    kept: bool = False

    @property
    def kind(self) -> str:
        return re.split(r"\W", self.reason, maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of one file of several that were handed over, and what of it was skipped.

    ``status`` is ``added``, ``changed``, ``unchanged`` or ``skipped``.
    """

    name: str
    status: str
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """Deleted sources, each with the file it is of; of each file its root and hash.

    ``uploads`` has the bytes of those that are no text, ``edits`` what readers said of the articles.
    """

    sources: tuple[tuple[Source, str], ...]
    files: Mapping[str, tuple[str, str]]
    uploads: Mapping[str, bytes] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()

    @classmethod
    def together(cls, several: Iterable[Removed]) -> Removed:
        """Several deletions as one."""
        all_ = list(several)
        return cls(
            tuple(source for one in all_ for source in one.sources),
            {name: file for one in all_ for name, file in one.files.items()},
            {name: data for one in all_ for name, data in one.uploads.items()},
            tuple(edit for one in all_ for edit in one.edits),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What an update of the library did, counted in sources."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    skipped: Sequence[Skipped] = field(default_factory=tuple)
    passages: int = 0
