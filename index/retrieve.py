"""Query to hits: analyse, embed, search, fuse, collapse near-duplicates, rerank."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from index.analysis import fold, query_terms
from index.background import background
from index.embedding.choice import TABLE, family, is_multilingual, mismatch
from index.embedding.embedder import Embedder, WordEmbedder, embed_query
from index.embedding.load import load_embedder
from index.gloss import Gloss
from index.records import Hit
from index.reranking.reranker import Reranker
from index.snapshot import Snapshot
from index.store.base import Vectors

#: Candidates taken from each leg before fusion.
CANDIDATES = 50
#: The same for a query in another language than the articles, among which names are looked for.
CANDIDATES_ABROAD = 200

#: Two hits are the same text when they share this part of the shorter one's shingles.
SAME_TEXT = 0.8
_SHINGLE = 6

#: How much it counts that the query's terms lie close together, and in how many sentences.
CLOSENESS = 0.625
WINDOW = 2
#: How much the share of the query's terms counts that a passage and its heading hold at all.
COVERAGE = 0.625
#: How much it counts that a passage says the query's words or near ones. Over the news: the article
#: that answers among the first five for 0.918 of 780 questions instead of 0.910, and first for
#: 0.705 instead of 0.686; no worse on 609 others.
NEARNESS = 0.625

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_HAS_ASCII = re.compile(r"[0-9a-z]")
_GROUPING = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")

#: How much the cosine counts, by the embedder's name up to the first hyphen, colon or slash.
#: Measured on 2,212 hand-written questions over 68,798 articles: the built-in words' means raise
#: the evidence in the first five from 0.71 to 0.75, most where a question uses other words than
#: the article; hashed n-grams only repeat BM25. Unknown models get the default. The encoder's
#: weight is a plateau from 2 to 3 over 300 questions (seeds, office documents, other documents).
DENSE_WEIGHTS = {"hash": 0.0, "youju": 0.375, "e5": 3.0}
DEFAULT_DENSE_WEIGHT = 0.3
#: The cosine of two texts that have nothing to do with each other: 0, but for the encoder, whose
#: vectors all lie in one corner. Taken away, so that a hit's score means the same whatever embeds.
ORIGINS = {"e5": 0.8}
#: The same for a query without a Chinese character, where the embedder knows many languages.
ABROAD = 8.0
#: How much it counts what share of such a query a passage says in Chinese words. Over 990 passages the
#: evidence is among the first five for 0.89 of 140 English questions instead of 0.84.
GLOSSED = 8.0


@dataclass(frozen=True, slots=True)
class Sought:
    """A query as it is searched for.

    ``vector`` is a ``(d,)`` float32 unit vector, or None where the terms alone are searched for. ``gloss``
    are the Chinese words for a query in another language than the articles.
    """

    query: str
    terms: Mapping[str, float]
    vector: Vectors | None
    weight: float
    gloss: Gloss | None

    def finds_like(self, other: Sought) -> bool:
        """Whether both find the same: they may differ in marks that nothing is searched by."""
        if self.query == other.query:
            return True
        if self.gloss or other.gloss or self.terms != other.terms:
            return False
        return self.vector is other.vector or np.array_equal(self.vector, other.vector)  # type: ignore[arg-type]


class Retriever:
    """Finds the passages of a snapshot that may answer a query."""

    def __init__(
        self,
        embedder: Embedder,
        *,
        dense_weight: float | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self.embedder = embedder
        self.reranker = reranker
        self.dense_weight = _weight(embedder) if dense_weight is None else dense_weight
        self.multilingual = is_multilingual(embedder.name)

    @property
    def _is_table(self) -> bool:
        """Whether words are embedded by a table of Chinese ones, which knows no others."""
        return family(self.embedder.name) == "youju"

    @cached_property
    def _words(self) -> WordEmbedder | None:
        """What compares words with words: the built-in table stands in for the built-in encoder."""
        words = load_embedder(TABLE) if family(self.embedder.name) == "e5" else self.embedder
        return words if isinstance(words, WordEmbedder) else None

    def retrieve(
        self, snapshot: Snapshot, query: str, *, k: int = 10, sources: Collection[str] = ()
    ) -> list[Hit]:
        """Return up to ``k`` hits, best first; none when no word of the query is known.

        Raises: IndexMismatch, when the snapshot was built with another embedder.
        """
        (found,) = self.retrieve_each(snapshot, [query], k=k, sources=sources)
        return found

    def retrieve_each(
        self,
        snapshot: Snapshot,
        queries: Sequence[str],
        *,
        k: int = 10,
        sources: Collection[str] = (),
    ) -> list[list[Hit]]:
        """The hits of each query; queries that would find the same are searched for once.

        A question and its one part differ in a question mark: half of the search for nothing.
        Raises: IndexMismatch, when the snapshot was built with another embedder.
        """
        if snapshot.embedder != self.embedder.name:
            raise mismatch(snapshot.embedder, self.embedder.name)
        done: list[tuple[Sought, list[Hit]]] = []
        for sought in map(self._sought, queries):
            if not any(sought.finds_like(other) for other, _ in done):
                done.append((sought, self._find(snapshot, sought, k, sources)))
        return [hits for _, hits in done]

    def _sought(self, query: str) -> Sought:
        gloss = None if _CHINESE.search(query) else Gloss(query)
        weight = self.dense_weight
        if gloss and weight:
            weight = ABROAD if self.multilingual else 0.0 if self._is_table else weight
        vector = embed_query(self.embedder, query) if weight else None
        terms = query_terms(query) | (gloss.query() if gloss else {})
        return Sought(query, terms, vector, weight, gloss)

    def _find(
        self, snapshot: Snapshot, sought: Sought, k: int, sources: Collection[str]
    ) -> list[Hit]:
        query, terms = sought.query, sought.terms
        hits = fused(
            snapshot,
            sought.vector,
            terms,
            k=max(k, CANDIDATES_ABROAD if sought.gloss else CANDIDATES),
            sources=sources,
            dense_weight=sought.weight,
            origin=ORIGINS.get(family(self.embedder.name), 0.0),
        )
        hits = by_closeness(hits, terms)
        if sought.gloss:
            hits = by_gloss(hits, sought.gloss)
        elif sought.weight and self._words:
            hits = by_nearness(hits, query, self._words)
        if self.reranker is not None:
            hits = self.reranker.rerank(query, hits)
        return collapse(hits, k)


def _weight(embedder: Embedder) -> float:
    return DENSE_WEIGHTS.get(family(embedder.name), DEFAULT_DENSE_WEIGHT)


def fused(
    snapshot: Snapshot,
    vector: Vectors | None,
    terms: Mapping[str, float],
    *,
    k: int = CANDIDATES,
    sources: Collection[str] = (),
    dense_weight: float = DEFAULT_DENSE_WEIGHT,
    origin: float = 0.0,
) -> list[Hit]:
    """Return the ``k`` best passages, best first, by both legs together.

    Every candidate of either leg is scored by both; the score is lexical + dense_weight * (dense -
    origin).
    ``vector`` is the query's ``(d,)`` float32 unit vector, or None to go by the terms alone.

    Raises: IndexMismatch, when the vector has another dimension.
    """
    found = snapshot.candidates(vector, terms, k=max(k, CANDIDATES), sources=sources)
    passages = snapshot.passages([c.key for c in found])
    hits = [
        Hit(passages[c.key], c.lexical + dense_weight * (c.dense - origin), c.lexical, c.dense)
        for c in found
        if c.key in passages
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))[:k]


def by_closeness(hits: Sequence[Hit], terms: Mapping[str, float]) -> list[Hit]:
    """Raise the hits that hold much of the query, and close together; best first.

    Adds to each score ``CLOSENESS`` times the greatest share of the query's terms, by weight and
    background idf, that ``WINDOW`` neighbouring sentences hold, and ``COVERAGE`` times the share
    that the passage holds with its heading. BM25 alone takes a passage that says one word often
    for one that says it all, and one that mentions everything somewhere for one that says it in
    one place.
    """
    idf = background()
    shares = {term: weight * idf.idf(term) for term, weight in terms.items()}
    total = sum(shares.values()) or 1.0
    matcher = _Matcher(shares)
    raised = [replace(hit, score=hit.score + matcher.raise_of(hit) / total) for hit in hits]
    return sorted(raised, key=lambda hit: (-hit.score, hit.passage.id))


def by_nearness(hits: Sequence[Hit], query: str, embedder: WordEmbedder) -> list[Hit]:
    """Raise the hits that say the query's words or near ones by ``NEARNESS`` times how much.

    One vector for a whole passage is near to what the passage is about; word by word it shows
    whether 大学 of the query is at least said as 高校.
    """
    near = embedder.nearest(query, [hit.passage.text for hit in hits])
    raised = [
        replace(hit, score=hit.score + NEARNESS * float(share))
        for hit, share in zip(hits, near.shares, strict=True)
    ]
    return sorted(raised, key=lambda hit: (-hit.score, hit.passage.id))


def by_gloss(hits: Sequence[Hit], gloss: Gloss) -> list[Hit]:
    """Raise the hits that say a query in Chinese words, as far as they do; best first."""
    raised = [
        replace(hit, score=hit.score + GLOSSED * gloss.share(_with_heading(hit))) for hit in hits
    ]
    return sorted(raised, key=lambda hit: (-hit.score, hit.passage.id))


def _with_heading(hit: Hit) -> str:
    return f"{hit.passage.heading}\n{hit.passage.text}"


class _Matcher:
    """Finds terms in folded text: CJK ones anywhere, numbers and Latin words whole."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        self._plain = [(t, w) for t, w in shares.items() if not _HAS_ASCII.search(t)]
        self._whole = [
            (re.compile(rf"(?<![0-9a-z.]){re.escape(t)}(?![0-9a-z]|\.\d)"), w)
            for t, w in shares.items()
            if _HAS_ASCII.search(t)
        ]

    def raise_of(self, hit: Hit) -> float:
        """The weighed shares of what the hit holds close together, and of what it holds at all."""
        found = self._sentences(hit.passage.text)
        windows = [found[i : i + WINDOW] for i in range(max(1, len(found) - WINDOW + 1))]
        closest = max((_sum(window) for window in windows), default=0.0)
        return CLOSENESS * closest + COVERAGE * _sum(found + self._sentences(hit.passage.heading))

    def _sentences(self, text: str) -> list[dict[str, float]]:
        sentences = _folded_sentences(text)
        # Most terms stand nowhere in a passage: they are not sought in each of its sentences.
        whole = "\n".join(sentences)
        plain = [(term, share) for term, share in self._plain if term in whole]
        return [self._find(sentence, plain) for sentence in sentences]

    def _find(self, sentence: str, plain: Sequence[tuple[str, float]]) -> dict[str, float]:
        found = {term: share for term, share in plain if term in sentence}
        found |= {p.pattern: share for p, share in self._whole if p.search(sentence)}
        return found


