"""Which embedder a library has: by size, by name, and when it changes over. Real models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import EmbeddingError, IndexConfig, Library, Retriever, load_embedder
from index.embedding.choice import family
from index.embedding.encoder import EncoderEmbedder
from index.embedding.load import ENCODER, READER

LIMIT = 4
ENGLISH = "How many robot companies does the city have?"


@pytest.fixture
def small(tmp_path: Path, folder: Path) -> Iterator[Library]:
    """A library of three articles where the encoder serves up to four passages."""
    with Library(tmp_path / "library", IndexConfig(encoder_max=LIMIT)) as library:
        library.update([folder])
        yield library


def found(library: Library, query: str) -> str:
    """The source of the first hit."""
    snapshot = library.snapshot()
    return Retriever(library.embedder_of(snapshot)).retrieve(snapshot, query)[0].passage.source


def served(library: Library) -> tuple[str, str]:
    """Family of the embedder by the manifest of what is served, and why."""
    use = library.embedder_use()
    place = library.path / "generations" / str(library.version) / "manifest.json"
    assert json.loads(place.read_text("utf-8"))["embedder"] == use.name
    return family(use.name), use.reason


def grow(library: Library, count: int) -> None:
    for n in range(count):
        library.add_text(f"more{n}.txt", f"第{n}号灯塔\n\n第{n}号灯塔高{n + 10}米。\n".encode())


def test_the_encoder_gives_unit_rows_one_by_one_or_together() -> None:
    encoder = load_embedder("e5")
    texts = ["全市机器人企业达到326家。", "", "森林覆盖率达到55.06%。" * 200]
    rows = encoder.embed(texts)
    assert rows.shape == (3, encoder.dimension)
    assert (rows**2).sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert encoder.embed(texts[:1])[0] == pytest.approx(rows[0], abs=1e-6)
    assert encoder.embed([]).shape == (0, encoder.dimension)


def test_the_encoder_refuses_another_tokenizer_than_its_own(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_bytes((READER / "tokenizer.json").read_bytes() + b"\n")
    with pytest.raises(EmbeddingError, match="another tokenizer"):
        EncoderEmbedder(ENCODER, tmp_path)


def test_a_small_library_finds_chinese_for_english(small: Library) -> None:
    assert served(small) == ("e5", "small")
    assert found(small, ENGLISH) == "robots.txt"
    assert found(small, "机场有多少个登机口？") == "airport.txt"


def test_a_library_that_grows_changes_over_whole(small: Library) -> None:
    before = small.snapshot()
    grow(small, LIMIT)
    assert served(small) == ("youju", "large")
    assert len(small.snapshot()) > LIMIT
    assert found(small, "第2号灯塔有多高？") == "more2.txt"
    # Whoever still holds the old snapshot searches it with what it was made with.
    hits = Retriever(small.embedder_of(before)).retrieve(before, ENGLISH)
    assert hits[0].passage.source == "robots.txt"


def test_a_library_that_shrinks_waits_for_a_whole_update(small: Library, folder: Path) -> None:
    grow(small, LIMIT)
    for n in range(LIMIT):
        small.delete(f"more{n}.txt")
    assert served(small) == ("youju", "kept")
    small.update([folder])
    assert served(small) == ("e5", "small")
    assert found(small, ENGLISH) == "robots.txt"


def test_a_library_of_the_version_before_answers_and_changes_over(
    tmp_path: Path, folder: Path
) -> None:
    path = tmp_path / "old"
    with Library(path, IndexConfig(), embedder=load_embedder("static")) as old:
        old.update([folder])
        sql = "SELECT value FROM settings WHERE key = 'config'"
        (text,) = old.catalogue._db.connection.execute(sql).fetchone()
        config = {k: v for k, v in json.loads(text).items() if k != "encoder_max"}
        with old.catalogue._db.transaction() as db:
            db.execute("UPDATE settings SET value = ? WHERE key = 'config'", [json.dumps(config)])
    with Library(path) as library:
        assert served(library) == ("youju", "kept")
        assert found(library, "机器人企业有多少家？") == "robots.txt"
        library.add_text("tower.txt", "灯塔\n\n灯塔高41米。\n".encode())
        assert served(library) == ("youju", "kept")
        library.update([], rebuild=True)
        assert served(library) == ("e5", "small")
        assert found(library, ENGLISH) == "robots.txt"


def test_nothing_changes_when_the_encoder_fails(
    small: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(small, LIMIT)
    version = small.version

    def failing(*_: object) -> None:
        raise EmbeddingError("it broke")

    for n in range(LIMIT):
        small.delete(f"more{n}.txt")
    monkeypatch.setattr(EncoderEmbedder, "embed", failing)
    small.catalogue._db.connection.execute("DELETE FROM vectors WHERE embedder LIKE 'e5%'")
    with pytest.raises(EmbeddingError, match="it broke"):
        small.update([folder])
    assert small.version == version + LIMIT
    assert served(small) == ("youju", "kept")
    assert found(small, "机器人企业有多少家？") == "robots.txt"


@pytest.mark.parametrize(("name", "expected"), [("e5", "e5"), ("static", "youju")])
def test_an_embedder_that_is_named_serves_whatever_the_size(
    name: str, expected: str, tmp_path: Path, folder: Path
) -> None:
    config = IndexConfig(embedder=name, encoder_max=0 if name == "e5" else LIMIT)
    with Library(tmp_path / "library", config) as library:
        library.update([folder])
        assert served(library) == (expected, "named")
