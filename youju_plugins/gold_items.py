"""A gold file as pytest sees it: a file of tests, each of them a question."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from typing import Any

import pytest

from server.evaluation.gold import GoldQuestion, load_gold
from server.evaluation.judge import Judge
from server.evaluation.outcome import Outcome
from youju import YoujuError, ask
from youju.testing import shown
from youju_plugins.for_pytest import MARKER, library_of

#: What fails a test. A citation too many, the fault ``beside``, only lowers a precision.
FAULTS = {
    "answered": "answered, where the articles do not say",
    "refused": "refused",
    "lacks": "does not say",
    "not_found": "found nowhere",
    "not_cited": "found, but not cited",
}


class Wrong(Exception):
    """An answer that is not what the gold file wants."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.gold.id)
        self.outcome = outcome


class GoldFile(pytest.File):
    """A file of gold questions."""

    def collect(self) -> Iterator[pytest.Item]:
        try:
            questions = load_gold(self.path)
        except YoujuError as error:
            raise self.CollectError(f"{error} {error.hint}") from error
        for gold in questions:
            yield GoldItem.from_parent(self, name=gold.id, gold=gold)


class GoldItem(pytest.Item):
    """A gold question: right when it is answered or refused as it should be, with the evidence cited."""

    def __init__(self, *, gold: GoldQuestion, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.gold = gold
        self.add_marker(MARKER)
        self.extra_keyword_matches.add(gold.type)

    def runtest(self) -> None:
        library = library_of(self.config)
        answer = ask(self.gold.question, library, history=self.gold.history)
        outcome = Judge(library).outcome(self.gold, answer, answer.timings_ms.get("total", 0.0))
        if any(fault["fault"] in FAULTS for fault in outcome.wrong()):
            raise Wrong(outcome)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any
    ) -> Any:
        if isinstance(excinfo.value, Wrong):
            return _told(excinfo.value.outcome)
        if isinstance(excinfo.value, YoujuError):
            return f"{excinfo.value} {excinfo.value.hint}"
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[PathLike[str], int | None, str]:
        return self.path, None, f"{self.gold.id}: {self.gold.question}"


def _told(outcome: Outcome) -> str:
    """What is wrong, above the answer."""
    lines = [
        ": ".join(filter(None, (FAULTS[fault["fault"]], fault.get("what", ""))))
        for fault in outcome.wrong()
        if fault["fault"] in FAULTS
    ]
    return "\n".join([*lines, shown(outcome.answer)])
