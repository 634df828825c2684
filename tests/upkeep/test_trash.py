"""Deletions that can be had back: until the server stops, and no longer."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fakes import ScriptedAnswerer, serving

from index import Library
from server.settings import Settings
from server.upkeep.trash import Trash


def test_what_is_deleted_is_let_go_of_when_the_server_stops(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    close = Trash.close

    def watched(trash: Trash) -> None:
        counts.append(trash.count("robots.txt"))
        close(trash)
        counts.append(trash.count("robots.txt"))

    monkeypatch.setattr(Trash, "close", watched)
    settings = Settings(library=library.path, seeds=tmp_path / "none")
    with serving(settings, ScriptedAnswerer({}), library) as base:
        assert httpx.delete(f"{base}/sources/robots.txt").status_code in (200, 204)
    assert counts == [1, 0]
