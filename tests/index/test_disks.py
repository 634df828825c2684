"""Libraries on disks that are full or read-only: real disks, a few megabytes in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from disks import Disk, disk

from index import (
    IndexConfig,
    Library,
    LibraryFull,
    LibraryReadOnly,
    Retriever,
    YoujuError,
    explained,
)
from index.store.database import Database

AIRPORT = ("a.txt", "江北机场扩建\n\n年旅客吞吐量达到4000万人次。\n".encode())
MORE = ("b.txt", "机器人产业\n\n截至去年底，全市机器人企业达到326家。\n".encode())


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    monkeypatch.setattr("index.store.database._AGAIN_S", 0.0)
    with disk(tmp_path / "disk") as one:
        yield one


def opened(place: Disk) -> Library:
    return Library(place.folder / "library", IndexConfig(embedder="hash"), lock_timeout_s=0.0)


def answer(id: str, text: str = "答。") -> dict[str, object]:
    return {"id": id, "question": "问", "answer": text, "citations": []}


def finds(library: Library) -> list[str]:
    """The sources of what a question finds that names all there is."""
    retriever = Retriever(library.embedder)
    hits = retriever.retrieve(library.snapshot(), "旅客吞吐量，机器人企业", k=9)
    return sorted({hit.passage.source for hit in hits})


def failure(library: Library) -> YoujuError | None:
    """What comes of adding an article."""
    try:
        library.add_text(*MORE)
    except Exception as error:
        if told := explained(error):
            return told
        raise
    return None


def test_a_read_only_library_is_read_and_says_so(place: Disk) -> None:
    with opened(place) as library:
        library.add_text(*AIRPORT)
        library.conversations.save_turn("c", "问", answer("1"))
    place.read_only()
    with opened(place) as library:
        assert not library.writable
        assert finds(library) == ["a.txt"]
        assert library.conversations.turns("c")[0].answer["id"] == "1"
        assert isinstance(told := failure(library), LibraryReadOnly)
        assert "writable" in told.hint
        assert library.check() == []


def test_a_library_that_others_write_is_read_where_it_is_read_only(
    place: Disk, tmp_path: Path
) -> None:
    """As a container does that is given a folder to read: what it reads goes with what is written."""
    writer = opened(place)
    writer.add_text(*AIRPORT)
    place.shown_at(tmp_path / "shown")
    with Library(tmp_path / "shown" / "library", IndexConfig(embedder="hash")) as library:
        assert finds(library) == ["a.txt"]
        writer.add_text(*MORE)
        assert finds(library) == ["a.txt", "b.txt"]
        writer.close()
        assert finds(library) == ["a.txt", "b.txt"]
        with opened(place) as again:
            again.delete("a.txt")
            assert finds(library) == ["b.txt"]
        assert finds(library) == ["b.txt"]


def test_a_talk_on_a_read_only_disk_is_remembered_and_kept_once_it_is_writable(
    place: Disk,
) -> None:
    with opened(place) as library:
        library.add_text(*AIRPORT)
        library.conversations.save_turn("old", "问", answer("1"))
    place.read_only()
    with opened(place) as library:
        chats = library.conversations
        chats.save_turn("old", "又问", answer("2"))
        chats.save_turn("new", "问", answer("3"))
        chats.save_turn("new", "改问", answer("4"), replaces="3")
        assert not chats.kept
        assert [t.answer["id"] for t in chats.turns("old")] == ["1", "2"]
        assert [t.answer["id"] for t in chats.turns("new")] == ["4"]
        assert chats.turn("new", "4") is not None
        assert [c.id for c in chats.latest()] == ["new", "old"]
        assert chats.get("new") is not None
        place.writable()
        library.close()  # keeps what can be kept
    with opened(place) as library:
        kept = library.conversations
        assert [t.answer["id"] for t in kept.turns("old")] == ["1", "2"]
        assert [t.answer["id"] for t in kept.turns("new")] == ["4"]


def test_a_library_that_is_read_is_written_again_once_it_can_be(
    place: Disk,
) -> None:
    opened(place).add_text(*AIRPORT)
    place.read_only()
    with opened(place) as library:
        assert isinstance(failure(library), LibraryReadOnly)
        place.writable()
        assert failure(library) is None
        assert library.writable
        assert finds(library) == ["a.txt", "b.txt"]


def test_a_full_disk_refuses_writes_and_recovers(place: Disk) -> None:
    with opened(place) as library:
        library.add_text(*AIRPORT)
        place.fill()
        for _ in range(3):
            assert isinstance(told := failure(library), LibraryFull)
            assert "room" in told.hint
            assert finds(library) == ["a.txt"]
        library.conversations.save_turn("c", "问", answer("1", "答" * 100_000))
        assert not library.conversations.kept
        assert [t.answer["id"] for t in library.conversations.turns("c")] == ["1"]
        place.empty()
        assert failure(library) is None
        assert finds(library) == ["a.txt", "b.txt"]
        library.conversations.save_turn("c", "又问", answer("2"))
        assert library.conversations.kept
    with opened(place) as library:
        assert [t.answer["id"] for t in library.conversations.turns("c")] == ["1", "2"]
        assert library.check() == []


def test_a_library_is_opened_on_a_full_disk(place: Disk) -> None:
    opened(place).add_text(*AIRPORT)
    place.fill()
    with opened(place) as library:
        assert finds(library) == ["a.txt"]
        assert isinstance(failure(library), LibraryFull | LibraryReadOnly)
        place.empty()
        assert failure(library) is None
        assert finds(library) == ["a.txt", "b.txt"]


@pytest.mark.parametrize("left", range(0, 400_000, 40_000))
def test_a_disk_that_fills_at_any_moment_leaves_a_whole_library(place: Disk, left: int) -> None:
    with opened(place) as library:
        library.add_text(*AIRPORT)
        place.fill()
        ballast = place.folder / "ballast"
        with ballast.open("r+b") as file:
            file.truncate(max(0, ballast.stat().st_size - left))
        told = failure(library)
        assert told is None or isinstance(told, LibraryFull)
        assert finds(library) == ["a.txt"] + ["b.txt"] * (told is None)
        place.empty()
        assert library.check() == []
        assert failure(library) is None


def test_what_an_update_has_beside_the_catalogue_stays_while_the_disk_comes_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection was closed under it when the disk took writing again."""
    monkeypatch.setattr("index.store.database._AGAIN_S", 0.0)
    database = Database(tmp_path / "catalog.sqlite")
    database._writable = False  # as the first failure leaves it
    database._tried = time.monotonic() + 3600
    database.attach()
    held = database.connection
    database._tried = 0.0  # now it is tried again, and takes writing
    assert database.connection is held
    assert held.execute("SELECT count(*) FROM staging.sqlite_master").fetchone() == (0,)
    database.detach()
    assert database.writable
    assert database.connection is not held
    database.close()
