"""The catalogue in PostgreSQL: what is tested of one in a file, over a real server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import test_library
import test_stored_conversations
from conftest import CountingEmbedder

from index import (
    HashEmbedder,
    IndexMismatch,
    Library,
    LibraryBusy,
    LibraryInaccessible,
    Retriever,
    SourceNotFound,
    engine_of,
)
from index.store.conversations import Conversations
from index.store.postgres import PostgresDatabase, translated

ROOT = Path(__file__).parents[2]

# The same tests, run again here with the fixtures below.
for module, names in {
    test_library: """
        a_first_update_adds_everything
        only_what_changed_is_read_and_embedded
        other_folders_and_uploads_stay
        a_renamed_source_is_found_under_the_names_it_had
        records_are_sources_of_their_own
        rebuild_uses_cached_vectors_and_keeps_uploads
        more_than_half_is_too_much_and_nothing_of_the_update_is_done
        files_that_only_got_other_names_are_not_missed
        an_upload_is_found_and_may_be_replaced
        several_uploads_are_one_update
        deleted_sources_are_gone_from_old_snapshots_too
        closed_and_opened_finds_the_same
        a_snapshot_is_the_same_until_another_process_publishes
        another_embedder_embeds_again_and_does_not_mix
        a_second_writer_is_told_to_wait
        a_failing_embedder_changes_nothing
        a_name_is_known_however_its_accents_are_composed
    """,
    test_stored_conversations: """
        conversations_keep_their_turns_in_order
        a_deleted_conversation_takes_its_turns_along
        many_threads_may_save_turns_at_once
    """,
}.items():
    for name in names.split():
        globals()[f"test_{name}"] = getattr(module, f"test_{name}")


@pytest.fixture
def open_library(tmp_path: Path, postgres: str) -> Iterator[Callable[..., Library]]:
    opened: list[Library] = []

    def open_one(embedder: HashEmbedder | None = None, **options: object) -> Library:
        options = {"lock_timeout_s": 0.0, "database": postgres} | options
        library = Library(tmp_path / "library", embedder=embedder or CountingEmbedder(), **options)  # type: ignore[arg-type]
        opened.append(library)
        return library

    yield open_one
    for library in opened:
        library.close()


@pytest.fixture
def kept(tmp_path: Path, postgres: str) -> Iterator[Conversations]:
    db = PostgresDatabase(tmp_path / "own", postgres)
    yield Conversations(db)
    db.close()


# ---- what is PostgreSQL's own ----


@pytest.mark.parametrize(
    ("sqlite", "postgres"),
    [
        (
            "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
            "INSERT INTO vectors VALUES (%s, %s, %s) ON CONFLICT (hash, embedder)"
            " DO UPDATE SET vector = excluded.vector",
        ),
        (
            "REPLACE INTO main.files SELECT * FROM staging.files",
            "INSERT INTO main.files SELECT * FROM staging.files ON CONFLICT (name)"
            " DO UPDATE SET root = excluded.root, sha256 = excluded.sha256",
        ),
        (
            "INSERT OR IGNORE INTO staging.gone VALUES (?)",
            "INSERT INTO staging.gone VALUES (%s) ON CONFLICT DO NOTHING",
        ),
        (
            "SELECT n WHERE q = :q AND n LIKE '%/' LIMIT :limit",
            "SELECT n WHERE q = %(q)s AND n LIKE '%%/' LIMIT nullif(%(limit)s, -1)",
        ),
    ],
)
def test_statements_are_put_into_its_words(sqlite: str, postgres: str) -> None:
    assert translated(sqlite) == postgres


def test_a_list_can_be_searched_and_paged(
    open_library: Callable[..., Library], folder: Path
) -> None:
    library = open_library()
    library.update([folder])
    assert [info.name for info in library.sources(query="森林")] == ["forest.md"]
    assert [info.name for info in library.sources(1, 1)] == ["forest.md"]
    kept = library.conversations
    kept.save_turn("a", "机场有多少个登机口？", {"id": "1", "answer": "108个[1]"})
    kept.save_turn("b", "别的", {"id": "2", "answer": "没有"})
    assert [c.id for c in kept.latest(query="108")] == ["a"]
    assert kept.turn("a", "1") == kept.turns("a")[0]
    assert library.check() == []


def test_a_newer_layout_is_refused(open_library: Callable[..., Library], postgres: str) -> None:
    import psycopg

    assert open_library().count() == 0
    with psycopg.connect(postgres) as db:
        db.execute("UPDATE main.layout SET number = 99")
    with pytest.raises(IndexMismatch, match="newer"):
        open_library().count()


def test_a_server_that_is_not_there_is_named(open_library: Callable[..., Library]) -> None:
    library = open_library(database="postgresql://youju:geheim@/none?host=/nowhere")
    with pytest.raises(LibraryInaccessible, match="catalogue's server") as raised:
        library.count()
    assert "geheim" not in str(raised.value)
    assert "YOUJU_DATABASE" in raised.value.hint


def test_it_is_backed_up_by_its_own_means(
    open_library: Callable[..., Library], tmp_path: Path
) -> None:
    for does in (open_library().backup, open_library().restore):
        with pytest.raises(LibraryInaccessible) as raised:
            does(tmp_path / "backup")
        assert "pg_dump" in raised.value.hint


def test_a_connection_that_was_cut_is_made_anew(
    open_library: Callable[..., Library], folder: Path, postgres: str
) -> None:
    import psycopg

    library = open_library()
    library.update([folder])
    with psycopg.connect(postgres, autocommit=True) as db:
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid()"
        )
    with pytest.raises(psycopg.OperationalError):
        library.count()
    assert library.count() == 3


KILLED = """
import os, signal, sys
sys.path[:0] = [{root!r}, {tests!r}]
from conftest import CountingEmbedder
from index import Library
from index.store import staging

