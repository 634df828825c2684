"""Invariants 1 to 3: quotes are verbatim, numbers resolve, unsupported claims are cut."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article, Block, Source
from index.pages.articles import split
from server.stages import Stages
from server.verify.composition import Composition
from server.verify.drafts import Draft, Place
from server.verify.gate import Gate, support
from server.verify.witnesses import Witnesses

TEXT = "# 渝北区软件业\n\n今年上半年，渝北区新增软件企业 376 家，新增软件业务收入 34.5 亿元。\n"
SOURCE = Source("yubei.txt", TEXT, hashlib.sha256(TEXT.encode()).hexdigest())


def _article() -> Article:
    (article,) = split(SOURCE)
    return article


def _place(piece: str) -> Place:
    article = _article()
    start = article.text.index(piece)
    return Place(article, "p1", start, start + len(piece))


def _cite(*drafts: Draft, source: Source | None = SOURCE) -> Composition:
    known = {source.name: source} if source else {}
    answer = Composition(Gate(known.get, lambda: Witnesses((), NoArticles())), Stages())
    list(answer.add(drafts))
    return answer


class NoArticles:
    def article(self, article_id: str) -> Article:
        raise AssertionError(article_id)


def test_a_quote_is_the_source_text_at_its_span() -> None:
    cited = _cite(Draft("渝北区新增软件企业376家。", (_place("渝北区新增软件企业376家"),)))
    (citation,) = cited.citations
    assert TEXT[citation.start : citation.end] == citation.quote == "渝北区新增软件企业 376 家"
    assert citation.sha256 == SOURCE.sha256
    assert cited.text == "渝北区新增软件企业376家。[1]"


@pytest.mark.parametrize(
    "claim",
    [
        "渝北区新增软件企业377家。",
        "渝北区新增软件企业376万家。",
        "渝北区新增软件业务收入376亿元。",
        "2022年渝北区新增软件企业376家。",
        "这里没有一个字相同",
    ],
)
def test_a_claim_that_its_quote_does_not_bear_is_cut(claim: str) -> None:
    cited = _cite(Draft(claim, (_place("今年上半年，渝北区新增软件企业376家"),)))
    assert (cited.claims, cited.citations) == ([], ())


def test_the_same_place_keeps_its_number() -> None:
    place = _place("渝北区新增软件企业376家")
    cited = _cite(
        Draft("渝北区新增软件企业376家。", (place,)),
        Draft("新增软件业务收入34.5亿元。", (_place("新增软件业务收入34.5亿元"),)),
        Draft("新增软件企业376家。", (place,)),
    )
    assert [claim.citations for claim in cited.claims] == [(1,), (2,), (1,)]
    assert [citation.number for citation in cited.citations] == [1, 2]


def test_a_source_that_is_gone_is_not_cited() -> None:
    draft = Draft("渝北区新增软件企业376家。", (_place("渝北区新增软件企业376家"),))
    cited = _cite(draft, source=None)
    assert (cited.claims, cited.citations) == ([], ())


def test_a_claim_across_joined_columns_cites_both_pieces() -> None:
    text = "区出货量达8.4万套。中间是别的文章，" + "占位" * 40 + "。2025年，该"
    head, tail = text.index("2025"), text.index("区出货")
    clean = text[head:] + text[tail : tail + 11]
    import numpy as np

    offsets = np.array([*range(head, len(text)), *range(tail, tail + 11)], dtype=np.int32)
    article = Article("a", "t", clean, offsets, (Block("paragraph", 0, len(clean)),))
    source = Source("t", text, "x")
    place = Place(article, "p", 0, len(clean))
    cited = _cite(Draft(clean, (place,)), source=source)
    assert [c.quote for c in cited.citations] == ["2025年，该", "区出货量达8.4万套。"]
    assert cited.claims[0].support == "full"


@settings(deadline=None)  # the first odd text loads a dictionary
@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=3))
def test_support_never_fails_and_never_rests_on_nothing(claim: str, quotes: list[str]) -> None:
    assert support(claim, quotes) in {"full", "partial", "none"}
    assert support("新增377家。", []) == "none"
