"""Compares an answer with its gold question: evidence found and cited, what is said, every quote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from index import Hit, Source, SourceNotFound, Span
from server.evaluation.gold import GoldQuestion
from server.evaluation.outcome import Outcome, plain
from server.records import Answer, Citation
from server.text.comparison import locate, squash

DEPTHS = (1, 3, 5, 10)
COVERED = 0.8  # share of a quote's characters that must lie in the hits
SUBJECT = re.compile(r"〔([^〔〕]+)〕")  # whom a claim is about, named from elsewhere


class Sources(Protocol):
    """Where source texts are looked up."""

    def source(self, name: str) -> Source: ...


class Judge:
    """Compares an answer with its gold question."""

    def __init__(self, library: Sources) -> None:
        self._library = library

    def outcome(self, gold: GoldQuestion, answer: Answer, latency_ms: float) -> Outcome:
        places = self._places(gold)
        cited = [(c.source, c.span) for c in answer.citations]
        beside = _beside(answer, places)
        return Outcome(
            gold=gold,
            answer=answer,
            found_at=tuple(_found_at(place, answer.hits) for place in places),
            cited=tuple(any(_overlaps(c, p) for c in cited for p in place) for place in places),
            beside=beside,
            evidence_recall=(
                {k: _recall(places, answer.hits[:k]) for k in DEPTHS} if places else None
            ),
            answer_correct=_correct(gold, answer) if gold.answerable else None,
            citation_precision=_precision(answer, places, beside) if places and cited else None,
            citation_recall=(
                _share(any(_overlaps(c, p) for c in cited for p in place) for place in places)
                if places
                else None
            ),
            quote_integrity=(
                _share(self._verbatim(c) for c in answer.citations) if answer.citations else None
            ),
            latency_ms=latency_ms,
        )

    def copied(self, answer: Answer) -> Answer:
        """The control: the best passage, copied whole and cited."""
        if not answer.hits:
            return Answer("", "", answer.question, answer.query, "", refused=True)
        passage = answer.hits[0].passage
        source = self._library.source(passage.source)
        citations = tuple(
            Citation(
                number=n,
                source=source.name,
                article=passage.article,
                title="",
                published=None,
                passage_id=passage.id,
                start=span.start,
                end=span.end,
                quote=source.text[span.start : span.end],
                sha256=source.sha256,
            )
            for n, span in enumerate(passage.spans, start=1)
        )
        return Answer(
            "", "", answer.question, answer.query, passage.text,
            citations=citations, hits=answer.hits,
        )  # fmt: skip

    def _places(self, gold: GoldQuestion) -> list[list[tuple[str, Span]]]:
        """The spans of each needed place; alternatives whose source is not in the library drop."""
        places = []
        for alternatives in gold.evidence:
            found = [(e.source, self._locate(e.source, e.quote)) for e in alternatives]
            places.append([(name, span) for name, span in found if span is not None])
        return places

    def _locate(self, name: str, quote: str) -> Span | None:
        try:
            return locate(quote, self._library.source(name).text)
        except SourceNotFound:
            return None

    def _verbatim(self, citation: Citation) -> bool:
        source = self._library.source(citation.source)
        return (
            source.text[citation.start : citation.end] == citation.quote
            and source.sha256 == citation.sha256
        )


def _recall(places: Sequence[Sequence[tuple[str, Span]]], hits: Sequence[Hit]) -> float:
    return _share(any(_covered(name, span, hits) for name, span in place) for place in places)


def _found_at(place: Sequence[tuple[str, Span]], hits: Sequence[Hit]) -> int | None:
    """How many hits it takes until they hold an alternative of a place."""
    for k in range(1, len(hits) + 1):
        if any(_covered(name, span, hits[:k]) for name, span in place):
            return k
    return None


def _covered(name: str, quote: Span, hits: Iterable[Hit]) -> bool:
    characters: set[int] = set()
    for hit in hits:
        if hit.passage.source != name:
            continue
        for span in hit.passage.spans:
            characters.update(range(max(span.start, quote.start), min(span.end, quote.end)))
    return len(characters) >= COVERED * len(quote)


def _correct(gold: GoldQuestion, answer: Answer) -> float:
    if answer.refused:
        return 0.0
    said = squash(plain(answer.answer))
    return float(all(any(squash(a) in said for a in aliases) for aliases in gold.answers))


def _overlaps(cite: tuple[str, Span], place: tuple[str, Span]) -> bool:
    return cite[0] == place[0] and cite[1].overlap(place[1]) > 0


def _overlaps_any(cite: tuple[str, Span], places: Sequence[Sequence[tuple[str, Span]]]) -> bool:
    return any(_overlaps(cite, place) for alternatives in places for place in alternatives)


def _beside(answer: Answer, places: Sequence[Sequence[tuple[str, Span]]]) -> tuple[int, ...]:
    """The numbers of the citations that touch no evidence and do not only name a claim's subject."""
    named = _naming(answer)
    return tuple(
        c.number
        for c in answer.citations
        if c.number not in named and not _overlaps_any((c.source, c.span), places)
    )


def _precision(
    answer: Answer, places: Sequence[Sequence[tuple[str, Span]]], beside: Sequence[int]
) -> float | None:
    """The share of citations that touch evidence; those that only name a subject are not counted."""
    touching = [c for c in answer.citations if _overlaps_any((c.source, c.span), places)]
    counted = len(touching) + len(beside)
    return len(touching) / counted if counted else None


def _naming(answer: Answer) -> set[int]:
    """The numbers of the citations that are there for a 〔subject〕 beside what bears the claim."""
    named: set[int] = set()
    quotes = {c.number: squash(c.quote) for c in answer.citations}
    for claim in answer.claims:
        for subject in SUBJECT.findall(claim.text):
            bearing = [n for n in claim.citations if squash(subject) in quotes.get(n, "")]
            if len(claim.citations) > len(bearing):
                named.update(bearing)
    bears_alone = {claim.citations[0] for claim in answer.claims if len(claim.citations) == 1}
    return named - bears_alone


def _share(truths: Iterable[bool]) -> float:
    values = list(truths)
    return sum(values) / len(values) if values else 0.0
