"""How alike questions and texts are, by the built-in embedder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from index import load_embedder
from index.embed import Vectors, WordEmbedder


def similarities(question: str, texts: Sequence[str]) -> list[float]:
    """The cosine of a question with each text."""
    asked = _embedded(question)
    return [float(asked @ _embedded(text)) for text in texts]


def said(question: str, texts: Sequence[str]) -> list[float]:
    """How much of a question each text says, in the same words or near ones, at most 1.

    The share of the question's words, by weight, less what the word that is said least takes
    away: all but one may be said where the one is what the question is about.
    """
    weights, cosines = _embedder().nearest(question, texts)
    near = (cosines * weights).sum(axis=1)
    furthest = ((1 - cosines) * weights).max(axis=1, initial=0.0)
    return [float(share) for share in near - furthest]


def _embedder() -> WordEmbedder:
    """The built-in embedder, whatever the library's: it costs microseconds a sentence."""
    embedder = load_embedder("builtin")
    assert isinstance(embedder, WordEmbedder)
    return embedder


@lru_cache(maxsize=8192)
def _embedded(text: str) -> Vectors:
    vector: Vectors = _embedder().embed([text])[0]
    return vector
