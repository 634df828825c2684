"""Which of several values comes first."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from server.evidence.disagreements import _newest_first, answered_apart, differing, rivals
from server.evidence.ranking import Ranked
from server.evidence.reading import ReadSentence, read_off
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
    assert [value.n for value in _newest_first(values)] == order  # type: ignore[arg-type,attr-defined]


def told(text: str, article: str, published: str) -> Sentence:
    made = sentence(text)
    return replace(made, article=replace(made.article, id=article, published=published))


OLD = "湖滨绿道将于4月8日开放，全长12公里，总投资2.6亿元。"
NEW = "湖滨绿道将于5月20日开放，全长12公里，总投资2.9亿元。"


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("湖滨绿道总投资多少？", ["2.9亿元", "2.6亿元"]),
        ("湖滨绿道什么时候开放？", ["5月20日", "4月8日"]),
        ("湖滨绿道全长多少公里？", []),  # in that they agree
        ("湖滨绿道4月8日开放时总投资多少？", []),  # that is one of the two
    ],
)
def test_a_corrected_reprint_is_told_beside_what_it_corrects(
    question: str, values: list[str]
) -> None:
    (part,) = understand(question).parts
    ranked = [told(OLD, "a", "2024-03-01"), told(NEW, "b", "2024-04-02")]
    assert [value.fact.text for value in differing(part, ranked)] == values


def test_the_same_words_of_two_days_are_two_facts() -> None:
    (part,) = understand("渔港卸下带鱼多少吨？").parts
    old = told("昨日，渔港卸下带鱼32吨。", "a", "2022-09-03")
    new = told("昨日，渔港卸下带鱼41吨。", "b", "2023-09-05")
    assert differing(part, [old, new]) == []


def test_other_words_or_the_same_article_correct_nothing() -> None:
    (part,) = understand("湖滨绿道什么时候开放？").parts
    other = told(NEW.replace("湖滨", "山前"), "b", "2024-04-02")
    assert differing(part, [told(OLD, "a", "2024-03-01"), other]) == []
    assert differing(part, [told(OLD, "a", ""), told(NEW, "a", "")]) == []


@pytest.mark.parametrize(
    ("before", "values"),
    [("作为工业大区，清溪区增长6%，位列云岭市第一。", []), ("云岭市增长6%。", ["96座", "30座"])],
)
def test_what_is_of_the_place_that_a_sentence_points_at_does_not_differ(
    before: str, values: list[str]
) -> None:
    (part,) = understand("云岭市有多少座数字工厂？").parts
    whole = told("目前，云岭市建成96座数字工厂。", "a", "2024-03-01")
    local = sentence("同时，当地建成30座数字工厂。", before, id="b")
    assert [value.fact.text for value in differing(part, [whole, local])] == values


def test_of_two_articles_values_the_newer_comes_first() -> None:
    (part,) = understand("山城有多少家软件企业？").parts
    ranked = [
        told("山城共有软件企业96家。", "a", "2024-03-01"),
        told("据统计，山城的软件企业达到112家。", "b", "2025-04-02"),
    ]
    values = [value.fact.text for value in differing(part, ranked)]
    assert values == ["112家", "96家"]


def answering(text: str, amount: str, article: str) -> ReadSentence:
    """A sentence in which the reader sees an amount for the answer."""
    at = text.index(amount)
    return read_off(told(text, article, ""), (at, at + len(amount)))


MANY = answering("山塘村现有梨园600亩，农户210户。", "600亩", "a")


@pytest.mark.parametrize(
    ("text", "amount", "values"),
    [
        ("山塘村梨园的规模达到720亩。", "720亩", ["600亩", "720亩"]),  # in other words
        ("山塘村梨园的规模达到600亩。", "600亩", []),
        ("山塘村梨园力争达到720亩。", "720亩", []),  # aimed at
        ("柳河镇梨园的规模达到720亩。", "720亩", []),  # somebody else's
        ("山塘村梨园年产720吨。", "720吨", []),  # something else
    ],
)
def test_the_reader_sees_two_articles_answer_with_different_amounts(
    text: str, amount: str, values: list[str]
) -> None:
    (part,) = understand("山塘村有多少亩梨园？").parts
    other = answering(text, amount, "b")
    found = answered_apart(part, MANY, [other])
    assert [value.fact.text for value in found] == values
    ranked = [Ranked(other.sentence, (), 0.0), Ranked(MANY.sentence, (), 1.0)]
    assert bool(rivals(part, MANY, ranked)) == bool(values)


def test_what_is_of_two_years_does_not_differ() -> None:
    (part,) = understand("山塘村产梨多少吨？").parts
    one = answering("2023年，山塘村产梨80吨。", "80吨", "a")
    other = answering("2024年，山塘村产梨95吨。", "95吨", "b")
    assert answered_apart(part, one, [other]) == ()
    assert rivals(part, one, [Ranked(other.sentence, (), 0.0)]) == []


@pytest.mark.parametrize(
    ("text", "day", "values"),
    [
        ("研学日期改为4月18日。", "4月18日", ["4月11日", "4月18日"]),
        ("研学定在4月11日上午。", "4月11日", []),
        ("学校2025年起每年组织研学。", "2025年", []),  # a year is no other day
    ],
)
def test_the_reader_sees_two_articles_answer_with_different_days(
    text: str, day: str, values: list[str]
) -> None:
    (part,) = understand("研学哪天去？").parts
    first, other = answering("研学定于4月11日。", "4月11日", "a"), answering(text, day, "b")
    found = answered_apart(part, first, [other])
    assert [value.fact.text for value in found] == values
    assert bool(rivals(part, first, [Ranked(other.sentence, (), 0.0)])) == bool(values)
