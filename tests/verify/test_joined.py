"""A sentence that was put together from two places of its source is marked as such."""

from __future__ import annotations

import numpy as np
import pytest

from index import Article, Block, Source
from index.pages.articles import split
from server.chat.export import markdown
from server.records import Answer as Whole
from server.records import Citation, Claim, answer_dict
from server.verify.drafts import Draft, Place
from server.verify.gate import Gate

FAR = "湖区今年新修了三条灌溉" + "山前公园的桃花开了，游人比去年多。" * 6 + "水渠，总长十二公里。"
SENTENCE = "湖区今年新修了三条灌溉水渠，总长十二公里。"


def mended(kind: str = "paragraph") -> tuple[Source, Article]:
    """An article in which the first and the last words of a source are one sentence."""
    source = Source("a.txt", FAR, "")
    places = [FAR.index("湖") + i for i in range(11)]
    places += [FAR.index("水渠") + i for i in range(len(SENTENCE) - 11)]
    block = Block(kind, 0, len(SENTENCE))
    offsets = np.array(places, dtype=np.int32)
    return source, Article("a/0", "a.txt", SENTENCE, offsets, (block,))


def checked(source: Source, article: Article) -> tuple[Claim, list[Citation]]:
    gate = Gate({source.name: source}.get, lambda: pytest.fail("nothing is sought"))
    start = article.text.index("湖区")
    stop = article.text.index("。", start) + 1
    place = Place(article, "p", start, stop)
    claim = gate.check(Draft(place.text, (place,)))
    assert claim is not None
    return claim, gate.citations


def test_the_pieces_of_a_sentence_are_told() -> None:
    claim, citations = checked(*mended())
    assert claim.joined == claim.citations == (1, 2)
    assert [c.quote for c in citations] == [SENTENCE[:11], SENTENCE[11:]]


def test_a_row_of_a_table_is_said_with_its_headers_and_is_no_such_sentence() -> None:
    claim, _ = checked(*mended("row"))
    assert claim.joined == ()


def test_markup_inside_a_sentence_parts_nothing() -> None:
    link = f"[灌溉](http://example.org/{'x' * 90})"
    source = Source("a.md", SENTENCE.replace("灌溉", link), "", format="md")
    (article,) = split(source)
    claim, citations = checked(source, article)
    assert len(citations) > 1
    assert claim.joined == ()


def test_json_page_and_export_say_it() -> None:
    claim, citations = checked(*mended())
    text = f"{claim.text}[1][2]"
    whole = Whole("i", "c", "问？", "问？", text, claims=(claim,), citations=tuple(citations))
    told = answer_dict(whole) | {"changed": []}
    assert told["claims"][0]["joined"] == [1, 2]
    found = {"title": "话", "turns": [told]}
    assert f"{SENTENCE}[^1-1][^1-2]（原文分在2处）" in markdown(found, lambda _, c: c["quote"])
