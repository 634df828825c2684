"""A model's stream: where a sentence ends, what is no part of it, and which thoughts are dropped."""

from __future__ import annotations

import pytest

from server.verify.markers import MarkedSentence, Splitter, numbers_of, said


def split(text: str, size: int = 3) -> list[str]:
    splitter = Splitter()
    found = [s for i in range(0, len(text), size) for s in splitter.feed(text[i : i + size])]
    return [s.text for s in [*found, *splitter.close()]]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("桥通了。路也通了！还有吗？有", ["桥通了。", "路也通了！", "还有吗？", "有"]),
        ("桥通了\n路也通了", ["桥通了", "路也通了"]),
        ("他说：“桥通了。”路也通了。", ["他说：“桥通了。”", "路也通了。"]),
        ("Is it open? Yes! It is.", ["Is it open?", "Yes!", "It is."]),
        ("It cost 3.5 million. It opened.", ["It cost 3.5 million.", "It opened."]),
        ("请看a.b!c文件。", ["请看a.b!c文件。"]),
        ("桥还没有通…… 路通了。", ["桥还没有通……", "路通了。"]),
        ("。。\n！", []),
    ],
)
def test_where_a_sentence_ends(text: str, sentences: list[str]) -> None:
    assert split(text) == split(text, 100) == sentences


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("## 桥通了。", "桥通了。"),
        ("> 桥通了。", "桥通了。"),
        ("- 桥通了。", "桥通了。"),
        ("1. 桥通了。", "桥通了。"),
        ("2、桥通了。", "桥通了。"),
        ("（3）桥通了。", "桥通了。"),
        ("1.5公里通了。", "1.5公里通了。"),
        ("**桥**和`路`~~都~~*通*__了__。", "桥和路都通了。"),
        ("桥\u200b通\u202e了\x07\ue000。", "桥通了。"),
        ("桥  通了 。", "桥 通了。"),
    ],
)
def test_list_marks_emphasis_and_what_nobody_sees_are_dropped(text: str, plain: str) -> None:
    assert said(text) == MarkedSentence(plain)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("桥通了。(1)", (1,)), ("桥通了。①②", (1, 2)), ("桥通了[3]。(1) (2)", (3, 1, 2)),
        ("桥通了(1)，路也通了。", (1,)),
        ("桥通了[1-3]。", (1, 2, 3)), ("桥通了[1至3]。", (1, 2, 3)), ("桥通了[3-1]。", ()),
        ("桥通了[1][1]。", (1,)), ("桥通了（1）又断了。", ()), ("桥通了，见图：（1）。", ()),
    ],
)  # fmt: skip
def test_the_numbers_of_a_sentence(text: str, numbers: tuple[int, ...]) -> None:
    assert said(text).numbers == numbers


def test_a_range_is_read_up_to_twenty_further() -> None:
    assert numbers_of("[1-21]") == tuple(range(1, 22))
    assert numbers_of("[1-9999]") == tuple(range(1, 22))


def test_a_marker_at_the_head_of_a_line_is_that_line_s_however_the_stream_is_cut() -> None:
    for pieces in (["桥通了\n[1]路修了"], ["桥通了\n", "[1]", "路修了"]):
        splitter = Splitter()
        told = [s for piece in pieces for s in splitter.feed(piece)] + splitter.close()
        assert [(s.text, s.numbers) for s in told] == [("桥通了", ()), ("路修了", (1,))]


def test_a_sentence_waits_for_what_may_be_its_marker() -> None:
    for piece in ("[", "[1", "（1", "<s", "<sup>1", "^"):
        splitter = Splitter()
        assert splitter.feed(f"桥通了。{piece}") == []
    for piece in ("[这是一个说明，它太长了，不会是标记的", "[1]路", "路"):
        assert [s.text for s in Splitter().feed(f"桥通了。{piece}")] == ["桥通了。"]
    assert [s.text for s in Splitter().feed("桥通了\n[")] == ["桥通了"]
