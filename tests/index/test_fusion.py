"""How the legs of the search and what a hit holds are put together, worked out by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from index import Hit, Passage, Retriever
from index.embedding.embedder import Vectors
from index.gloss import Gloss
from index.retrieve import GLOSSED, by_closeness, by_gloss, collapse
from index.store.base import Candidate

TERMS = {"机器": 1.0, "企业": 1.0}


def hit(text: str, score: float = 0.0, *, heading: str = "", source: str = "a.txt") -> Hit:
    passage = Passage(source + text, source, source, text, 0, len(text), (), heading)
    return Hit(passage, score)


class Embedder:
    """A model of any name whose vectors nobody looks at."""

    dimension = 2

    def __init__(self, name: str) -> None:
        self.name = name

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.ones((len(texts), 2), np.float32)


@dataclass
class Snapshot:
    """Finds passages with these scores of both legs, and keeps how many were asked for."""

    embedder: str
    found: dict[str, tuple[float, float]]
    asked: list[int] = field(default_factory=list)
    vectors: list[Vectors | None] = field(default_factory=list)

    def candidates(
        self,
        vector: Vectors | None,
        terms: Mapping[str, float],  # noqa: ARG002
        *,
        k: int,
        sources: Collection[str],  # noqa: ARG002
    ) -> list[Candidate]:
        self.asked.append(k)
        self.vectors.append(vector)
        return [Candidate(i, *scores) for i, scores in enumerate(self.found.values())]

    def passages(self, keys: Sequence[int]) -> dict[int, Passage]:
        texts = list(self.found)
        return {key: hit(texts[key]).passage for key in keys}


@pytest.mark.parametrize(
    ("name", "dense", "score"),
    [
        ("hash-64", 0.5, 0.25),  # n-grams repeat what BM25 says
        ("youju-1", 0.8, 0.25 + 0.3),
        ("other/model", 0.5, 0.25 + 0.15),
        ("e5-small", 0.9, 0.25 + 0.3),  # the encoder's vectors all lie in one corner
    ],
)
def test_the_cosine_counts_by_the_model(name: str, dense: float, score: float) -> None:
    snapshot = Snapshot(name, {"。": (0.25, dense)})
    (found,) = Retriever(Embedder(name)).retrieve(snapshot, "机器")  # type: ignore[arg-type]
    assert found.score == pytest.approx(score)
    assert (snapshot.vectors[0] is None) is (name == "hash-64")


def test_a_query_in_another_language_goes_by_the_cosine_and_by_its_words() -> None:
    snapshot = Snapshot(
        "e5-small", {"袁锋到任。": (0.0, 0.85), "甲。": (0.0, 0.9), "乙。": (1.0, 0.8)}
    )
    retriever = Retriever(Embedder("e5-small"))
    found = retriever.retrieve(snapshot, "Where does Yuan Feng work?")  # type: ignore[arg-type]
    scores = {h.passage.text: h.score for h in found}
    named = GLOSSED * Gloss("Where does Yuan Feng work?").share("袁锋到任。")
    assert scores == pytest.approx({"袁锋到任。": 0.4 + named, "甲。": 0.8, "乙。": 1.0})
    assert named > 1
    retriever.retrieve(snapshot, "袁锋在哪里工作？")  # type: ignore[arg-type]
    assert snapshot.asked == [200, 50]


def test_the_encoder_leaves_comparing_words_to_the_table() -> None:
    snapshot = Snapshot(
        "e5-small", {"全市高校共有70所。": (0.0, 0.8), "全市公园共有70座。": (0.0, 0.8)}
    )
    found = Retriever(Embedder("e5-small")).retrieve(snapshot, "大学")  # type: ignore[arg-type]
    assert found[0].passage.text == "全市高校共有70所。"
    assert found[0].score > 0


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        # both in one sentence, and in two that follow each other; and not further apart
        (hit("机器企业。甲。乙。丙。"), hit("机器。甲。乙。企业。")),
        (hit("机器。企业。甲。乙。"), hit("机器。甲。企业。乙。")),
        # at all, in the heading, and whole
        (hit("机器。甲。乙。企业。"), hit("机器。甲。乙。丙。")),
        (hit("机器。", heading="企业"), hit("机器。")),
        # the rarer one
        (hit("机器。"), hit("的。")),
    ],
)
def test_what_a_hit_holds_close_together_and_at_all(better: Hit, worse: Hit) -> None:
    terms = TERMS if "的" not in worse.passage.text else {"机器": 1.0, "的": 1.0}
    raised = by_closeness([worse, better], terms)
    assert [h.passage for h in raised] == [better.passage, worse.passage]
    assert raised[0].score > raised[1].score
    assert raised[0].score <= 1.25


def test_a_number_is_found_however_it_is_grouped() -> None:
    found = {h.passage.text: h.score for h in by_closeness(
        [hit("共1,096个。"), hit("共1096个。"), hit("共1096.5个。")], {"1096": 1.0}
    )}  # fmt: skip
    assert found == {"共1,096个。": 1.25, "共1096个。": 1.25, "共1096.5个。": 0.0}


def test_names_in_latin_letters_raise_what_may_hold_them() -> None:
    named, headed, none = hit("袁锋到任。"), hit("他到任。", heading="袁锋"), hit("他到任。", 0.5)
    raised = by_gloss([none, named, headed], Gloss("Who is Yuan Feng?"))
    assert [h.score for h in raised] == [GLOSSED, GLOSSED, 0.5]
    assert by_gloss([none, named], Gloss("who is it?")) == [none, named]


LONG = "湖滨绿道昨天上午正式开放，沿线设有驿站和凉亭，方便附近的市民休息和补水，园林局还会继续种树、修路、装灯。"


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        (LONG.replace("昨天上午", "昨日"), 1),
        (LONG[:30] + "全长比原先说的多了一倍，投资也多了一倍还不止呢。", 2),
        (LONG[::-1], 2),  # the same characters
        (LONG + "".join(map(chr, range(0x4E00, 0x4E50))), 2),  # much longer: it says more
        (LONG + "全长12公里。", 1),  # a figure more
    ],
)
def test_the_same_text_is_kept_once(other: str, kept: int) -> None:
    assert len(collapse([hit(LONG, 2), hit(other, 1, source="b.txt")], 9)) == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [("12.5公里", "5.12公里"), ("1,200米", "1,300米"), ("二十里", "三十里"), ("三月", "五月")],
)
def test_other_figures_are_no_reprint(one: str, other: str) -> None:
    first, second = (hit(f"{LONG}绿道{told}。", source=told) for told in (one, other))
    assert collapse([first, second], 9) == [first, second]
