"""How alike questions and texts are, by the built-in embedder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from index import load_embedder
from index.analysis import simplify
from index.embedding.embedder import Vectors, WordEmbedder
from index.embedding.kept import Kept


def similarities(question: str, texts: Sequence[str]) -> list[float]:
    """The cosine of a question with each text."""
    asked, *vectors = _embedded((question, *texts))
    return [float(asked @ vector) for vector in vectors]


def centralities(texts: Sequence[str]) -> list[float]:
    """How like all of them together each text is."""
    if not texts:
        return []
    vectors = np.array(_embedded(texts))
    middle = vectors.mean(axis=0)
    found: list[float] = (vectors @ (middle / (np.linalg.norm(middle) or 1.0))).tolist()
    return found


class QuestionShare(NamedTuple):
    """How much of a question a text says, and the word of it that the text says least.

    ``share`` is at most 1: that of the question's words, by weight, which the text says in the same
    words or near ones, less what ``least`` takes away from it: all but one may be question_shares where the
    one is what the question is about.
    """

    share: float
    least: str


#: Where nothing is known of the words, nothing is held against a text.
UNKNOWN = QuestionShare(1.0, "")


def question_shares(question: str, texts: Sequence[str]) -> list[QuestionShare]:
    """How much of a question each text says."""
    near = _embedder().nearest(question, [simplify(text) for text in texts])
    if not near.words:
        return [UNKNOWN] * len(texts)
    lost = (1 - near.cosines) * near.weights
    return [
        QuestionShare(float(share), near.words[least])
        for share, least in zip(near.shares - lost.max(axis=1), lost.argmax(axis=1), strict=True)
    ]


@lru_cache(maxsize=1)
def _embedder() -> WordEmbedder:
    """The built-in embedder, whatever the library's: it costs microseconds a sentence."""
    embedder = load_embedder("static")
    assert isinstance(embedder, WordEmbedder)
    return embedder


_kept = Kept[Vectors](8192)


def _embedded(texts: Sequence[str]) -> list[Vectors]:
    """The vectors of texts; those that are not known are embedded at once, outside the interpreter's lock."""
    return _kept.of(texts, lambda missing: list(_embedder().embed(missing)))
