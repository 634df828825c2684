"""Deletions that can be had back: until the server stops, and no longer."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fakes import ScriptedAnswerer, serving

from index import Library, SourceNotFound
from server.settings import Settings
from server.upkeep.trash import KEPT, Trash


def test_what_is_deleted_is_let_go_of_when_the_server_stops(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    empty = Trash.empty

    def watched(trash: Trash) -> None:
        counts.append(trash.count("robots.txt"))
        empty(trash)
        counts.append(trash.count("robots.txt"))

    monkeypatch.setattr(Trash, "empty", watched)
    settings = Settings(library=library.path, seeds=tmp_path / "none")
    with serving(settings, ScriptedAnswerer({}), library) as base:
        assert httpx.delete(f"{base}/sources/robots.txt").status_code in (200, 204)
    assert counts == [0, 0, 1, 0]  # when it begins, and when it ends


def test_another_worker_undoes_what_one_deleted(library: Library, tmp_path: Path) -> None:
    one, other = Trash(tmp_path / "deleted"), Trash(tmp_path / "deleted")
    text = library.source("robots.txt").text
    one.delete(library, "robots.txt")
    key = other.delete(library, "airport.txt", "forest.md")
    assert (tmp_path / "deleted").stat().st_mode & 0o077 == 0
    assert (other.count("robots.txt"), one.count(key)) == (1, 2)
    assert other.put_back(library, "robots.txt") == 1
    assert one.put_back(library, key) == 2
    assert library.source("robots.txt").text == text
    for gone in ("robots.txt", key, "../robots.txt"):
        assert one.count(gone) == 0
        with pytest.raises(SourceNotFound):
            one.put_back(library, gone)


def test_the_last_few_deletions_are_kept(library: Library, tmp_path: Path) -> None:
    trash = Trash(tmp_path / "deleted")
    keys = []
    for n in range(KEPT + 2):
        library.add_text(f"{n}.txt", f"第{n}条。".encode())
        keys.append(trash.delete(library, f"{n}.txt"))
    assert [trash.count(key) for key in keys] == [0, 0] + [1] * KEPT
