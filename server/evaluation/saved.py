"""The reports that ``youju eval`` left in the library's folder, as tables and plots."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

FOLDER = "reports"
NAME = re.compile(r"^[\w.-]{1,100}$")
#: In the order of the table; the sign says which way is better, 0 that neither is.
METRICS = {
    "answer_correct": 1,
    "citation_f1": 1,
    "evidence_recall@1": 1,
    "evidence_recall@5": 1,
    "quote_integrity": 1,
    "over_refusal": -1,
    "under_refusal": -1,
    "answer_chars": 0,
    "latency_ms_p50": -1,
}
TREND = 20  # reports back
PLOTTED = ("answer_correct", "citation_f1", "evidence_recall@5")


@dataclass(frozen=True, slots=True)
class Saved:
    """A report on disk; ``html`` is the name of the same report as a page of its own, or empty."""

    name: str
    made_at: str
    html: str


def saved(library: Path) -> list[Saved]:
    """The reports there are, the newest first."""
    folder = library / FOLDER
    paths = [p for p in folder.glob("*.json") if NAME.match(p.name)] if folder.is_dir() else []
    paths.sort(key=lambda p: (p.stat().st_mtime, p.name), reverse=True)
    return [_saved(path) for path in paths]


def _saved(path: Path) -> Saved:
    made = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    html = path.with_suffix(".html")
    return Saved(path.name, made.isoformat(timespec="seconds"), html.name if html.exists() else "")


def read(library: Path, name: str) -> dict[str, Any] | None:
    """A report as ``youju eval --json`` wrote it; None when it is not one."""
    try:
        report = json.loads((library / FOLDER / name).read_text(encoding="utf-8"))
        known = {"overall", "by_type", "questions"} <= report.keys()
    except (OSError, ValueError, AttributeError) as error:
        log.warning("%s is not a report: %s", name, error)
        return None
    return dict(report) if known else None


def rows(report: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Name, figures and standard errors of every row: overall, each type, the control.

    Reports made before errors were kept for each type have none there.
    """
    errors = report.get("spread_by_type", {})
    found = [("overall", report["overall"], report.get("spread", {}))]
    found += [(kind, row, errors.get(kind, {})) for kind, row in report["by_type"].items()]
    return found + ([("control", report["control"], {})] if report.get("control") else [])


@dataclass(frozen=True, slots=True)
class Run:
    """One of several reports on the same questions: which, when, and its overall figures."""

    name: str
    made_at: str
    figures: Mapping[str, Any]


def course(library: Path, gold: str) -> list[Run]:
    """The last reports on a gold file, the oldest first."""
    runs = []
    for one in reversed(saved(library)[:TREND]):
        report = read(library, one.name)
        if report is not None and report.get("gold") == gold:
            runs.append(Run(one.name, one.made_at, report["overall"]))
    return runs


def trend(runs: Sequence[Run]) -> dict[str, list[tuple[float, float]]]:
    """Of each plotted metric its course over the runs, both between 0 and 1; empty for fewer than two."""
    if len(runs) < 2:
        return {}
    last = len(runs) - 1
    return {
        metric: [
            (i / last, value)
            for i, run in enumerate(runs)
            if (value := run.figures.get(metric)) is not None
        ]
        for metric in PLOTTED
    }


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a plot, in the plot's own units: 100 wide, 1 a row."""

    label: str
    value: float | None

    @property
    def width(self) -> float:
        return round(100 * min(max(self.value or 0.0, 0.0), 1.0), 1)


def plots(report: Mapping[str, Any]) -> dict[str, list[Bar]]:
    """Of each plotted metric a bar for every row."""
    return {
        metric: [Bar(name, figures.get(metric)) for name, figures, _ in rows(report)]
        for metric in PLOTTED
    }


def shown(value: Any, metric: str) -> str:
    """A figure as the table prints it.

    >>> shown(0.9712, "answer_correct"), shown(49.0, "answer_chars"), shown(None, "x")
    ('0.97', '49', '–')
    """
    if value is None:
        return "–"
    return f"{value:.0f}" if metric in ("answer_chars", "latency_ms_p50") else f"{value:.2f}"


def is_good(question: Mapping[str, Any]) -> bool:
    """Whether nothing about an answer is to be looked at again."""
    answered = question.get("answer_correct") in (None, 1, 1.0)
    cited = (question.get("citation_recall") or 0) > 0 or question.get("citation_recall") is None
    unasked = question.get("answer_correct") is None and not question.get("refused")
    return answered and cited and not unasked
