"""The sentences of the hits that may answer, and how much of a question each holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Protocol

from index import Article, Block, Hit, Passage
from index.analysis import fold, query_terms
from index.background import background
from index.pages.passages import sentences

STATEMENTS = frozenset({"paragraph", "caption", "byline", "row", "code"})


class Articles(Protocol):
    """Where articles are looked up: a snapshot of the library."""

    def article(self, article_id: str) -> Article: ...


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """``[start, end)`` of an article's clean text, where it was found, and the block around it.

    ``rank`` is that of its passage among the hits, from 0.
    """

    article: Article
    passage: Passage
    start: int
    end: int
    block: Block
    rank: int
    hit_score: float

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def before(self) -> str:
        """What its block says before it."""
        return self.article.text[self.block.start : self.start]

    @property
    def paragraph(self) -> str:
        return self.article.text[self.block.start : self.block.end]

    def follows(self, other: Sentence) -> bool:
        """Whether it stands right behind another one."""
        between = self.article.text[other.end : self.start]
        return self.article is other.article and other.end <= self.start and not between.strip()

    @property
    def around(self) -> str:
        """Its paragraph, the heading above it, the article's title and who wrote it: he says all of it."""
        title = f"{self.article.title}\n{self.article.author or ''}"
        return f"{self.paragraph}\n{self.passage.heading}\n{title}"

    @property
    def key(self) -> tuple[str, int]:
        return (self.article.id, self.start)


def candidates(hits: Sequence[Hit], articles: Articles) -> list[Sentence]:
    """Every statement of the hits' passages, each once, best passage first."""
    found: dict[tuple[str, int], Sentence] = {}
    for rank, hit in enumerate(hits):
        passage = hit.passage
        article = articles.article(passage.article)
        for start, end in sentences(article.text, passage.start, passage.end):
            block = block_at(article, start)
            if block is None or block.kind not in STATEMENTS:
                continue
            sentence = Sentence(article, passage, start, end, block, rank, hit.score)
            found.setdefault(sentence.key, sentence)
    return list(found.values())


def block_at(article: Article, at: int) -> Block | None:
    return next((b for b in article.blocks if b.start <= at < b.end), None)


class Coverage:
    """How much of a question a text holds: the weight of its terms, between 0 and 1.

    A term weighs what it counts in the question times how rare it is in news at large.
    """

    def __init__(self, question: str) -> None:
        self.rarity = {term: background().share(term) for term in query_terms(question)}
        self.weights = {t: w * self.rarity[t] for t, w in query_terms(question).items()}
        self.total = sum(self.weights.values()) or 1.0
        self._heaviest = sorted(self.weights.items(), key=itemgetter(1), reverse=True)
        # A paragraph is asked about with each of its sentences.
        self._held: dict[str, frozenset[str]] = {}
        self._numbers = {
            term: re.compile(rf"(?<![\d.]){re.escape(term)}(?![\d.])")
            for term in self.weights
            if term[:1].isdigit() or term[-1:].isdigit()
        }

    def of(self, text: str) -> float:
        """The share of the question's weight that a text holds."""
        return self.share(self.held(text))

    def held(self, text: str) -> frozenset[str]:
        """The question's terms that a text holds; a number only when it stands there whole."""
        known = self._held.get(text)
        if known is None:
            known = self._held[text] = self._find(folded_text(text))
        return known

    def _find(self, folded: str) -> frozenset[str]:
        return frozenset(
            term
            for term in self.weights
            if term in folded and (term not in self._numbers or self._numbers[term].search(folded))
        )

    def share(self, held: frozenset[str]) -> float:
        """The share of the question's weight that the held terms have."""
        return sum(map(self.weights.__getitem__, held)) / self.total

    def rarest_missing(self, held: frozenset[str]) -> float:
        """The weight of the two heaviest terms that are not held: a name, most often."""
        return sum(islice((w for term, w in self._heaviest if term not in held), 2))


@lru_cache(maxsize=4096)
def folded_text(text: str) -> str:
    """A text as terms are sought in it; kept, since a paragraph is asked for again and again."""
    return fold(text)
