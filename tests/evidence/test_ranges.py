"""Rows that are each of a range, and what a question says of somebody."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from index import Library
from server.answer import Answerer
from server.evidence.ranges import Range, range_of, said_of
from server.records import Question
from server.settings import Settings


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("80—89岁", Range("岁", Decimal(80), Decimal(89))),
        ("60至69周岁", Range("岁", Decimal(60), Decimal(69))),
        ("满10年不满20年", Range("年", Decimal(10), Decimal(20), under=True)),
        ("1年以上不满3年", Range("年", Decimal(1), Decimal(3), under=True)),
        ("七十岁以上", Range("岁", Decimal(70))),
        ("满一年", Range("年", Decimal(1))),
        ("超过20年", Range("年", Decimal(20), over=True)),
        ("501到1000元", Range("元", Decimal(501), Decimal(1000))),
        ("3公斤以内", Range("公斤", None, Decimal(3))),
        ("不满1年", Range("年", None, Decimal(1), under=True)),
        ("10年", None),
        ("白银卡", None),
    ],
)
def test_a_label_is_a_range(label: str, found: Range | None) -> None:
    assert range_of(label) == found


@pytest.mark.parametrize(
    ("question", "unit", "value"),
    [
        ("我爷爷八十三了，吃饭能打几折？", "岁", "83"),
        ("奶奶今年83，一顿几块钱？", "岁", "83"),
        ("孩子7岁半要买票吗？", "岁", "7.5"),
        ("身高1米25要买票吗？", "米", "1.25"),
        ("干了十二年能休几天？", "年", "12"),
        ("东西值800块，保价要交多少钱？", "元", "800"),
        ("2024年干满的能休几天？", "年", None),
        ("60岁以上的老人有几折？", "岁", None),  # a range, and no age
        ("3岁和5岁的孩子各多少钱？", "岁", None),
    ],
)
def test_what_a_question_says_of_somebody(question: str, unit: str, value: str | None) -> None:
    assert said_of(question, unit) == (Decimal(value) if value else None)


TABLE = """# 石塘食堂问答

| 年龄 | 午餐折扣 | 每餐最多优惠 |
| --- | --- | --- |
| 70—79岁 | 8折 | 4元 |
| 80—89岁 | 7折 | 6元 |
| 90岁以上 | 5折 | 10元 |
"""


@pytest.mark.parametrize(
    ("question", "said", "other"),
    [
        ("我爷爷八十三了，在石塘食堂吃午饭打几折？", "7折", "5折"),
        ("我奶奶今年91，在石塘食堂吃午饭打几折？", "5折", "7折"),
        ("我外公78岁，在石塘食堂吃午饭打几折？", "8折", "5折"),
    ],
)
def test_the_row_whose_range_holds_it_answers(
    tmp_path: Path, question: str, said: str, other: str
) -> None:
    (tmp_path / "a.md").write_text(TABLE, encoding="utf-8")
    with Library(tmp_path / "library") as library:
        library.update([tmp_path / "a.md"])
        *_, done = Answerer(library, Settings()).stream(Question(question))
    answer = done.data.answer
    assert said in answer
    assert other not in answer
