"""What an embedder is: texts to unit vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


@runtime_checkable
class Embedder(Protocol):
    """Texts to ``(n, d)`` float32 with unit rows (a text without any known token: zeros).

    ``name`` identifies the model: vectors of equal names are comparable, others never are.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors: ...


@runtime_checkable
class QueryEmbedder(Embedder, Protocol):
    """An embedder that treats queries otherwise than passages, as bge and Qwen do."""

    def embed_query(self, text: str) -> Vectors: ...


class Nearness(NamedTuple):
    """How near some texts come to each distinct word of a query.

    ``words``: the words, as the embedder knows them. ``weights``: ``(w,)`` float32, together 1.
    ``cosines``: ``(n, w)`` float32, of the word in each text that is nearest, 0 when none is above;
    1 when the text holds the word.
    """

    words: tuple[str, ...]
    weights: Vectors
    cosines: Vectors

    @property
    def shares(self) -> Vectors:
        """How much of the query each text says, ``(n,)`` float32: the cosines, weighed and added up."""
        shares: Vectors = (self.cosines * self.weights).sum(axis=1)
        return shares


@runtime_checkable
class WordEmbedder(Embedder, Protocol):
    """An embedder that knows a vector for every word, not only one for a whole text."""

    def nearest(self, query: str, texts: Sequence[str]) -> Nearness: ...


def embed_query(embedder: Embedder, text: str) -> Vectors:
    """Return the query's ``(d,)`` float32 vector."""
    if isinstance(embedder, QueryEmbedder):
        return embedder.embed_query(text)
    rows: Vectors = embedder.embed([text])
    return rows.reshape(-1)


def unit_rows(matrix: npt.NDArray[Any]) -> Vectors:
    """Scale each row to length 1; rows of zeros stay."""
    rows = np.asarray(matrix, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return scaled
