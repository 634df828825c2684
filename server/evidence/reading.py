"""The best-ranked sentences read again, beside the question, by the small reader.

The ranking counts words and kinds; the reader sees their order. Reading costs milliseconds a
sentence, so it is done only where the ranking leaves a doubt, and for the best sentence alone where
it does not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from index.reranking.reader import Reader, Reading
from server.evidence.ranking import Ranked, Read
from server.evidence.sentences import Sentence
from server.question.understanding import Part

MODEL = Path(__file__).parents[2] / "index" / "models" / "reader"

DEPTH = 5  # sentences read when there is a doubt
CLEAR = 1.0  # a lead over the second sentence by which there is none
LONGEST = 150  # characters of a sentence that are read
BEFORE = 40  # characters before it that are read along, since they may name what it is about
LONGEST_ANSWER = 40  # characters that may answer within a sentence
SURE = math.log(0.5)  # an answer's ends are told from here on
_SUREST = 8  # characters of a sentence that count as its evidence


class Reads(Protocol):
    """What reads passages beside a question."""

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]: ...


@lru_cache(maxsize=1)
def builtin() -> Reader:
    """The shipped reader, loaded once: a quarter of a second."""
    return Reader(MODEL)


def reread(part: Part, ranked: Sequence[Ranked], reader: Reads) -> list[Ranked]:
    """The sentences with what the reader says of the best ones, in their old order."""
    may = [r for r in ranked[:DEPTH] if not r.clash]
    if not may:
        return list(ranked)
    doubtful = len(may) > 1 and may[0].counted - may[1].counted < CLEAR
    chosen = may if doubtful else may[:1]
    readings = read(part.text, [r.sentence for r in chosen], reader)
    known = {id(r): reading for r, reading in zip(chosen, readings, strict=True)}
    return [replace(r, read=known[id(r)]) if id(r) in known else r for r in ranked]


def read(question: str, sentences: Sequence[Sentence], reader: Reads) -> list[Read]:
    """What the reader says of each sentence."""
    seen = [_seen(sentence) for sentence in sentences]
    readings = reader.read(question, [text for text, _ in seen])
    return [_read(r, start) for r, (_, start) in zip(readings, seen, strict=True)]


def _seen(sentence: Sentence) -> tuple[str, int]:
    """What is read of a sentence, and where it starts in that."""
    before = sentence.before[-BEFORE:]
    return before + sentence.text[:LONGEST], len(before)


def _read(reading: Reading, start: int) -> Read:
    evidence = np.sort(reading.evidence[start:])[-_SUREST:]
    first, end, sure = reading.best_span(LONGEST_ANSWER)
    answer = (first - start, end - start) if sure >= SURE and first >= start else None
    return Read(_log_odds(reading.answerable), _log_odds(float(evidence.mean())), answer)


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))
