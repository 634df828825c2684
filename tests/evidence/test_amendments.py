"""What another text says an answer was changed to."""

from __future__ import annotations

import pytest

from server.evidence.amendments import with_amendment
from server.evidence.ranking import Ranked
from server.evidence.reading import read_off
from tests.evidence.made import sentence


@pytest.mark.parametrize(
    ("answer", "text", "id", "told"),
    [
        ("在校门东侧", "接孩子的地点由校门东侧改为北门停车场。", "b", True),
        ("5册", "可借册数由5册增至8册。", "b", True),
        ("5册", "可借册数由15册增至18册。", "b", False),  # another number
        ("5册", "可借册数由3册增至5册。", "b", False),  # that is what it was changed to
        ("5册", "可借图书5册，押金由100元降为零。", "b", False),  # something else was
        ("5册", "可借册数由5册增至8册。", "a", False),  # the same article tells it itself
    ],
)
def test_what_an_answer_was_changed_to_is_shown_behind_it(
    answer: str, text: str, id: str, told: bool
) -> None:
    whole = f"规定是{answer}。"
    best = read_off(sentence(whole), (3, 3 + len(answer)))
    changed = Ranked(sentence(text, id=id), (), 0.0)
    shown = [one.sentence.text for one in with_amendment([best], [changed])]
    assert shown == [whole, *([text] if told else [])]


def test_what_is_shown_already_is_not_shown_twice() -> None:
    best = read_off(sentence("可借5册。"), (2, 4))
    change = sentence("可借册数由5册增至8册。", id="b")
    both = [best, read_off(change, (8, 10))]
    assert with_amendment(both, [Ranked(change, (), 0.0)]) == tuple(both)
