"""Two reports of the same gold file: what the change between them did, question by question."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import YoujuError
from server.evaluation.saved import is_good

REPORT_KEYS = frozenset({"overall", "by_type", "questions"})


class NoReport(YoujuError):
    """A file that is no report of ``youju eval --json``."""


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose answer is another one now."""

    id: str
    type: str
    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from an older report: figures, and answers that got better, worse, or other."""

    figures: dict[str, tuple[float | None, float | None]]
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    other: tuple[Change, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]

    def text(self) -> str:
        """As the command line prints it."""
        lines = [
            f"{name:<22} {_figure(old)} -> {_figure(new)}"
            for name, (old, new) in self.figures.items()
            if old != new
        ]
        for title, changes in (
            ("better", self.better),
            ("worse", self.worse),
            ("answered otherwise", self.other),
        ):
            lines.append(f"\n{title}: {len(changes)}")
            for c in changes:
                lines += [
                    f"  {c.id} ({c.type}) {c.question}",
                    f"    - {c.before}",
                    f"    + {c.after}",
                ]
        for title, ids in (("new", self.added), ("gone", self.gone)):
            if ids:
                lines.append(f"\n{title}: {', '.join(ids)}")
        return "\n".join(lines).strip()


def read_report(path: Path) -> dict[str, Any]:
    """A report as ``youju eval --json`` wrote it.

    Raises: NoReport when the file is none.
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NoReport(f"{path} cannot be read: {error}.", hint=_HINT) from error
    if not isinstance(report, dict) or not report.keys() >= REPORT_KEYS:
        raise NoReport(f"{path} is no evaluation report.", hint=_HINT)
    return report


_HINT = "Make one with: youju eval GOLD.jsonl --json FILE"


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    """What changed from ``old`` to ``new``; questions are matched by id."""
    before = {q["id"]: q for q in old["questions"]}
    after = {q["id"]: q for q in new["questions"]}
    changes: dict[str, list[Change]] = {"better": [], "worse": [], "other": []}
    for name in sorted(before.keys() & after.keys()):
        was, now = before[name], after[name]
        if was["answer"] == now["answer"] and is_good(was) == is_good(now):
            continue
        change = Change(name, now["type"], now["question"], was["answer"], now["answer"])
        changes[_verdict(is_good(was), is_good(now))].append(change)
    return Comparison(
        figures={name: (old["overall"].get(name), value) for name, value in new["overall"].items()},
        better=tuple(changes["better"]),
        worse=tuple(changes["worse"]),
        other=tuple(changes["other"]),
        added=tuple(sorted(after.keys() - before.keys())),
        gone=tuple(sorted(before.keys() - after.keys())),
    )


def _verdict(was_good: bool, good: bool) -> str:
    return "other" if was_good == good else "better" if good else "worse"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
