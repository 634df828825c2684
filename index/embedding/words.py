"""Texts to the words of the built-in table: what its tokenizer gives, by SentencePiece in a quarter of the time.

Words are cut from runs of characters, Latin letters or digits, each run by itself.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.analysis import nfkc

Words = npt.NDArray[np.int64]


class Cutter:
    """Cuts texts as ``tokenizer.json`` says; thread-safe, and outside the interpreter's lock.

    The file's normalizer is NFKC and lower case, its pre-tokenizer keeps the runs that match a
    pattern, its model is a Unigram: what ``training/words.py`` writes.
    """

    def __init__(self, file: Path) -> None:
        from sentencepiece import SentencePieceProcessor

        record = json.loads(file.read_text("utf-8"))
        self._runs = re.compile(record["pre_tokenizer"]["pattern"]["Regex"]).findall
        vocabulary = record["model"]["vocab"]
        self._known = [word for word, _ in vocabulary]
        self._model: Any = SentencePieceProcessor(
            model_proto=_unigram(vocabulary, record["model"]["unk_id"])
        )

    def cut(self, texts: Sequence[str]) -> list[Words]:
        """Of each text the ``(w,)`` rows of the table that it names, in its order."""
        rows = [np.asarray(row, dtype=np.int64) for row in self._found(texts)]
        return [row[row < len(self._known)] for row in rows]

    def distinct(self, texts: Sequence[str]) -> list[Words]:
        """The same rows of each text, each once and in ascending order: sets beat ``np.unique`` here."""
        each = [sorted(set(row)) for row in self._found(texts)]
        rows = [np.array(row, dtype=np.int64) for row in each]
        return [row[: np.searchsorted(row, len(self._known))] for row in rows]

    def _found(self, texts: Sequence[str]) -> list[list[int]]:
        joined = [" ".join(self._runs(nfkc(text).lower())) for text in texts]
        found: list[list[int]] = self._model.encode(joined, num_threads=1)
        return found

    def word(self, row: int) -> str:
        return str(self._known[row])


def _unigram(vocabulary: Sequence[tuple[str, float]], unknown: int) -> bytes:
    """SentencePiece's model of some words and their log-probabilities, as a protocol buffer.

    Behind them comes the space between runs, which takes part in no word: a word of its own.
    """
    pieces = [
        _piece(word, score, _UNKNOWN if row == unknown else _NORMAL)
        for row, (word, score) in enumerate(vocabulary)
    ]
    pieces.append(_piece(" ", 0.0, _OF_ITS_OWN))
    none = (1 << 64) - 1  # -1: there are no words for beginning, end and padding
    trainer = [(_MODEL, _UNIGRAM), (_UNKNOWN_ID, unknown), (41, none), (42, none), (43, none)]
    normalizer = [(_DUMMY_PREFIX, 0), (_EXTRA_SPACES, 0), (_ESCAPE_SPACES, 0)]
    numbers = [b"".join(_number(*pair) for pair in spec) for spec in (trainer, normalizer)]
    return b"".join(pieces) + _bytes(2, numbers[0]) + _bytes(3, numbers[1])


# Fields and values of sentencepiece_model.proto.
_NORMAL, _UNKNOWN, _OF_ITS_OWN = 1, 2, 4
_MODEL, _UNIGRAM, _UNKNOWN_ID = 3, 1, 40
_DUMMY_PREFIX, _EXTRA_SPACES, _ESCAPE_SPACES = 3, 4, 5


def _piece(word: str, score: float, kind: int) -> bytes:
    text = _bytes(1, word.encode())
    return _bytes(1, text + b"\x15" + struct.pack("<f", score) + _number(3, kind))


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
