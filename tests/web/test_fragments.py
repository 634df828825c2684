"""Answers as a page shows them: citations, what was put in, and the words that answer."""

from __future__ import annotations

from typing import Any

from server.chat.fragments import answer_fragments


def answer(text: str, claims: list[dict[str, Any]]) -> dict[str, Any]:
    return {"answer": text, "claims": claims, "citations": [{"number": 1}, {"number": 2}]}


def claim(text: str, *emphasis: tuple[int, int], support: str = "full") -> dict[str, Any]:
    return {"text": text, "support": support, "emphasis": list(emphasis)}


def shown(found: dict[str, Any]) -> list[object]:
    """Each piece as its text: stressed *so*, put in {so}; a citation as its number."""
    said: list[object] = []
    for piece in answer_fragments(found)[0]:
        text = f"*{piece.text}*" if piece.stressed else piece.text
        said.append(
            piece.citation["number"]
            if piece.citation
            else f"{{{text}}}"
            if piece.inserted
            else text
        )
    return said


def test_the_words_that_answer_are_stressed() -> None:
    text = "全市有106家企业。"
    assert shown(answer(f"{text}[1]", [claim(text, (3, 7))])) == ["全市有", "*106家*", "企业。", 1]


def test_words_are_stressed_in_their_own_claim_only() -> None:
    claims = [claim("甲有3家。", (2, 4)), claim("乙也有3家。")]
    assert shown(answer("甲有3家。[1]乙也有3家。[2]", claims)) == [
        "甲有",
        "*3家*",
        "。",
        1,
        "乙也有3家。",
        2,
    ]


def test_what_was_put_in_stands_apart_beside_what_is_stressed() -> None:
    text = "该区〔渝北区〕有3家。"
    assert shown(answer(f"{text}[1]", [claim(text, (8, 10))])) == [
        "该区",
        "{〔渝北区〕}",
        "有",
        "*3家*",
        "。",
        1,
    ]


def test_an_answer_kept_from_before_emphasis_is_shown() -> None:
    old = {"text": "甲。", "support": "partial"}
    assert [p.support for p in answer_fragments(answer("甲。[1]", [old]))[0]] == [
        "partial",
        "partial",
    ]


def test_the_last_piece_of_a_sentence_that_stands_apart_says_so() -> None:
    apart = claim("甲有3家。") | {"joined": [1, 2]}
    (line,) = answer_fragments(answer("甲有3家。[1][2]乙没有。[1]", [apart, claim("乙没有。")]))
    assert [p.joined for p in line if p.citation] == [0, 2, 0]


def lines(text: str, *labels: str) -> list[str]:
    found = answer(text, [claim("甲。") | {"label": label} for label in labels])
    found["citations"].append({"number": 3})
    return [
        "".join(p.text or str(p.citation and p.citation["number"]) for p in line)
        for line in answer_fragments(found)
    ]


def test_from_three_sentences_up_each_has_its_line() -> None:
    assert lines("甲。[1]乙。[2]") == ["甲。1乙。2"]
    assert lines("甲。[1]乙。[2][1]丙。[3]") == ["甲。1", "乙。21", "丙。3"]
    assert lines("甲。[1]乙。[2]\n没有说到丙。") == ["甲。1乙。2", "没有说到丙。"]


def test_a_label_stands_apart_from_its_claim() -> None:
    found = answer("问的：甲。[1]", [claim("甲。") | {"label": "问的"}])
    assert [(p.text, p.label) for p in answer_fragments(found)[0]][:2] == [
        ("问的：", True),
        ("甲。", False),
    ]


def test_behind_a_long_sentence_a_new_line_begins() -> None:
    long, short = "长" * 59 + "。", "短句。"
    for text, lines in ((f"{long}[1]{short}[2]", 2), (f"{short}[1]{long}[2]", 1)):
        found = answer(text, [claim(long), claim(short)])
        assert len(answer_fragments(found)) == lines
