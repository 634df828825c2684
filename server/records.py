"""What goes in and out of answering: question, claim, citation, conflict, answer, event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event as Stop
from typing import Any, Literal

from index import Hit, Span

Support = Literal["full", "partial", "none"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a conversation and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and within which bounds.

    ``sources`` limits the search to these source names; ``engine`` names a writer, the
    default one when empty. Setting ``stop``, from any thread, ends the answering soon: nobody
    waits for it any more.
    """

    text: str
    conversation_id: str = ""
    history: tuple[Turn, ...] = ()
    top_k: int = 10
    sources: tuple[str, ...] = ()
    engine: str = ""
    stop: Stop = field(default_factory=Stop, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered place in a source: ``source_text[start:end] == quote``, always.

    ``sha256`` is that of the source the quote was taken from.
    """

    number: int
    source: str
    article: str
    title: str
    published: str | None
    passage_id: str
    start: int
    end: int
    quote: str
    sha256: str
    url: str | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, the numbers of its citations and how far they bear it.

    ``emphasis``: the words that answer, as spans of ``text``; none when the whole sentence does.
    """

    text: str
    citations: tuple[int, ...]
    support: Support = "full"
    emphasis: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class ConflictValue:
    """One of the differing values, and the number of the citation that bears it."""

    value: str
    citation: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that give different values for the same attribute."""

    about: str
    values: tuple[ConflictValue, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. ``answer`` holds ``[n]`` right behind the claim that citation n supports.

    ``confidence``: how likely the articles answer the question, between 0 and 1, as it was judged
    before anything was written; None when nothing judged it.
    """

    id: str
    conversation_id: str
    question: str
    query: str
    answer: str
    refused: bool = False
    reason: str = ""
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    hits: tuple[Hit, ...] = ()
    suggestions: tuple[str, ...] = ()
    engine: str = "extractive"
    confidence: float | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)


EventName = Literal["query", "hits", "delta", "citation", "done", "error"]


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a streamed answer.

    ``query``: the query string. ``hits``: a sequence of Hit. ``delta``: the next piece of the
    answer's text. ``citation``: a Citation, before the delta that first shows its number.
    ``done``: the whole Answer. ``error``: a YoujuError.
    """

    name: EventName
    data: str | Sequence[Hit] | Citation | Answer | Exception | Any