staging.Staging._note_moves = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
library, folder, url = sys.argv[1:]
Library(library, embedder=CountingEmbedder(), database=url).update([folder])
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_writer_killed_in_its_transaction_has_changed_nothing(
    open_library: Callable[..., Library], folder: Path, tmp_path: Path, postgres: str
) -> None:
    library = open_library(lock_timeout_s=60.0)  # the server sees in its own time that it died
    library.update([folder])
    (folder / "robots.txt").write_text("机器人企业达到400家。", encoding="utf-8")
    script = KILLED.format(root=str(ROOT), tests=str(ROOT / "tests"))
    command = [sys.executable, "-c", script, str(tmp_path / "other"), str(folder), postgres]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert "326家" in library.source("robots.txt").text
    assert library.update([folder]).changed == 1  # the lock went with the process


# ---- two servers, one library ----


def test_two_servers_share_a_catalogue_and_a_store(
    tmp_path: Path, folder: Path, postgres: str, milvus: str
) -> None:
    """Each has a folder of its own, as on two machines."""
    one, other = (
        Library(
            tmp_path / name,
            embedder=CountingEmbedder(),
            engine=engine_of(milvus),
            database=postgres,
            lock_timeout_s=0.0,
        )
        for name in ("one", "other")
    )

    def found(library: Library, query: str) -> list[str]:
        hits = Retriever(CountingEmbedder(), dense_weight=0.3).retrieve(library.snapshot(), query)
        return [hit.passage.source for hit in hits]

    with one, other:
        one.update([folder])
        assert found(other, "机器人企业")[0] == "robots.txt"
        held = one.snapshot()
        other.delete("robots.txt")
        assert "robots.txt" not in found(one, "机器人企业")
        candidates = held.candidates(None, {"机器": 1.0}, k=5)
        assert candidates
        assert held.passages([c.key for c in candidates]) == {}
        with pytest.raises(SourceNotFound):
            one.source("robots.txt")
        one.add_text("up.txt", "合成材料产值达80亿元。".encode())
        assert found(other, "合成材料产值")[0] == "up.txt"
        with one._writing(0.0), pytest.raises(LibraryBusy):
            other.delete("up.txt")
        other.conversations.save_turn("a", "问", {"id": "1"})
        assert [turn.question for turn in one.conversations.turns("a")] == ["问"]
