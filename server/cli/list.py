"""`youju list`: the sources of the library."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from server.cli.flags import command, json_flag
from server.cli.opened import open_library
from server.cli.output import DONE, print_json

if TYPE_CHECKING:
    from server.cli.flags import Commands


def add(commands: Commands) -> None:
    sub = command(commands, "list", run, "List the sources of the library.")
    json_flag(sub)


def run(arguments: argparse.Namespace) -> int:
    from server.records import source_info_dict

    library, _ = open_library(arguments, seed=False)
    sources = library.sources()
    if arguments.json:
        print_json([source_info_dict(s) for s in sources])
        return DONE
    for s in sources:
        print(f"{s.name}\t{s.chars}\t{'；'.join(title for title in s.titles if title)}")
    if not sources:
        print("The library is empty. Run `youju index PATH`.", file=sys.stderr)
    return DONE
