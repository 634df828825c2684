"""A gold file asked from end to end, and the figures that come of it.

Figures are means over questions unless they say otherwise. Questions in English are left out of the
overall row, so that it can be compared with those of other sets, and have rows of their own.
"""

from __future__ import annotations

import random
import re
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from index import Hit, Source, SourceNotFound, Span
from server.evaluation.gold import GoldQuestion, GoldQuote, load_gold
from server.evaluation.table import Figures, table
from server.records import Answer, Citation, Question
from server.text.comparison import locate, squash

DEPTHS = (1, 3, 5, 10)
COVERED = 0.8  # share of a quote's characters that must lie in the hits
APART = "english"  # types that begin so are left out of the overall row
SAMPLES = 200  # draws with replacement behind a standard error
SUBJECT = re.compile(r"〔([^〔〕]+)〕")  # whom a claim is about, named from elsewhere
MARKER = re.compile(r"\[\d+\]")


class Asks(Protocol):
    """What answers questions."""

    def ask(self, question: Question) -> Answer: ...


class Sources(Protocol):
    """Where source texts are looked up."""

    def source(self, name: str) -> Source: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """One gold question, what was answered and how good that is; None where it does not apply.

    ``found_at`` are the ranks, from 1, by which each place of the evidence is among the hits, None
    when it is not; ``beside`` the numbers of the citations that touch no evidence.
    """

    gold: GoldQuestion
    answer: Answer
    found_at: tuple[int | None, ...]
    cited: tuple[bool, ...]
    beside: tuple[int, ...]
    evidence_recall: dict[int, float] | None
    answer_correct: float | None
    citation_precision: float | None
    citation_recall: float | None
    quote_integrity: float | None
    latency_ms: float

    @property
    def chars(self) -> int:
        return len(plain(self.answer.answer))

    def wrong(self) -> list[dict[str, Any]]:
        """What is to be looked at: each fault by name, with what it is about."""
        if not self.gold.answerable:
            return [] if self.answer.refused else [{"fault": "answered"}]
        faults: list[dict[str, Any]] = []
        if self.answer.refused:
            faults.append({"fault": "refused"})
        else:
            said = squash(plain(self.answer.answer))
            faults += [
                {"fault": "lacks", "what": aliases[0]}
                for aliases in self.gold.answers
                if not any(squash(alias) in said for alias in aliases)
            ]
        for place, rank, cited in zip(self.gold.evidence, self.found_at, self.cited, strict=True):
            if rank is None:
                faults.append({"fault": "not_found", "what": place[0].quote})
            elif not cited:
                faults.append({"fault": "not_cited", "what": place[0].quote, "rank": rank})
        return faults + [{"fault": "beside", "what": number} for number in self.beside]

    def as_json(self) -> dict[str, Any]:
        recall = self.evidence_recall
        return {
            "id": self.gold.id,
            "type": self.gold.type,
            "question": self.gold.question,
            "query": self.answer.query,
            "answer": self.answer.answer,
            "refused": self.answer.refused,
            "reason": self.answer.reason,
            "confidence": self.answer.confidence,
            "citations": [_cited(c, c.number not in self.beside) for c in self.answer.citations],
            "expected": {
                "answers": [list(aliases) for aliases in self.gold.answers],
                "evidence": [_expected(place) for place in self.gold.evidence],
            },
            "wrong": self.wrong(),
            "answer_correct": self.answer_correct,
            "evidence_recall": None if recall is None else {str(k): v for k, v in recall.items()},
            "citation_precision": self.citation_precision,
            "citation_recall": self.citation_recall,
            "quote_integrity": self.quote_integrity,
            "answer_chars": self.chars,
            "latency_ms": round(self.latency_ms, 2),
        }


@dataclass(frozen=True, slots=True)
class EvalReport:
    """All outcomes of a gold file, the control's beside them."""

    outcomes: tuple[Outcome, ...]
    control: tuple[Outcome, ...]
    gold: str = ""
    made_at: str = ""

    @property
    def overall(self) -> Figures:
        return figures(chinese(self.outcomes))

    @property
    def spread(self) -> Figures:
        """How far each overall figure may be off by the choice of questions: one standard error."""
        return errors(chinese(self.outcomes))

    @property
    def by_type(self) -> dict[str, Figures]:
        return {kind: figures(group) for kind, group in _groups(self.outcomes).items()}

    def as_json(self) -> dict[str, Any]:
        return {
            "gold": self.gold,
            "made_at": self.made_at,
            "overall": self.overall,
            "spread": self.spread,
            "by_type": self.by_type,
            "spread_by_type": {
                kind: errors(group) for kind, group in _groups(self.outcomes).items()
            },
            "control": figures(chinese(self.control)),
            "questions": [outcome.as_json() for outcome in self.outcomes],
        }

    def table(self) -> str:
        """The figures as text, each with its standard error: for all, each type and the control."""
        rows = [("overall", chinese(self.outcomes)), *_groups(self.outcomes).items()]
        if len(chinese(self.outcomes)) < len(self.outcomes):
            rows.insert(1, ("and english", self.outcomes))
        rows.append(("control", chinese(self.control)))
        return table([(name, len(group), figures(group), errors(group)) for name, group in rows])


