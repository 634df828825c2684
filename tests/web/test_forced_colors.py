"""In a reader's own colours the page's buttons are as readable under the pointer as away from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import BROWSER, Opens
from fakes import ScriptedAnswerer, serving

from index import IndexConfig, Library
from server.settings import Settings

AXE = (Path(__file__).parents[1] / "vendor/axe-core/axe.min.js").read_text(encoding="utf-8")
FOUND = "axe.run(document, {runOnly: ['color-contrast']}).then((told) => told.violations.length)"

pytestmark = BROWSER


@pytest.mark.parametrize(("path", "button"), [("/", "#send"), ("/check", ".to-check button")])
def test_what_is_pressed_can_be_read(tmp_path: Path, opens: Opens, path: str, button: str) -> None:
    library = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    with serving(Settings(library=library.path), ScriptedAnswerer({}), library) as base:
        page = opens(base + path, forced_colors="active")
        page.locator(button).first.hover()
        page.evaluate(AXE)
        assert page.evaluate(FOUND) == 0
