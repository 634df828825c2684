"""One gold question, what was answered, and what is to be looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from server.evaluation.gold import GoldQuestion, GoldQuote
from server.records import Answer, Citation
from server.text.comparison import squash

MARKER = re.compile(r"\[\d+\]")


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


def plain(answer: str) -> str:
    """An answer without its citation markers."""
    return MARKER.sub("", answer)


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
