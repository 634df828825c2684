"""Pages that may log no error, and libraries of the seeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import SEEDS, Opens, Seeded
from fakes import ready, serving

from index import IndexConfig, Library
from server.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page


@pytest.fixture(scope="module")
def base(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = seeded(tmp_path_factory.mktemp("page") / "library", "builtin")
    with serving(Settings(library=folder, seeds=SEEDS)) as url:
        ready(url)
        yield url


@pytest.fixture
def library(seeded: Seeded, tmp_path: Path) -> Library:
    return Library(seeded(tmp_path / "library"), IndexConfig(embedder="hash"))


@pytest.fixture
def opens(browser: Browser) -> Iterator[Opens]:
    """Opens pages; afterwards none may have logged an error or asked another host."""
    contexts, trouble = [], []

    def open_page(url: str, **options: object) -> Page:
        expected = options.pop("expected", None)
        ordinary = {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN"}
        context = browser.new_context(**{**ordinary, **options})
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()

        def on_console(message: ConsoleMessage) -> None:
            known = expected and re.search(str(expected), message.text)
            # A test may end, and its server with it, while the page still waits for what it asked for.
            known = known or message.location["url"].endswith("/next")
            known = known or "ERR_CONNECTION_REFUSED" in message.text
            if message.type in ("error", "warning") and not known:
                trouble.append(message.text)

        page.on("console", on_console)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda r: _local(r.url) or trouble.append(r.url))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not trouble


def _local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "about:", "data:"))
