"""Denials, directions and numerals: each rule of ``server.verify.polarity`` by what it decides."""

from __future__ import annotations

import pytest

from server.verify.statement import Statement
from server.verify.support import judge


@pytest.mark.parametrize(
    ("claim", "quote", "reason"),
    [
        ("渡口的老船工已经停止摆渡。", "渡口的老船工并没有停止摆渡。", "denial"),
        # the denial stands in a longer run of other words
        (
            "附近几个村子里的年轻人因为农活太忙还没有到作坊里来学编竹篮的手艺。",
            "附近几个村子里的年轻人到作坊里来学编竹篮的手艺。",
            "denial",
        ),
        # both directions are in both, in each other's place
        (
            "上半年出口量增长而进口量下降。",
            "上半年出口量下降而进口量增长。",
            "direction",
        ),
        # the opposite stands in the sentence and in no place of its own
        ("全县粮食产量比往常有所提高。", "全县粮食产量下降，比往常少了很多。", "direction"),
        # a numeral that counts nothing in the table
        ("他们三兄弟回村办厂，大家都来帮忙。", "他们两兄弟回村办厂，大家都来帮忙。", "numeral"),
        # a figure of the sentence, in the place of another
        ("东门的票价只要3元。", "西门票价是3元，东门票价是5元。", "numeral"),
    ],
)
def test_what_turns_a_statement_round_is_refused(claim: str, quote: str, reason: str) -> None:
    verdict = judge(claim, [Statement(quote)])
    assert (verdict.support, verdict.reason) == ("none", reason)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        # much else differs where the denial stands: another thing is said of the books
        (
            "馆里的旧书送去修补，读者可以在二楼看影印本。",
            "馆里的旧书不再对外出借而是全部送去修补，读者可以在二楼看影印本。",
        ),
        # the numeral is written otherwise
        ("全县有1096个村，村村通了公路。", "全县有一千零九十六个村，村村通了公路。"),
    ],
)
def test_other_words_for_the_same_turn_nothing(claim: str, quote: str) -> None:
    assert judge(claim, [Statement(quote)]).support != "none"
