"""Charts: what is drawn is what is in the table beneath, and leads to what it counts."""

from __future__ import annotations

import json
import os
from pathlib import Path

import httpx
from fakes import ScriptedAnswerer, report, serving

from index import IndexConfig, Library
from server.settings import Settings
from server.web.charts import HEIGHT, by_origin, by_time


def test_months_without_articles_are_columns_too() -> None:
    columns = by_time([("", 9), ("2023-11", 2), ("2024-02", 8)])
    assert [(c.name, c.count) for c in columns] == [
        ("2023-11", 2),
        ("2023-12", 0),
        ("2024-01", 0),
        ("2024-02", 8),
    ]
    assert [c.size for c in columns] == [HEIGHT / 4, 0, 0, HEIGHT]
    assert columns[-1].href == "/library?since=2024-02-01&until=2024-02-29"
    assert by_time([("", 3)]) == []


def test_many_months_are_years_and_few_have_names() -> None:
    columns = by_time([("1999-05", 1), ("2001-01", 1000), ("2024-12", 3)])
    assert [c.name for c in columns] == [str(year) for year in range(1999, 2025)]
    assert columns[0].href == "/library?since=1999-01-01&until=1999-12-31"
    assert 0 < columns[0].size < 5
    assert sum(bool(c.label) for c in columns) <= 4


def test_origins_are_the_most_frequent_ones() -> None:
    bars = by_origin([(f"{n}", 40 - n) for n in range(30)])
    assert (len(bars), bars[0].size) == (12, HEIGHT)
    assert by_origin([("-", 2)])[0].href == "/library?origin=-"
    assert by_origin([]) == []


def test_two_reports_are_compared_and_every_chart_has_its_table(tmp_path: Path) -> None:
    library = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    dated = "---\ndate: 2024-03-05\n---\n# 灯塔\n\n高四十一米。\n"
    library.add_texts([("a/1.md", dated.encode()), ("2.md", dated.encode())])
    reports = library.path / "reports"
    reports.mkdir()
    now, before = report(), report()
    before["overall"] = {**before["overall"], "answer_correct": 0.7}  # type: ignore[dict-item]
    before["questions"][1]["answer"] = "另一个答案。"  # type: ignore[index]
    for name, one in (("now.json", now), ("before.json", before)):
        (reports / name).write_text(json.dumps(one), encoding="utf-8")
    os.utime(reports / "before.json", (1, 1))
    with serving(Settings(library=library.path), ScriptedAnswerer({}), library) as url:
        alone = httpx.get(f"{url}/evaluation").text
        assert alone.count("看数字") == 4
        assert "0.70 → 0.81" not in alone
        both = httpx.get(f"{url}/evaluation", params={"older": "before.json"}).text
        assert "0.70 → 0.81" in both
        assert "<del>另一个答案。</del>" in both
        for other in ("now.json", "../token", "none.json"):
            page = httpx.get(f"{url}/evaluation", params={"older": other})
            assert page.status_code == 200
            assert "→" not in page.text
        shelf = httpx.get(f"{url}/library").text
        assert 'aria-label="2024-03：2 篇"' in shelf
        assert 'href="/library?since=2024-03-01&amp;until=2024-03-31"' in shelf
        assert 'href="/library?origin=-"' in shelf
