"""The curves of an evaluation report: how far confidence can be trusted, and what refusing costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BINS = 8

Asked = Mapping[str, Any]  # a question of a report


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: how many, their mean confidence, the share that is right."""

    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Threshold:
    """What would be refused wrongly and answered wrongly, were the bar at ``confidence``."""

    confidence: float
    over_refusal: float
    under_refusal: float


def of(report: Mapping[str, Any]) -> dict[str, Any]:
    """What the template of the curves needs; the type that the overall row leaves out is left out."""
    questions = [q for q in report["questions"] if q["type"] != "english"]
    bins = calibration(questions)
    now = (report["overall"]["over_refusal"], report["overall"]["under_refusal"])
    return {
        "now": None if None in now else now,
        "bins": bins,
        "calibration_error": calibration_error(bins),
        "refusals": refusals(questions),
        "recalls": recalls(report),
        "points": points,
    }


def calibration(questions: Sequence[Asked]) -> list[Bin]:
    """The answers given, in bins of equal count from the least to the most confident."""
    given = sorted(
        (q["confidence"], bool(q.get("answer_correct")))
        for q in questions
        if q.get("confidence") is not None and not q["refused"]
    )
    size = max(1, -(-len(given) // BINS))
    return [_bin(given[i : i + size]) for i in range(0, len(given), size)]


def _bin(given: Sequence[tuple[float, bool]]) -> Bin:
    count = len(given)
    return Bin(count, sum(c for c, _ in given) / count, sum(r for _, r in given) / count)


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """The expected calibration error: the mean distance of confidence and truth; None for none."""
    total = sum(b.count for b in bins)
    return sum(b.count * abs(b.confidence - b.right) for b in bins) / total if total else None


def refusals(questions: Sequence[Asked]) -> list[Threshold]:
    """Both kinds of wrong refusal at every threshold; empty unless both kinds of question are there."""
    known = [q for q in questions if q.get("confidence") is not None]
    may = [q["confidence"] for q in known if q.get("answer_correct") is not None]
    must_not = [q["confidence"] for q in known if q.get("answer_correct") is None]
    if not may or not must_not:
        return []
    return [
        Threshold(
            bar,
            sum(c < bar for c in may) / len(may),
            sum(c >= bar for c in must_not) / len(must_not),
        )
        for bar in sorted({0.0, 1.01, *may, *must_not})
    ]


def recalls(report: Mapping[str, Any]) -> list[tuple[str, list[tuple[float, float]]]]:
    """Of every type of question the evidence recall at 1, 3, 5 and 10, spread over the width."""
    at = ("1", "3", "5", "10")
    lines = []
    for name, figures in [("overall", report["overall"]), *report["by_type"].items()]:
        values = [v for k in at if (v := figures.get(f"evidence_recall@{k}")) is not None]
        if name != "english" and len(values) == len(at):
            lines.append((name, [(i / 3, value) for i, value in enumerate(values)]))
    return lines


def points(pairs: Sequence[tuple[float, float]]) -> str:
    """Pairs between 0 and 1 as an SVG polyline's points in a square of 100 with y upwards.

    >>> points([(0.0, 0.0), (0.5, 1.0)])
    '0.0,100.0 50.0,0.0'
    """
    return " ".join(f"{100 * x:.1f},{100 - 100 * y:.1f}" for x, y in pairs)
