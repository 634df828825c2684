"""What several test modules share: a fake embedder that counts, small folders, libraries, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from a_milvus import milvus, milvus_port
from a_postgres import catalogue_at, postgres, postgres_server
from browsing import ARGS, CHROMIUM, SEEDS, Seeded
from filelock import FileLock
from hypothesis import settings

from index import HashEmbedder, IndexConfig, Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["catalogue_at", "milvus", "milvus_port", "postgres", "postgres_server"]  # fixtures

# Read once, when its package is first imported: no test asks a network for a model.
os.environ["HF_HUB_OFFLINE"] = "1"

# A bound on the wall clock says nothing on a busy machine. More examples: EXAMPLES=1000 make test.
settings.register_profile("ours", deadline=None, max_examples=int(os.environ.get("EXAMPLES", "40")))
settings.load_profile("ours")

ARTICLES = {
    "airport.txt": "江北机场扩建\n\n重庆江北国际机场T3B航站楼共有108个登机口。年旅客吞吐量达到4000万人次。\n",
    "robots.txt": "机器人产业\n\n截至去年底，全市机器人企业达到326家。去年机器人产值突破120亿元。\n",
    "forest.md": "# 森林城市\n\n全市森林覆盖率达到55.06%。新建公园102个，绿道33公里。\n",
}


class CountingEmbedder(HashEmbedder):
    """Hashed n-grams that remember every text they were asked for."""

    def __init__(self, dimension: int = 64, name: str = "counting") -> None:
        super().__init__(dimension)
        self.name = name
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.texts.extend(texts)
        return super().embed(texts)


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


def three_articles(folder: Path) -> Path:
    """A folder with three short articles."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three short articles."""
    return three_articles(tmp_path / "articles")


@pytest.fixture(scope="module")
def shared_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of the three articles for a module's tests that only read it."""
    folder = tmp_path_factory.mktemp("shared")
    with Library(folder / "library", IndexConfig(embedder="hash")) as made:
        made.update([three_articles(folder / "articles")])
        yield made


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """Puts a library of the seeds into a new folder: indexed once for all processes of a run, copied since.

    Each call names the embedder; ``builtin`` is what a library has by default.
    """
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent

    def put(folder: Path, embedder: str = "hash") -> Path:
        made, making = run / f"seeds-{embedder}", run / f"seeds-{embedder}.part"
        with FileLock(f"{made}.lock"):
            if not made.exists():
                with Library(making, IndexConfig(embedder=embedder)) as library:
                    library.update([SEEDS])
                making.rename(made)
        shutil.copytree(made, folder, dirs_exist_ok=True)
        return folder

    return put


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        sync_api.expect.set_options(timeout=60_000)
        one = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield one
        one.close()


@pytest.fixture
def open_library(tmp_path: Path) -> Iterator[Callable[..., Library]]:
    """Opens libraries in the same place, as several processes would; closes them all."""
    opened: list[Library] = []

    def open_one(embedder: HashEmbedder | None = None, **options: object) -> Library:
        options.setdefault("lock_timeout_s", 0.0)
        library = Library(tmp_path / "library", embedder=embedder or CountingEmbedder(), **options)  # type: ignore[arg-type]
        opened.append(library)
        return library

    yield open_one
    for library in opened:
        library.close()


@pytest.fixture
def library(
    open_library: Callable[..., Library], folder: Path, embedder: CountingEmbedder
) -> Library:
    """A library of the three articles."""
    made = open_library(embedder)
    made.update([folder])
    return made
