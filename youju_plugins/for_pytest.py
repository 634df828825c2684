"""`pytest --youju-gold FILE`: each question of a gold file is a test; fixtures for tests of one's own.

The library is the one that ``--youju-library`` or the setting ``youju_library`` names, or a new one of
the folders in ``youju_articles``. It is opened when something asks it, and closed at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from os.path import abspath
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from youju import Answer, Library
    from youju_plugins.gold_items import GoldFile

MARKER = "youju_gold"
_LIBRARY = pytest.StashKey["Library"]()
_NO_LIBRARY = (
    "no library to ask: name one with --youju-library DIR, or set youju_library or youju_articles"
    " in pytest's settings"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("youju", "questions about articles (Youju)")
    group.addoption(
        "--youju-gold",
        action="append",
        default=[],
        metavar="FILE",
        help="ask each question of a gold file as a test; may be repeated",
    )
    group.addoption("--youju-library", default="", metavar="DIR", help="the library that is asked")
    parser.addini("youju_library", "the library that is asked", "string", "")
    parser.addini("youju_articles", "files and folders that a new library is made of", "paths", [])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARKER}: a question of a file of --youju-gold")
    named = [_there(config, arg.partition("::")[0]) for arg in config.args]
    config.args += [str(path) for path in _gold(config) if path not in named]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> GoldFile | None:
    if file_path not in _gold(parent.config):
        return None
    from youju_plugins.gold_items import GoldFile

    file: GoldFile = GoldFile.from_parent(parent, path=file_path)
    return file


@pytest.fixture(scope="session")
def youju_library(pytestconfig: pytest.Config) -> Library:
    """The library that is tested."""
    return library_of(pytestconfig)


@pytest.fixture(scope="session")
def ask(youju_library: Library) -> Callable[..., Answer]:
    """Asks the library that is tested: `youju.ask` without its ``library``."""
    from functools import partial

    import youju

    return partial(youju.ask, library=youju_library)


def library_of(config: pytest.Config) -> Library:
    """The library that is tested, opened once. Raises: UsageError when none is named."""
    if _LIBRARY not in config.stash:
        config.stash[_LIBRARY] = _open(config)
    return config.stash[_LIBRARY]


def _open(config: pytest.Config) -> Library:
    given, set_there = config.getoption("youju_library"), config.getini("youju_library")
    articles: list[Path] = config.getini("youju_articles")
    if given:
        path = config.invocation_params.dir / given
    elif set_there:
        path = config.rootpath / set_there
    elif articles:
        folder = TemporaryDirectory(prefix="youju-")
        config.add_cleanup(folder.cleanup)
        path = Path(folder.name) / "library"
    else:
        raise pytest.UsageError(_NO_LIBRARY)
    from index import IndexConfig
    from server.settings import Settings
    from youju import Library

    library = Library(path, IndexConfig(embedder=Settings().embedder))
    config.add_cleanup(library.close)  # before its folder goes
    if not (given or set_there):
        library.update(articles)
    return library


def _gold(config: pytest.Config) -> list[Path]:
    named: list[str] = config.getoption("youju_gold")
    return [_there(config, name) for name in named]


def _there(config: pytest.Config, name: str) -> Path:
    """A path as pytest names it: absolute, its links as they are."""
    return Path(abspath(config.invocation_params.dir / name))  # noqa: PTH100 -- resolve() follows links
