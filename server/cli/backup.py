"""`youju backup`: the library in one file."""

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
    sub = command(
        commands, "backup", run, "Write the library into one file, also while it is served."
    )
    sub.add_argument("file", type=Path, metavar="FILE", help="an earlier backup there is replaced")


def run(arguments: argparse.Namespace) -> int:
    library, _ = open_library(arguments, seed=False)
    library.backup(arguments.file)
    print(f"{arguments.file}: {library.count()} sources, {arguments.file.stat().st_size:,} bytes")
    return DONE