@lru_cache(maxsize=8192)
def _folded_sentences(text: str) -> tuple[str, ...]:
    """Kept, since the passages of a small library are asked for with every query."""
    return tuple(_SENTENCE.findall(_GROUPING.sub("", _folded(text))))


@lru_cache(maxsize=2048)
def _folded(text: str) -> str:
    """Kept, since the best passages are looked at three times for each query."""
    return fold(text)


def _sum(window: Sequence[Mapping[str, float]]) -> float:
    union: dict[str, float] = {}
    for found in window:
        union |= found
    return sum(union.values())


def collapse(hits: Sequence[Hit], k: int) -> list[Hit]:
    """Keep the best ``k`` hits of different texts; agencies' articles are reprinted a lot.

    What gives other figures is no reprint: it may be the correction.
    """
    kept: list[Hit] = []
    for hit in hits:
        if len(kept) == k:
            break
        text = hit.passage.text
        if not any(_reprinted(text, other.passage.text) for other in kept):
            kept.append(hit)
    return kept


def _reprinted(text: str, other: str) -> bool:
    """Whether two texts are the same; figures are looked at first, since most texts differ in them."""
    return _agree(_figures(text), _figures(other)) and _same(_shingles(text), _shingles(other))


@lru_cache(maxsize=1024)
def _figures(text: str) -> frozenset[str]:
    return frozenset(_FIGURE.findall(_folded(text)))


_FIGURE = re.compile(
    r"\d+(?:[.,]\d+)*|[〇零一二三四五六七八九十百千万亿]{2,}|[一二三四五六七八九十](?=[月日])"
)


def _agree(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether one text gives no figure that the other, which may be longer, does not give."""
    return a <= b or b <= a


@lru_cache(maxsize=256)  # a set of some hundred strings each
def _shingles(text: str) -> frozenset[str]:
    letters = "".join(filter(str.isalnum, _folded(text)))
    return frozenset(letters[i : i + _SHINGLE] for i in range(max(1, len(letters) - _SHINGLE + 1)))


def _same(a: frozenset[str], b: frozenset[str]) -> bool:
    smaller = min(len(a), len(b))
    # The sizes alone rule most pairs out.
    return max(len(a), len(b)) <= 2 * smaller and len(a & b) >= SAME_TEXT * smaller
