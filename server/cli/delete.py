"""`youju delete`: a source removed from the library."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from server.cli.flags import command
from server.cli.opened import open_library
from server.cli.output import DONE

if TYPE_CHECKING:
    from server.cli.flags import Commands


def add(commands: Commands) -> None:
    sub = command(commands, "delete", run, "Remove a source from the library.")
    sub.add_argument("source", metavar="SOURCE")


def run(arguments: argparse.Namespace) -> int:
    library, _ = open_library(arguments, seed=False)
    report = library.delete(arguments.source)
    print(f"removed {report.removed}")
    return DONE
