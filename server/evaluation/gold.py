"""Gold questions: what `youju eval` asks, and where the answers must come from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import YoujuError
from server.records import Turn


class GoldError(YoujuError):
    """A gold file cannot be read."""


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """One place that bears an answer: a verbatim quote of a source."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question, the parts its answer needs (each with its aliases) and where they stand.

    ``answers`` is empty when the articles do not say. Each item of ``evidence`` is a needed
    place with its alternatives.
    """

    id: str
    type: str
    question: str
    answers: tuple[tuple[str, ...], ...]
    evidence: tuple[tuple[GoldQuote, ...], ...]
    history: tuple[Turn, ...] = ()

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


def load_gold(path: Path) -> list[GoldQuestion]:
    """Read a gold file.

    Raises: GoldError naming the line that is not a gold question.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise GoldError(f"cannot read {path}: {exc}", hint="Name a UTF-8 JSONL file.") from exc
    questions = [
        _question(line, f"{path}:{number}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    if not questions:
        raise GoldError(f"{path} holds no question", hint="Write one JSON object a line.")
    return questions


def _question(line: str, where: str) -> GoldQuestion:
    try:
        record: dict[str, Any] = json.loads(line)
        return GoldQuestion(
            id=str(record["id"]),
            type=str(record["type"]),
            question=str(record["question"]),
            answers=tuple(tuple(map(str, aliases)) for aliases in record["answers"]),
            evidence=tuple(
                tuple(GoldQuote(str(e["file"]), str(e["quote"])) for e in alternatives)
                for alternatives in record["evidence"]
            ),
            history=tuple(Turn(str(t["q"]), str(t["a"])) for t in record.get("history") or ()),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise GoldError(
            f"{where} is not a gold question: {exc!r}",
            hint="Each line needs id, type, question, answers and evidence.",
        ) from exc
