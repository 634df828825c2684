"""What is wrong with a library, its keys and the built-in models, each in a line with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import index
from index import Library
from index.shipped import faults
from server.upkeep.keys import NAME, Keys

PACKAGES = (Path(index.__file__).parent, Path(__file__).parents[1])
INSTALL = "Install Youju again."
KEYS = "Nobody is let in: remove it, and make the keys anew with `youju key add`."


def lines(library: Library, *, repair: bool = False) -> Iterator[str]:
    """A line for each thing that is wrong, after mending what can be mended if asked to.

    Raises: as ``Library.check`` and ``Library.repair``.
    """
    for fault in library.repair() if repair else library.check():
        yield f"{fault.what}. {fault.hint}"
    try:
        Keys(library.path).all()
    except (OSError, ValueError, TypeError) as error:
        yield f"{NAME} is damaged: {error}. {KEYS}"
    for package in PACKAGES:
        for told in faults(package):
            yield f"{told}. {INSTALL}"
