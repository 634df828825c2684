"""The judgement of paraphrases: other words are borne, other facts are not."""

from __future__ import annotations

import pytest

from index.pages.passages import sentences
from server.verify.faithfulness import Faithfulness, features, nearest, reworded
from server.verify.gate import support
from server.verify.statement import Statement
from server.verify.support import judge

TEXT = (
    "青石桥镇的竹编作坊开办于1987年，最初只有六名篾匠。2019年3月，镇里为作坊修了一座展厅，面积约420平方米。"
    "作坊负责人周竹青介绍，竹篾要先泡水三天，再用炭火慢慢烘干，这样编出来的篮子不容易发霉，也不会开裂。"
    "去年作坊的销售额达到310万元，比前年增长了12%。附近的村民农闲时到作坊里学手艺，学成后可以在家里接活。"
)
STATEMENTS = [Statement(TEXT[a:b], TEXT[:a]) for a, b in sentences(TEXT)]


def bears(claim: str) -> bool:
    return Faithfulness.builtin().bears(claim, STATEMENTS)


@pytest.mark.parametrize(
    "claim",
    [
        "青石桥镇的竹编作坊开办于1987年，最初只有六名篾匠。",
        "竹篾要先泡水三天，然后用炭火慢慢烘干，这样篮子不容易发霉，也不会开裂。",
        "附近的村民在农闲时可以到作坊里学手艺，学成后在家里接活。",
        "去年，这家作坊的销售额达到310万元，增长了12%。",
    ],
)
def test_a_faithful_sentence_is_borne(claim: str) -> None:
    assert bears(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "青石桥镇的竹编作坊开办于1978年，最初只有六名篾匠。",
        "青石桥镇的竹编作坊开办于2019年，最初只有六名篾匠。",
        "去年作坊的销售额达到12万元，比前年增长了310%。",
        "今年作坊的销售额达到310万元，比前年增长了12%。",
        "青石桥镇的竹编作坊开办于1987年，最初只有九名篾匠。",
        "作坊负责人刘建国介绍，竹篾要先泡水三天，再用炭火慢慢烘干。",
        "附近的游客农闲时到作坊里学手艺，学成后可以在家里接活。",
        "竹篾要先泡水三天，再用炭火慢慢烘干，这样编出来的篮子容易发霉，也会开裂。",
        "附近的村民农闲时没有到作坊里学手艺。",
        "竹编在许多国家的博物馆里展出过，受到收藏家的欢迎。",
        "作坊的产品主要出口到欧洲，供不应求。",
    ],
)
def test_another_number_date_name_denial_or_subject_is_refused(claim: str) -> None:
    assert not bears(claim)


def test_an_answer_takes_a_paraphrase_and_nothing_added_to_it() -> None:
    faithful = "村民农闲时来作坊里学手艺，学成后可以在自己家里接活。"
    for claim, borne in ((faithful, True), (faithful[:-1] + "，并获得国家级表彰。", False)):
        verdict = judge(claim, STATEMENTS)
        found = verdict.support != "none" or bool(reworded(claim, STATEMENTS, verdict))
        assert found is borne, claim


def test_a_verbatim_quote_is_supported_without_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> None:
        raise AssertionError("a quote needs no reader")

    monkeypatch.setattr("server.verify.entailment.builtin", read)
    assert support(TEXT[:20], [TEXT]) == "full"
    assert support("展厅有两层。", [TEXT]) == "none"


def test_what_is_read_is_what_holds_the_claim() -> None:
    assert nearest("去年作坊的销售额是多少", STATEMENTS) == [3]
    assert nearest("海豚", STATEMENTS) == []


def test_every_weight_has_its_feature() -> None:
    claim = "海豚跃出了水面"
    found = features(claim, STATEMENTS, judge(claim, STATEMENTS))
    assert {*found, "bias"} == set(Faithfulness.builtin().weights)
    assert not bears(claim)
    assert not bears("")


def test_a_date_may_stand_just_before_where_the_sentence_has_none() -> None:
    came = Statement("馆里来了900名读者。", before="5月20日，图书馆重新开放。")
    assert judge("5月20日，馆里来了900名读者。", [came]).support == "full"
    dated = Statement("5月21日，馆里来了900名读者。", before="5月20日，图书馆重新开放。")
    assert judge("5月20日，馆里来了900名读者。", [dated]).support == "none"


def test_small_words_weigh_little() -> None:
    claim = "大桥就这样在两岸之间建成通车了吧。"
    assert judge(claim, [Statement("大桥在两岸间建成通车。")]).support == "full"
