"""Figures as text: a row for each group of questions, its standard errors below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Figures = dict[str, float | None]

_COLUMNS = {
    "evidence_recall@1": "ev@1",
    "evidence_recall@3": "ev@3",
    "evidence_recall@5": "ev@5",
    "evidence_recall@10": "ev@10",
    "answer_correct": "correct",
    "answer_chars": "chars",
    "citation_precision": "cite-p",
    "citation_recall": "cite-r",
    "citation_f1": "cite-f1",
    "quote_integrity": "quotes",
    "over_refusal": "over-ref",
    "under_refusal": "under-ref",
    "latency_ms_p50": "p50 ms",
    "latency_ms_p99": "p99 ms",
}


def table(rows: Sequence[tuple[str, int, Figures, Figures]]) -> str:
    """Rows of a name, how many questions, their figures and one standard error of each."""
    width = max(len(name) for name, *_ in rows) + 1
    lines = [_line("", "n", _COLUMNS.values(), width)]
    for name, count, figures, errors in rows:
        lines.append(_line(name, str(count), (_cell(k, figures[k]) for k in _COLUMNS), width))
        if count > 1:
            lines.append(_line("", "", (_error(k, errors[k]) for k in _COLUMNS), width))
    return "\n".join(lines)


def _line(name: str, count: str, cells: Iterable[str], width: int) -> str:
    return f"{name:<{width}} {count:>4} {' '.join(f'{cell:>9}' for cell in cells)}".rstrip()


def _cell(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    if key == "answer_chars":
        return f"{value:.0f}"
    return f"{value:.1f}" if key.startswith("latency") else f"{value:.2f}"


def _error(key: str, value: float | None) -> str:
    return "" if value is None else f"±{_cell(key, value)}"
