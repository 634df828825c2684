"""What is remembered of articles is bounded by their length, and worked out once while there is room."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import numpy as np
import pytest

from index import Article, Block
from server.checking.rivals import _whole
from server.evidence import dated, enumerations, points, remembered, speakers

OF_ARTICLES = (
    dated._of_article, dated._of_places, enumerations._by_sentence, points.announced, speakers.turns, _whole,
)  # fmt: skip


def article(n: int, chars: int) -> Article:
    text = f"第{n}号塔高{n}米。".ljust(chars, "长")
    offsets = np.arange(len(text), dtype=np.int32)
    return Article(f"{n}/0", str(n), text, offsets, (Block("paragraph", 0, len(text)),))


@pytest.mark.parametrize("work", OF_ARTICLES, ids=lambda work: work.__qualname__)
def test_long_articles_are_forgotten_for_others(
    monkeypatch: pytest.MonkeyPatch, work: Callable[[Article], object]
) -> None:
    monkeypatch.setattr(remembered, "MOST", 50_000)
    seen = []
    for n in range(40):  # fewer than were remembered by number
        one = article(n, 20_000)
        work(one)
        seen.append(weakref.ref(one))
        del one
    gc.collect()
    alive = [ref() for ref in seen if ref()]
    assert sum(len(one.text) for one in alive if one) <= 50_000
    assert alive
    work(article(99, 200_000))  # by itself
    del alive
    gc.collect()
    assert not any(ref() for ref in seen)


def test_nothing_is_worked_out_anew_while_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 250)
    worked: list[str] = []
    known = remembered.remembered(lambda one: worked.append(one.id))
    a, b, c = (article(n, 100) for n in range(3))
    for one in (a, b, a, c, a, b):  # b has to go for c: a was wanted since
        known(one)
    assert worked == ["0/0", "1/0", "2/0", "1/0"]


def test_a_sentence_s_times_are_kept_by_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.evidence.made import sentence

    worked: list[object] = []
    real = dated._times
    monkeypatch.setattr(dated, "_times", lambda one: worked.append(one) or real(one))
    one = sentence("2024年3月开工。")
    again = type(one)(one.article, one.passage, one.start, one.end, one.block, 3, 0.5)
    assert dated.times(one) == dated.times(again)
    assert len(worked) == 1
