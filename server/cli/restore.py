"""`youju restore`: the library as a backup holds it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.flags import command
from server.cli.opened import open_library
from server.cli.output import DONE

if TYPE_CHECKING:
    from server.cli.flags import Commands


def add(commands: Commands) -> None:
    sub = command(commands, "restore", run, "Make the library what a backup holds.")
    sub.add_argument("file", type=Path, metavar="FILE", help="what `youju backup` has written")
    sub.add_argument("--yes", action="store_true", help="also when a library is there, which goes")


def run(arguments: argparse.Namespace) -> int:
    library, _ = open_library(arguments, seed=False)
    library.restore(arguments.file, sure=arguments.yes)
    print(f"restored {library.count()} sources")
    return DONE
