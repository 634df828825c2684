"""The ``youju`` command: a file a command, named like it.

Heavy imports are made where they are used, so that ``--help`` is instant.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from server.cli import (
    ask,
    backup,
    check,
    delete,
    doctor,
    eval,
    index,
    key,
    list,
    mcp,
    restore,
    search,
    serve,
)
from server.cli.output import FAILED, fail

#: In the order of --help.
COMMANDS = (
    index, serve, ask, check, search, eval, delete, list, doctor, backup, restore, key, mcp
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command and exit: 0 done, 1 failed with a one-line cause, 2 bad usage."""
    raise SystemExit(run(argv))


def run(argv: Sequence[str] | None = None) -> int:
    """The exit code of a command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.command(arguments))
    except KeyboardInterrupt:
        return fail("stopped")
    except BrokenPipeError:
        return FAILED
    except BaseException as error:  # a failure of tantivy's own is no Exception
        return _fail_with(error)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="youju", description="Ask a folder of articles; every sentence of the answer is cited."
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return top


def _fail_with(error: BaseException) -> int:
    from index import explained

    told = explained(error)
    if told is not None:
        return fail(f"{str(told).removesuffix('.')}. {told.hint}" if told.hint else str(told))
    if isinstance(error, OSError):
        return fail(str(error))
    if type(error).__name__ == "ValidationError":
        return fail("a setting is wrong: " + " ".join(str(error).split()))
    raise error
