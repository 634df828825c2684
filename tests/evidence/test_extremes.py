"""The greatest and the least of a table and of a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Library, load_embedder
from server.answer import Answerer
from server.records import Answer, Question
from tests.evidence.made import FakeReader, read_by

FIRMS = (
    "# 青山集团年报\n\n## 一、子公司\n\n| 公司 | 营业收入 | 净利润 | 员工（人） |\n|---|---|---|---|\n"
    "| 甲河公司 | 1,230 | 87 | 312 |\n| 乙河公司 | 905 | -216 | 1,045 |\n| 丙河公司 | 3,118 | 21 | 45 |\n\n"
    "## 二、投入\n\n| 项目 | 2024年 | 2023年 | 2022年 |\n|---|---|---|---|\n| 研发投入 | 39 | 53 | 28 |\n"
    "\n## 三、报价\n\n三家电梯报价为：海东每部23.8万元，江北每部26.5万元，河西每部22.9万元。\n"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("extremes")
    path: Path = folder / "firms.md"
    path.write_text(FIRMS, encoding="utf-8")
    with Library(folder / "library", embedder=load_embedder("builtin")) as opened:
        opened.update([path])
        yield opened


@pytest.mark.parametrize(
    ("question", "seen", "told"),
    [
        ("青山集团哪家子公司员工最多？", "甲河公司", "乙河公司"),
        ("青山集团哪家子公司员工最少？", "甲河公司", "丙河公司"),
        ("青山集团哪家子公司亏得最多？", "丙河公司", "乙河公司"),
        ("青山集团营业收入最高的是哪家子公司？", "甲河公司", "丙河公司"),
        ("青山集团研发投入最高的是哪一年？", "39", "2023年53"),
        ("三家电梯报价里哪家最便宜？", "23.8万元", "河西每部22.9万元"),
    ],
)
def test_the_extreme_is_worked_out_not_guessed(
    question: str, seen: str, told: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_by(monkeypatch, FakeReader(seen))
    answer: Answer = Answerer(library).ask(Question(question))
    (claim,) = answer.claims
    (span,) = claim.emphasis
    assert claim.text[span.start : span.end] == told


def test_what_one_thing_does_at_most_is_no_greatest_of_a_table(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_by(monkeypatch, FakeReader("甲河公司"))
    answer: Answer = Answerer(library).ask(Question("青山集团甲河公司员工最多能有几人？"))
    assert "乙河公司" not in answer.answer
