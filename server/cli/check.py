"""`youju check`: a text, claim by claim against the articles."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.flags import command, json_flag
from server.cli.opened import open_library
from server.cli.output import DONE, FAILED, fail, one_line, print_json
from server.cli.progress import progress_bar

if TYPE_CHECKING:
    from server.checking.records import Check, CheckedClaim
    from server.cli.flags import Commands

WORDS = {"full": "有据", "partial": "部分有据", "contradicted": "相左", "none": "未找到"}


def add(commands: Commands) -> None:
    sub = command(
        commands, "check", run, "Check a text: which of its claims do the articles bear out?"
    )
    sub.add_argument("file", metavar="FILE", help="a file of any format that can be indexed, or -")
    sub.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="NAME",
        help="check against this source only",
    )
    sub.add_argument("--flagged", action="store_true", help="only what is not borne out")
    sub.add_argument("--strict", action="store_true", help="exit 1 when anything is not borne out")
    json_flag(sub)


def run(arguments: argparse.Namespace) -> int:
    from server.checking.checker import Checker
    from server.checking.files import text_of
    from server.checking.records import TEXT_CHARS, Check, check_dict
    from server.evidence.find import Search

    given = arguments.file
    text, format = (sys.stdin.read(), "txt") if given == "-" else text_of(Path(given))
    if not text.strip():
        return fail("there is nothing to check")
    if len(text) > TEXT_CHARS:
        return fail(f"the text has {len(text):,} characters; at most {TEXT_CHARS:,} are checked")
    library, settings = open_library(arguments)
    if unknown := library.unknown(arguments.source):
        return fail(f"no source {', '.join(unknown)}; `youju list` names them")
    checker = Checker(library, Search.of(library, settings))
    bar = progress_bar()
    for step in checker.stream(text, sources=arguments.source, format=format):
        if bar and step.name == "claim":
            bar("check", step.at, step.total)
        if isinstance(step.data, Check):
            checked = step.data
    print_json(check_dict(checked)) if arguments.json else _print(
        checked, flagged=arguments.flagged
    )
    return FAILED if arguments.strict and checked.flagged else DONE


def _print(check: Check, *, flagged: bool) -> None:
    for claim in check.claims:
        if claim.verdict != "opinion" and (claim.flagged or not flagged):
            _print_claim(claim)
    if check.citations:
        print()
    for c in check.citations:
        title = c.title or c.source
        print(f"[{c.number}] {title} — {c.source}:{c.start}-{c.end} 「{one_line(c.quote)}」")
    counts = {v: n for v, n in check.counts().items() if n and v in WORDS}
    print("\n" + ("，".join(f"{WORDS[v]} {n}" for v, n in counts.items()) or "没有可核对的陈述"))


def _print_claim(claim: CheckedClaim) -> None:
    marks = "".join(f"[{n}]" for n in claim.citations)
    print(f"{WORDS[claim.verdict]}\t{one_line(claim.text)}{marks}")
    for d in claim.differing:
        day = f"，{d.published}" if d.published else ""
        print(f"\t↳ 这里写“{d.said}”，文章说“{one_line(d.value)}”[{d.citation}]{day}")
    told = {d.said for d in claim.differing}
    if missing := [m for m in claim.missing if m not in told]:
        print(f"\t↳ 文章里没有：{'、'.join(missing)}")
    if claim.foreign:
        print("\t↳ 与文章语言不同，只核对了数字")
