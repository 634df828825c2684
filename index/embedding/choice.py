"""Which embedder makes a library's vectors: the one that is named or, of the two built-in ones, by size."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from index.config import IndexConfig
from index.embedding.embedder import Embedder
from index.errors import IndexMismatch

BUILTIN, ENCODER, TABLE = "builtin", "e5", "static"

#: Why a library has its embedder: it was named; it fits the size; or the size would allow the
#: encoder now, but only a whole update takes the time to embed everything anew.
Reason = Literal["named", "small", "large", "kept"]


@dataclass(frozen=True, slots=True)
class EmbedderUse:
    """The embedder of a library, and why; ``limit`` is up to how many passages the encoder serves."""

    name: str
    reason: Reason
    limit: int


class Choice:
    """Chooses by an index's settings; ``load`` gives the embedder of a name, ``given`` goes before all."""

    def __init__(
        self, config: IndexConfig, load: Callable[[str], Embedder], given: Embedder | None = None
    ) -> None:
        self._config = config
        self._load = load
        self._given = given

    def by_size(self, passages: int, served: str = "") -> Embedder:
        """The embedder for so many passages. Raises: EmbeddingError.

        ``served`` names the one whose vectors are there when only a little changes: nobody who adds
        an article is to wait until the encoder has embedded all the others.
        """
        if self._given is not None:
            return self._given
        if self._config.embedder != BUILTIN:
            return self._load(self._config.embedder)
        small = passages <= self._config.encoder_max
        return self._load(ENCODER if small and family(served) != "youju" else TABLE)

    def named(self, vectors: str) -> Embedder:
        """The embedder that made vectors of this name. Raises: IndexMismatch, EmbeddingError."""
        builtin = {"e5": ENCODER, "youju": TABLE}.get(family(vectors), TABLE)
        name = builtin if self._config.embedder == BUILTIN else self._config.embedder
        embedder = self._given or self._load(name)
        if embedder.name != vectors:
            raise mismatch(vectors, embedder.name)
        return embedder

    def use(self, vectors: str, passages: int) -> EmbedderUse:
        """Why vectors of this name serve so many passages."""
        limit = self._config.encoder_max
        reason: Reason = "named"
        if self._given is None and self._config.embedder == BUILTIN:
            large: Reason = "large" if passages > limit else "kept"
            reason = "small" if family(vectors) == "e5" else large
        return EmbedderUse(vectors, reason, limit)


def family(name: str) -> str:
    """An embedder's name up to the first hyphen, colon or slash.

    >>> family("e5-small-1")
    'e5'
    """
    return re.split(r"[-:/]", name)[0]


def is_multilingual(name: str) -> bool:
    """Whether an embedder of this name is known to bring the same said in two languages together."""
    return bool(_MULTILINGUAL.search(name))


_MULTILINGUAL = re.compile(r"^e5-|multilingual|bge-m3|qwen3-embedding", re.IGNORECASE)


def mismatch(built: str, asked: str) -> IndexMismatch:
    """What is said when a library's vectors are of another embedder."""
    return IndexMismatch(
        f"the library was built with the embedder {built}, not {asked}",
        hint="Index again to embed with the new one, or set YOUJU_EMBEDDER back.",
    )
