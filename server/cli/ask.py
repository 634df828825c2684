"""`youju ask`: one question, answered with citations."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from server.cli.flags import command, json_flag
from server.cli.opened import open_library
from server.cli.output import DONE, fail, one_line, print_json

if TYPE_CHECKING:
    from index import Library
    from server.cli.flags import Commands
    from server.records import Answer

#: Those of `server/citing/formats.py`; named here, so that ``--help`` is instant.
FORMATS = ("annotation", "links", "gbt7714", "csl", "bibtex", "ris")


def add(commands: Commands) -> None:
    sub = command(commands, "ask", run, "Answer a question, with citations.")
    sub.add_argument("question", metavar="QUESTION")
    shape = sub.add_mutually_exclusive_group()
    json_flag(shape)
    shape.add_argument(
        "--format", choices=FORMATS, help="print the citations alone, as other programs read them"
    )


def run(arguments: argparse.Namespace) -> int:
    from server.records import Question, answer_dict
    from server.upkeep.opening import open_answerer

    text = arguments.question.strip()
    if not text:
        return fail("the question is empty")
    library, settings = open_library(arguments)
    answer = open_answerer(library, settings).ask(Question(text, top_k=settings.top_k))
    if arguments.format:
        print(_formatted(library, answer_dict(answer), arguments.format), end="")
    elif arguments.json:
        print_json(answer_dict(answer))
    else:
        _print_answer(answer)
    return DONE


def _formatted(library: Library, answer: dict[str, Any], name: str) -> str:
    from datetime import date

    from server.citing import formats
    from server.citing.cited import Shelf

    return formats.FORMATS[name].write(Shelf(library).cited(answer, date.today()))


def _print_answer(answer: Answer) -> None:
    print(answer.answer)
    if answer.refused and answer.reason and answer.reason != answer.answer:
        print(answer.reason)
    if answer.citations:
        print()
    for c in answer.citations:
        title = c.title or c.source
        print(f"[{c.number}] {title} — {c.source}:{c.start}-{c.end} 「{one_line(c.quote)}」")
    for conflict in answer.conflicts:
        values = "；".join(f"{v.value} [{v.citation}]" for v in conflict.values)
        print(f"\n{conflict.about}：{values}")
    for suggestion in answer.suggestions:
        print(f"→ {suggestion}")
