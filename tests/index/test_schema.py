"""Libraries of other versions: those of earlier ones are opened, those of later ones refused."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest
from conftest import three_articles

from index import IndexMismatch, Library, LibraryDamaged
from index.store.check import Part
from index.store.database import Database
from index.store.schema import MIGRATIONS, VERSION
from server.answer import Answerer
from server.records import Question
from server.settings import Settings

#: Three articles, an upload and a judged conversation, written before versions were counted.
OLD = Path(__file__).parent / "data" / "library_of_0_1_0.zip"
TALK = "1b6b1145f0a7461da9ea70e6b834b12c"


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """The old library in the folder it was made in: its articles lie beside it."""
    monkeypatch.chdir(tmp_path)
    with ZipFile(OLD) as packed:
        packed.extractall("library")
    three_articles(tmp_path / "articles")
    with Library("library") as library:
        yield library


def sql(path: Path, *statements: str) -> list[tuple[object, ...]]:
    """Run statements on the file; the rows of the last one."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements:
            rows = db.execute(statement).fetchall()
        return rows


def tables(path: Path) -> list[tuple[object, ...]]:
    """All that makes up the layout."""
    return sql(path, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")


def test_an_old_library_answers(old: Library) -> None:
    answerer = Answerer(old, Settings(library=old.path))
    answer = answerer.ask(Question("全市机器人企业有多少家？"))
    assert "326家" in answer.answer
    assert [c.source for c in answer.citations] == ["robots.txt"]
    assert "21.5公里" in answerer.ask(Question("第三条地铁线全长多少公里？")).answer


def test_an_old_library_keeps_its_conversation_and_feedback(old: Library) -> None:
    (line,) = old.conversations.latest()
    assert (line.id, line.title, line.turns) == (TALK, "全市机器人企业有多少家？", 1)
    (turn,) = old.conversations.turns(TALK)
    assert "326家" in turn.answer["answer"]
    (given,) = old.conversations.feedback(TALK)
    assert given.good
    assert given.answer["id"] == turn.answer["id"]


def test_an_old_library_is_updated_and_not_embedded_again(old: Library) -> None:
    report = old.update(["articles"])
    # The upload, too, is split anew: how text becomes terms has changed since.
    assert (report.added, report.changed, report.removed, report.unchanged) == (0, 0, 0, 4)
    Path("articles/robots.txt").write_text("全市机器人企业达到400家。", encoding="utf-8")
    Path("articles/forest.md").unlink()
    report = old.update(["articles"])
    assert (report.added, report.changed, report.removed, report.unchanged) == (0, 1, 1, 1)
    assert {info.name for info in old.sources()} == {"airport.txt", "robots.txt", "upload.txt"}
    answer = Answerer(old, Settings(library=old.path)).ask(Question("全市机器人企业有多少家？"))
    assert "400家" in answer.answer
    assert old.conversations.turns(TALK)


def test_an_old_library_ends_up_like_a_new_one(old: Library, tmp_path: Path) -> None:
    old.count()
    Database(tmp_path / "new.sqlite").close()
    assert tables(old.path / "catalog.sqlite") == tables(tmp_path / "new.sqlite")
    assert sql(tmp_path / "new.sqlite", "PRAGMA user_version") == [(VERSION,)]


def test_a_library_of_before_feedback_gets_its_table(old: Library) -> None:
    sql(old.path / "catalog.sqlite", "DROP TABLE feedback")
    assert old.conversations.feedback() == []
    assert len(old.conversations.latest()) == 1


def test_a_library_of_a_newer_version_is_refused_and_left_alone(library: Library) -> None:
    path = library.path / "catalog.sqlite"
    library.close()
    sql(path, f"PRAGMA user_version = {VERSION + 1}")
    before = tables(path)
    for attempt in (library.count, library.snapshot, lambda: library.update([])):
        with pytest.raises(IndexMismatch, match="newer version") as caught:
            attempt()
        assert "Update Youju" in caught.value.hint
    assert tables(path) == before
    assert sql(path, "PRAGMA user_version") == [(VERSION + 1,)]


def test_a_migration_that_fails_leaves_the_library_as_it_was(
    old: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old.path / "catalog.sqlite"
    before = tables(path)
    broken = (*MIGRATIONS, "CREATE TABLE more (x);\nCREATE NONSENSE")
    with monkeypatch.context() as patch:
        patch.setattr("index.store.schema.MIGRATIONS", broken)
        patch.setattr("index.store.schema.VERSION", len(broken))
        with pytest.raises(sqlite3.OperationalError):
            old.count()
    assert tables(path) == before
    assert sql(path, "PRAGMA user_version") == [(0,)]
    assert old.count() == 4


def test_migrations_are_run_once_and_in_order(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = library.path / "catalog.sqlite"
    library.close()
    more = (*MIGRATIONS, "CREATE TABLE notes (x)", "ALTER TABLE notes ADD COLUMN y TEXT")
    monkeypatch.setattr("index.store.schema.MIGRATIONS", more)
    monkeypatch.setattr("index.store.schema.VERSION", len(more))
    for _ in range(2):
        assert library.count() == 3
        library.close()
    assert [row[1] for row in sql(path, "PRAGMA table_info(notes)")] == ["x", "y"]
    assert sql(path, "PRAGMA user_version") == [(len(more),)]


def test_an_old_library_holds_what_it_held(old: Library) -> None:
    path = old.path / "catalog.sqlite"
    texts = {
        str(name): zlib.decompress(blob).decode()
        for name, blob in sql(path, "SELECT name, text FROM sources")
    }
    passages = sql(path, "SELECT key, text, start, end FROM passages ORDER BY key")
    dates = sql(path, "SELECT name, added_at, chars FROM sources ORDER BY name")
    assert {info.name: old.source(info.name).text for info in old.sources()} == texts
    kept = old.catalogue.passages([key for key, *_ in passages])
    assert [(key, p.text, p.start, p.end) for key, p in sorted(kept.items())] == passages
    assert sql(path, "SELECT name, added_at, chars FROM sources ORDER BY name") == dates
    assert not any(fault.part is not Part.INDEX for fault in old.check())


def test_what_a_migration_leaves_empty_is_given_back(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = library.path / "catalog.sqlite"
    library.close()
    sql(path, "CREATE TABLE room (x)", "INSERT INTO room VALUES (zeroblob(3000000))")
    more = (*MIGRATIONS, "DROP TABLE room")
    monkeypatch.setattr("index.store.schema.MIGRATIONS", more)
    monkeypatch.setattr("index.store.schema.VERSION", len(more))
    assert library.count() == 3
    library.close()
    assert path.stat().st_size < 1_000_000


def test_an_old_library_with_a_damaged_text_is_said_and_left_as_it_was(old: Library) -> None:
    path = old.path / "catalog.sqlite"
    sql(path, "UPDATE articles SET text = x'00' WHERE source = 'robots.txt'")
    before = tables(path)
    with pytest.raises(LibraryDamaged, match="a text in the catalogue"):
        old.count()
    assert tables(path) == before
    assert sql(path, "PRAGMA user_version") == [(0,)]
