from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import IndexConfig, Library
from index.store.conversations import Conversations
from index.store.database import Database


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    db = Database(tmp_path / "catalog.sqlite")
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


def test_answers_that_cite_a_source_are_counted_and_found(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text("东岸的灯塔高四十一米。", encoding="utf-8")
    library = Library(tmp_path / "library", IndexConfig(embedder="hash"))
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
