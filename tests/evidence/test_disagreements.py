"""Which of several values comes first."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from server.evidence.disagreements import accounts_of, newest_first
from server.evidence.sentences import Sentence
from server.question.understanding import understand
from tests.evidence.made import sentence


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["2024-01-02", "2025-01-02"], [1, 0]),
        (["2024年12月31日", "2025-01-02", "Mar 5, 2025"], [2, 1, 0]),
        (["02/03/2024", "2025-01-02"], [0, 1]),  # which day that is, nobody knows
        (["昨天", "2025-01-02"], [0, 1]),
        ([None, "2025-01-02"], [0, 1]),
        (["2024-01-02", "2024-01-02"], [0, 1]),
    ],
)
def test_newest_first_where_all_dates_are_certain(
    dates: list[str | None], order: list[int]
) -> None:
    values = [
        SimpleNamespace(n=n, sentence=SimpleNamespace(article=SimpleNamespace(published=date)))
        for n, date in enumerate(dates)
    ]
    assert [value.n for value in newest_first(values)] == order  # type: ignore[arg-type,attr-defined]


def told(text: str, article: str, published: str) -> Sentence:
    made = sentence(text)
    return replace(made, article=replace(made.article, id=article, published=published))


@pytest.mark.parametrize(
    ("before", "values"),
    [("作为工业大区，清溪区增长6%，位列云岭市第一。", []), ("云岭市增长6%。", ["96座", "30座"])],
)
def test_what_is_of_the_place_that_a_sentence_points_at_does_not_differ(
    before: str, values: list[str]
) -> None:
    (part,) = understand("云岭市有多少座数字工厂，两篇报道各说是多少？").parts
    whole = told("目前，云岭市建成96座数字工厂。", "a", "2024-03-01")
    local = sentence("同时，当地建成30座数字工厂。", before, id="b")
    assert [value.fact.text for value in accounts_of(part, [whole, local])] == values


def test_of_two_articles_values_the_newer_comes_first() -> None:
    (part,) = understand("山城有多少家软件企业，两篇报道各说是多少？").parts
    ranked = [
        told("山城共有软件企业96家。", "a", "2024-03-01"),
        told("据统计，山城的软件企业达到112家。", "b", "2025-04-02"),
    ]
    values = [value.fact.text for value in accounts_of(part, ranked)]
    assert values == ["112家", "96家"]
