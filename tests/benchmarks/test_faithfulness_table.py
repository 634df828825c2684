"""The table of faithfulness: documents are taken apart, shares are counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.faithfulness import Row, main, rates

QUOTE = (
    "[1] 灯塔建于1908年，塔高二十一米。守塔人每晚七点点灯。 "
    "[2] 渔民说，雾天里灯光能照到十海里以外，船只靠它辨认航道。"
)
GIVEN = (
    ("灯塔建于1908年，塔高二十一米。", 1),
    ("雾天里灯光可以照到十海里以外，渔船靠它辨认航道。", 1),
    ("灯塔建于1918年，塔高二十一米。", 0),
    ("灯塔后来改成了一家海边旅馆，每年接待许多游客。", 0),
)


def test_a_small_file_gives_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "given.jsonl"
    lines = [
        json.dumps({"statement": said, "quote": QUOTE, "label": label}) for said, label in GIVEN
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert main([str(path)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "4 statements, 2 faithful"
    assert told[3:] == [
        "| accuracy | 1.000 ±0.000 |",
        "| TPR | 1.000 ±0.000 |",
        "| FPR | 0.000 ±0.000 |",
    ]


def test_documents_are_taken_apart_into_sentences() -> None:
    statements = Row("", QUOTE, faithful=True).statements
    assert [s.text[:2] for s in statements] == ["灯塔", "守塔", "渔民"]
    assert statements[2].before == ""


def test_rates_count_each_label_by_itself() -> None:
    found = rates([True, False, True, False], [True, True, False, False])
    assert found == {"accuracy": (0.5, 0.25), "TPR": (0.5, 0.5**1.5), "FPR": (0.5, 0.5**1.5)}
