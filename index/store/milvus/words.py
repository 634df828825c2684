"""BM25 as an inner product: a passage's half of it is kept, a query brings the other half.

Milvus has a BM25 function of its own, over texts that it cuts into words itself; but a query's terms
have weights here, and a score has to be the share of what is attainable. So a passage's vector holds
how much it says of each term, and a query's how much that counts. How rare a term is comes from the
background table alone: a score then depends on nothing but its passage and the query, and is the
same on whatever node the passage lies.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence

from index.analysis import terms
from index.background import background
from index.store.lexical import LexicalIndex

#: A sparse vector: dimension to number.
Sparse = dict[int, float]

K1, B = 1.2, 0.75

#: Terms of a passage of 400 characters, where a library has none yet.
AVERAGE = 500.0

#: Milvus takes no vector that is empty; no term has this dimension.
_NOTHING = 0


def average(texts: Sequence[str]) -> float:
    """How many terms a text has in the middle."""
    return sum(len(terms(text)) for text in texts) / max(1, len(texts)) or AVERAGE


def of_passage(text: str, heading: str, average: float) -> Sparse:
    """How much a passage says of each of its terms; ``average`` is what is neither long nor short."""
    said = terms(text)
    usual = K1 * (1 - B + B * len(said) / average)
    vector = {_dimension(term): _saturated(n, usual) for term, n in Counter(said).items()}
    for term, n in Counter(terms(heading)).items():
        at = _dimension(term)
        vector[at] = vector.get(at, 0.0) + LexicalIndex.HEAD_WEIGHT * _saturated(n, K1)
    return vector or {_NOTHING: 1.0}


def of_query(weights: Mapping[str, float]) -> Sparse:
    """How much each of the query's terms counts; empty when none does."""
    idf = background()
    return {_dimension(term): w * idf.idf(term) for term, w in weights.items() if w > 0}


def attainable(query: Sparse) -> float:
    """The score that a text full of every term would come near."""
    return (K1 + 1) * sum(query.values())


def _saturated(times: int, usual: float) -> float:
    return times * (K1 + 1) / (times + usual)


def _dimension(term: str) -> int:
    """From 1 to 2^32 - 2, which are the dimensions there may be; that two terms share one is rare."""
    return 1 + zlib.crc32(term.encode("utf-8", "surrogatepass")) % (2**32 - 2)
