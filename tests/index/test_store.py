"""What every engine must do, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from brute import Brute

from index import HashEmbedder, IndexConfig, IndexMismatch, IndexMissing, Library, Retriever
from index.store.base import Candidate, Plan, Reader, Row, Store, Truth
from index.store.engines import engine_of
from index.store.local import LocalStore

Rows = npt.NDArray[np.float32]
Engine = Callable[[Path, Truth], Store]

EMBEDDER = HashEmbedder(64)
AIRPORT, ROBOTS, FOREST, RIVER = "机场有108个登机口", "机器人企业326家", "森林覆盖率", "河长两公里"


class Kept:
    """What the catalogue would tell."""

    def __init__(self) -> None:
        self.version = 0
        self.rows: dict[int, Rows] = {}

    def vectors(self, embedder: str, keys: Sequence[int]) -> dict[int, Rows]:
        return {key: self.rows[key] for key in keys if embedder and key in self.rows}

    def sample_vectors(self, embedder: str, n: int) -> Rows:
        return np.stack([self.rows[key] for key in sorted(self.rows)][: n if embedder else 0])

    def commit(self, version: int) -> None:
        self.version = version

    def row(self, key: int, text: str, source: str = "a.txt", file: str = "") -> Row:
        vector = EMBEDDER.embed([text])[0].astype(np.float16).astype(np.float32)
        self.rows[key] = vector
        return Row(key, source, file or source, text, "", vector)


@pytest.fixture(params=["local", "brute", "milvus"])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "milvus":
        made: Engine = engine_of(request.getfixturevalue("milvus"))
        return made
    return LocalStore if request.param == "local" else Brute


@pytest.fixture
def truth() -> Kept:
    return Kept()


@pytest.fixture
def store(engine: Engine, truth: Kept, tmp_path: Path) -> Store:
    return engine(tmp_path, truth)


def plan(size: int, *, embedder: HashEmbedder = EMBEDDER, rebuild: bool = False) -> Plan:
    return Plan(embedder, size, IndexConfig(embedder="hash"), rebuild=rebuild)


def publish(
    store: Store, truth: Kept, rows: Sequence[Row], removed: Sequence[int] = (), size: int = 9
) -> Reader:
    batch = store.begin(plan(size))
    batch.remove(removed)
    batch.add(rows)
    batch.publish(truth.commit)
    return store.open()


@pytest.fixture
def three(store: Store, truth: Kept) -> Reader:
    """Version 1 of three rows: a file with two records, and another."""
    rows = [
        truth.row(1, AIRPORT),
        truth.row(2, ROBOTS, "b.jsonl#1", "b.jsonl"),
        truth.row(3, FOREST, "b.jsonl#2", "b.jsonl"),
    ]
    return publish(store, truth, rows, size=3)


def keys(found: Sequence[Candidate]) -> set[int]:
    return {candidate.key for candidate in found}


def vector(text: str) -> Rows:
    row: Rows = EMBEDDER.embed([text])[0]
    return row


def test_there_is_nothing_before_the_first_batch(store: Store) -> None:
    with pytest.raises(IndexMissing):
        store.open()
    assert store.begin(plan(0)).whole


def test_an_empty_batch_leaves_something_that_finds_nothing(store: Store, truth: Kept) -> None:
    reader = publish(store, truth, [], size=0)
    assert (len(reader), reader.version) == (0, truth.version)
    assert reader.search(vector("机场"), {"机场": 1.0}, k=5) == []


def test_every_candidate_is_scored_by_both_legs(three: Reader, truth: Kept) -> None:
    found = {c.key: c for c in three.search(vector(ROBOTS), {"机场": 1.0}, k=3)}
    assert found.keys() == {1, 2, 3}
    for key, candidate in found.items():
        assert candidate.dense == pytest.approx(float(truth.rows[key] @ vector(ROBOTS)), abs=1e-6)
        assert (candidate.lexical > 0) == (key == 1)
    assert found[2].dense == pytest.approx(1.0, abs=1e-3)


def test_a_passage_that_says_more_of_the_terms_scores_higher(three: Reader) -> None:
    found = {
        c.key: c.lexical for c in three.search(None, {"机场": 1.0, "登机": 1.0, "企业": 1.0}, k=3)
    }
    assert 1 > found[1] > found[2] > 0


def test_either_leg_may_be_alone(three: Reader) -> None:
    said = three.search(None, {"机器": 1.0}, k=3)
    assert keys(said) == {2}
    assert [c.dense for c in said] == [0.0]
    near = three.search(vector(FOREST), {}, k=1)
    assert keys(near) == {3}
    assert [c.lexical for c in near] == [0.0]
    assert three.search(None, {}, k=3) == []


def test_k_bounds_each_leg_and_may_exceed_the_size(three: Reader) -> None:
    assert len(three.search(vector(ROBOTS), {"机场": 1.0}, k=1)) == 2
    assert len(three.search(vector(ROBOTS), {"机场": 1.0, "企业": 1.0}, k=1000)) == 3


def test_a_search_may_be_limited_to_sources_or_files(three: Reader) -> None:
    def among(*sources: str) -> set[int]:
        weights = {"机场": 1.0, "企业": 1.0, "森林": 1.0}
        return keys(three.search(vector(ROBOTS), weights, k=9, sources=sources))

    assert among("a.txt") == {1}
    assert among("b.jsonl") == {2, 3}
    assert among("b.jsonl#2") == {3}
    assert among("b.jsonl#2", "a.txt", "none.txt") == {1, 3}
    assert among("none.txt") == set()


def test_what_holds_all_of_some_terms_is_known_or_not(three: Reader) -> None:
    assert three.holding(["机场"]) in ({1}, None)
    assert three.holding(["机场", "两公"]) in (set(), None)


def test_a_vector_of_another_size_is_refused(three: Reader) -> None:
    with pytest.raises(IndexMismatch, match="shape"):
        three.search(np.ones(3, dtype=np.float32), {}, k=1)


@pytest.mark.usefixtures("three")
def test_a_batch_builds_on_the_version_before(store: Store, truth: Kept) -> None:
    assert not store.begin(plan(4)).whole
    reader = publish(store, truth, [truth.row(4, RIVER)], removed=[1, 777])
    assert len(reader) == 3
    assert keys(reader.search(vector(AIRPORT), {"机场": 1.0, "两公": 1.0}, k=9)) == {2, 3, 4}


def test_what_is_removed_may_return(three: Reader, store: Store, truth: Kept) -> None:
    publish(store, truth, [], removed=[1])
    reader = publish(store, truth, [truth.row(1, AIRPORT)])
    assert keys(reader.search(None, {"机场": 1.0}, k=9)) == {1}
    assert len(reader) == len(three)


@pytest.mark.usefixtures("three")
def test_adding_again_changes_nothing(store: Store, truth: Kept) -> None:
    rows = [truth.row(1, AIRPORT), truth.row(4, RIVER)]
    batch = store.begin(plan(4))
    batch.add(rows)
    batch.add(rows)
    batch.add([rows[1], rows[1]])
    batch.publish(truth.commit)
    reader = store.open()
    assert len(reader) == 4
    found = reader.search(vector(RIVER), {"两公": 1.0}, k=9)
    assert len(found) == len(keys(found)) == 4
    assert len(publish(store, truth, rows)) == 4


@pytest.mark.usefixtures("three")
def test_a_row_replaces_one_of_its_key(store: Store, truth: Kept) -> None:
    reader = publish(store, truth, [truth.row(1, RIVER)])
    assert len(reader) == 3
    assert reader.search(None, {"机场": 1.0}, k=9) == []
    assert keys(reader.search(None, {"两公": 1.0}, k=9)) == {1}
    assert keys(reader.search(vector(RIVER), {}, k=1)) == {1}


@pytest.mark.usefixtures("three")
def test_a_whole_batch_takes_nothing_over(store: Store, truth: Kept) -> None:
    assert store.begin(plan(3, embedder=HashEmbedder(32))).whole
    batch = store.begin(plan(1, rebuild=True))
    assert batch.whole
    batch.add([truth.row(4, RIVER)])
    batch.publish(truth.commit)
    assert len(store.open()) == 1
    assert store.open().search(None, {"机场": 1.0}, k=9) == []


def test_an_abandoned_batch_leaves_the_last_version_serving(
    three: Reader, store: Store, truth: Kept
) -> None:
    batch = store.begin(plan(4))
    batch.remove([1, 2])
    batch.add([truth.row(4, RIVER)])
    del batch
    assert store.open() is three
    assert keys(three.search(None, {"机场": 1.0, "两公": 1.0}, k=9)) == {1}
    assert len(publish(store, truth, [truth.row(5, RIVER)])) == 4


def test_a_commit_that_fails_leaves_the_last_version_serving(
    three: Reader, store: Store, truth: Kept
) -> None:
    def fail(_: int) -> None:
        raise OSError("the disk is full")

    batch = store.begin(plan(4))
    batch.add([truth.row(4, RIVER)])
    with pytest.raises(OSError, match="full"):
        batch.publish(fail)
    assert store.open() is three
    assert len(publish(store, truth, [truth.row(4, RIVER)])) == 4


def test_what_is_committed_can_be_opened_at_once(store: Store, truth: Kept) -> None:
    """A writer that dies right behind its commit has published."""
    seen: list[int] = []

    def commit(version: int) -> None:
        truth.commit(version)
        seen.append(len(store.open()))

    batch = store.begin(plan(1))
    batch.add([truth.row(1, AIRPORT)])
    batch.publish(commit)
    assert seen == [1]


def test_a_reader_keeps_its_version(three: Reader, store: Store, truth: Kept) -> None:
    assert store.open() is three
    assert three.embedder == EMBEDDER.name
    before = three.search(vector(ROBOTS), {"机场": 1.0}, k=9)
    for n in range(3):
        later = publish(store, truth, [truth.row(10 + n, RIVER)], removed=[1])
    assert later is store.open() is not three
    assert later.version > three.version
    assert three.search(vector(ROBOTS), {"机场": 1.0}, k=9) == before
    assert len(three) == 3


def test_a_library_works_over_any_engine(engine: Engine, folder: Path, tmp_path: Path) -> None:
    with Library(tmp_path / "library", embedder=EMBEDDER, engine=engine) as library:
        library.update([folder])
        library.add_text("up.txt", "合成材料产值达80亿元。".encode())
        library.delete("forest.md")
        retriever = Retriever(EMBEDDER, dense_weight=0.3)
        for query, source in (("机器人企业", "robots.txt"), ("合成材料产值", "up.txt")):
            hits = retriever.retrieve(library.snapshot(), query)
            assert hits[0].passage.source == source
            assert all(hit.passage.source != "forest.md" for hit in hits)
        library.update([folder], rebuild=True)
        assert len(library.snapshot()) == 4
