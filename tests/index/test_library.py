from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from conftest import ARTICLES, CountingEmbedder

from index import (
    IndexConfig,
    IndexMismatch,
    IndexMissing,
    Library,
    LibraryBusy,
    RemovalRefused,
    Report,
    Retriever,
    SourceError,
    SourceNotFound,
)
from index.retrieve import CANDIDATES, fused
from index.store.local import LocalReader
from index.store.manifest import Manifest
from index.store.rows import passage_key

ROOT = Path(__file__).parents[2]
Open = Callable[..., Library]


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def manifest_of(library: Library) -> Manifest:
    reader = library.snapshot().reader
    assert isinstance(reader, LocalReader)
    return reader.manifest


def texts(library: Library, query: str) -> list[str]:
    hits = Retriever(library.embedder, dense_weight=0.3).retrieve(library.snapshot(), query, k=50)
    return [hit.passage.text for hit in hits]


# ---- incremental updates ----------------------------------------------------------------------


def test_a_first_update_adds_everything(library: Library, folder: Path) -> None:
    assert library.count() == 3
    assert counts(library.update([folder])) == (0, 0, 0, 3)
    assert library.snapshot().version == 1


def test_only_what_changed_is_read_and_embedded(
    library: Library, folder: Path, embedder: CountingEmbedder
) -> None:
    embedder.texts.clear()
    (folder / "robots.txt").write_text(
        "机器人产业\n\n全市机器人企业达到400家。\n", encoding="utf-8"
    )
    (folder / "forest.md").unlink()
    (folder / "new.txt").write_text("低空经济\n\n低空制造企业达106家。\n", encoding="utf-8")
    report = library.update([folder])
    assert counts(report) == (1, 1, 1, 1)
    assert library.version == 2
    assert len(embedder.texts) == 2
    assert all("机场" not in text for text in embedder.texts)
    found = "".join(texts(library, "机器人 森林 低空 企业"))
    assert "400家" in found
    assert "106家" in found
    assert "326家" not in found
    assert "55.06%" not in found


def test_the_same_text_is_embedded_once(open_library: Open, folder: Path) -> None:
    embedder = CountingEmbedder()
    library = open_library(embedder)
    library.update([folder])
    n = len(embedder.texts)
    (folder / "copy.txt").write_text(ARTICLES["airport.txt"], encoding="utf-8")
    library.update([folder])
    assert len(embedder.texts) == n


def test_without_pruning_nothing_is_removed(library: Library, folder: Path) -> None:
    (folder / "forest.md").unlink()
    assert counts(library.update([folder], prune=False)) == (0, 0, 0, 2)
    assert library.count() == 3


