"""Query to hits: analyse, embed, search, collapse near-duplicates, rerank."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from index.embed import Embedder, embed_query
from index.errors import IndexMismatch
from index.lexical import fold, query_terms
from index.library import CANDIDATES, Snapshot
from index.records import Hit
from index.rerank import Reranker

#: Two hits are the same text when they share this part of the shorter one's shingles.
SAME_TEXT = 0.8
_SHINGLE = 6

#: By the embedder's name up to the first hyphen or colon; measured on the gold questions.
DENSE_WEIGHTS = {"hash": 0.0}
DEFAULT_DENSE_WEIGHT = 0.3


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

    def retrieve(
        self, snapshot: Snapshot, query: str, *, k: int = 10, sources: Collection[str] = ()
    ) -> list[Hit]:
        """Return up to ``k`` hits, best first; none when no word of the query is known.

        Raises: IndexMismatch, when the snapshot was built with another embedder.
        """
        if snapshot.embedder != self.embedder.name:
            raise IndexMismatch(
                f"the library was built with the embedder {snapshot.embedder}, "
                f"not {self.embedder.name}",
                hint="Index again to embed with the new one, or set YOUJU_EMBEDDER back.",
            )
        hits = snapshot.search(
            embed_query(self.embedder, query),
            query_terms(query),
            k=max(k, CANDIDATES),
            sources=sources,
            dense_weight=self.dense_weight,
        )
        if self.reranker is not None:
            hits = self.reranker.rerank(query, hits)
        return collapse(hits, k)


def _weight(embedder: Embedder) -> float:
    family = embedder.name.replace(":", "-").partition("-")[0]
    return DENSE_WEIGHTS.get(family, DEFAULT_DENSE_WEIGHT)


def collapse(hits: Sequence[Hit], k: int) -> list[Hit]:
    """Keep the best ``k`` hits of different texts; agencies' articles are reprinted a lot."""
    kept: list[Hit] = []
    seen: list[frozenset[str]] = []
    for hit in hits:
        if len(kept) == k:
            break
        shingles = _shingles(hit.passage.text)
        if any(_same(shingles, other) for other in seen):
            continue
        kept.append(hit)
        seen.append(shingles)
    return kept


def _shingles(text: str) -> frozenset[str]:
    letters = "".join(filter(str.isalnum, fold(text)))
    return frozenset(letters[i : i + _SHINGLE] for i in range(max(1, len(letters) - _SHINGLE + 1)))


def _same(a: frozenset[str], b: frozenset[str]) -> bool:
    smaller = min(len(a), len(b))
    # The sizes alone rule most pairs out.
    return max(len(a), len(b)) <= 2 * smaller and len(a & b) >= SAME_TEXT * smaller
