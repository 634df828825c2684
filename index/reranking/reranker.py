"""The Reranker protocol: a second, slower look at the first hits; and any CrossEncoder as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from index.embedding.presets import reranker_of
from index.records import Hit
from index.reranking.cross_encoder import CrossModel


class Reranker(Protocol):
    """Puts hits in a better order; returns the same hits with new scores, best first."""

    def rerank(self, query: str, hits: Sequence[Hit]) -> list[Hit]: ...


class CrossEncoderReranker:
    """Scores query and passage together; only the first ``depth`` hits, the others stay behind.

    The new score is the model's probability, between 0 and 1, plus 1 for those it has seen.
    """

    def __init__(self, model: CrossModel, *, depth: int = 30) -> None:
        self.model = model
        self.depth = depth

    def rerank(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """Raises: EmbeddingError."""
        seen = list(hits[: self.depth])
        if not seen:
            return []
        logits = self.model.logits([(query, _text(hit)) for hit in seen])[:, -1]
        scores = 1 + 1 / (1 + np.exp(-logits.astype(np.float64)))
        scored = [replace(h, score=float(s)) for h, s in zip(seen, scores, strict=True)]
        return sorted(scored, key=lambda h: (-h.score, h.passage.id)) + list(hits[self.depth :])


def _text(hit: Hit) -> str:
    heading = hit.passage.heading
    return f"{heading}\n{hit.passage.text}" if heading else hit.passage.text


def load_reranker(name: str, *, device: str = "", batch_size: int = 32) -> Reranker | None:
    """The reranker of a preset, or any CrossEncoder by name or folder; none for an empty name.

    It loads, and may fail, at the first query.
    """
    model = reranker_of(name)
    if not model:
        return None
    instead = "unset YOUJU_RERANKER to go without one"
    return CrossEncoderReranker(
        CrossModel(model, device=device, batch_size=batch_size, instead=instead)
    )
