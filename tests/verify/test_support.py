"""How far sentences bear a claim: the levels, the clauses and the sentences that are laid beside it."""

from __future__ import annotations

import pytest

from server.verify.statement import Statement
from server.verify.support import judge

FERRY = "渡口的老船工每天早上照常摆渡，把赶集的村民送到对岸的集市。"
MARKET = "对岸的集市有卖菜的也有唱戏的。"


@pytest.mark.parametrize(
    ("claim", "support"),
    [
        ("渡口的老船工每天早上划船，把赶集的村民载到对岸的集市。", "full"),
        ("渡口的老船工天天清早摆渡，将赶集的村民载往对岸的集市。", "partial"),
        ("渡口的老船工天天清早划船，将前来赶集的村民一一载往对岸。", "none"),
        # what is said beyond the source: a detail, and more than one
        ("渡口的老船工每天早上照常摆渡，稳稳当当地把赶集的村民送到对岸的集市。", "partial"),
        (
            "渡口的老船工每天早上照常摆渡，稳稳当当又慢慢悠悠轻轻松松地把赶集的村民送到对岸的集市。",
            "none",
        ),
        # a clause about something else is made up for by no other
        (FERRY[:-1] + "，每天都要来来回回走很久。", "none"),
        (FERRY[:-1] + "，忙碌辛苦极啦", "none"),  # nor one that has no character of it
        # a short one is read with its neighbour
        ("总之，" + FERRY, "full"),
        (FERRY[:-1] + "，挺好。", "full"),
    ],
)
def test_other_wording_is_borne_so_far(claim: str, support: str) -> None:
    assert judge(claim, [Statement(FERRY)]).support == support


def test_a_word_that_stands_around_is_less_of_another_wording() -> None:
    said = Statement("把赶集的村民都送到对岸的集市。")
    told = Statement(said.text, "渡口的老船工照常摆渡。")
    claim = "渡口的老船工把赶集的村民都送到对岸的集市。"
    assert [judge(claim, [s]).support for s in (said, told)] == ["partial", "full"]


def test_a_clause_may_rest_on_a_close_neighbour_in_the_paragraph() -> None:
    claim = FERRY[:15] + MARKET
    first, apart = Statement(FERRY[:14] + "。"), Statement(MARKET)
    second = Statement(MARKET, first.text)
    wash = Statement("大嫂们在河边的石阶上洗衣服。", first.text)
    headed = Statement(MARKET, first.text, "集市")
    for statements, borne in (
        ([first, second], True),
        ([first, wash, second], True),
        ([first, wash, wash, second], False),
        ([first, apart], False),
        ([first, headed], False),
    ):
        assert (judge(claim, statements).support == "full") is borne


def test_what_a_writer_points_at_wins_ties_only() -> None:
    said = "老船工每天早上照常摆渡"
    both = [Statement(f"{said}，风浪再大也走。"), Statement(f"{said}，送孩子上学。")]
    other = Statement("老船工早上还要修船。")
    for statements, preferred, chosen in (
        (both, [], 0),
        (both, [1], 1),
        ([*both, other], [2], 0),
    ):
        assert judge(f"{said}。", statements, preferred).needed[0][0] == chosen


def test_the_sentence_that_bears_a_claim_need_not_be_the_one_most_like_it() -> None:
    claim = "老船工每天早上七点照常摆渡，送孩子上学。"
    like = [Statement(claim.replace("七", other)) for other in "五六"]
    bears = Statement("老船工每天早上七点照常开始摆渡，一直送孩子去上学。")
    verdict = judge(claim, [*like, bears])
    assert (verdict.support, verdict.needed[0][0]) == ("full", 2)
