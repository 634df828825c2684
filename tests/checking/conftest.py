"""A library of the seeds, and a checker over it, shared by all tests of checking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import IndexConfig, Library
from server.checking.checker import Checker
from server.evidence.find import Search

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("checking"), IndexConfig(embedder="static"))
    library.update([SEEDS])
    yield library
    library.close()


@pytest.fixture(scope="session")
def checker(seeds: Library) -> Checker:
    return Checker(seeds, Search(seeds))
