"""Markup inside a quote: a claim is compared with what the article reads, on both sides alike."""

from __future__ import annotations

import hashlib

import pytest

from index import Article, Hit, Source
from index.pages.articles import split
from index.pages.passages import passages
from server.stages import Stages
from server.verify.composition import Composition
from server.verify.drafts import Draft, Place
from server.verify.gate import Gate
from server.verify.witnesses import Witnesses

SENTENCE = "青石站昨日降雨量为45毫米，影响面积约3.5平方公里。"
FALSE = "青石站昨日降雨量为54毫米，影响面积约3.5平方公里。"

HTML = [
    "<p>青石站昨日降雨量为<b>45</b>毫米，影响面积约<em>3.5</em>平方公里。</p>",
    "<p>青石站昨日降雨量为<span class='n'>4</span><span>5</span>毫米，影响面积约3<i>.</i>5平方公里。</p>",
    "<p>青石站昨日降雨量为&#52;5毫米&#xff0c;影响面积约3&period;5平方公里。</p>",
    "<p>青石站昨日降雨量为&nbsp;45&nbsp;毫米，影响面积约3.5<wbr>平方公里。</p>",
    '<p>青石站昨日降雨量为<a href="/r?a=1&b=2" title="45>44">45毫米</a>，影响面积约3.5平方公里。</p>',
    "<p>青石站<!-- 44 -->昨日降雨量为<code>45</code>毫米，影响面积约3.5平方公里。</p>",
    "<p>青石站昨日\n降雨量为<strong><u>45</u></strong>毫米，<font color=red>影响面积</font>约3.5平方公里。</p>",
]
MARKDOWN = [
    "青石站昨日降雨量为**45**毫米，影响面积约**3.5**平方公里。",
    "青石站昨日降雨量为*45*毫米，影响面积约__3.5__平方公里。",
    "青石站昨日降雨量为**45毫米**，影响面积约3\\.5平方公里[^1]。\n\n[^1]: 初步统计。",
    "| 站 | 雨情 |\n|---|---|\n| 一 | 青石站昨日降雨量为**45**毫米，影响面积约3.5平方公里。 |",
    "> 青石站昨日降雨量为<b>45</b>毫米，影响面积约[3.5][r]平方公里。\n\n[r]: http://a.example",
    "青石站昨日降雨量为`45`毫米，影响面积约``3.5``平方公里。",
    "青石站昨日降雨量为[45](https://a.example/r)毫米，影响面积约3.5平方公里。",
]


def split_one(text: str, format: str) -> tuple[Source, Article]:
    source = Source(f"a.{format}", text, hashlib.sha256(text.encode()).hexdigest(), format=format)
    (article,) = split(source)
    return source, article


class Articles:
    """One article."""

    def __init__(self, article: Article) -> None:
        self._article = article

    def article(self, article_id: str) -> Article:
        assert article_id == self._article.id
        return self._article


def gate(source: Source, article: Article) -> Gate:
    hits = [Hit(passage, 1.0) for passage in passages(article)]
    return Gate({source.name: source}.get, lambda: Witnesses(hits, Articles(article)))


def cited(source: Source, article: Article, claim: str) -> Composition:
    start = article.text.index("青石站昨日")
    place = Place(article, "p", start, article.text.index("。", start) + 1)
    answer = Composition(gate(source, article), Stages())
    list(answer.add([Draft(claim, (place,))]))
    return answer


CASES = [("html", text) for text in HTML] + [("md", text) for text in MARKDOWN]


@pytest.mark.parametrize(("format", "text"), CASES)
def test_markup_beside_a_number_takes_nothing_from_a_claim(format: str, text: str) -> None:
    source, article = split_one(text, format)
    found = cited(source, article, SENTENCE)
    assert [claim.support for claim in found.claims] == ["full"]
    for citation in found.citations:
        assert source.text[citation.start : citation.end] == citation.quote
    assert cited(source, article, FALSE).claims == []


@pytest.mark.parametrize(("format", "text"), CASES)
def test_what_a_model_says_is_compared_in_the_same_form(format: str, text: str) -> None:
    source, article = split_one(text, format)
    checking = gate(source, article)
    claim = checking.check(Draft("青石站昨日降雨量为45毫米。"))
    assert claim is not None
    assert claim.support == "full"
    assert checking.check(Draft("青石站昨日降雨量为54毫米。")) is None


@pytest.mark.parametrize("changed", ["青石站昨日降雨量为**46**毫米", "青石站昨日", ""])
def test_a_source_that_no_longer_says_it_is_not_cited(changed: str) -> None:
    source, article = split_one("青石站昨日降雨量为**45**毫米。", "md")
    now = Source(source.name, changed, "other", format="md")
    found = cited(now, article, "青石站昨日降雨量为45毫米。")
    assert (found.claims, found.citations) == ([], ())
