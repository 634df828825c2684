"""The library as a list: selected by date, origin and format, in an order, the nearest name first."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from index import IndexConfig, Library, Selection


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, catalogue_at: Callable[[], str]) -> Library:
    folder = tmp_path_factory.mktemp("listing")
    files = folder / "报社"
    (files / "港口").mkdir(parents=True)
    texts = {
        "b.md": "---\ndate: 2024-03-05\n---\n# 灯塔修缮\n\n东岸的灯塔高四十一米。\n",
        "a.txt": "老灯塔\n\n西岸的旧灯塔高九米。\n",
        "港口/c.md": "---\ndate: 2023-11-20\n---\n# 灯塔\n\n北岸没有灯塔，只有船。\n",
    }
    for name, text in texts.items():
        (files / name).write_text(text, encoding="utf-8")
    (folder / "灯塔.txt").write_text("南岸记事\n\n南岸有三条船。\n", encoding="utf-8")
    record = {"id": "1", "text": "海上的船回来了。", "title": "归航", "published": "2024-04-01"}
    (folder / "news.jsonl").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    made = Library(folder / "library", IndexConfig(embedder="hash"), database=catalogue_at())
    made.update([files, folder / "灯塔.txt", folder / "news.jsonl"])
    made.add_text("上传.txt", "岸边的人在等船。".encode())
    return made


def names(library: Library, **of: str) -> list[str]:
    selection = Selection(**of)
    found = [info.name for info in library.sources(query=selection)]
    assert library.count(selection) == len(found)
    assert library.names(selection) == set(found)
    return found


def test_dates_are_days_months_and_years(library: Library) -> None:
    assert names(library, since="2024") == ["b.md", "news.jsonl#1"]
    assert names(library, until="2024-03") == ["b.md", "港口/c.md"]
    assert names(library, since="2024-03-06", until="2024-04-01") == ["news.jsonl#1"]


def test_origins_are_folders_files_of_records_and_uploads(library: Library) -> None:
    kinds = library.kinds()
    origins = dict(kinds.origins)
    parent = library.path.parent.name
    assert origins == {"报社": 2, "港口": 1, parent: 1, "news.jsonl": 1, "-": 1}
    assert kinds.origins[0] == ("报社", 2)
    assert names(library, origin="报社") == ["a.txt", "b.md"]
    assert names(library, origin="港口") == ["港口/c.md"]
    assert names(library, origin="news.jsonl") == ["news.jsonl#1"]
    assert names(library, origin=parent) == ["灯塔.txt"]
    assert names(library, origin="-") == ["上传.txt"]


def test_formats_and_months_are_counted(library: Library) -> None:
    kinds = library.kinds()
    assert dict(kinds.formats) == {"txt": 3, "md": 2, "jsonl": 1}
    assert dict(kinds.months) == {"": 3, "2023-11": 1, "2024-03": 1, "2024-04": 1}
    assert names(library, format="md", since="2024") == ["b.md"]


def test_orders(library: Library) -> None:
    assert names(library, order="newest")[:3] == ["news.jsonl#1", "b.md", "港口/c.md"]
    assert names(library, order="oldest")[:3] == ["港口/c.md", "b.md", "news.jsonl#1"]
    later = "UPDATE sources SET added_at = '2099-01-01' WHERE name = 'b.md'"
    library.catalogue._db.connection.execute(later)
    assert names(library, order="added")[0] == "b.md"


def test_what_is_called_so_comes_before_what_only_holds_it(library: Library) -> None:
    assert names(library, query="灯塔") == ["港口/c.md", "b.md", "a.txt", "灯塔.txt"]
    assert names(library, query="灯塔.txt") == ["灯塔.txt"]
    assert names(library, query="灯塔", order="name") == ["a.txt", "b.md", "港口/c.md", "灯塔.txt"]


def test_passages_that_hold_the_words_as_they_stand(library: Library) -> None:
    found = library.holding(["灯塔", "岸"], Selection(), 9)
    assert [p.source for p in found] == ["b.md", "港口/c.md", "a.txt"]
    assert [p.source for p in library.holding(["船"], Selection(until="2023"), 9)] == ["港口/c.md"]
    assert library.holding(["港的灯塔"], Selection(), 9) == []
    assert library.holding(["没有这几个字"], Selection(), 9) == []
    assert library.holding(["%"], Selection(), 9) == []
