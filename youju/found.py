"""What a retriever of another framework gives: texts, and where each stands in its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from server.lookup import found_dict
from server.records import citation_dict
from youju import Library, ask, search

#: ``passages``: what a search finds. ``quotes``: what a checked answer cites, word for word.
Mode = Literal["passages", "quotes"]


@dataclass(frozen=True, slots=True)
class Found:
    id: str
    text: str
    score: float
    metadata: dict[str, Any]


def found(
    library: Library, query: str, mode: Mode, top_k: int, sources: Sequence[str]
) -> list[Found]:
    """Passages with their score, or the quotes of an answer in the order of their numbers.

    ``metadata`` has ``source``, ``start`` and ``end`` in both; of quotes
    ``source_text[start:end] == text``.
    """
    if mode == "quotes":
        answer = ask(query, library, top_k=top_k, sources=sources)
        return [
            Found(
                f"{c.passage_id}:{c.start}-{c.end}",
                c.quote,
                1.0,
                _without(citation_dict(c), "quote"),
            )
            for c in answer.citations
        ]
    hits = search(query, library, top_k=top_k, sources=sources)
    dicts = [found_dict(library, hit) for hit in hits]
    return [Found(d["passage_id"], d["text"], d["score"], _without(d, "text")) for d in dicts]


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}
