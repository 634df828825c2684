"""`youju eval`: a gold file's questions asked, and the answers measured."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server.cli.flags import bound, command
from server.cli.opened import open_library
from server.cli.output import DONE, USAGE, fail
from server.cli.progress import progress_bar

if TYPE_CHECKING:
    from index import Library
    from server.cli.flags import Commands
    from server.evaluation.report import Asks
    from server.settings import Settings


def add(commands: Commands) -> None:
    sub = command(commands, "eval", run, "Ask a gold file's questions and measure the answers.")
    sub.add_argument("gold", type=Path, metavar="GOLD.jsonl")
    sub.add_argument("--json", type=Path, metavar="OUT", help="also write the figures as JSON")
    sub.add_argument("--html", type=Path, metavar="OUT", help="also write a page: plots, questions")
    sub.add_argument(
        "--compare", type=Path, metavar="OLD.json", help="say what changed since an older --json"
    )
    sub.add_argument(
        "--engine",
        metavar="NAME|URL",
        default="",
        help="measure a writer by name, or any server of OpenAI's protocol (its address with /v1;"
        " key in OPENAI_API_KEY) that says what it cites",
    )
    sub.add_argument("--model", default="youju", metavar="NAME", help="the model to ask of a URL")
    sub.add_argument(
        "--refusal",
        action="append",
        default=[],
        metavar="TEXT",
        help="what a URL's server says when it does not know; may be repeated",
    )
    for flag, word in (("--min", "below"), ("--max", "above")):
        text = f"exit 1 when the overall figure is {word} this; may be repeated"
        sub.add_argument(
            flag, action="append", default=[], type=bound, metavar="METRIC=VALUE", help=text
        )


def run(arguments: argparse.Namespace) -> int:
    from server.evaluation.comparison import compare, read_report
    from server.evaluation.report import evaluate
    from server.web.report_page import page

    for out in (arguments.json, arguments.html):
        if out is not None:
            out.parent.mkdir(parents=True, exist_ok=True)
    library, settings = open_library(arguments)
    bar = progress_bar()
    step = (lambda done, total: bar("ask", done, total)) if bar else None
    answerer = _asked(arguments, library, settings)
    old = read_report(arguments.compare) if arguments.compare else None
    report = evaluate(arguments.gold, answerer, library, progress=step)
    print(report.table())
    record = report.as_json()
    compared = compare(old, record) if old else None
    if compared:
        print(f"\n{compared.text()}")
    if arguments.json:
        text = json.dumps(record, ensure_ascii=False, indent=1)
        arguments.json.write_text(text + "\n", encoding="utf-8")
    if arguments.html:
        arguments.html.write_text(page(record, compared), encoding="utf-8")
    return _check_bounds(report.overall, arguments)


def _asked(arguments: argparse.Namespace, library: Library, settings: Settings) -> Asks:
    """What is measured: our own answerer, with a writer of choice, or a server elsewhere."""
    from server.evaluation.endpoint import Endpoint
    from server.upkeep.opening import open_answerer

    if not arguments.engine.startswith(("http://", "https://")):
        chosen = {"engine": arguments.engine} if arguments.engine else {}
        return open_answerer(library, settings.model_copy(update=chosen))
    return Endpoint(
        arguments.engine,
        arguments.model,
        library,
        key=os.environ.get("OPENAI_API_KEY", ""),
        timeout_s=settings.timeout_s,
        refusals=arguments.refusal,
    )


def _check_bounds(overall: Any, arguments: argparse.Namespace) -> int:
    bounds = [(m, v, 1) for m, v in arguments.min] + [(m, v, -1) for m, v in arguments.max]
    unknown = sorted({metric for metric, _, _ in bounds if metric not in overall})
    if unknown:
        fail(f"no such metric: {', '.join(unknown)}; there are {', '.join(overall)}")
        return USAGE
    missed = [
        f"{metric} is {overall[metric]}, not {'at least' if sign > 0 else 'at most'} {value}"
        for metric, value, sign in bounds
        if overall[metric] is None or sign * overall[metric] < sign * value
    ]
    return fail("; ".join(missed)) if missed else DONE