def test_other_folders_and_uploads_stay(library: Library, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.txt").write_text("低空制造企业达106家。", encoding="utf-8")
    library.add_text("up.txt", "合成材料产业集群。".encode())
    assert counts(library.update([other])) == (1, 0, 0, 0)
    (folder / "forest.md").unlink()
    assert counts(library.update([folder])) == (0, 0, 1, 2)
    assert {info.name for info in library.sources()} == {
        "airport.txt",
        "b.txt",
        "robots.txt",
        "up.txt",
    }


def test_names_are_relative_and_a_single_file_keeps_its_name(
    open_library: Open, folder: Path
) -> None:
    deep = folder / "2025" / "重庆"
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text("低空制造企业达106家。", encoding="utf-8")
    library = open_library()
    library.update([folder])
    assert "2025/重庆/a.txt" in {info.name for info in library.sources()}
    library.update([deep / "a.txt"])
    assert library.source("a.txt").text.startswith("低空")


def test_of_two_files_of_one_name_the_first_counts(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "robots.txt").write_text("别的文章。", encoding="utf-8")
    (other / "river.txt").write_text("河长两公里。", encoding="utf-8")
    for paths in ([folder, other], [other]):
        report = library.update(paths)
        (skipped,) = report.skipped
        assert skipped.path == str(other / "robots.txt")
        assert re.search(r"robots\.txt.*articles", skipped.reason)
        assert skipped.hint
        assert "326家" in library.source("robots.txt").text
        assert library.source("river.txt").text.startswith("河长")


def test_a_moved_folder_is_the_same_sources(
    library: Library, folder: Path, embedder: CountingEmbedder
) -> None:
    embedder.texts.clear()
    moved = folder.rename(folder.with_name("moved"))
    assert counts(library.update([moved])) == (0, 0, 0, 3)
    assert embedder.texts == []
    (moved / "forest.md").unlink()
    assert counts(library.update([moved])) == (0, 0, 1, 2)


def test_a_renamed_source_is_found_under_the_names_it_had(library: Library, folder: Path) -> None:
    text, added = library.source("forest.md").text, library.sources(query="forest")[0].added_at
    for old, new in (("forest.md", "wood.md"), ("wood.md", "trees.md")):
        (folder / old).rename(folder / new)
        library.update([folder])
    for name in ("forest.md", "wood.md"):
        assert library.source(name).name == "trees.md"
        assert library.source(name).text == text
    assert library.sources(query="trees")[0].added_at == added
    (folder / "forest.md").write_text("# 草原\n\n草原面积达到60平方公里。\n", encoding="utf-8")
    library.update([folder])
    assert library.source("forest.md").name == "forest.md"
    assert library.source("wood.md").name == "trees.md"
    library.delete("trees.md")
    with pytest.raises(SourceNotFound):
        library.source("wood.md")


def test_only_what_is_named_is_looked_at(library: Library, folder: Path) -> None:
    (folder / "new").mkdir()
    for name in ("new/a.txt", "new/b.txt", "c.txt"):
        (folder / name).write_text(f"{name}的桥长1.2公里。", encoding="utf-8")
    (folder / "forest.md").unlink()
    assert counts(library.update([folder], only=["new", "gone.txt"])) == (2, 0, 0, 0)
    (folder / "new" / "a.txt").unlink()
    assert counts(library.update([folder], only=["new", "c.txt"])) == (1, 0, 1, 1)
    assert counts(library.update([folder], only=[""])) == (0, 0, 1, 4)


def test_skipped_files_are_reported_each_time(library: Library, folder: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "robots.txt").write_bytes(b"\x00\x01\x02" * 100)
    report = library.update([folder])
    assert len(report.skipped) == 2
    assert counts(report) == (0, 0, 1, 2)
    assert len(library.update([folder]).skipped) == 2


def write_records(path: Path, records: dict[str, str]) -> None:
    lines = [json.dumps({"id": i, "text": t}, ensure_ascii=False) for i, t in records.items()]
    path.write_text("\n".join(lines), encoding="utf-8")


def test_what_could_not_be_read_is_counted_in_the_list(open_library: Open, tmp_path: Path) -> None:
    (tmp_path / "湖.txt").write_bytes("湖边的路修好了".encode() + b"\xff" + "，很平。".encode())
    (tmp_path / "山.txt").write_text("山上的树很高。", encoding="utf-8")
    library = open_library()
    library.update([tmp_path / "湖.txt", tmp_path / "山.txt"])
    assert {info.name: info.damaged for info in library.sources()} == {"湖.txt": 1, "山.txt": 0}


def test_records_are_sources_of_their_own(open_library: Open, tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    library = open_library(embedder)
    path = tmp_path / "news.jsonl"
    write_records(path, {"1": "机场有108个登机口。", "2": "企业达到326家。", "3": "森林覆盖率。"})
    assert counts(library.update([path])) == (3, 0, 0, 0)
    embedder.texts.clear()
    write_records(path, {"1": "机场有108个登机口。", "2": "企业达到400家。", "4": "低空经济。"})
    assert counts(library.update([path])) == (1, 1, 1, 1)
    assert len(embedder.texts) == 2
    hits = Retriever(embedder).retrieve(library.snapshot(), "企业 机场", sources=["news.jsonl"])
    assert {hit.passage.source for hit in hits} >= {"news.jsonl#1", "news.jsonl#2"}
    assert counts(library.delete("news.jsonl#1")) == (0, 0, 1, 0)
    assert counts(library.delete("news.jsonl")) == (0, 0, 2, 0)
    assert library.count() == 0
    assert texts(library, "企业") == []


def test_rebuild_embeds_anew_and_keeps_uploads(
    library: Library, folder: Path, embedder: CountingEmbedder
) -> None:
    library.add_text("up.txt", "合成材料产业集群。".encode())
    embedder.texts.clear()
    report = library.update([folder], rebuild=True)
    assert counts(report) == (0, 0, 0, 4)
    assert len(embedder.texts) == 4  # nothing but the sources is trusted
    assert library.source("up.txt").text == "合成材料产业集群。"


def test_other_passage_sizes_split_everything_again(
    library: Library, folder: Path, open_library: Open
) -> None:
    long = "这是一个用来检查切分的句子，它有一定的长度。" * 30
    (folder / "long.txt").write_text(long, encoding="utf-8")
    before = library.update([folder]).passages
    smaller = open_library(config=IndexConfig(chunk_chars=60))
    report = smaller.update([])
    assert counts(report) == (0, 0, 0, 4)
    assert report.passages > before


def test_progress_is_told(open_library: Open, folder: Path) -> None:
    calls: list[tuple[str, int, int | None]] = []
    open_library().update([folder], progress=lambda *call: calls.append(call))
    assert {stage for stage, _, _ in calls} == {"read", "embed", "index"}
    assert all(total is None or done <= total for _, done, total in calls)


# ---- removals that may be a mistake --------------------------------------------------------------


def test_an_emptied_folder_is_not_believed_at_once(library: Library, folder: Path) -> None:
    library.add_text("up.txt", "合成材料产业集群。".encode())
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(RemovalRefused, match=r"3 of the library's 4.*airport\.txt") as caught:
        library.update([folder])
    assert str(folder) in str(caught.value)
    assert "--yes" in caught.value.hint
    assert library.count() == 4
    assert library.version == 2
    assert counts(library.update([folder], sure=True)) == (0, 0, 3, 0)
    assert library.count() == 1


def test_all_of_a_folder_is_too_much_however_little_that_is(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.txt").write_text("低空制造企业达106家。", encoding="utf-8")
    library.update([other])
    (other / "b.txt").unlink()
    with pytest.raises(RemovalRefused, match="other"):
        library.update([other, folder])
    assert library.count() == 4


def test_more_than_half_is_too_much_and_nothing_of_the_update_is_done(
    library: Library, folder: Path
) -> None:
    (folder / "forest.md").unlink()
    (folder / "airport.txt").unlink()
    (folder / "new.txt").write_text("低空制造企业达106家。", encoding="utf-8")
    with pytest.raises(RemovalRefused, match="2 of the library's 3"):
        library.update([folder])
    assert {info.name for info in library.sources()} == {*ARTICLES}


def test_many_are_counted_and_a_few_named(open_library: Open, tmp_path: Path) -> None:
    library, path = open_library(), tmp_path / "news.jsonl"
    write_records(path, {f"{i:02}": f"第{i}号企业。" for i in range(40)})
    library.update([path])
    write_records(path, {"00": "第0号企业。"})
    with pytest.raises(RemovalRefused, match=r"39 of.*jsonl#01.*#10 and 29 more\."):
        library.update([path])


def test_files_that_only_got_other_names_are_not_missed(library: Library, folder: Path) -> None:
    deep = folder / "2025"
    deep.mkdir()
    for path in [p for p in folder.iterdir() if p.is_file()]:
        path.rename(deep / path.name)
    assert counts(library.update([folder])) == (3, 0, 3, 0)
    assert {info.name for info in library.sources()} == {f"2025/{name}" for name in ARTICLES}


def test_a_folder_that_is_not_there_removes_nothing(library: Library, folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(SourceError, match="no such file or folder"):
        library.update([folder], sure=True)
    assert library.count() == 3


# ---- uploads and deletes ----------------------------------------------------------------------


def test_an_upload_is_found_and_may_be_replaced(library: Library) -> None:
    assert counts(library.add_text("up.txt", "合成材料产值达80亿元。".encode())) == (1, 0, 0, 0)
    assert counts(library.add_text("up.txt", "合成材料产值达90亿元。".encode())) == (0, 1, 0, 0)
    assert counts(library.add_text("up.txt", "合成材料产值达90亿元。".encode())) == (0, 0, 0, 1)
    found = "".join(texts(library, "合成材料产值"))
    assert "90亿元" in found
    assert "80亿元" not in found


@pytest.mark.parametrize("name", ["", "/etc/a.txt", "../a.txt", "a\x00.txt", "a" * 501])
def test_an_unusable_name_is_refused(library: Library, name: str) -> None:
    with pytest.raises(SourceError):
        library.add_text(name, "文章".encode())


def test_an_upload_does_not_shadow_a_file(library: Library) -> None:
    with pytest.raises(SourceError, match="taken") as caught:
        library.add_text("robots.txt", "别的文章。".encode())
    assert str(library.path.parent) not in str(caught.value) + caught.value.hint


def test_an_unreadable_upload_is_reported(library: Library) -> None:
    report = library.add_text("up.txt", b"")
    assert [skipped.path for skipped in report.skipped] == ["up.txt"]
    assert library.count() == 3


def test_several_uploads_are_one_update(library: Library) -> None:
    before = library.version
    library.add_text("old.txt", "河长两公里。".encode())
    told = library.add_texts(
        [
            ("a.txt", "合成材料产值达80亿元。".encode()),
            ("b.DOC", b"doc"),
            ("old.txt", "河长三公里。".encode()),
            ("../c.txt", b"c"),
            ("a.txt", "又一个。".encode()),
            ("robots.txt", "别的文章。".encode()),
            ("n.jsonl", '{"id": 1, "text": "灯塔高四十一米。"}\nnonsense'.encode()),
            ("长" * 200 + ".txt", "港口吞吐量九万吨。".encode()),
        ]
    )
    assert library.version == before + 2
    assert [(u.status, [s.kind for s in u.skipped]) for u in told] == [
        ("added", []),
        ("skipped", ["old"]),
        ("changed", []),
        ("skipped", ["name"]),
        ("skipped", ["same"]),
        ("skipped", ["taken"]),
        ("added", ["line"]),
        ("added", []),
    ]
    assert library.count() == 7
    assert library.source("a.txt").text.startswith("合成")
    assert "三公里" in library.source("old.txt").text


def test_an_upload_that_cannot_be_read_leaves_the_one_before(library: Library) -> None:
    library.add_text("up.txt", "合成材料产值达80亿元。".encode())
    (told,) = library.add_texts([("up.txt", b"\x00" * 9)])
    assert (told.status, told.skipped[0].kind) == ("skipped", "binary")
    assert library.source("up.txt").text.startswith("合成")


def test_deleted_sources_are_gone_from_old_snapshots_too(library: Library) -> None:
    old = library.snapshot()
    vector = library.embedder.embed(["机器人企业"])[0]
    terms = {"机器": 1.0, "企业": 1.0}
    (hit, *_) = fused(old, vector, terms, k=1)
    assert counts(library.delete("robots.txt")) == (0, 0, 1, 0)
    for snapshot in (old, library.snapshot()):
        assert all(h.passage.source != "robots.txt" for h in fused(snapshot, vector, terms))
        assert snapshot.passages([passage_key(hit.passage.id)]) == {}
        with pytest.raises(SourceNotFound):
            snapshot.source("robots.txt")
        with pytest.raises(SourceNotFound):
            snapshot.article(hit.passage.article)


def test_unknown_sources_cannot_be_deleted(library: Library) -> None:
    with pytest.raises(SourceNotFound, match="none"):
        library.delete("none.txt")


def test_deleting_everything_leaves_a_library_that_finds_nothing(library: Library) -> None:
    for info in library.sources():
        library.delete(info.name)
    assert texts(library, "机场") == []
    with closing(sqlite3.connect(library.path / "catalog.sqlite")) as db:
        assert db.execute("SELECT count(*) FROM vectors").fetchone() == (0,)


# ---- opening ----------------------------------------------------------------------------------


def test_a_missing_library_is_empty_and_is_not_made(tmp_path: Path) -> None:
    with Library(tmp_path / "none") as library:
        assert library.count() == 0
        assert library.sources() == []
        with pytest.raises(IndexMissing):
            library.snapshot()
        with pytest.raises(SourceNotFound):
            library.source("a.txt")
        with pytest.raises(SourceNotFound):
            library.delete("a.txt")
    assert not (tmp_path / "none").exists()


def test_an_empty_folder_makes_no_generation(open_library: Open, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    library = open_library()
    assert counts(library.update([tmp_path / "empty"])) == (0, 0, 0, 0)
    with pytest.raises(IndexMissing):
        library.snapshot()


def test_closed_and_opened_finds_the_same(library: Library, open_library: Open) -> None:
    before = texts(library, "机器人企业")
    library.close()
    assert texts(open_library(), "机器人企业") == before


def test_a_snapshot_is_the_same_until_another_process_publishes(
    library: Library, open_library: Open, folder: Path
) -> None:
    first = library.snapshot()
    assert library.snapshot() is first
    other = open_library()
    (folder / "new.txt").write_text("低空制造企业达106家。", encoding="utf-8")
    other.update([folder])
    assert library.snapshot() is not first
    assert library.snapshot().version == 2
    assert "106家" in texts(library, "低空制造")[0]
    assert fused(first, library.embedder.embed(["机场"])[0], {"机场": 1.0}, k=3)


def test_the_generation_describes_itself(library: Library) -> None:
    manifest = manifest_of(library)
    assert (manifest.embedder, manifest.dimension) == ("counting", 64)
    assert manifest.passages == library.update([]).passages == len(library.snapshot())
    assert "vectors.faiss" in manifest.files
    assert library.config == manifest.config


def test_old_generations_are_removed_but_one(library: Library, folder: Path) -> None:
    for n in range(4):
        (folder / "new.txt").write_text(f"第{n}版。", encoding="utf-8")
        library.update([folder])
    kept = {path.name for path in (library.path / "generations").iterdir()}
    assert kept == {"4", "5"}
    assert (library.path / "CURRENT").read_text(encoding="utf-8") == "5\n"


def test_a_generation_of_another_layout_is_refused_and_rebuilt(
    library: Library, open_library: Open, folder: Path
) -> None:
    manifest = library.path / "generations" / "1" / "manifest.json"
    library.close()
    values = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(values | {"layout": 99}), encoding="utf-8")
    again = open_library()
    with pytest.raises(IndexMismatch, match="layout 99") as caught:
        again.snapshot()
    assert caught.value.hint
    assert counts(again.update([folder])) == (0, 0, 0, 3)
    assert again.snapshot().version == 2


def test_another_embedder_embeds_again_and_does_not_mix(
    library: Library, open_library: Open, folder: Path
) -> None:
    library.close()
    embedder = CountingEmbedder(32, "other")
    switched = open_library(embedder)
    with pytest.raises(IndexMismatch, match="counting"):
        Retriever(embedder).retrieve(switched.snapshot(), "机场")
    assert counts(switched.update([folder])) == (0, 0, 0, 3)
    assert len(embedder.texts) >= 3
    assert switched.snapshot().embedder == "other"
    assert "108个登机口" in texts(switched, "登机口")[0]
    # Going back embeds nothing: those vectors are still cached.
    before = CountingEmbedder()
    open_library(before).update([folder])
    assert before.texts == []


def test_above_flat_max_the_vectors_are_in_lists(open_library: Open, folder: Path) -> None:
    path = folder / "many.jsonl"
    records = {str(i): f"第{i}号企业在{i % 7}区，产值{i * 37 % 101}亿元。" for i in range(400)}
    write_records(path, records)
    library = open_library(config=IndexConfig(flat_max=100, nprobe=4))
    library.update([folder])
    assert manifest_of(library).trained_on == 403
    assert "第123号企业" in texts(library, "第123号企业在哪个区？")[0]
    # One more is added, and one goes, without training again.
    del records["123"]
    write_records(path, {**records, "new": "低空制造企业达106家。"})
    assert counts(library.update([folder])) == (1, 0, 1, 402)
    assert manifest_of(library).trained_on == 403
    assert "106家" in texts(library, "低空制造企业")[0]
    assert all("第123号企业" not in text for text in texts(library, "第123号企业"))
    # Few left: flat again.
    library.delete("many.jsonl")
    assert manifest_of(library).trained_on == 0


def test_an_increment_finds_what_a_rebuild_finds(open_library: Open, folder: Path) -> None:
    library = open_library()
    for name in sorted(path.name for path in folder.iterdir()):
        library.update([folder / name])
    incremental = texts(library, "重庆去年企业")
    library.update([], rebuild=True)
    assert sorted(texts(library, "重庆去年企业")) == sorted(incremental)


def test_scores_are_exact_for_every_candidate(library: Library) -> None:
    snapshot = library.snapshot()
    vector = library.embedder.embed(["机器人企业"])[0]
    for hit in fused(snapshot, vector, {"机场": 1.0}, k=CANDIDATES, dense_weight=0.5):
        info = next(i for i in library.sources() if i.name == hit.passage.source)
        text = f"{info.titles[0]}\n{hit.passage.text}"
        expected = float(library.embedder.embed([text])[0] @ vector)
        assert hit.dense == pytest.approx(expected, abs=2e-3)
        assert hit.score == pytest.approx(hit.lexical + 0.5 * hit.dense)


# ---- several at once, and dying ----------------------------------------------------------------


def test_a_second_writer_is_told_to_wait(
    library: Library, open_library: Open, folder: Path
) -> None:
    blocked: list[Exception] = []
    other = open_library()

    def during(*_: object) -> None:
        if not blocked:
            with pytest.raises(LibraryBusy) as caught:
                other.update([folder])
            blocked.append(caught.value)

    library.update([folder], rebuild=True, progress=during)
    assert isinstance(blocked[0], LibraryBusy)
    assert blocked[0].retryable
    assert counts(other.update([folder])) == (0, 0, 0, 3)


def test_readers_see_whole_generations_while_a_writer_works(
    library: Library, open_library: Open, folder: Path
) -> None:
    """Two files always change together: a reader sees both old or both new."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def read() -> None:
        reader = open_library()
        try:
            while not stop.is_set():
                found = "".join(texts(reader, "企业 机场 版本"))
                assert "108个登机口" in found
        except BaseException as exc:
            failures.append(exc)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for n in range(6):
        (folder / "robots.txt").write_text(f"企业的版本{n}。", encoding="utf-8")
        library.update([folder])
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


CHILD = """
import os, signal, sys
sys.path[:0] = [{root!r}, {tests!r}]
from conftest import CountingEmbedder
from index import Library
from index.store import catalogue, dense, lexical, local, staging

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def after(owner, name):
    function = getattr(owner, name)
    def run(*args, **kwargs):
        function(*args, **kwargs)
        die()
    setattr(owner, name, run)

def inside_the_transaction():
    publish = staging.Staging.publish
    def run(staged, *args):
        staged.db.set_trace_callback(lambda sql: die() if "main.passages SELECT" in sql else None)
        publish(staged, *args)
    staging.Staging.publish = run

POINTS = {{
    "staged": lambda: after(staging.Staging, "put"),
    "embedded": lambda: after(catalogue.Catalogue, "save_vectors"),
    "lexical leg written": lambda: after(lexical.LexicalWriter, "close"),
    "dense leg written": lambda: after(dense.FaissIndex, "save"),
    "generation written": lambda: setattr(staging.Staging, "publish", die),
    "inside the transaction": inside_the_transaction,
    "committed": lambda: setattr(local, "replace_text", die),
    "published": lambda: setattr(local.LocalStore, "remove_old", die),
}}
POINTS[sys.argv[1]]()
Library(sys.argv[2], embedder=CountingEmbedder()).update([sys.argv[3]])
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
@pytest.mark.parametrize(
    ("point", "happened"),
    [
        ("staged", False),
        ("embedded", False),
        ("lexical leg written", False),
        ("dense leg written", False),
        ("generation written", False),
        ("inside the transaction", False),
        ("committed", True),
        ("published", True),
    ],
)
def test_a_killed_build_leaves_a_whole_library(
    library: Library, open_library: Open, folder: Path, point: str, happened: bool
) -> None:
    library.close()
    (folder / "robots.txt").write_text(
        "机器人产业\n\n全市机器人企业达到400家。\n", encoding="utf-8"
    )
    script = CHILD.format(root=str(ROOT), tests=str(ROOT / "tests"))
    done = subprocess.run(
        [sys.executable, "-c", script, point, str(library.path), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -9, done.stderr
    embedder = CountingEmbedder()
    again = open_library(embedder)
    served = "".join(texts(again, "机器人企业"))
    assert ("400家" in served, "326家" in served) == (happened, not happened)
    current = (again.path / "CURRENT").read_text(encoding="utf-8")
    assert int(current) == again.snapshot().version == (2 if happened else 1)
    embedder.texts.clear()
    report = again.update([folder])
    assert counts(report) == ((0, 0, 0, 3) if happened else (0, 1, 0, 2))
    # What was embedded before the kill is not embedded again.
    assert len(embedder.texts) == (1 if point == "staged" else 0)
    assert "400家" in texts(again, "机器人企业")[0]
    assert not (again.path / "staging.sqlite").exists()
    assert not list((again.path / "generations").glob("*.tmp"))


def test_a_failing_embedder_changes_nothing(
    library: Library, open_library: Open, folder: Path
) -> None:
    class Failing(CountingEmbedder):
        def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
            raise OSError(f"the model is gone, and {len(texts)} texts with it")

    (folder / "robots.txt").write_text("全市机器人企业达到400家。", encoding="utf-8")
    with pytest.raises(OSError, match="the model is gone"):
        open_library(Failing()).update([folder])
    assert "326家" in texts(library, "机器人企业")[0]
    assert counts(library.update([folder])) == (0, 1, 0, 2)


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("asked", ["NFC", "NFD"])
def test_a_name_is_known_however_its_accents_are_composed(
    open_library: Callable[..., Library], stored: str, asked: str
) -> None:
    library = open_library()
    name = unicodedata.normalize(stored, "étoile桥.txt")
    library.add_text(name, "说明文字一条，供测试用。".encode())
    given = unicodedata.normalize(asked, name)
    assert library.source(given).name == name
    library.delete(given)
    assert library.count() == 0
