"""Which amounts of other sentences differ from the best one's, and which are of something else."""

from __future__ import annotations

from server.evidence.disagreements import differing
from server.question.understanding import understand
from tests.evidence.made import sentence


def values(question: str, *texts: str, asked: bool = False) -> list[str]:
    part = understand(question).parts[0]
    found = differing(
        part, [sentence(text, id=str(n)) for n, text in enumerate(texts)], asked=asked
    )
    return [value.fact.text for value in found]


QUESTION = "全市有多少家水泵工厂？"
BEST = "全市有水泵工厂12家。"


def test_another_amount_of_the_same_thing_differs() -> None:
    assert values(QUESTION, BEST, "据统计，全市有水泵工厂15家。") == ["12家", "15家"]


def test_what_is_of_another_thing_time_or_state_does_not() -> None:
    for other in (
        "全市有水泵工厂12家。",  # the same
        "全市有茶叶工厂15家。",  # of another thing
        "云溪县有水泵工厂15家。",  # of another body
        "2023年，全市有水泵工厂15家。",  # of another time
        "全市计划有水泵工厂15家。",  # aimed at
        "全市新增水泵工厂15家。",  # added
    ):
        assert values(QUESTION, BEST, other) == [], other


def test_another_subject_is_told_by_its_name_or_by_the_question_s_nouns() -> None:
    question = "水泵工厂有多少家？"
    assert values(question, "云溪县有水泵工厂12家。", "石门县有水泵工厂15家。") == []
    assert values(QUESTION, BEST, "江边有水泵工厂15家。") == []


def test_two_amounts_of_one_article_are_no_disagreement() -> None:
    part = understand(QUESTION).parts[0]
    one, other = sentence(BEST), sentence("全市有水泵工厂15家。")
    assert differing(part, [one, other]) == []


def test_a_question_for_the_differing_values_gets_plans_and_other_times_too() -> None:
    question = "全市水泵工厂的家数，两篇报道各说是多少家？"
    told = values(
        question, BEST, "全市计划有水泵工厂15家。", "2023年，全市有水泵工厂9家。", asked=True
    )
    assert told == ["12家", "15家", "9家"]


def test_a_question_for_the_differing_values_looks_further_for_a_first_one() -> None:
    question = "全市水泵工厂的家数，两篇报道各说是多少家？"
    assert values(question, "水泵工厂很多。", BEST, "全市有水泵工厂15家。", asked=True)
    assert not values(question, "水泵工厂很多。", BEST, "全市有水泵工厂15家。")


def test_kinds_of_a_thing_are_not_set_against_one_another() -> None:
    question = "全市有多少个产业集群？"
    assert values(question, "全市有7个“朝阳”产业集群。", "全市有3个支柱产业集群。") == []
    assert values(question, "全市有7个产业集群。", "全市有9个产业集群。") == ["7个", "9个"]
