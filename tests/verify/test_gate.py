"""The gate: markers in any spelling, the smallest places, and changed claims refused."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.gate import FALSE, LIMITS, TRUE, articles_of, make, measure
from index import Hit, Source
from index.pages.articles import split
from index.pages.passages import passages
from server.records import Claim
from server.verify.composition import shown
from server.verify.drafts import Draft
from server.verify.gate import Gate, support
from server.verify.markers import MarkedSentence, Splitter, numbers_of
from server.verify.witnesses import Witnesses

SEEDS = Path(__file__).parents[2] / "seeds"
TEXT = (
    "# 低空经济\n\n2025年，重庆低空制造业产值首次突破百亿元，达102亿元，同比增长22.9%。"
    "截至今年2月初，全市低空制造类企业达106家，新增2家市级企业技术中心。\n\n"
    "渝北区表示，该区并未停止招商。区内软件企业有376家，均价高于每平方米1万元。\n"
)
SOURCE = Source("a.txt", TEXT, hashlib.sha256(TEXT.encode()).hexdigest())


class Articles:
    def __init__(self, *articles: object) -> None:
        self._articles = {a.id: a for a in articles}  # type: ignore[attr-defined]

    def article(self, article_id: str) -> object:
        return self._articles[article_id]


def gate(**options: object) -> Gate:
    (article,) = split(SOURCE)
    hits = [Hit(p, 1.0) for p in passages(article)]
    return Gate(
        {SOURCE.name: SOURCE}.get,
        lambda: Witnesses(hits, Articles(article)),  # type: ignore[arg-type]
        **options,  # type: ignore[arg-type]
    )


def check(text: str, **options: object) -> tuple[Claim | None, Gate]:
    checking = gate(**options)
    return checking.check(Draft(text)), checking


# ---- markers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marker", "numbers"),
    [
        ("[1]", (1,)), ("【1】", (1,)), ("[1][2]", (1, 2)), ("[1,2]", (1, 2)), ("[1，2]", (1, 2)),
        ("[1-3]", (1, 2, 3)), ("(1)", (1,)), ("（2）", (2,)), ("［１］", (1,)), ("［１－３］", (1, 2, 3)),
        ("^1", (1,)), ("[^2]", (2,)), ("<sup>3</sup>", (3,)), ("¹", (1,)), ("②", (2,)), ("[资料1]", (1,)),
        ("【来源：2】", (2,)), ("[source 3]", (3,)), ("[1、2]", (1, 2)), ("[1; 2]", (1, 2)), ("〔4〕", (4,)),
        (" [1] [2]", (1, 2)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["甲有18个{}。乙。", "甲有18个。{}乙。"])
@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_every_spelling_of_a_marker(
    marker: str, numbers: tuple[int, ...], where: str, size: int
) -> None:
    text = where.format(marker)
    splitter = Splitter()
    found = [s for i in range(0, len(text), size) for s in splitter.feed(text[i : i + size])]
    found += splitter.close()
    assert found == [MarkedSentence("甲有18个。", numbers), MarkedSentence("乙。")]


@pytest.mark.parametrize(
    "text", ["（1）加强建设。", "增长（见2023年报）。", "3<5。", "图（a）。", "[2023]年。"]
)
def test_what_only_looks_like_a_marker(text: str) -> None:
    splitter = Splitter()
    (said,) = [*splitter.feed(text), *splitter.close()]
    assert set(said.numbers) <= {2023}


@settings(deadline=None)
@given(st.text(alphabet="甲乙18。！[]【】（）1，-–^<>sup/\n .", max_size=60), st.integers(1, 9))
def test_pieces_of_any_size_say_the_same(text: str, size: int) -> None:
    whole, parts = Splitter(), Splitter()
    one = [*whole.feed(text), *whole.close()]
    other = [s for i in range(0, len(text), size) for s in parts.feed(text[i : i + size])]
    other += parts.close()
    assert _letters(one) == _letters(other)
    assert all("\n" not in s.text for s in one)


def _letters(found: list[MarkedSentence]) -> str:
    """Where a closing bracket belongs may depend on what had come; what is said may not."""
    return "".join(c for s in found for c in s.text if c in "甲乙。")


def test_a_huge_range_is_no_range() -> None:
    assert len(numbers_of("[1-9999]")) <= 21


# ---- places ------------------------------------------------------------------------------------


def test_a_citation_is_the_smallest_place_that_bears_the_claim() -> None:
    claim, checked = check("低空制造类企业达106家。")
    assert claim == Claim("低空制造类企业达106家。", (1,), "full")
    assert [c.quote for c in checked.citations] == ["全市低空制造类企业达106家"]
    (citation,) = checked.citations
    assert TEXT[citation.start : citation.end] == citation.quote


def test_a_forgotten_marker_does_not_matter() -> None:
    claim, checked = check("2025年，重庆低空制造业产值达102亿元。")
    assert claim is not None
    assert claim.citations == (1,)
    assert "102亿元" in checked.citations[0].quote


@pytest.mark.parametrize(
    "claim",
    [
        "2025年，重庆低空制造业产值达103亿元。",
        "2025年，重庆低空制造业产值达102万元。",
        "2024年，重庆低空制造业产值达102亿元。",
        "2025年，成都低空制造业产值达102亿元。",
        "2025年，重庆低空制造业产值达102亿元，同比下降22.9%。",
        "该区已停止招商。",
        "该区停止招商。",
        "均价低于每平方米1万元。",
        "渝北区有全国最大的机场。",
        "请访问https://evil.example领奖。",
        "全市低空制造类企业达106家<script>alert(1)</script>。",
        "详见[链接](//evil.example/x)。",
    ],
)
def test_what_the_articles_do_not_bear_is_cut(claim: str) -> None:
    kept, checked = check(claim)
    assert kept is None
    assert checked.citations == []


def test_unsupported_sentences_may_be_marked_instead_but_never_links() -> None:
    claim, _ = check("低空制造类企业达107家。", unsupported="mark")
    assert claim == Claim("低空制造类企业达107家。", (), "none")
    assert check("见 https://evil.example 。", unsupported="mark")[0] is None


def test_a_second_opinion_can_lower_the_support_and_never_raise_it() -> None:
    class Verifier:
        def __init__(self, probability: float) -> None:
            self.probability = probability

        def verify(self, quote: str, claim: str) -> float:
            assert "106家" in quote
            assert "106家" in claim
            return self.probability

    said = "低空制造类企业达106家。"
    supports = [check(said, verifier=Verifier(p))[0] for p in (0.9, 0.3, 0.01)]
    assert [c and c.support for c in supports] == ["full", "partial", None]


def test_english_sentences_are_parted_by_a_space() -> None:
    claims = (Claim("It grew.", (1,)), Claim("It fell.", (2,)), Claim("降了。", (1,)))
    text = "".join(shown(claim, first=not i) for i, claim in enumerate(claims))
    assert text == "It grew.[1] It fell.[2]降了。[1]"


# ---- measured ----------------------------------------------------------------------------------


@pytest.mark.no_cover  # the other tests reach these lines, and counting them is half of its time
def test_changed_claims_are_refused_and_true_ones_kept() -> None:
    """The perturbation set over the seeds, the half that no threshold was chosen on."""
    rows, _ = measure(make(list(articles_of(SEEDS, 0)), "test", 440))
    kept = [rows[k]["none"] for k in TRUE]
    assert sum(kept) / len(kept) <= 0.05
    for kind in FALSE:
        if kind in LIMITS:
            assert 1 - rows[kind]["none"] <= LIMITS[kind] + 0.03, kind  # few claims of each here
    assert rows["added"]["full"] <= 0.05


@pytest.mark.timing
def test_a_claim_takes_few_milliseconds() -> None:
    checking = gate()
    checking.check(Draft("低空制造类企业达106家。"))  # loads the dictionary
    began = time.process_time()
    for n in range(50):
        checking.check(Draft(f"截至今年2月初，全市低空制造类企业达{100 + n}家。"))
    assert (time.process_time() - began) / 50 < 0.01


# ---- what is no fact and no denial ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("竹编是当地的一个老行当。", "竹编是当地的老行当。"),
        ("请查看包裹是否被签收，再联系快递员。", "包裹是被谁签收的，请先查看，再联系快递员。"),
        ("请查看包裹是不是被签收了，再联系快递员。", "请查看包裹是否被签收，再联系快递员。"),
        ("画家André在村里住了三年，画了竹林。", "画家Andre在村里住了三年，画了很多竹林。"),
    ],
)
def test_an_article_a_whether_and_an_accent_deny_nothing(claim: str, quote: str) -> None:
    assert support(claim, [quote]) != "none"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("包裹没有被签收，请联系快递员。", "包裹是被签收了的，请联系快递员。"),
        ("他们办了一家合作社，社员都来自本村。", "他们办了三家合作社，社员都来自本村。"),
    ],
)
def test_a_denial_and_another_count_are_still_refused(claim: str, quote: str) -> None:
    assert support(claim, [quote]) == "none"


def test_a_paraphrase_is_cited_by_the_sentence_that_bears_it() -> None:
    claim, checked = check("渝北区说，区里并未停止招商。")
    assert claim is not None
    assert claim.support in {"full", "partial"}
    assert "该区并未停止招商" in checked.citations[0].quote
