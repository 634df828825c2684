from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from index import LibraryDamaged
from index.store.dense import FaissIndex

N, D = 3000, 32
Rows = npt.NDArray[np.float32]


def unit(rng: np.random.Generator, n: int) -> Rows:
    # A few directions with noise around them, as texts on topics have.
    centres = rng.normal(size=(20, D))
    rows = centres[rng.integers(20, size=n)] + rng.normal(size=(n, D))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors() -> Rows:
    return unit(np.random.default_rng(1), N)


@pytest.fixture(scope="module")
def keys() -> npt.NDArray[np.int64]:
    return np.random.default_rng(2).permutation(N).astype(np.int64) + (1 << 61)


@pytest.fixture(params=["flat", "ivf"])
def index(request: pytest.FixtureRequest, vectors: Rows, keys: npt.NDArray[np.int64]) -> FaissIndex:
    made = FaissIndex.flat(D) if request.param == "flat" else FaissIndex.ivf(vectors, size=N)
    made.add(keys, vectors)
    assert made.kind == request.param
    return made


def nearest(vectors: Rows, keys: npt.NDArray[np.int64], query: Rows, k: int) -> list[int]:
    return [int(key) for key in keys[np.argsort(-(vectors @ query), kind="stable")[:k]]]


def test_search_equals_brute_force(
    index: FaissIndex, vectors: Rows, keys: npt.NDArray[np.int64]
) -> None:
    found = total = 0
    for query in unit(np.random.default_rng(3), 50):
        hits = index.search(query, 10)
        expected = nearest(vectors, keys, query, 10)
        if index.kind == "flat":
            assert [key for key, _ in hits] == expected
            cosines = np.sort(vectors @ query)[::-1][:10]
            np.testing.assert_allclose([score for _, score in hits], cosines, atol=1e-5)
        scores = [score for _, score in hits]
        assert scores == sorted(scores, reverse=True)
        found += len({key for key, _ in hits} & set(expected))
        total += 10
    assert found / total >= 0.9


def test_k_may_exceed_the_size_and_padding_is_dropped(index: FaissIndex, vectors: Rows) -> None:
    hits = index.search(vectors[0], 2 * N)
    assert 0 < len(hits) <= N
    assert all(key >= 1 << 61 for key, _ in hits)
    assert index.search(vectors[0], 0) == []


def test_removed_keys_are_not_found_and_may_return(
    index: FaissIndex, vectors: Rows, keys: npt.NDArray[np.int64]
) -> None:
    key = int(keys[7])
    assert index.search(vectors[7], 1)[0][0] == key
    index.remove([key, 5])
    assert len(index) == N - 1
    assert key not in dict(index.search(vectors[7], 50))
    index.add(keys[7:8], vectors[7:8])
    assert index.search(vectors[7], 1)[0][0] == key


def test_the_keys_are_all_that_there_are(index: FaissIndex, keys: npt.NDArray[np.int64]) -> None:
    gone = keys[:5].tolist()
    index.remove(gone)
    assert index.keys() == set(keys.tolist()) - set(gone)


def test_search_among_some_keys(
    index: FaissIndex, vectors: Rows, keys: npt.NDArray[np.int64]
) -> None:
    only = {int(key) for key in keys[100:130]}
    hits = index.search(vectors[0], 50, only)
    assert {key for key, _ in hits} == only
    assert index.search(vectors[0], 5, set()) == []


def test_saved_and_loaded_finds_the_same(index: FaissIndex, vectors: Rows, tmp_path: Path) -> None:
    index.save(tmp_path / "index")
    loaded = FaissIndex.load(tmp_path / "index")
    assert (loaded.kind, len(loaded), loaded.dimension) == (index.kind, N, D)
    for query in vectors[:10]:
        assert loaded.search(query, 10) == index.search(query, 10)
    loaded.remove([int(loaded.search(vectors[0], 1)[0][0])])
    assert len(loaded) == N - 1


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    FaissIndex.flat(D).save(tmp_path / "index")
    assert FaissIndex.load(tmp_path / "index").search(np.ones(D, dtype=np.float32), 3) == []


def test_a_damaged_file_is_a_mismatch(tmp_path: Path) -> None:
    (tmp_path / "index").write_bytes(b"not an index")
    with pytest.raises(LibraryDamaged, match="not a readable"):
        FaissIndex.load(tmp_path / "index")


def test_half_of_the_lists_find_nearly_all(vectors: Rows, keys: npt.NDArray[np.int64]) -> None:
    index = FaissIndex.ivf(vectors, size=N, nprobe=1)
    index.add(keys, vectors)
    queries = unit(np.random.default_rng(4), 40)
    found = [
        len({key for key, _ in index.search(query, 10)} & set(nearest(vectors, keys, query, 10)))
        for query in queries
    ]
    assert sum(found) / (10 * len(queries)) >= 0.95
