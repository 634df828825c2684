"""What goes in and out of answering: question, claim, citation, conflict, answer, event.

At the end their shapes in JSON, as DESIGN.md has them: the command line prints these and the server
sends them, so both say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from index import Article, Hit, Source, SourceInfo, Span
from index.reading.places import Box
from server.stages import Stages

Support = Literal["full", "partial", "none"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a conversation and its answer.

    ``query`` is what was searched for it, empty when not known; the answer of a refused one names
    nothing that a later question could mean.
    """

    question: str
    answer: str
    query: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and within which bounds.

    ``sources`` limits the search to these source names; ``engine`` names a writer, the
    default one when empty; ``standalone`` searches the question as it stands, whatever was said
    before. Setting ``stop``, from any thread, ends the answering soon: nobody
    waits for it any more. It also says which stage the answering has come to.
    """

    text: str
    conversation_id: str = ""
    history: tuple[Turn, ...] = ()
    top_k: int = 10
    sources: tuple[str, ...] = ()
    engine: str = ""
    standalone: bool = False
    stop: Stages = field(default_factory=Stages, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered place in a source: ``source_text[start:end] == quote``, always.

    ``sha256`` is that of the source the quote was taken from. ``boxes``: where the quote stands on
    the pages of a source that has pages.
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
    boxes: tuple[Box, ...] = ()

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, the numbers of its citations and how far they bear it.

    ``joined``: the citations that are the pieces of one sentence, which stand apart in its source;
    none where it stands there in a row.
    ``emphasis``: the words that answer, as spans of ``text``; none when the whole sentence does.
    ``label``: the part of the question that it answers, where there are several; ``line``: it begins
    a line of the answer.
    """

    text: str
    citations: tuple[int, ...]
    support: Support = "full"
    emphasis: tuple[Span, ...] = ()
    label: str = ""
    line: bool = False
    joined: tuple[int, ...] = ()


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


# ---- as JSON -----------------------------------------------------------------------------------


def answer_dict(answer: Answer) -> dict[str, Any]:
    """The object that ``POST /ask`` answers."""
    return {
        "id": answer.id,
        "conversation_id": answer.conversation_id,
        "question": answer.question,
        "query": answer.query,
        "answer": answer.answer,
        "refused": answer.refused,
        "reason": answer.reason,
        "claims": [_claim(c) for c in answer.claims],
        "citations": [citation_dict(c) for c in answer.citations],
        "conflicts": [asdict(c) for c in answer.conflicts],
        "hits": [hit_dict(h) for h in answer.hits],
        "suggestions": list(answer.suggestions),
        "engine": answer.engine,
        "confidence": None if answer.confidence is None else round(answer.confidence, 4),
        "timings_ms": {name: round(float(ms), 2) for name, ms in answer.timings_ms.items()},
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "text": claim.text,
        "citations": list(claim.citations),
        "support": claim.support,
        "emphasis": [_span(s) for s in claim.emphasis],
        "label": claim.label,
        "joined": list(claim.joined),
    }


def citation_dict(citation: Citation) -> dict[str, Any]:
    """``page`` and ``boxes`` are there only where the source has pages."""
    out: dict[str, Any] = {
        "number": citation.number,
        "source": citation.source,
        "article": citation.article,
        "title": citation.title,
        "published": citation.published,
        "passage_id": citation.passage_id,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "sha256": citation.sha256,
        "url": citation.url,
    }
    if citation.boxes:
        out["page"] = citation.boxes[0].page
        out["boxes"] = [asdict(box) for box in citation.boxes]
    return out


def hit_dict(hit: Hit, *, text: bool = False) -> dict[str, Any]:
    """One hit; with ``text`` also the passage's clean text, as ``youju search`` shows it."""
    passage = hit.passage
    out: dict[str, Any] = {
        "passage_id": passage.id,
        "source": passage.source,
        "start": passage.span.start,
        "end": passage.span.end,
        "score": round(float(hit.score), 6),
        "spans": [_span(s) for s in passage.spans],
    }
    return out | {"heading": passage.heading, "text": passage.text} if text else out


def _span(span: Span) -> list[int]:
    return [span.start, span.end]


def source_info_dict(info: SourceInfo) -> dict[str, Any]:
    return {
        "id": info.name,
        "sha256": info.sha256,
        "format": info.format,
        "chars": info.chars,
        "articles": info.articles,
        "passages": info.passages,
        "titles": list(info.titles),
        "published": info.published,
        "url": info.url,
        "added_at": info.added_at,
        "damaged": info.damaged,
        "edited": info.edited,
        "answers": info.answers,
    }


def source_dict(source: Source, articles: list[Article]) -> dict[str, Any]:
    """A source whole: its text, and its articles with their blocks and the spans they came from."""
    return {
        "id": source.name,
        "sha256": source.sha256,
        "format": source.format,
        "title": source.title,
        "published": source.published,
        "url": source.url,
        "text": source.text,
        "articles": [article_dict(a) for a in articles],
    }


def article_dict(article: Article) -> dict[str, Any]:
    blocks = [
        {
            "kind": b.kind,
            "text": article.text[b.start : b.end],
            "start": b.start,
            "end": b.end,
            "spans": [_span(s) for s in article.source_spans(b.start, b.end)],
        }
        for b in article.blocks
    ]
    return {
        "id": article.id,
        "title": article.title,
        "author": article.author,
        "published": article.published,
        "blocks": blocks,
    }
