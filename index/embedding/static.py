"""The built-in embedder: a text's vector is the mean of its words' vectors, from a table of int8 rows.

The folder is one that `SentenceTransformer(folder)` loads, too, and gives the same vectors; this route needs
only sentencepiece, safetensors and numpy, so it is ready in a fraction of a second.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from index.embedding.embedder import Nearness
from index.embedding.kept import Kept
from index.embedding.words import Cutter

__all__ = ["StaticEmbedder"]

BATCH = 1024


class StaticEmbedder:
    """Embeds texts with a sentence-transformers `StaticEmbedding` folder."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file

        folder = Path(folder)
        self._cutter = Cutter(folder / "tokenizer.json")
        tensors = load_file(folder / "model.safetensors")
        if "embedding.weight" in tensors:
            rows = tensors["embedding.weight"]
            scale = np.ones(len(rows), dtype=np.float32)
        else:
            rows = tensors["embeddings"]
            scale = tensors["weights"].astype(np.float32)
        self._rows, self._scale = rows, scale
        self.dimension = int(rows.shape[1])
        self.name = self._read_name(folder)
        # The passages of a small library are compared with every query.
        self._kept = Kept[np.ndarray](4096)

    @staticmethod
    def _read_name(folder: Path) -> str:
        config = folder / "youju.json"
        if config.exists():
            return str(json.loads(config.read_text("utf-8"))["name"])
        return folder.name

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Return `(n, dimension)` float32 unit rows; a text without a known word gives a zero row."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for low in range(0, len(texts), BATCH):
            self._embed(texts[low : low + BATCH], out[low : low + BATCH])
        return out

    def _embed(self, texts: Sequence[str], out: np.ndarray) -> None:
        for row, words in zip(out, self._cutter.cut(texts), strict=True):
            # One product a text: adding up rows with reduceat takes ten times as long.
            np.matmul(self._scale[words], self._rows[words].astype(np.float32), out=row)
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        np.divide(out, norms, out=out, where=norms > 1e-12)

    def nearest(self, query: str, texts: Sequence[str]) -> Nearness:
        """Return how near each text comes to each word of the query.

        A word weighs by the length of its vector, which training made small for common words.
        Weighed and added up the cosines are ColBERT's MaxSim (https://arxiv.org/abs/2004.12832),
        over word vectors.
        """
        asked, *held = self._words([query, *texts])
        named = tuple(self._cutter.word(int(word)) for word in asked)
        cosines = np.zeros((len(texts), len(asked)), dtype=np.float32)
        words = np.concatenate([asked[:0], *held])
        if len(asked) and len(words):
            known, places = self._distinct(words)
            each = _product(self._unit(asked), self._unit(known))[:, places]
            some = [i for i, own in enumerate(held) if len(own)]
            starts = np.cumsum([0, *(len(held[i]) for i in some[:-1])])
            cosines[some] = np.maximum.reduceat(each, starts, axis=1).T.clip(0.0)
        return Nearness(named, self._weights(asked), cosines)

    def _distinct(self, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the distinct rows of some, in their order, and where among these each is.

        As `np.unique` does, which sorts: there are thousands of rows, and few in the table.
        """
        named = np.zeros(len(self._rows), dtype=bool)
        named[words] = True
        known = np.flatnonzero(named)
        places = np.empty(len(self._rows), dtype=np.int32)
        places[known] = np.arange(len(known), dtype=np.int32)
        return known, places[words]

    def _words(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Return of each text the `(w,)` rows of the table that it names, each once."""
        return self._kept.of(texts, self._distinct_words)

    def _distinct_words(self, texts: list[str]) -> list[np.ndarray]:
        return self._cutter.distinct(texts)

    def _weights(self, words: np.ndarray) -> np.ndarray:
        lengths: np.ndarray = self._lengths[words] * self._scale[words]
        return lengths / max(float(lengths.sum()), 1e-12)

    def _unit(self, words: np.ndarray) -> np.ndarray:
        rows: np.ndarray = self._rows[words].astype(np.float32)
        rows /= self._lengths[words, None].clip(1e-12)
        return rows

    @cached_property
    def _lengths(self) -> np.ndarray:
        """Of each row of the table, in pieces that take little memory as floats."""
        pieces = (self._rows[low : low + BATCH] for low in range(0, len(self._rows), BATCH))
        return np.concatenate(
            [np.linalg.norm(piece.astype(np.float32), axis=1) for piece in pieces]
        )


#: Multiplications up to which OpenBLAS stays in its caller's thread.
_ALONE = 1 << 18


def _product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return `a @ b.T` in pieces too small to wake the threads of BLAS.

    Awake they spin on, and take the processors from the reader: a question took twice as long.
    """
    step = max(1, _ALONE // a.size)
    return np.concatenate([a @ b[i : i + step].T for i in range(0, max(1, len(b)), step)], axis=1)
