"""How much of a question a text says, in the same words or near ones."""

from __future__ import annotations

from server.evidence.nearness import question_shares


def test_a_text_in_traditional_characters_says_what_it_says() -> None:
    traditional, simplified, other = question_shares(
        "新馆位于哪里", ["新館位於濱河路88號。", "新馆位于滨河路88号。", "茶叶产量增长了两成。"]
    )
    assert traditional == simplified
    assert traditional.share > other.share + 0.5
