"""Sentences that are read again: where the ranking is in doubt, and with the order that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from index import Article, Block, Passage
from index.reranking.reader import Reading
from server.evidence.ranking import RANKED, Ranked, Ranking
from server.evidence.reading import CLEAR, DEPTH, builtin, read, reread
from server.evidence.sentences import Sentence
from server.question.understanding import understand

PART = understand("工厂有多少台机器人？").parts[0]


class Says:
    """A reader that is sure of every passage with a certain word."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.asked: list[str] = []

    def read(self, _question: str, passages: Sequence[str]) -> list[Reading]:
        self.asked += passages
        return [self._read(text) for text in passages]

    def _read(self, text: str) -> Reading:
        sure = 0.99 if self.word in text else 0.01
        flat = np.full(len(text), sure, dtype=np.float32)
        return Reading(sure, flat, np.log(flat), np.log(flat))


def sentence(text: str, before: str = "") -> Sentence:
    whole = before + text
    block = Block("paragraph", 0, len(whole))
    offsets = np.arange(len(whole), dtype=np.int32)
    article = Article("a/0", "a", whole, offsets, (block,))
    passage = Passage("p", "a/0", "a", whole, 0, len(whole), ())
    return Sentence(article, passage, len(before), len(whole), block, 0, 1.0)


def ranked(*scores: float, clash: str = "") -> list[Ranked]:
    return [
        Ranked(sentence(f"第{i}句。"), (0.0,) * len(RANKED), score, score, clash)
        for i, score in enumerate(scores)
    ]


def test_a_clear_lead_is_read_alone() -> None:
    reader = Says("第1")
    known = reread(PART, ranked(9.0, 9.0 - CLEAR, 1.0), reader)
    assert reader.asked == ["第0句。"]
    assert [r.read is not None for r in known] == [True, False, False]


def test_in_doubt_the_best_few_are_read() -> None:
    reader = Says("第1")
    known = reread(PART, ranked(*[9.0 - i / 100 for i in range(DEPTH + 4)]), reader)
    assert len(reader.asked) == DEPTH
    assert sum(r.read is not None for r in known) == DEPTH


def test_what_cannot_answer_is_not_read() -> None:
    reader = Says("第1")
    assert [r.read for r in reread(PART, ranked(9.0, 8.9, clash="没有"), reader)] == [None, None]
    assert reader.asked == []


def test_the_reader_can_turn_the_order() -> None:
    ranking = replace(Ranking.builtin(), read_weights=(0.5, 0.5))
    known = ranking.reordered(reread(PART, ranked(9.0, 8.9, 8.8), Says("第1")))
    assert [r.sentence.text for r in known] == ["第1句。", "第0句。", "第2句。"]


def test_what_stands_before_is_read_along() -> None:
    reader = Says("x")
    read("谁？", [sentence("他当选了。", before="王明出席会议。")], reader)
    assert reader.asked == ["王明出席会议。他当选了。"]


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (
            "这座工厂一年能造多少辆汽车？",
            "工厂满产后每年可下线汽车28万辆。",
            "工厂里有汽车试车跑道3条，每年汽车爱好者都来参观。",
        ),
        (
            "图书馆周末几点开门？",
            "每逢周六、周日，图书馆9点开门迎客。",
            "图书馆周末也很热闹，读者说开门以后座位总是很快坐满。",
        ),
    ],
)
def test_the_shipped_reader_prefers_what_answers(question: str, right: str, wrong: str) -> None:
    good, bad = read(question, [sentence(right), sentence(wrong)], builtin())
    assert good.evidence > bad.evidence
