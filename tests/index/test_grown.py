"""A large index is not written again for each change, and what is found is what is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from content import some_news

from index import HashEmbedder, Library
from index.store import grown, manifest
from index.store.dense import FaissIndex
from index.store.grown import BASE, GONE, SINCE, GrownIndex
from index.store.local import LocalReader
from index.store.sums import Sum, sum_of

D, N = 16, 400


def rows(seed: int, count: int) -> np.ndarray:
    made = np.random.default_rng(seed).normal(size=(count, D)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture(autouse=True)
def _hundred_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grown, "WHOLE", 100)


@pytest.fixture(params=["flat", "ivf"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An index of the keys 0 to N, as the first generation has it."""
    vectors = rows(0, N)
    base = FaissIndex.flat(D) if request.param == "flat" else FaissIndex.ivf(vectors, size=N)
    index = GrownIndex(base)
    index.add(np.arange(N), vectors)
    return saved_to(tmp_path / "1", index)


def saved_to(folder: Path, index: GrownIndex) -> Path:
    folder.mkdir()
    index.save(folder)
    return folder


def changed(folder: Path, added: int, removed: int) -> GrownIndex:
    """With so many new keys from N on, and so many of the first ones gone."""
    index = GrownIndex.load(folder)
    index.add(np.arange(N, N + added), rows(1, added))
    index.remove([*range(removed), 10**9])
    return index


def test_what_has_changed_since_is_searched_with_the_rest(saved: Path, tmp_path: Path) -> None:
    index = GrownIndex.load(saved_to(tmp_path / "2", changed(saved, added=6, removed=4)))
    assert len(index) == N + 2
    assert index.keys() == set(range(4, N + 6))
    for key, vector in enumerate(rows(1, 6), start=N):
        assert index.search(vector, 1)[0][0] == key
    for key, vector in enumerate(rows(0, 4)):
        found = dict(index.search(vector, N))
        assert key not in found
        assert list(found.values()) == sorted(found.values(), reverse=True)
        assert {k for k, _ in index.search(vector, 9, only=[key, 7, N])} == {7, N}


def test_a_key_that_has_gone_may_come_back_as_another(saved: Path, tmp_path: Path) -> None:
    index = GrownIndex.load(saved)
    index.remove([3])
    index.add(np.array([3]), rows(5, 1))
    again = GrownIndex.load(saved_to(tmp_path / "2", index))
    assert len(again) == N
    assert again.search(rows(5, 1)[0], 1)[0][0] == 3
    again.remove([3])
    assert again.keys() == set(range(N)) - {3}
    assert len(again) == N - 1


def test_the_base_is_linked_until_much_has_changed(saved: Path, tmp_path: Path) -> None:
    little = saved_to(tmp_path / "2", changed(saved, added=6, removed=4))
    assert {path.name for path in little.iterdir()} == {BASE, SINCE, GONE}
    assert (little / BASE).samefile(saved / BASE)
    index = GrownIndex.load(little)
    index.add(np.arange(N + 6, N + 30), rows(2, 24))
    much = saved_to(tmp_path / "3", index)
    assert [path.name for path in much.iterdir()] == [BASE]
    assert GrownIndex.load(much).keys() == index.keys() == set(range(4, N + 30))
    assert GrownIndex.load(saved).keys() == set(range(N))  # what was linked is as it was


def test_much_that_comes_is_not_kept_exact_until_it_is_saved(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded: list[int] = []
    exact = FaissIndex.rows
    monkeypatch.setattr(FaissIndex, "rows", lambda one: folded.append(len(one)) or exact(one))
    index = GrownIndex.load(saved)
    for at in range(N, 3 * N, 10):
        index.remove(list(range(at, at + 10)))
        index.add(np.arange(at, at + 10), rows(at, 10))
    index.remove([0, 3 * N - 1])
    much = saved_to(tmp_path / "2", index)
    assert folded == [30]  # more than a twentieth
    assert GrownIndex.load(much).keys() == index.keys() == set(range(1, 3 * N - 1))
    assert [path.name for path in much.iterdir()] == [BASE]


def test_a_small_index_is_written_whole(saved: Path, tmp_path: Path) -> None:
    grown.WHOLE = N + 1  # set back by the fixture
    assert not (saved_to(tmp_path / "2", changed(saved, 1, 1)) / BASE).samefile(saved / BASE)


def test_one_more_article_links_the_vectors_of_all_others(tmp_path: Path) -> None:
    with Library(tmp_path / "library", embedder=HashEmbedder(D)) as library:
        library.update([some_news(tmp_path / "news.jsonl", 120)])
        before = tmp_path / "library" / "generations" / "1" / BASE
        held = library.catalogue.keys()
        library.add_text("one.md", "机场吞吐量达到五百万人次。".encode())
        assert before.samefile(tmp_path / "library" / "generations" / "2" / BASE)
        library.delete("one.md")
        assert not library.check()
        reader = library.snapshot().reader
        assert isinstance(reader, LocalReader)
        assert reader.keys() == (held, held)


def test_what_is_only_searched_stays_in_its_file(saved: Path, tmp_path: Path) -> None:
    mapped, read = GrownIndex.load(saved, mapped=True), GrownIndex.load(saved)
    for vector in rows(2, 5):
        assert mapped.search(vector, 9) == read.search(vector, 9)
        assert mapped.search(vector, 9, only=range(50)) == read.search(vector, 9, only=range(50))
    assert mapped.keys() == read.keys()
    with Library(tmp_path / "library", embedder=HashEmbedder(D)) as library:
        library.update([some_news(tmp_path / "news.jsonl", 120)])
        library.snapshot()
        maps = Path("/proc/self/maps")
        served = str(tmp_path / "library" / "generations" / "1" / BASE)
        assert not maps.exists() or served in maps.read_text(encoding="utf-8")


def test_what_the_next_generation_takes_over_is_not_summed_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is what has been damaged since it was written given a sum that says it is whole."""
    summed: list[str] = []

    def noted(path: Path) -> Sum:
        summed.append(path.name)
        return sum_of(path)

    monkeypatch.setattr(manifest, "sum_of", noted)
    with Library(tmp_path / "library", embedder=HashEmbedder(16)) as library:
        library.update([some_news(tmp_path / "news.jsonl", 120)])
        first = set(summed)
        summed.clear()
        library.add_text("one.md", "机场吞吐量达到五百万人次。".encode())
        assert BASE in first
        assert BASE not in summed
        assert {SINCE, "meta.json"} <= set(summed)
        assert not library.check()
