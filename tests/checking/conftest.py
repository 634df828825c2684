"""A library of the seeds, and a checker over it, shared by all tests of checking."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import Seeded

from index import IndexConfig, Library
from server.checking.checker import Checker
from server.evidence.find import Search


@pytest.fixture(scope="session")
def seeds(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = seeded(tmp_path_factory.mktemp("checking"), "static")
    library = Library(folder, IndexConfig(embedder="static"))
    yield library
    library.close()


@pytest.fixture(scope="session")
def checker(seeds: Library) -> Checker:
    return Checker(seeds, Search(seeds))
