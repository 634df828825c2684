from __future__ import annotations

from index.embedding.kept import Kept


def test_what_is_known_is_not_made_again() -> None:
    asked: list[list[str]] = []

    def lengths(texts: list[str]) -> list[int]:
        asked.append(texts)
        return [len(text) for text in texts]

    kept = Kept[int](2)
    assert kept.of(["甲", "乙乙", "甲"], lengths) == [1, 2, 1]
    assert kept.of(["乙乙", "丙丙丙"], lengths) == [2, 3]
    assert kept.of([], lengths) == []
    assert asked == [["甲", "乙乙"], ["丙丙丙"]]
    for text in ("丁", "戊", "己", "庚", "辛"):
        kept.of([text], lengths)
    kept.of(["甲"], lengths)  # has gone: no more than twice the size is kept
    assert asked[-1] == ["甲"]
