from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import IndexConfig, Library
from index.store.bin import KEPT
from index.store.conversations import Conversations, Feedback, owner
from index.store.database import Database
from index.store.postgres import PostgresDatabase


@pytest.fixture
def kept(tmp_path: Path, catalogue_at: Callable[[], str]) -> Iterator[Conversations]:
    path, at = tmp_path / "catalog.sqlite", catalogue_at()
    db = PostgresDatabase(path, at) if at else Database(path)
    yield Conversations(db)
    db.close()


def test_conversations_keep_their_turns_in_order(kept: Conversations) -> None:
    assert kept.save_turn("a", "第一问", {"answer": "甲[1]"}) == 1
    assert kept.save_turn("b", "别的", {}) == 1
    assert kept.save_turn("a", "第二问", {"answer": "乙", "citations": [{"number": 1}]}) == 2
    assert [(t.n, t.question) for t in kept.turns("a")] == [(1, "第一问"), (2, "第二问")]
    assert kept.turns("a")[1].answer == {"answer": "乙", "citations": [{"number": 1}]}
    assert {c.id: (c.title, c.turns) for c in kept.latest()} == {
        "a": ("第一问", 2),
        "b": ("别的", 1),
    }
    assert len(kept.latest(limit=1)) == 1
    assert kept.latest(offset=2) == []


def test_a_deleted_conversation_takes_its_turns_along(kept: Conversations) -> None:
    kept.save_turn("a", "问", {})
    assert kept.delete("a")
    assert not kept.delete("a")
    assert kept.turns("a") == []
    assert kept.save_turn("a", "再问", {}) == 1


def test_a_deletion_is_undone(kept: Conversations) -> None:
    kept.save_turn("a", "问", {"id": "1"})
    kept.save_turn("a", "再问", {"id": "2"})
    kept.save_feedback(Feedback("a", True, (), "", {"id": "1"}))
    kept.rename("a", "名字")
    kept.pin("a", True)
    before = (kept.latest(), kept.turns("a"), kept.feedback("a"))
    kept.delete("a")
    assert (kept.latest(), kept.turns("a"), kept.feedback()) == ([], [], [])
    assert kept.deleted("a") == "名字"
    assert kept.put_back("a")
    assert (kept.latest(), kept.turns("a"), kept.feedback("a")) == before
    assert kept.deleted("a") is None
    assert not kept.put_back("a")


def test_what_was_asked_since_a_deletion_follows(kept: Conversations) -> None:
    """A window that still shows a deleted conversation goes on in it."""
    kept.save_turn("a", "一", {"id": "1"})
    kept.save_turn("a", "二", {"id": "2"})
    kept.delete("a")
    kept.save_turn("a", "三", {"id": "3"})
    assert kept.put_back("a")
    assert [(t.n, t.question) for t in kept.turns("a")] == [(1, "一"), (2, "二"), (3, "三")]
    assert [c.title for c in kept.latest()] == ["一"]


def test_a_deletion_is_for_good_after_a_day(
    kept: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.save_turn("a", "问", {})
    kept.delete("a")
    monkeypatch.setattr("index.store.bin.KEPT", -KEPT)  # as if a day had passed
    assert kept.deleted("a") is None
    assert not kept.put_back("a")
    kept.save_turn("b", "别的", {})
    monkeypatch.undo()
    assert kept.deleted("a") is None


def test_pinned_conversations_come_first(kept: Conversations) -> None:
    for id in "abc":
        kept.save_turn(id, id, {})
    assert kept.pin("a", True)
    assert [(c.id, c.pinned) for c in kept.latest()] == [("a", True), ("c", False), ("b", False)]
    assert kept.pin("a", False)
    assert [c.id for c in kept.latest()] == ["c", "b", "a"]
    assert not kept.pin("none", True)


def test_many_threads_may_save_turns_at_once(kept: Conversations) -> None:
    threads = [
        threading.Thread(target=lambda: [kept.save_turn("a", "问", {}) for _ in range(5)])
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [turn.n for turn in kept.turns("a")] == list(range(1, 31))


def test_answers_that_cite_a_source_are_counted_and_found(
    tmp_path: Path, catalogue_at: Callable[[], str]
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text("东岸的灯塔高四十一米。", encoding="utf-8")
    library = Library(tmp_path / "library", IndexConfig(embedder="hash"), database=catalogue_at())
    library.update([folder])
    talks = library.conversations
    cited = {"citations": [{"source": "a.txt"}, {"source": "a.txt"}]}
    for n in (1, 2):
        talks.save_turn("c", f"问{n}", {"id": f"x{n}", **cited})
    talks.save_turn("d", "问", {"id": "y", "citations": []})
    talks.save_turn("d", "再问", {"id": "z", **cited})
    assert library.sources()[0].answers == 3
    (folder / "a.txt").rename(folder / "b.txt")
    library.update([folder])
    assert library.sources()[0].answers == 3
    talks.save_turn("c", "问", {"id": "x3", "citations": []}, replaces="x2")
    assert library.sources()[0].answers == 2
    assert [(t.conversation_id, t.answer_id) for t in talks.citing("b.txt", 9)] == [
        ("d", "z"),
        ("c", "x1"),
    ]
    assert len(talks.citing("b.txt", 1)) == 1
    talks.delete("d")
    assert library.sources()[0].answers == 1
    assert talks.put_back("d")
    assert library.sources()[0].answers == 2


# ---- somebody else's -------------------------------------------------------------------------------


@pytest.fixture
def anna(kept: Conversations) -> Iterator[Conversations]:
    """As Anna finds it, who has asked one question."""
    token = owner.set("anna")
    kept.save_turn("a", "问", {"id": "1", "citations": [{"source": "x.txt"}]})
    yield kept
    owner.reset(token)


def test_who_cites_a_source_is_told_of_one_s_own_answers_alone(anna: Conversations) -> None:
    assert [turn.question for turn in anna.citing("x.txt", 9)] == ["问"]
    owner.set("bert")
    assert anna.citing("x.txt", 9) == []


def test_a_deleted_conversation_is_still_its_owner_s(anna: Conversations) -> None:
    assert anna.delete("a")
    owner.set("bert")
    assert anna.is_anothers("a")
    with pytest.raises(LookupError):
        anna.save_turn("a", "别人问", {})
    owner.set("anna")
    assert not anna.is_anothers("a")
    assert anna.put_back("a")
    assert [turn.question for turn in anna.turns("a")] == ["问"]


def test_what_is_only_remembered_is_its_owner_s_and_holds_nobody_up(
    anna: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who name their conversations alike, while the disk is full: the first one has it."""
    with monkeypatch.context() as full:
        full.setattr(anna, "_save", _full)
        anna.save_turn("b", "安问", {"id": "2"})
        owner.set("bert")
        assert anna.is_anothers("b")
        anna.save_turn("b", "伯问", {"id": "3"})
        anna.save_turn("c", "伯又问", {"id": "4"})
    anna.keep_unsaved()
    assert anna.kept
    assert [turn.question for turn in anna.turns("c")] == ["伯又问"]
    owner.set("anna")
    assert [turn.question for turn in anna.turns("b")] == ["安问"]


def _full(_: object) -> int:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise full
