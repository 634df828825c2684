"""A gold file asked from end to end: all outcomes, the control's beside them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from server.evaluation.gold import load_gold
from server.evaluation.judge import Judge, Sources
from server.evaluation.metrics import chinese, errors, figures
from server.evaluation.outcome import Outcome
from server.evaluation.table import Figures, table
from server.records import Answer, Question


class Asks(Protocol):
    """What answers questions."""

    def ask(self, question: Question) -> Answer: ...


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


def _groups(outcomes: Sequence[Outcome]) -> Mapping[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.gold.type, []).append(outcome)
    return groups
