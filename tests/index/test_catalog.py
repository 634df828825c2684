from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index import Library, SourceNotFound
from index.store.catalogue import (
    Catalog,
    pack_offsets,
    pack_text,
    passage_key,
    text_hash,
    unpack_offsets,
    unpack_text,
)


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
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog(tmp_path / "catalog.sqlite")
    yield made
    made.close()


def test_conversations_keep_their_turns_in_order(catalog: Catalog) -> None:
    assert catalog.save_turn("a", "第一问", {"answer": "甲[1]"}) == 1
    assert catalog.save_turn("b", "别的", {}) == 1
    assert catalog.save_turn("a", "第二问", {"answer": "乙", "citations": [{"number": 1}]}) == 2
    assert [(t.n, t.question) for t in catalog.turns("a")] == [(1, "第一问"), (2, "第二问")]
    assert catalog.turns("a")[1].answer == {"answer": "乙", "citations": [{"number": 1}]}
    assert {c.id: (c.title, c.turns) for c in catalog.conversations()} == {
        "a": ("第一问", 2),
        "b": ("别的", 1),
    }
    assert len(catalog.conversations(limit=1)) == 1
    assert catalog.conversations(offset=2) == []


def test_a_deleted_conversation_takes_its_turns_along(catalog: Catalog) -> None:
    catalog.save_turn("a", "问", {})
    assert catalog.delete_conversation("a")
    assert not catalog.delete_conversation("a")
    assert catalog.turns("a") == []
    assert catalog.save_turn("a", "再问", {}) == 1


def test_many_threads_may_save_turns_at_once(catalog: Catalog) -> None:
    threads = [
        threading.Thread(target=lambda: [catalog.save_turn("a", "问", {}) for _ in range(5)])
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [turn.n for turn in catalog.turns("a")] == list(range(1, 31))


def test_a_failed_transaction_leaves_nothing(catalog: Catalog) -> None:
    def fail() -> None:
        with catalog.transaction() as db:
            db.execute("REPLACE INTO settings VALUES ('a', 'b')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert catalog.setting("a") is None


def test_vectors_are_kept_by_text_and_embedder(catalog: Catalog) -> None:
    rows = np.eye(2, 8, dtype=np.float32)
    catalog.save_vectors("one", [text_hash("甲"), text_hash("乙")], rows)
    catalog.save_vectors("two", [text_hash("甲")], rows[1:])
    count = catalog.connection.execute("SELECT count(*) FROM vectors").fetchone()[0]
    assert count == 3


def test_articles_and_passages_come_back_as_they_were(library: Library) -> None:
    catalog = library.catalog
    source = catalog.source("airport.txt")
    (article,) = catalog.articles_of("airport.txt")
    assert catalog.article(article.id) is not None
    assert article.source == source.name
    assert len(article.offsets) == len(article.text)
    for passage in catalog.passages_of(article.id):
        assert passage.text == article.text[passage.start : passage.end]
        assert article.source_spans(passage.start, passage.end)
        assert catalog.passages([passage_key(passage.id)]) == {passage_key(passage.id): passage}


def test_sources_are_listed_sought_and_paged(library: Library) -> None:
    catalog = library.catalog
    names = [info.name for info in catalog.sources()]
    assert names == sorted(["airport.txt", "forest.md", "robots.txt"])
    assert [i.name for i in catalog.sources(offset=1, limit=1)] == names[1:2]
    assert [i.name for i in catalog.sources(query="机场")] == ["airport.txt"]
    assert [i.name for i in catalog.sources(query="FOREST")] == ["forest.md"]
    assert catalog.sources(query="%") == []
    info = catalog.sources(query="robots")[0]
    assert info.passages >= 1
    assert info.articles == 1
    assert info.chars == len(catalog.source("robots.txt").text)


def test_an_unknown_source_is_named(catalog: Catalog) -> None:
    with pytest.raises(SourceNotFound, match="none"):
        catalog.source("none.txt")


def test_neighbours_are_before_and_after(
    open_library: Callable[..., Library], folder: Path
) -> None:
    sentence = "这是关于第{}件事情的一段说明文字，写得比较长，为的是凑够一个段落应有的字数，所以还要再写上几句。"
    text = "\n\n".join("".join(sentence.format(10 * p + i) for i in range(8)) for p in range(6))
    (folder / "long.txt").write_text(text, encoding="utf-8")
    library = open_library()
    library.update([folder])
    (article,) = library.catalog.articles_of("long.txt")
    passages = library.catalog.passages_of(article.id)
    assert len(passages) >= 3
    assert library.catalog.neighbours(passages[1]) == [passages[0], passages[2]]
    assert library.catalog.neighbours(passages[0]) == [passages[1]]
