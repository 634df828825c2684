"""`youju search`: the passages that a query finds."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from server.cli.flags import command, json_flag, number
from server.cli.opened import open_library
from server.cli.output import DONE, one_line, print_json

if TYPE_CHECKING:
    from server.cli.flags import Commands


def add(commands: Commands) -> None:
    sub = command(commands, "search", run, "Show the passages that a query finds.")
    sub.add_argument("query", metavar="QUERY")
    sub.add_argument("--top-k", type=number(1, 50), metavar="K", help="how many, 1 to 50")
    json_flag(sub)


def run(arguments: argparse.Namespace) -> int:
    from server.evidence.find import Search
    from server.records import hit_dict

    library, settings = open_library(arguments)
    search = Search.of(library, settings)
    hits = search.hits(arguments.query, k=arguments.top_k or settings.top_k)
    if arguments.json:
        print_json([hit_dict(hit, text=True) for hit in hits])
        return DONE
    for n, hit in enumerate(hits, 1):
        span = hit.passage.span
        print(f"{n}. {hit.passage.source}:{span.start}-{span.end}  {hit.score:.3f}")
        print(f"   {one_line(hit.passage.text)}")
    return DONE
