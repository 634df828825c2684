"""Passages come in the order in which their best sentences answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Library, Retriever, load_embedder
from server.evidence.find import Search
from server.question.understanding import understand

# Both articles say 大桥 and 通车; the first says it often, only the second says when.
OFTEN = "大桥通车\n\n大桥通车，大桥通车的消息传来，大桥两岸盼着大桥通车。人们说大桥通车是好事。\n"
ANSWERS = "两岸连通\n\n经过五年建设，大桥于2024年5月1日通车。货车从此不必绕行。\n"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "a.txt").write_text(OFTEN, encoding="utf-8")
    (tmp_path / "b.txt").write_text(ANSWERS, encoding="utf-8")
    library = Library(tmp_path / "library", embedder=load_embedder("builtin"))
    library.update([tmp_path / "a.txt", tmp_path / "b.txt"])
    return library


def test_the_passage_with_the_answer_comes_first(library: Library) -> None:
    found = Search(library).find(understand("大桥哪一天通车？"))
    assert found.hits[0].passage.source == "b.txt"
    assert [hit.score for hit in found.hits] == sorted((h.score for h in found.hits), reverse=True)


def test_sentences_outside_the_first_hits_are_not_used(library: Library) -> None:
    asked = understand("大桥哪一天通车？")
    found = Search(library).find(asked, k=1)
    kept = {hit.passage.id for hit in found.hits}
    assert len(kept) == 1
    assert {s.passage.id for s in found.sentences} == kept
    assert {r.sentence.passage.id for r in found.ranked[asked.parts[0]]} == kept


class Backwards:
    """A reranker that turns the order around."""

    def rerank(self, _query: str, hits: list) -> list:  # type: ignore[type-arg]
        return list(reversed(hits))


def test_the_order_of_a_chosen_reranker_is_kept(library: Library) -> None:
    asked = understand("大桥哪一天通车？")
    plain = Retriever(library.embedder).retrieve(library.snapshot(), asked.text)
    reranked = Retriever(library.embedder, reranker=Backwards())
    found = Search(library, reranked).find(asked)
    assert [h.passage.id for h in found.hits] == [h.passage.id for h in reversed(plain)]
