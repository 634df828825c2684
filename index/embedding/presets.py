"""Models that are known by a short name, and what each family wants said before a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Preset:
    """An embedding model and the reranker that goes with it.

    Their sizes and licences stand in ``docs/bring-your-model.md``.
    """

    embedder: str
    reranker: str = ""


PRESETS: Mapping[str, Preset] = {
    "builtin": Preset("builtin"),  # one of the next two, by size
    "e5": Preset("e5"),
    "static": Preset("static"),
    "light": Preset("BAAI/bge-small-zh-v1.5", "BAAI/bge-reranker-base"),
    "quality": Preset("Qwen/Qwen3-Embedding-0.6B", "BAAI/bge-reranker-v2-m3"),
    "multilingual": Preset("BAAI/bge-m3", "BAAI/bge-reranker-v2-m3"),
}


@dataclass(frozen=True, slots=True)
class Instructions:
    """What stands before a query and before a passage."""

    query: str = ""
    passage: str = ""


_RETRIEVE = (
    "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"
)
#: The first pattern that fits a model's name (the last part of its path) wins.
_FAMILIES: tuple[tuple[str, Instructions], ...] = (
    (r"bge-m3", Instructions()),
    (r"bge-\w+-zh", Instructions("为这个句子生成表示以用于检索相关文章：")),
    (r"bge-\w+-en", Instructions("Represent this sentence for searching relevant passages: ")),
    (r"qwen3-embedding", Instructions(_RETRIEVE)),
    (r"e5-.*instruct|gte-qwen", Instructions(_RETRIEVE + " ")),
    (r"(?:^|-)e5-", Instructions("query: ", "passage: ")),
    (r"gte-|m3e", Instructions()),
)


def instructions(model: str) -> Instructions:
    """What a model of this name or folder wants before its texts; nothing when unknown.

    >>> instructions("intfloat/multilingual-e5-small").query
    'query: '
    """
    name = Path(model).name.lower()
    return next((found for pattern, found in _FAMILIES if re.search(pattern, name)), Instructions())


def embedder_of(name: str) -> str:
    """The embedding model behind a preset's name; any other name is itself."""
    return PRESETS[name].embedder if name in PRESETS else name


def reranker_of(name: str) -> str:
    """The reranker behind a preset's name (empty for ``builtin``); any other name is itself."""
    return PRESETS[name].reranker if name in PRESETS else name
