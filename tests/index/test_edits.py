"""What readers say of articles instead of their files: kept, searched, undone; the text untouched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index import IndexConfig, Library, Metadata, Retriever, SourceError, SourceNotFound

TEXT = "# 灯塔修缮\n\n作者：王海\n\n东岸的灯塔高四十一米，今年修缮。\n"
TWO = "# 甲篇\n\n西岸的海堤高九米半。\n\n# 乙篇\n\n南岸的码头长三百米。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    (folder / "b.txt").write_text("北岸没有灯塔。\n", encoding="utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path, folder: Path, catalogue_at: Callable[[], str]) -> Library:
    made = Library(tmp_path / "library", IndexConfig(embedder="hash"), database=catalogue_at())
    made.update([folder])
    return made


def called(library: Library, source: str, ordinal: int = 0) -> Metadata:
    article = library.articles_of(source)[ordinal]
    return Metadata(article.title, article.author, article.published)


def edit(library: Library, source: str, ordinal: int = 0, **given: str) -> None:
    library.edit(library.articles_of(source)[ordinal].id, given)


NEW = Metadata("航标站纪事", "李岸", "2024-03-05")
GIVEN = {"title": "航标站纪事", "author": "李岸", "published": "2024年3月5日"}


def test_an_edit_says_what_the_article_is_called_and_leaves_the_text(library: Library) -> None:
    source, article = library.source("a.md"), library.articles_of("a.md")[0]
    read = called(library, "a.md")
    edit(library, "a.md", **GIVEN)
    assert called(library, "a.md") == NEW
    now = library.articles_of("a.md")[0]
    assert library.source("a.md") == source
    assert (now.id, now.text, now.blocks) == (article.id, article.text, article.blocks)
    assert (now.offsets == article.offsets).all()
    found = library.edit_of(now)
    assert found is not None
    assert found.read == read
    (info,) = library.sources(query="航标站")
    assert (info.titles, info.published, info.edited) == (("航标站纪事",), "2024-03-05", True)
    assert library.sources(query="灯塔修缮") == []
    assert library.check() == []


def test_what_is_edited_is_searched(library: Library) -> None:
    edit(library, "b.txt", title="航标站纪事")
    snapshot = library.snapshot()
    found = Retriever(library.embedder).retrieve(snapshot, "航标站纪事", k=1)
    assert [hit.passage.source for hit in found] == ["b.txt"]


def test_an_edit_outlives_indexing_again_and_moving(library: Library, folder: Path) -> None:
    edit(library, "a.md", **GIVEN)
    library.update([folder])
    library.update([], rebuild=True)
    assert called(library, "a.md") == NEW
    (folder / "新").mkdir()
    (folder / "a.md").rename(folder / "新/c.md")
    library.update([folder])
    assert called(library, "新/c.md") == NEW


def test_an_edit_is_backed_up(folder: Path, tmp_path: Path) -> None:
    library, other = (
        Library(tmp_path / name, IndexConfig(embedder="hash")) for name in ("library", "other")
    )
    library.update([folder])
    edit(library, "a.md", **GIVEN)
    library.backup(tmp_path / "backup")
    other.restore(tmp_path / "backup")
    assert called(other, "a.md") == NEW


def test_where_the_file_says_something_new_the_file_counts(library: Library, folder: Path) -> None:
    edit(library, "a.md", **GIVEN)
    (folder / "a.md").write_text(TEXT + "\n明年完工。\n", encoding="utf-8")
    library.update([folder])
    assert called(library, "a.md") == NEW
    (folder / "a.md").write_text(TEXT.replace("灯塔修缮", "海堤修缮"), encoding="utf-8")
    library.update([folder])
    assert called(library, "a.md").title == "海堤修缮"
    assert library.edit_of(library.articles_of("a.md")[0]) is None


def test_there_is_a_way_back(library: Library) -> None:
    read = called(library, "a.md")
    edit(library, "a.md", **GIVEN)
    edit(library, "a.md")
    assert called(library, "a.md") == read
    assert not library.sources(query="灯塔修缮")[0].edited
    edit(library, "a.md", title="灯塔修缮", author="李岸")
    edit(library, "a.md", title="", author="王海")
    assert library.edit_of(library.articles_of("a.md")[0]) is None


def test_a_deletion_that_is_undone_brings_the_edit_back(library: Library, folder: Path) -> None:
    edit(library, "a.md", **GIVEN)
    removed = library.take_out("a.md")
    assert library.catalogue.edits() == []
    library.put_back(removed)
    assert called(library, "a.md") == NEW
    library.delete("a.md")
    library.update([folder])
    assert called(library, "a.md").title == "灯塔修缮"


def test_one_article_of_several_is_edited(library: Library) -> None:
    library.add_text("两篇.md", TWO.encode())
    last = len(library.articles_of("两篇.md")) - 1
    edit(library, "两篇.md", last, author="")
    edit(library, "两篇.md", last, title="丙篇")
    assert called(library, "两篇.md", last).title == "丙篇"
    assert library.count() == 3


def test_what_cannot_be_used_is_refused(library: Library) -> None:
    for given in ({"published": "昨天"}, {"title": "长" * 301}, {"author": "a\u202eb"}):
        with pytest.raises(SourceError):
            edit(library, "a.md", **given)
    with pytest.raises(SourceNotFound):
        library.edit("none", {"title": "a"})
    edit(library, "a.md", author="", title="  航标站\n纪事 ")
    assert called(library, "a.md") == Metadata("航标站 纪事", None, None)


def test_an_edit_keeps_when_a_source_was_added(library: Library) -> None:
    sql = "UPDATE sources SET added_at = '2020-01-01' WHERE name = 'a.md'"
    library.catalogue._db.connection.execute(sql)
    edit(library, "a.md", **GIVEN)
    assert library.sources(query="航标站")[0].added_at == "2020-01-01"
