"""The settings and the library that a command line means."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from server.cli.progress import progress_bar

if TYPE_CHECKING:
    from index import Library
    from server.settings import Settings

NAMED = ("library", "host", "port", "embedder", "watch", "workers")  # settings that flags may name


def settings_of(arguments: argparse.Namespace) -> Settings:
    from server.settings import Settings

    given = {name: getattr(arguments, name, None) for name in NAMED}
    return Settings(**{name: value for name, value in given.items() if value is not None})


def open_library(arguments: argparse.Namespace, *, seed: bool = True) -> tuple[Library, Settings]:
    from server.upkeep import opening

    settings = settings_of(arguments)
    return opening.open_library(settings, seed=seed, progress=progress_bar()), settings
