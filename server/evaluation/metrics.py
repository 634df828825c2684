"""The figures that come of outcomes, and how far each may be off.

Figures are means over questions unless they say otherwise. Questions in English are left out of the
overall row, so that it can be compared with those of other sets, and have rows of their own.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterable, Sequence

from server.evaluation.judge import DEPTHS
from server.evaluation.outcome import Outcome
from server.evaluation.table import Figures

APART = "english"  # types that begin so are left out of the overall row
SAMPLES = 200  # draws with replacement behind a standard error


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
