"""Texts to vectors in portions, here or in another process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from index.config import IndexConfig
from index.embedding.choice import Choice
from index.embedding.embedder import Embedder, Vectors
from index.embedding.load import load_embedder

#: Hashes and texts.
Texts = Sequence[tuple[bytes, str]]


class Embedding:
    """Embeds portions; pickled it is the embedder's name, and another process loads its own."""

    def __init__(self, embedder: Embedder, config: IndexConfig) -> None:
        self._embedder = embedder
        self._config = config

    def __call__(self, portion: Texts) -> Vectors:
        return self._embedder.embed([text for _, text in portion])

    def __reduce__(self) -> tuple[Callable[[str, IndexConfig], Embedding], tuple[str, IndexConfig]]:
        return _named, (self._embedder.name, self._config)


@lru_cache(maxsize=1)
def _named(name: str, config: IndexConfig) -> Embedding:
    """Raises: IndexMismatch, EmbeddingError."""
    return Embedding(Choice(config, load_embedder).named(name), config)
