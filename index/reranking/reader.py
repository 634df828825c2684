"""The built-in reader: a small Transformer that says where, in a passage, a question is answered.

It runs on ONNX Runtime in int8; torch is not imported. One character is one token, so what it says about a
position holds for that character of the passage as it was given, whatever folding happened on the way in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Reader", "Reading"]

PAD, UNK, CLS, SEP = 0, 1, 2, 3
FIRST_CHARACTER = 5  # ids below are special and match nothing
LONGEST_QUESTION = 60
LONGEST_PASSAGE = 320
OVERLAP = 80
BATCH_TOKENS = 3072  # padded tokens run at once; larger batches leave the caches


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage for one question.

    `answerable` is the probability that the passage answers; `evidence` `(len(passage),)` float32 the
    probability that each character belongs to the answering clause; `start` and `end` `(len(passage),)` float32
    the log-probabilities that the answer's first and last character stand there.
    """

    answerable: float
    evidence: np.ndarray
    start: np.ndarray
    end: np.ndarray

    def best_span(self, max_chars: int = 60) -> tuple[int, int, float]:
        """Return `(start, end, score)` of the likeliest answer; `end` is exclusive, the score a log-probability."""
        length = len(self.start)
        if length == 0:
            return 0, 0, float("-inf")
        best, best_score = (0, 1), float("-inf")
        for first in np.argsort(-self.start)[:12]:
            stop = min(length, int(first) + max_chars)
            last = int(first) + int(np.argmax(self.end[first:stop]))
            score = float(self.start[first] + self.end[last])
            if score > best_score:
                best, best_score = (int(first), last + 1), score
        return best[0], best[1], best_score


