"""A server that watches its folder: real files, asked over HTTP."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import three_articles
from fakes import ready, serving

from server.settings import Settings

PATIENCE_S = 20.0  # on a busy machine; it takes about one


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("watched")
    three_articles(path / "in")
    (path / "in" / "old").mkdir()
    (path / "in" / "old" / "river.txt").write_text("清江全长423公里。", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def base(place: Path) -> Iterator[str]:
    settings = Settings(library=place / "library", seeds=place / "in", embedder="hash", watch=True)
    with serving(settings) as url:
        ready(url)
        yield url


def names(base: str) -> list[str]:
    return [s["id"] for s in httpx.get(f"{base}/sources").json()["sources"]]


def ask(base: str, question: str, **more: str) -> dict[str, Any]:
    asked = httpx.post(f"{base}/ask", json={"question": question, **more}, timeout=60)
    found: dict[str, Any] = asked.json()
    return found


def soon(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def settled(base: str, place: Path) -> list[str]:
    """What there is after everything that was done before: a file says when that is."""
    mark = place / "in" / "mark.txt"
    mark.write_text(f"第{time.monotonic_ns()}号记录。", encoding="utf-8")
    said = mark.read_text(encoding="utf-8")
    assert soon(lambda: httpx.get(f"{base}/sources/mark.txt").json().get("text") == said)
    return names(base)


def test_a_saved_file_answers_and_a_removed_one_does_not(base: str, place: Path) -> None:
    tower = place / "in" / "tower.txt"
    tower.write_text("白鹭塔高四十七米。白鹭塔建于1903年。", encoding="utf-8")
    assert soon(lambda: "1903年" in ask(base, "白鹭塔建于哪一年？")["answer"])
    tower.write_text("白鹭塔高四十七米。白鹭塔建于1911年。", encoding="utf-8")
    assert soon(lambda: "1911年" in ask(base, "白鹭塔建于哪一年？")["answer"])
    tower.unlink()
    assert soon(lambda: "tower.txt" not in names(base))
    assert "1911年" not in ask(base, "白鹭塔建于哪一年？")["answer"]


def test_a_renamed_file_keeps_its_history(base: str, place: Path) -> None:
    said = ask(base, "清江全长多少公里？")
    (cited,) = said["citations"]
    assert cited["source"] == "old/river.txt"
    before = {s["id"]: s for s in httpx.get(f"{base}/sources").json()["sources"]}
    (place / "in" / "old").rename(place / "in" / "new")
    assert soon(lambda: "new/river.txt" in names(base))
    after = {s["id"]: s for s in httpx.get(f"{base}/sources").json()["sources"]}
    assert "old/river.txt" not in after
    assert after["new/river.txt"]["added_at"] == before["old/river.txt"]["added_at"]
    # What was cited under the old name is shown, and not said to have changed.
    source = httpx.get(f"{base}/sources/old%2Friver.txt").json()
    assert source["id"] == "new/river.txt"
    assert source["text"][cited["start"] : cited["end"]] == cited["quote"]
    talk = httpx.get(f"{base}/conversations/{said['conversation_id']}").json()
    assert talk["turns"][0].get("changed", []) == []


def test_what_does_not_belong_is_left_alone(base: str, place: Path) -> None:
    for name in (".hidden.txt", "picture.xyz", "empty.txt"):
        (place / "in" / name).write_text("", encoding="utf-8")
    found = settled(base, place)
    assert not {".hidden.txt", "picture.xyz", "empty.txt"} & set(found)
    for name in (".hidden.txt", "picture.xyz", "empty.txt"):
        (place / "in" / name).unlink()


def test_a_folder_that_is_away_or_empty_loses_nothing(base: str, place: Path) -> None:
    before = names(base)
    folder, away = place / "in", place / "away"
    folder.rename(away)  # a drive that is no longer there
    time.sleep(1.5)
    assert names(base) == before
    folder.mkdir()  # its mount point
    time.sleep(1.5)
    assert names(base) == before
    (folder / "tower.txt").write_text("灰鹭塔高五十一米。", encoding="utf-8")
    assert soon(lambda: "tower.txt" in names(base))
    assert set(before) < set(names(base))
    shutil.rmtree(folder)
    (away / "tower.txt").write_text("灰鹭塔高五十三米。", encoding="utf-8")
    away.rename(folder)
    assert soon(lambda: "五十三米" in httpx.get(f"{base}/sources/tower.txt").text)
    (folder / "tower.txt").unlink()
    assert soon(lambda: "tower.txt" not in names(base))
    assert names(base) == before


def test_emptying_the_folder_is_refused(base: str, place: Path) -> None:
    before = names(base)
    shutil.rmtree(place / "in")
    (place / "in").mkdir()
    for name in ("one.txt", "two.txt"):
        (place / "in" / name).write_text(f"{name}的桥长1.2公里。", encoding="utf-8")
    assert soon(lambda: "two.txt" in names(base))
    assert set(before) < set(names(base))
