"""`python -m benchmarks.checks`: its statements, and what it counts."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.checks import Statement, main, rows, statements
from index import Library
from server.checking.records import CheckedClaim, Differing


def test_the_statements_are_those_that_it_tells_of() -> None:
    given = statements()
    count = Counter(s.kind for s in given)
    assert count.pop("untouched") == 60
    assert set(count) == {"number", "date", "name", "negation", "subject"}
    assert count.total() == 120
    assert len({s.text for s in given}) == len(given)


def test_what_is_flagged_and_what_is_named_is_counted() -> None:
    differing = (Differing("118家", "106家", 1),)
    found = [
        (Statement("甲", "untouched", "a.txt"), CheckedClaim("甲", 0, 1, "full")),
        (Statement("乙", "untouched", "a.txt"), CheckedClaim("乙", 0, 1, "none")),
        (
            Statement("丙", "number", "a.txt", "118家"),
            CheckedClaim("丙", 0, 1, "contradicted", differing=differing),
        ),
    ]
    counted = rows(found)
    assert counted["untouched"]["right"] == 0.5
    assert (counted["number"]["right"], counted["number"]["named"]) == (1.0, 1)


def test_a_library_that_is_there_is_asked(
    seeds: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {
        "text": "2023年6月，重庆提出打造“33618”现代制造业集群体系。",
        "kind": "untouched",
        "article": "n1",
    }
    (tmp_path / "given.jsonl").write_text(json.dumps(given), encoding="utf-8")
    assert main(["--statements", f"{tmp_path}/given.jsonl", "--library", str(seeds.path)]) == 0
    assert "| untouched | 1 | 1 |" in capsys.readouterr().out
