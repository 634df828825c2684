"""What `youju eval` tells: the page, the curves, and what changed since an older report."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from server.cli import run
from server.evaluation.comparison import NoReport, compare, read_report
from server.evaluation.curves import calibration, calibration_error, points, refusals
from server.web.report_page import page

TEXT = "江边新闻\n\n7月1日，江边市共有18家茶馆。茶馆里有3200名茶客，每天喝掉450壶茶。\n"
GOLD = [
    {
        "id": "a",
        "type": "fact",
        "question": "江边市共有多少家茶馆？",
        "answers": [["18家"]],
        "evidence": [[{"file": "tea.txt", "quote": "江边市共有18家"}]],
    },
    {
        "id": "b",
        "type": "fact",
        "question": "江边市的茶馆每天喝掉多少壶茶？",
        "answers": [["451壶"]],
        "evidence": [[{"file": "tea.txt", "quote": "每天喝掉450壶茶"}]],
    },
    {
        "id": "c",
        "type": "unanswerable",
        "question": "2019年上海的<script>咖啡馆</script>赚了多少亿元？",
        "answers": [],
        "evidence": [],
    },
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a gold file was asked; its report and its page."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "tea.txt").write_text(TEXT, encoding="utf-8")
    lines = [json.dumps(gold, ensure_ascii=False) for gold in GOLD]
    (folder / "gold.jsonl").write_text("\n".join(lines), encoding="utf-8")
    library = ["--library", str(folder / "library")]
    assert run(["index", *library, str(folder / "tea.txt")]) == 0
    out = ["--json", str(folder / "r.json"), "--html", str(folder / "r.html")]
    assert run(["eval", *library, *out, str(folder / "gold.jsonl")]) == 0
    return folder


def record(folder: Path) -> dict[str, Any]:
    return read_report(folder / "r.json")


def test_a_question_tells_what_was_wrong_with_its_answer(made: Path) -> None:
    wrong = {q["id"]: q["wrong"] for q in record(made)["questions"]}
    assert wrong == {"a": [], "b": [{"fault": "lacks", "what": "451壶"}], "c": []}


def test_a_question_tells_what_was_expected_and_cited(made: Path) -> None:
    (first, *_) = record(made)["questions"]
    assert first["expected"] == {
        "answers": [["18家"]],
        "evidence": [[{"source": "tea.txt", "quote": "江边市共有18家"}]],
    }
    assert [c["right"] for c in first["citations"]] == [True]
    assert first["citations"][0]["quote"] in TEXT


def test_the_page_needs_nothing_else_and_runs_nothing(made: Path) -> None:
    html = (made / "r.html").read_text(encoding="utf-8")
    assert "江边市共有多少家茶馆？" in html
    assert "回答里没有“451壶”。" in html
    assert not re.search(r"<script|<link|<img|src=|url\(|https?://", html)
    assert "&lt;script&gt;" in html


def test_the_page_speaks_english_too(made: Path) -> None:
    html = page(record(made), lang="en")
    assert "The answer lacks “451壶”." in html


def test_what_changed_is_told_question_by_question(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = record(made)
    by_id = {q["id"]: q for q in old["questions"]}
    by_id["a"] |= {"answer": "不知道。", "answer_correct": 0.0}
    by_id["b"] |= {"answer": "451壶。[1]", "answer_correct": 1.0}
    old["questions"] = [by_id["a"], by_id["b"]]
    (made / "old.json").write_text(json.dumps(old), encoding="utf-8")
    options = ["--library", str(made / "library"), "--compare", str(made / "old.json")]
    assert run(["eval", *options, "--html", str(made / "c.html"), str(made / "gold.jsonl")]) == 0
    told = capsys.readouterr().out
    assert re.search(r"better: 1\n  a .*\n    - 不知道。\n", told)
    assert re.search(r"worse: 1\n  b .*\n    - 451壶。", told)
    assert "new: c" in told
    assert "变差 1 题" in (made / "c.html").read_text(encoding="utf-8")


def test_nothing_changed_against_itself(made: Path) -> None:
    same = compare(record(made), record(made))
    assert (same.better, same.worse, same.other, same.added, same.gone) == ((), (), (), (), ())


@pytest.mark.parametrize("text", ["[]", "{}", "nonsense"])
def test_what_is_no_report_is_said(
    made: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (made / "no.json").write_text(text, encoding="utf-8")
    with pytest.raises(NoReport):
        read_report(made / "no.json")
    options = ["--library", str(made / "library"), "--compare", str(made / "no.json")]
    assert run(["eval", *options, str(made / "gold.jsonl")]) == 1
    assert "youju eval GOLD.jsonl --json FILE" in capsys.readouterr().err


def asked(
    confidence: float | None, correct: float | None, *, refused: bool = False
) -> dict[str, Any]:
    return {"confidence": confidence, "answer_correct": correct, "refused": refused}


def test_confidence_is_held_against_the_truth() -> None:
    bins = calibration(
        [asked(0.9, 1.0), asked(0.9, 0.0), asked(None, 1.0), asked(0.1, 0.0, refused=True)]
    )
    assert [(b.count, b.right) for b in bins] == [(1, 0.0), (1, 1.0)]
    assert calibration_error(bins) == pytest.approx(0.5)
    assert calibration_error([]) is None


def test_the_threshold_trades_one_wrong_refusal_for_the_other() -> None:
    curve = refusals([asked(0.9, 1.0), asked(0.4, 0.0), asked(0.6, None), asked(0.2, None)])
    assert [(t.over_refusal, t.under_refusal) for t in curve] == [
        (0.0, 1.0), (0.0, 1.0), (0.0, 0.5), (0.5, 0.5), (0.5, 0.0), (1.0, 0.0),
    ]  # fmt: skip
    assert refusals([asked(0.9, 1.0)]) == []


def test_points_stand_on_their_head_for_svg() -> None:
    assert points([(0.0, 0.0), (0.5, 1.0)]) == "0.0,100.0 50.0,0.0"
