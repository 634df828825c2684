"""The values that accounts give of an amount, where a question asks for these."""

from __future__ import annotations

from server.evidence.disagreements import accounts_of
from server.question.understanding import understand
from tests.evidence.made import sentence

QUESTION = "全市水泵工厂的家数，两篇报道各说是多少家？"
BEST = "全市有水泵工厂12家。"


def values(*texts: str) -> list[str]:
    part = understand(QUESTION).parts[0]
    found = accounts_of(part, [sentence(text, id=str(n)) for n, text in enumerate(texts)])
    return [value.fact.text for value in found]


def test_plans_and_other_times_are_told_too() -> None:
    told = values(BEST, "全市计划有水泵工厂15家。", "2023年，全市有水泵工厂9家。")
    assert told == ["12家", "15家", "9家"]


def test_what_is_the_same_or_of_another_thing_or_body_is_not() -> None:
    for other in ("全市有水泵工厂12家。", "全市有茶叶工厂15家。", "云溪县有水泵工厂15家。"):
        assert values(BEST, other) == [], other


def test_the_first_sentence_need_not_give_one() -> None:
    assert values("水泵工厂很多。", BEST, "全市有水泵工厂15家。") == ["12家", "15家"]