def evaluate(
    gold_path: Path,
    answerer: Asks,
    library: Sources,
    *,
    top_k: int = 10,
    progress: Callable[[int, int], None] | None = None,
) -> EvalReport:
    """Ask every question of a gold file and judge what comes back.

    Raises: GoldError when the file cannot be read or quotes what its source does not hold.
    """
    questions = load_gold(gold_path)
    judge = Judge(library)
    outcomes, control = [], []
    for done, gold in enumerate(questions, start=1):
        asked = Question(text=gold.question, history=gold.history, top_k=top_k)
        began = time.perf_counter()
        answer = answerer.ask(asked)
        outcomes.append(judge.outcome(gold, answer, (time.perf_counter() - began) * 1000))
        control.append(judge.outcome(gold, judge.copied(answer), 0.0))
        if progress:
            progress(done, len(questions))
    made_at = datetime.now().astimezone().isoformat(timespec="seconds")
    return EvalReport(tuple(outcomes), tuple(control), gold_path.name, made_at)


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


def plain(answer: str) -> str:
    """An answer without its citation markers."""
    return MARKER.sub("", answer)


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """The metrics of a group of outcomes."""
    answerable = [o for o in outcomes if o.gold.answerable]
    unanswerable = [o for o in outcomes if not o.gold.answerable]
    recalls = [o.evidence_recall for o in outcomes if o.evidence_recall is not None]
    precision = _mean(o.citation_precision for o in answerable)
    recall = _mean(o.citation_recall for o in answerable)
    result: Figures = {f"evidence_recall@{k}": _mean(r[k] for r in recalls) for k in DEPTHS}
    result |= {
        "answer_correct": _mean(o.answer_correct for o in answerable),
        "answer_chars": _median([o.chars for o in answerable if not o.answer.refused]),
        "citation_precision": precision,
        "citation_recall": recall,
        "citation_f1": _f1(precision, recall),
        "quote_integrity": _mean(o.quote_integrity for o in outcomes),
        "over_refusal": _mean(float(o.answer.refused) for o in answerable),
        "under_refusal": _mean(float(not o.answer.refused) for o in unanswerable),
        "latency_ms_p50": _percentile([o.latency_ms for o in outcomes], 50),
        "latency_ms_p99": _percentile([o.latency_ms for o in outcomes], 99),
    }
    return result


def chinese(outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    """Those that were not asked in English, or all where there are no others."""
    return [o for o in outcomes if not o.gold.type.startswith(APART)] or outcomes


def errors(outcomes: Sequence[Outcome]) -> Figures:
    """One standard error of each figure by the choice of questions, by bootstrap; the same every time.

    None where a figure does not apply; latencies have none, for they vary more from run to run.
    """
    draw = random.Random(0)
    samples = [figures(draw.choices(outcomes, k=len(outcomes))) for _ in range(SAMPLES)]
    result: Figures = {}
    for name in figures(outcomes):
        values = [value for sample in samples if (value := sample[name]) is not None]
        known = values and not name.startswith("latency")
        result[name] = round(statistics.pstdev(values), 4) if known else None
    return result


def _recall(places: Sequence[Sequence[tuple[str, Span]]], hits: Sequence[Hit]) -> float:
    return _share(any(_covered(name, span, hits) for name, span in place) for place in places)


def _found_at(place: Sequence[tuple[str, Span]], hits: Sequence[Hit]) -> int | None:
    """How many hits it takes until they hold an alternative of a place."""
    for k in range(1, len(hits) + 1):
        if any(_covered(name, span, hits[:k]) for name, span in place):
            return k
    return None


def _cited(citation: Citation, right: bool) -> dict[str, Any]:
    return {
        "number": citation.number,
        "source": citation.source,
        "article": citation.article,
        "sha256": citation.sha256,
        "title": citation.title,
        "published": citation.published,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "right": right,
    }


def _expected(place: Iterable[GoldQuote]) -> list[dict[str, str]]:
    return [{"source": e.source, "quote": e.quote} for e in place]


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


def _groups(outcomes: Sequence[Outcome]) -> Mapping[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.gold.type, []).append(outcome)
    return groups


def _share(truths: Iterable[bool]) -> float:
    values = list(truths)
    return sum(values) / len(values) if values else 0.0


def _mean(values: Iterable[float | None]) -> float | None:
    kept = [value for value in values if value is not None]
    return round(statistics.fmean(kept), 4) if kept else None


def _median(values: Sequence[int]) -> float | None:
    return float(statistics.median(values)) if values else None


def _f1(precision: float | None, recall: float | None) -> float | None:
    if precision is None or recall is None:
        return None
    total = precision + recall
    return round(2 * precision * recall / total, 4) if total else 0.0


def _percentile(values: Sequence[float], percent: int) -> float | None:
    if not values:
        return None
    ranked = sorted(values)
    return round(ranked[min(len(ranked) - 1, len(ranked) * percent // 100)], 2)
