"""Milvus beside what every engine must do: addresses, what others see, what it leaves behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from index import HashEmbedder, Library, LibraryInaccessible, Retriever, engine_of
from index.store.milvus import address, collection
from index.store.milvus.address import Address
from index.store.milvus.words import attainable, of_passage, of_query

EMBEDDER = HashEmbedder(64)

Opening = Callable[..., Library]


@pytest.fixture
def open_over(open_library: Opening, milvus: str) -> Opening:
    """Opens the same library over the same Milvus, as another process would."""
    return lambda **more: open_library(EMBEDDER, engine=engine_of(milvus), **more)


def found(library: Library, query: str) -> list[str]:
    hits = Retriever(EMBEDDER, dense_weight=0.3).retrieve(library.snapshot(), query)
    return [hit.passage.source for hit in hits]


def names(milvus: str) -> list[str]:
    return sorted(Address(milvus).connect(Path()).list_collections())


# ---- words ----


def test_a_passage_scores_by_how_much_it_says_of_what_is_rare() -> None:
    query = of_query({"机场": 1.0, "的": 1.0, "登机": 0.0})

    def score(text: str, heading: str = "") -> float:
        said = of_passage(text, heading, average=10.0)
        return sum(weight * said.get(at, 0.0) for at, weight in query.items())

    assert 0 == score("森林") < score("的") < score("", "机场") < score("机场")
    assert score("机场机场") > score("机场扩建工程今年完成") > score("机场扩建工程今年全部完成了")
    assert score("的机场") < attainable(query)


def test_what_says_nothing_has_a_vector_all_the_same() -> None:
    assert of_passage("", "", 10.0)
    assert not set(of_passage("", "", 10.0)) & set(of_query({"机场": 1.0}))


# ---- addresses ----


@pytest.mark.parametrize("name", ["qdrant", "milvus+ftp://x", "milvus://x", "http://x"])
def test_only_what_there_is_is_a_store(name: str) -> None:
    with pytest.raises(ValueError, match="milvus"):
        engine_of(name)


def test_no_password_is_shown() -> None:
    named = Address("milvus+http://root:geheim@db.example:1953/news")
    assert named.shown == "Milvus at db.example:1953/news"
    assert "geheim" not in repr(named)


def test_a_server_that_is_not_there_is_named(
    open_library: Opening, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pymilvus", reason="the extra milvus is not installed")
    monkeypatch.setattr(address, "TIMEOUT_S", 0.5)
    library = open_library(EMBEDDER, engine=engine_of("milvus+http://root:geheim@127.0.0.1:9"))
    with pytest.raises(LibraryInaccessible, match=r"^Milvus at 127\.0\.0\.1:9 ") as raised:
        library.update([folder])
    assert "geheim" not in str(raised.value)
    assert "YOUJU_STORE" in raised.value.hint


def test_a_package_that_is_missing_is_named(
    open_library: Opening, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pymilvus", None)
    library = open_library(EMBEDDER, engine=engine_of("milvus"))
    with pytest.raises(LibraryInaccessible, match="missing") as raised:
        library.update([folder])
    assert "youju[milvus]" in raised.value.hint


def test_in_one_process_it_listens_on_the_loopback_alone(
    open_library: Opening, folder: Path
) -> None:
    pytest.importorskip("milvus_lite", reason="the extra milvus is not installed")
    before = listening()
    with open_library(EMBEDDER, engine=engine_of("milvus")) as library:
        library.update([folder])
        assert found(library, "机器人企业")[0] == "robots.txt"
        opened = listening() - before
    assert opened
    assert {where for where, _ in opened} <= {"0100007F", "0000000000000000FFFF00000100007F"}
    from milvus_lite.server_manager import server_manager_instance

    server_manager_instance.release_server(str(library.path / "milvus.db"))


def listening() -> set[tuple[str, str]]:
    """Address and port, as the kernel writes them, of all that listens on this machine."""
    told = "".join(Path(f"/proc/net/{name}").read_text() for name in ("tcp", "tcp6"))
    return set(re.findall(r"^ *\d+: (\w+):(\w+) \w+:0000 0A ", told, re.MULTILINE))


# ---- what others see ----


def test_what_one_process_does_another_one_finds(open_over: Opening, folder: Path) -> None:
    one, other = open_over(), open_over()
    one.update([folder])
    assert found(other, "机器人企业")[0] == "robots.txt"
    before = other.snapshot()
    one.delete("robots.txt")
    assert "robots.txt" not in found(other, "机器人企业")
    assert other.snapshot() is not before
    assert len(before) == 3
    other.add_text("up.txt", "合成材料产值达80亿元。".encode())
    assert found(one, "合成材料产值")[0] == "up.txt"
    assert [*one.check(), *other.check()] == []


def test_the_alias_follows_and_the_collection_before_stays(
    open_over: Opening, folder: Path, milvus: str
) -> None:
    library = open_over()
    library.update([folder])
    assert names(milvus) == ["youju_1"]
    library.add_text("up.txt", "合成材料产值达80亿元。".encode())
    assert names(milvus) == ["youju_1"]
    for _ in range(2):
        library.update([folder], rebuild=True)
    assert names(milvus) == ["youju_3", "youju_4"]
    client = Address(milvus).connect(Path())
    assert client.describe_alias("youju")["collection_name"] == "youju_4"


def test_the_collections_of_others_are_left_alone(
    open_over: Opening, folder: Path, milvus: str
) -> None:
    client = Address(milvus).connect(Path())
    client.create_collection("youju_old", dimension=4)
    library = open_over()
    library.update([folder])
    library.update([folder], rebuild=True)
    assert "youju_old" in names(milvus)


def test_rows_that_have_been_gone_for_long_go(
    open_over: Opening, folder: Path, milvus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, client = open_over(), Address(milvus).connect(Path())

    def rows() -> int:
        (row,) = client.query("youju_1", "born >= 0", output_fields=["count(*)"])
        return int(row["count(*)"])

    library.update([folder])
    library.delete("robots.txt")
    assert rows() == 3
    monkeypatch.setattr(collection, "GRACE_S", -2.0)
    library.delete("forest.md")
    assert rows() == len(library.snapshot()) == 1


# ---- going over to it ----


def test_a_library_goes_over_from_one_store_to_the_other(
    open_library: Opening, open_over: Opening, folder: Path
) -> None:
    local = open_library(EMBEDDER)
    local.update([folder])
    over = open_over()
    assert found(over, "机器人企业")[0] == "robots.txt"
    assert over.check() == []
    over.delete("robots.txt")
    assert "robots.txt" not in found(local, "机器人企业")
    local.add_text("up.txt", "合成材料产值达80亿元。".encode())
    assert found(open_over(), "合成材料产值")[0] == "up.txt"


def test_a_collection_that_lost_rows_is_named_and_mended(
    open_over: Opening, folder: Path, milvus: str
) -> None:
    library = open_over()
    library.update([folder])
    client = Address(milvus).connect(Path())
    (row,) = client.query("youju_1", "born >= 0", output_fields=["key"], limit=1)
    client.delete("youju_1", filter=f"key == {row['key']}")
    (fault,) = library.check()
    assert "misses 1" in str(fault)
    assert library.repair() == []
    assert len(library.snapshot()) == 3
