"""Chats asked turn by turn: whether what is searched names the right subject, and what comes of it.

    python -m benchmarks.chats                       # both halves of tests/gold/chats.jsonl, apart
    python -m benchmarks.chats --json OUT --wrong    # with every turn, and those that went wrong

A chat is asked as the page asks it: the answerer's own answers are the history of the next turn.
The library is made of ``seeds/`` and ``tests/gold/chats/``. Per turn after the first one:

- **subject**: the query holds an alias of each needed name (``subject``) and none of those that
  belong to an earlier turn (``without``): an earlier subject, an earlier question's predicate;
- **evidence@5**: the share of its evidence that the first five hits cover;
- **answer**: every needed part is in the answer; where there is none, it is a refusal.

The first half was written before the code that these chats are asked of, the second after it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import tables
from index import Library
from index.analysis import simplify
from server.answer import Answerer
from server.evaluation.gold import GoldQuestion, load_gold
from server.evaluation.judge import Judge
from server.records import Answer, Question, Turn
from server.settings import Settings
from server.text.comparison import squash

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "tests" / "gold" / "chats.jsonl"
FOLDERS = (ROOT / "seeds", ROOT / "tests" / "gold" / "chats")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """One turn of a chat as it was answered; ``evidence`` is None where none is needed."""

    id: str
    half: str
    kind: str
    question: str
    query: str
    answer: str
    subject: bool
    evidence: float | None
    right: bool | None


def subject_right(query: str, gold: Mapping[str, Any]) -> bool:
    """Whether a query names what it should, and nothing that it should not."""
    said = simplify(squash(query)).lower()
    held = [[simplify(squash(alias)).lower() for alias in group] for group in gold["subject"]]
    other = [simplify(squash(word)).lower() for word in gold["without"]]
    named = all(any(alias in said for alias in group) for group in held)
    return named and not any(word in said for word in other)


def chats(rows: Sequence[Row]) -> Iterator[tuple[list[str], dict[int, Row]]]:
    """Each chat: its questions in order, and the judged turns by their place in it (from 0)."""
    by_chat: dict[str, list[Row]] = {}
    for row in rows:
        by_chat.setdefault(row["id"].partition(".")[0], []).append(row)
    for turns in by_chat.values():
        last = max(turns, key=lambda row: len(row["history"]))
        questions = [turn["q"] for turn in last["history"]] + [last["question"]]
        yield questions, {len(row["history"]): row for row in turns}


def ask(
    answerer: Answerer, judge: Judge, gold: Mapping[str, GoldQuestion], rows: Sequence[Row]
) -> list[Result]:
    results = []
    for questions, judged in chats(rows):
        history: list[Turn] = []
        for at, text in enumerate(questions):
            answer = answerer.ask(Question(text, history=tuple(history)))
            if at in judged:
                results.append(_result(answer, judged[at], judge, gold))
            history.append(Turn(text, answer.answer, answer.query, answer.refused))
    return results


def _result(answer: Answer, row: Row, judge: Judge, gold: Mapping[str, GoldQuestion]) -> Result:
    outcome = judge.outcome(gold[row["id"]], answer, 0.0)
    recall = outcome.evidence_recall
    right: bool | None = None
    if row["answers"]:
        right = bool(outcome.answer_correct)
    elif row["type"] in ("unanswerable", "chat"):
        right = answer.refused
    return Result(
        row["id"],
        row["half"],
        row["type"],
        row["question"],
        answer.query,
        answer.answer if not answer.refused else f"– {answer.reason}",
        subject_right(answer.query, row),
        recall[5] if recall else None,
        right,
    )


def figures(results: Sequence[Result]) -> dict[str, float | int]:
    """How many turns; and the shares of those with the right subject, evidence and answer."""
    recalls = [r.evidence for r in results if r.evidence is not None]
    rights = [r.right for r in results if r.right is not None]
    return {
        "turns": len(results),
        "subject": round(sum(r.subject for r in results) / max(1, len(results)), 4),
        "evidence@5": round(sum(recalls) / max(1, len(recalls)), 4),
        "answer": round(sum(rights) / max(1, len(rights)), 4),
        "query_chars": max((len(r.query) for r in results), default=0),
    }


def by_kind(results: Sequence[Result]) -> dict[str, dict[str, float | int]]:
    """The figures of each half, and of each kind of turn within it."""
    rows: dict[str, dict[str, float | int]] = {}
    for half in dict.fromkeys(r.half for r in results):
        those = [r for r in results if r.half == half]
        rows[half] = figures(those)
        for kind in sorted({r.kind for r in those}):
            rows[f"{half}, {kind}"] = figures([r for r in those if r.kind == kind])
    return rows


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--json", type=Path, metavar="OUT", help="write figures and turns there")
    parser.add_argument("--wrong", action="store_true", help="print the turns that went wrong")
    parser.add_argument("--min", type=float, help="least share of right subjects in each half")
    args = parser.parse_args(argv)
    rows = [json.loads(line) for line in args.gold.read_text(encoding="utf-8").splitlines()]
    gold = {question.id: question for question in load_gold(args.gold)}
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library") as library:
        library.update(FOLDERS)
        results = ask(Answerer(library, Settings()), Judge(library), gold, rows)
    if args.wrong:
        for r in results:
            if not r.subject or r.right is False or r.evidence == 0:
                marks = "".join(
                    ("s" * (not r.subject), "e" * (r.evidence == 0), "a" * (r.right is False))
                )
                print(
                    f"{r.id} {r.kind} {marks:3} {r.question} -> {r.query}\n      {r.answer[:110]}"
                )
    rated = by_kind(results)
    print(tables.figures(rated))
    if args.json:
        turns = [{name: getattr(r, name) for name in r.__slots__} for r in results]
        args.json.write_text(
            json.dumps({"figures": rated, "turns": turns}, ensure_ascii=False, indent=1)
        )
    low = [half for half in {r.half for r in results} if rated[half]["subject"] < (args.min or 0)]
    return int(bool(low))


if __name__ == "__main__":
    sys.exit(main())
