"""`youju doctor`: whether the library and the built-in models are as they were written."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from server.cli.flags import command
from server.cli.opened import open_library
from server.cli.output import DONE, FAILED, one_line

if TYPE_CHECKING:
    from server.cli.flags import Commands


def add(commands: Commands) -> None:
    sub = command(
        commands, "doctor", run, "Look whether the library is whole; a line for each fault."
    )
    sub.add_argument("--repair", action="store_true", help="mend what can be mended")


def run(arguments: argparse.Namespace) -> int:
    from server.upkeep.doctor import lines

    library, _ = open_library(arguments, seed=False)
    found = [one_line(line) for line in lines(library, repair=arguments.repair)]
    for line in found:
        print(line)
    if found:
        return FAILED
    print(f"Nothing is wrong: {library.count()} sources, state {library.version}.")
    return DONE
