"""The models of follow-up questions at toy size."""

from __future__ import annotations

import json
from pathlib import Path

from training.follow_ups import CHATS, choices, chosen, learn, logistic


def test_the_thing_that_is_marked_is_learned(tmp_path: Path) -> None:
    lines = (CHATS / "subjects.jsonl").read_text(encoding="utf-8").splitlines()[-40:]
    few = tmp_path / "subjects.jsonl"
    few.write_text("\n".join(lines), encoding="utf-8")
    rows = choices(few)
    weights = learn(rows)
    assert weights == learn(rows)
    found = sum(chosen(row, weights) == row.best for row in rows)
    assert found >= 0.8 * len(rows)
    assert sum(row.best == 0 for row in rows) < found


def test_what_leans_is_told_from_what_does_not() -> None:
    rows = [({"pronoun": 1.0, "bias": 1.0}, True)] * 8 + [({"name": 1.0, "bias": 1.0}, False)] * 8
    weights = logistic(rows)
    assert weights["pronoun"] > 0 > weights["name"]


def test_chats_are_marked_whole() -> None:
    chats = [json.loads(line) for line in (CHATS / "news.jsonl").read_text("utf-8").splitlines()]
    for chat in chats:
        assert chat["article"].startswith("news.jsonl#")
        assert not chat["turns"][0]["leans"]
        assert all(turn["question"].endswith("？") for turn in chat["turns"])
