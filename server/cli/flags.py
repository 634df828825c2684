"""The flags that several commands have, and how their values are read."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def command(
    commands: Commands, name: str, does: Callable[[argparse.Namespace], int], text: str
) -> argparse.ArgumentParser:
    """A new command, which runs ``does``; every one of them takes ``--library``."""
    sub = commands.add_parser(name, help=text, description=text)
    sub.add_argument("--library", type=Path, metavar="DIR", help="folder of the library")
    sub.set_defaults(command=does)
    return sub


def embedder_flag(sub: argparse.ArgumentParser) -> None:
    text = (
        "builtin (by default: the encoder e5, which knows many languages, for a small library, the"
        " static table for a large one), e5, static, or a sentence-transformers model"
    )
    sub.add_argument("--embedder", metavar="NAME", help=text)


def json_flag(sub: argparse._ActionsContainer) -> None:
    sub.add_argument("--json", action="store_true", help="print JSON")


def number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isdecimal() and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {low} to {high}")
        return int(text)

    return parse


def bound(text: str) -> tuple[str, float]:
    metric, _, value = text.partition("=")
    try:
        return metric, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not METRIC=VALUE") from None