def match_marks(question: np.ndarray, passage: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return, for both sides, how long a run through each position the other side also holds: 0 to 3.

    >>> match_marks(np.array([7, 8, 9]), np.array([8, 9, 5]))[0].tolist()
    [0, 2, 2]
    """
    marks = [np.zeros(len(question), dtype=np.int64), np.zeros(len(passage), dtype=np.int64)]
    sides = [question, passage]
    for length in (1, 2, 3):
        codes = [_codes(side, length) for side in sides]
        for mark, mine, other in zip(marks, codes, codes[::-1], strict=True):
            hit = np.isin(mine, other) & (mine >= 0)
            for shift in range(length):
                window = mark[shift : shift + len(hit)]
                np.maximum(window, np.where(hit, length, 0), out=window)
    return marks[0], marks[1]


def _codes(ids: np.ndarray, length: int) -> np.ndarray:
    """Return one number for each run of `length` ids, -1 where a special id takes part."""
    count = max(0, len(ids) - length + 1)
    codes = np.zeros(count, dtype=np.int64)
    plain = np.ones(count, dtype=bool)
    for shift in range(length):
        part = ids[shift : shift + count]
        codes = codes * 65_536 + part
        plain &= part >= FIRST_CHARACTER
    return np.where(plain, codes, -1)


def _log_softmax(x: np.ndarray) -> np.ndarray:
    shifted = x - x.max()
    out: np.ndarray = shifted - np.log(np.exp(shifted).sum())
    return out


def _sigmoid(x: np.ndarray) -> np.ndarray:
    out: np.ndarray = 1.0 / (1.0 + np.exp(-np.clip(x, -30, 30)))
    return out


def _probability(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(30.0, max(-30.0, x))))


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of one passage as the network sees it; `where` maps its tokens to characters."""

    passage: int
    where: np.ndarray
    ids: np.ndarray
    marks: np.ndarray
    offset: int  # tokens before the passage's first


class Reader:
    """Reads passages for a question."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        import onnxruntime  # here, so that importing this module costs nothing

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        folder = Path(folder)
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        vocabulary: dict[str, int] = json.loads((folder / "vocabulary.json").read_text("utf-8"))
        self._table = np.full(0x20000, UNK, dtype=np.int64)
        for char, number in vocabulary.items():
            if ord(char) < len(self._table):
                self._table[ord(char)] = number
        self._space = vocabulary[" "]
        self.name: str = json.loads((folder / "config.json").read_text("utf-8"))["name"]

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Return one `Reading` a passage, in order."""
        asked = self._encode(question)[0][-LONGEST_QUESTION:]
        windows = [
            w for number, text in enumerate(passages) for w in self._windows(asked, number, text)
        ]
        raw = self._run(windows)
        return [
            self._merge(text, [(w, *raw[i]) for i, w in enumerate(windows) if w.passage == number])
            for number, text in enumerate(passages)
        ]

    def _encode(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Return ids and the characters they stand for; of a run of white space only the first is kept."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        ids = self._table[np.minimum(codes, len(self._table) - 1)]
        keep = np.ones(len(ids), dtype=bool)
        keep[1:] = (ids[1:] != self._space) | (ids[:-1] != self._space)
        where = np.flatnonzero(keep)
        return ids[where], where

    def _windows(self, asked: np.ndarray, number: int, text: str) -> list[_Window]:
        ids, where = self._encode(text)
        out = []
        low = 0
        while low < len(ids):
            high = min(len(ids), low + LONGEST_PASSAGE)
            told = ids[low:high]
            left, right = match_marks(asked, told)
            tokens = np.concatenate([[CLS], asked, [SEP], told, [SEP]])
            marks = np.concatenate([[0], left, [0], right + 4, [4]])
            out.append(_Window(number, where[low:high], tokens, marks, len(asked) + 2))
            if high == len(ids):
                break
            low = min(high - OVERLAP, len(ids) - LONGEST_PASSAGE)
        return out

    def _run(self, windows: list[_Window]) -> list[tuple[np.ndarray, float]]:
        """Return for each window `(tokens, 3)` logits and the answerable logit; like lengths run together."""
        out: list[tuple[np.ndarray, float]] = [(np.zeros((0, 3)), 0.0)] * len(windows)
        order = sorted(range(len(windows)), key=lambda i: len(windows[i].ids))
        while order:
            size = max(1, BATCH_TOKENS // len(windows[order[-1]].ids))
            batch, order = order[-size:], order[:-size]
            longest = len(windows[batch[-1]].ids)
            ids = np.full((len(batch), longest), PAD, dtype=np.int64)
            marks = np.full((len(batch), longest), 4, dtype=np.int64)
            for row, i in enumerate(batch):
                ids[row, : len(windows[i].ids)] = windows[i].ids
                marks[row, : len(windows[i].ids)] = windows[i].marks
            tokens, pairs = self._session.run(None, {"ids": ids, "marks": marks})
            for row, i in enumerate(batch):
                first = windows[i].offset
                out[i] = (tokens[row, first : first + len(windows[i].where)], float(pairs[row]))
        return out

    def _merge(self, text: str, parts: list[tuple[_Window, np.ndarray, float]]) -> Reading:
        """Put a passage's windows together: the surest answer counts, each character takes its surest window."""
        length = len(text)
        evidence = np.zeros(length, dtype=np.float32)
        start = np.full(length, -30.0, dtype=np.float32)
        end = np.full(length, -30.0, dtype=np.float32)
        if not parts:
            return Reading(0.0, evidence, start, end)
        top = max(pair for *_, pair in parts)
        for window, logits, pair in parts:
            # a window that does not answer offers its best place, too, but at its own lower odds
            worse = math.log(_probability(pair) / _probability(top))
            np.maximum.at(evidence, window.where, _sigmoid(logits[:, 0]).astype(np.float32))
            np.maximum.at(
                start, window.where, (_log_softmax(logits[:, 1]) + worse).astype(np.float32)
            )
            np.maximum.at(
                end, window.where, (_log_softmax(logits[:, 2]) + worse).astype(np.float32)
            )
        return Reading(_probability(top), evidence, start, end)
