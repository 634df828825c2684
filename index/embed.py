"""Texts to unit vectors: the Embedder protocol and its implementations."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable
from zlib import crc32

import numpy as np
import numpy.typing as npt

from index.errors import EmbeddingError
from index.presets import embedder_of, instructions, not_found

Vectors = npt.NDArray[np.float32]

BUILTIN = Path(__file__).parent / "models" / "embedder"


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


class HashEmbedder:
    """Character n-grams, each a fixed pseudo-random direction, summed: a control without weights.

    Each distinct n-gram's CRC-32 names one of 2**14 rows of ±1, which come from SHAKE-128; a
    text's vector is the sum of its n-grams' rows, scaled to length 1. So the same text has the
    same vector on every machine, and two texts' cosine is about the share of n-grams in common.
    """

    BUCKETS = 1 << 14

    def __init__(self, dimension: int = 256, sizes: Sequence[int] = (1, 2)) -> None:
        if dimension < 8 or dimension % 8:
            raise ValueError("dimension is a positive multiple of 8")
        self.dimension = dimension
        self.sizes = tuple(sizes)
        self.name = f"hash-{dimension}-{''.join(map(str, self.sizes))}"

    @cached_property
    def _directions(self) -> npt.NDArray[np.int8]:
        """The rows, ``(2**14, dimension)`` int8."""
        digest = hashlib.shake_128(b"youju").digest(self.BUCKETS * self.dimension // 8)
        bits = np.unpackbits(np.frombuffer(digest, dtype=np.uint8))
        return bits.astype(np.int8).reshape(self.BUCKETS, self.dimension) * 2 - 1

    def _buckets(self, text: str) -> list[int]:
        letters = "".join(text.lower().split())
        grams = {letters[i : i + n] for n in self.sizes for i in range(len(letters) - n + 1)}
        return [crc32(gram.encode("utf-8", "surrogatepass")) % self.BUCKETS for gram in grams]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return ``(n, dimension)`` float32, unit rows; an empty text is a row of zeros."""
        sums = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(sums, texts, strict=True):
            row[:] = self._directions[self._buckets(text)].sum(axis=0, dtype=np.int32)
        return unit_rows(sums)


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, by name or folder; loaded once, at the first text."""

    def __init__(self, model: str, *, device: str | None = None, batch_size: int = 32) -> None:
        self.name = model
        self.device = device
        self.batch_size = batch_size
        self._model: Any = None
        self._lock = threading.Lock()

    @property
    def dimension(self) -> int:
        model = self._load()
        # The method has been renamed; sentence-transformers 5 has only the long name.
        new = getattr(model, "get_embedding_dimension", None)
        return int(new() if new else model.get_sentence_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return ``(n, d)`` float32, unit rows. Raises: EmbeddingError."""
        return self._encode("document", list(texts), instructions(self.name).passage)

    def embed_query(self, text: str) -> Vectors:
        """Return ``(d,)`` float32 with the query prompt of the model, or of its family.

        Raises: EmbeddingError.
        """
        vector: Vectors = self._encode("query", [text], instructions(self.name).query)[0]
        return vector

    def _encode(self, role: str, texts: list[str], instruction: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        model = self._load()
        own = (getattr(model, "prompts", None) or {}).get(role)
        more = {"prompt": instruction} if instruction and not own else {}
        try:
            rows = getattr(model, f"encode_{role}")(
                texts,
                batch_size=self.batch_size,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
                **more,
            )
        except Exception as exc:
            raise EmbeddingError(f"the model {self.name} failed on {len(texts)} texts") from exc
        return unit_rows(rows)

    def _load(self) -> Any:
        # One load even when several requests come first at once.
        with self._lock:
            if self._model is None:
                self._model = self._open()
            return self._model

    def _open(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer  # takes seconds: only here

            return SentenceTransformer(self.name, device=self.device)
        except Exception as exc:
            instead = "use the built-in model with YOUJU_EMBEDDER=builtin"
            message, hint = not_found("embedding model", self.name, instead, exc)
            raise EmbeddingError(message, hint=hint) from exc


def load_embedder(name: str, *, device: str | None = None, batch_size: int = 32) -> Embedder:
    """Return the embedder of that name: a preset, ``hash``, or any sentence-transformers model.

    Raises: EmbeddingError, when the built-in weights are missing; other models load, and may
    fail, at the first text.
    """
    if name == "hash":
        return HashEmbedder()
    if name == "builtin":
        return _builtin(BUILTIN)
    return SentenceTransformerEmbedder(embedder_of(name), device=device, batch_size=batch_size)


@lru_cache(maxsize=1)
def _builtin(folder: Path) -> Embedder:
    """The embedder in that folder, loaded once: libraries and the ranking share its table."""
    from index.static_embedding import StaticEmbedder

    if not (folder / "model.safetensors").is_file():
        raise EmbeddingError(
            f"the built-in embedder's weights are not in {folder}",
            hint="Install youju again, or name another model with YOUJU_EMBEDDER.",
        )
    return StaticEmbedder(folder)
