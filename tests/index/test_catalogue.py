from __future__ import annotations

import gc
import os
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index import IndexConfig, Library, SourceNotFound
from index.store.catalogue import Catalogue
from index.store.database import Database
from index.store.packing import pack_offsets, pack_text, unpack_offsets, unpack_text
from index.store.rows import passage_key, text_hash


@given(arrays(np.int32, st.integers(0, 50), elements=st.integers(0, 2**31 - 1)))
def test_offsets_survive_packing(offsets: np.ndarray) -> None:  # type: ignore[type-arg]
    found = unpack_offsets(pack_offsets(offsets))
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found, offsets)


@given(st.text(max_size=50))
def test_texts_survive_packing(text: str) -> None:
    assert unpack_text(pack_text(text)) == text


def test_keys_are_positive_int64_and_depend_on_the_id() -> None:
    keys = {passage_key(str(i)) for i in range(1000)}
    assert len(keys) == 1000
    assert all(0 <= key < 1 << 63 for key in keys)
    assert passage_key("0") == passage_key("0")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "catalog.sqlite")
    yield made
    made.close()


def test_a_failed_transaction_leaves_nothing(db: Database) -> None:
    def fail() -> None:
        with db.transaction() as connection:
            connection.execute("REPLACE INTO settings VALUES ('generation', '7')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert Catalogue(db).version == 0


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts in /proc")
def test_a_connection_ends_with_its_thread(db: Database) -> None:
    catalogue = Catalogue(db)
    assert catalogue.passage_count() == 0

    def open_now() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = open_now()
    for _ in range(20):
        threads = [threading.Thread(target=catalogue.passage_count) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    # While another connection is open, SQLite keeps those of a burst, and uses them again.
    assert open_now() - before <= 10
    assert catalogue.passage_count() == 0


def test_vectors_are_kept_by_text_and_embedder(db: Database) -> None:
    catalogue = Catalogue(db)
    rows = np.eye(2, 8, dtype=np.float32)
    catalogue.save_vectors("one", [text_hash("甲"), text_hash("乙")], rows)
    catalogue.save_vectors("two", [text_hash("甲")], rows[1:])
    assert catalogue.sample_vectors("one", 9).shape == (2, 8)
    assert catalogue.sample_vectors("one", 1).shape == (1, 8)
    np.testing.assert_array_equal(catalogue.sample_vectors("two", 9), rows[1:])


def test_articles_and_passages_come_back_as_they_were(library: Library) -> None:
    snapshot = library.snapshot()
    (article,) = library.articles_of("airport.txt")
    assert library.article(article.id) is not None
    assert article.source == library.source("airport.txt").name
    assert len(article.offsets) == len(article.text)
    keys = [c.key for c in snapshot.candidates(None, {"机场": 1.0}, k=9, sources=["airport.txt"])]
    passages = snapshot.passages(keys)
    assert keys == [passage_key(passage.id) for passage in passages.values()]
    for passage in passages.values():
        assert passage.article == article.id
        assert passage.text == article.text[passage.start : passage.end]
        assert article.source_spans(passage.start, passage.end)


def test_an_article_is_read_once_while_somebody_has_it(tmp_path: Path) -> None:
    with Library(tmp_path / "library", IndexConfig(embedder="hash")) as library:
        library.add_text("a.txt", "渔港\n\n渔港有船55条。".encode())
        (had,) = library.articles_of("a.txt")
        library.add_text("b.txt", "码头长90米。".encode())
        assert library.snapshot().article(had.id) is had
        gone = weakref.ref(library.articles_of("b.txt")[0])
        gc.collect()
        assert gone() is None
        renamed = library.edit(had.id, {"title": "老渔港"})
        assert library.snapshot().article(had.id).title == "老渔港"
        assert library.snapshot().article(had.id) is not had
        assert had.title == "渔港"
        assert renamed.title == "老渔港"


def test_sources_are_listed_sought_and_paged(library: Library) -> None:
    names = [info.name for info in library.sources()]
    assert names == sorted(["airport.txt", "forest.md", "robots.txt"])
    assert [i.name for i in library.sources(1, 1)] == names[1:2]
    assert [i.name for i in library.sources(query="机场")] == ["airport.txt"]
    assert [i.name for i in library.sources(query="FOREST")] == ["forest.md"]
    assert library.sources(query="%") == []
    info = library.sources(query="robots")[0]
    assert info.passages >= 1
    assert info.articles == 1
    assert info.chars == len(library.source("robots.txt").text)


def test_an_unknown_source_is_named(db: Database) -> None:
    with pytest.raises(SourceNotFound, match="none"):
        Catalogue(db).source("none.txt")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVaScript:alert(1)", "data:text/html,x", "file:///etc/passwd"]
)
def test_no_address_of_an_article_is_a_script_or_a_file(url: str, tmp_path: Path) -> None:
    item = "<item><title>{}</title><link>{}</link><description>船55条。</description></item>"
    feed = item.format("渔港", url) + item.format("码头", "https://a.example/1")
    text = f"<rss version='2.0'><channel><title>站</title>{feed}</channel></rss>"
    with Library(tmp_path / "library", IndexConfig(embedder="hash")) as library:
        library.add_text("a.rss", text.encode())
        listed = library.sources()
        assert {info.url for info in listed} == {None, "https://a.example/1"}
        assert {library.source(info.name).url for info in listed} == {None, "https://a.example/1"}
        articles = [a for info in listed for a in library.articles_of(info.name)]
        assert {article.url for article in articles} == {None, "https://a.example/1"}


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
@pytest.mark.parametrize(("folder", "file"), [(0o755, 0o600), (0o2775, 0o660)])
def test_what_was_asked_is_its_owner_s_or_its_folder_s_group_s(
    folder: int, file: int, tmp_path: Path
) -> None:
    tmp_path.chmod(folder)
    before = os.umask(0o002 if folder & 0o020 else 0o022)
    try:
        with Library(tmp_path, IndexConfig(embedder="hash")) as library:
            library.add_text("a.txt", "渔港有船55条。".encode())
            library.conversations.save_turn("c", "有多少条船？", {"id": "1", "citations": []})
            found = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("catalog*")}
            library.backup(tmp_path / "saved")
        (tmp_path / "catalog.sqlite").unlink()
        with Library(tmp_path, IndexConfig(embedder="hash")) as library:
            library.restore(tmp_path / "saved")
            restored = (tmp_path / "catalog.sqlite").stat().st_mode & 0o777
    finally:
        os.umask(before)
    assert len(found) == 3  # the catalogue, its log and the log's index
    assert {*found.values(), restored} == {file}


def test_a_catalogue_that_was_opened_to_others_stays_so(tmp_path: Path) -> None:
    Database(tmp_path / "catalog.sqlite").close()
    (tmp_path / "catalog.sqlite").chmod(0o640)
    with Library(tmp_path, IndexConfig(embedder="hash")) as library:
        library.add_text("a.txt", "渔港有船55条。".encode())
    assert (tmp_path / "catalog.sqlite").stat().st_mode & 0o777 == 0o640
