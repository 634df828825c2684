"""A library in one file and back: while it is written to, over another one, of other versions."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from conftest import CountingEmbedder

from index import (
    IndexMismatch,
    IndexMissing,
    Library,
    LibraryDamaged,
    LibraryInaccessible,
    RemovalRefused,
    Retriever,
)
from index.store.schema import VERSION

Open = Callable[..., Library]


def best(library: Library, query: str) -> str:
    hits = Retriever(CountingEmbedder()).retrieve(library.snapshot(), query, k=1)
    return hits[0].passage.source


def test_a_restored_library_is_the_one_that_was_saved_and_embeds_nothing(
    library: Library, tmp_path: Path
) -> None:
    library.add_text("pier.txt", "栈桥长90米。".encode())
    library.conversations.save_turn("a" * 32, "栈桥多长？", {"id": "b", "answer": "90米"})
    library.backup(tmp_path / "saved")
    assert not list(tmp_path.glob("saved?*"))
    assert (tmp_path / "saved").stat().st_mode & 0o077 == 0
    embedder = CountingEmbedder()
    with Library(tmp_path / "other", embedder=embedder) as other:
        other.restore(tmp_path / "saved")
        assert [s.name for s in other.sources()] == [s.name for s in library.sources()]
        assert other.source("pier.txt") == library.source("pier.txt")
        assert best(other, "栈桥多长") == "pier.txt"
        assert other.conversations.turns("a" * 32) == library.conversations.turns("a" * 32)
        assert other.check() == []
        other.add_text("more.txt", "灯塔高31米。".encode())
    assert len(embedder.texts) == 1


def test_a_backup_while_another_writes_is_one_of_the_states_there_were(
    library: Library, open_library: Open, tmp_path: Path
) -> None:
    library.add_text("a.txt", "甲桥长0米。".encode())
    library.add_text("b.txt", "乙桥长0米。".encode())
    stop = threading.Event()

    def write() -> None:
        other = open_library(lock_timeout_s=10.0)
        n = 0
        while not stop.is_set():
            n += 1
            files = [("a.txt", f"甲桥长{n}米。".encode()), ("b.txt", f"乙桥长{n}米。".encode())]
            other.add_texts(files)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(4):
            library.backup(tmp_path / f"saved{n}")
    finally:
        stop.set()
        writer.join()
    for n in range(4):
        with Library(tmp_path / f"other{n}", embedder=CountingEmbedder()) as other:
            other.restore(tmp_path / f"saved{n}")
            told = {other.source(name).text[1:] for name in ("a.txt", "b.txt")}
            assert len(told) == 1
            assert other.check() == []


def test_a_library_that_is_being_read_becomes_the_restored_one(
    library: Library, open_library: Open, tmp_path: Path
) -> None:
    library.backup(tmp_path / "saved")
    library.add_text("pier.txt", "栈桥长90米。".encode())
    assert best(library, "栈桥多长") == "pier.txt"
    other = open_library()
    with pytest.raises(RemovalRefused, match="would be replaced") as caught:
        other.restore(tmp_path / "saved")
    assert "--yes" in caught.value.hint
    other.restore(tmp_path / "saved", sure=True)
    # The one that had it open all the time: the source is gone, in the catalogue and in the index.
    assert library.count() == 3
    assert len(library.snapshot()) == 3
    assert library.check() == []


def test_a_damaged_backup_and_one_of_a_newer_version_are_refused(
    library: Library, tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    library.backup(saved)
    with closing(sqlite3.connect(saved)) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    with Library(tmp_path / "other", embedder=CountingEmbedder()) as other:
        with pytest.raises(IndexMismatch, match="newer version") as newer:
            other.restore(saved)
        assert "Update Youju" in newer.value.hint
        library.backup(saved)
        data = bytearray(saved.read_bytes())
        data[4096:12288] = bytes(8192)
        saved.write_bytes(data)
        with pytest.raises(LibraryDamaged, match="is damaged"):
            other.restore(saved)
        saved.write_text("notes", encoding="utf-8")
        with pytest.raises(IndexMismatch, match="no backup"):
            other.restore(saved)
        with pytest.raises(LibraryInaccessible, match="not there"):
            other.restore(tmp_path / "nowhere")
        assert not (tmp_path / "other" / "catalog.sqlite").exists()
        with pytest.raises(IndexMissing):
            other.backup(saved)
    with pytest.raises(IndexMismatch, match="left alone"):
        library.backup(saved)
    assert saved.read_text(encoding="utf-8") == "notes"
    assert not list(tmp_path.glob("*.tmp*"))


def test_a_damaged_library_is_not_saved_over_a_backup(library: Library, tmp_path: Path) -> None:
    library.backup(tmp_path / "saved")
    before = (tmp_path / "saved").read_bytes()
    library.close()
    path = library.path / "catalog.sqlite"
    data = bytearray(path.read_bytes())
    data[8192 : 8192 + 8192] = bytes(8192)
    path.write_bytes(data)
    with pytest.raises(LibraryDamaged):
        library.backup(tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == before
