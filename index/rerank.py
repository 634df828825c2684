"""The Reranker protocol: a second, slower look at the first hits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from index.records import Hit


class Reranker(Protocol):
    """Puts hits in a better order; returns the same hits with new scores, best first."""

    def rerank(self, query: str, hits: Sequence[Hit]) -> list[Hit]: ...
