"""The shortest faithful piece of a sentence: whole clauses, kept with their subject."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

#: A sentence this short is shown whole.
WHOLE = 60
# Colons inside quotation marks do not end a clause, nor do the commas of 10,000 or the colon of 8:30.
_CLAUSE_END = re.compile(r"[，；;]|：(?![^“”]*”)|[,:](?!\d)")
_OPENERS, _CLOSERS = "“‘（《「『([", "”’）》」』)]"
_TRAILING = "，、；：,;: "


@dataclass(frozen=True, slots=True)
class Excerpt:
    """``[start, end)`` of a text, and the text as it is shown."""

    start: int
    end: int
    text: str


def clauses(sentence: str) -> list[tuple[int, int]]:
    """Cut a sentence behind its commas, semicolons and colons; every character in one clause.

    >>> clauses("全市有3家，新增2家。")
    [(0, 6), (6, 11)]
    """
    ends = [m.end() for m in _CLAUSE_END.finditer(sentence)]
    bounds = [0, *[e for e in ends if e < len(sentence)], len(sentence)]
    return [(a, b) for a, b in pairwise(bounds) if b > a]


def shorten(
    sentence: str, worth: Callable[[int, int], float], *, limit: int = 120, whole: int = WHOLE
) -> tuple[int, int]:
    """The run of clauses that is worth most for its length.

    ``worth(start, end)`` says what a piece of the sentence is worth, between 0 and 1. The clause
    worth most is always in; of the runs around it of at most ``limit`` characters the best is
    taken after a price for every further character. A short sentence stays whole.
    """
    if len(sentence) <= whole:
        return 0, len(sentence)
    pieces = clauses(sentence)
    anchor = max(range(len(pieces)), key=lambda i: worth(*pieces[i]))
    best, best_value = pieces[anchor], -1.0
    for i in range(anchor + 1):
        for j in range(anchor, len(pieces)):
            start, end = pieces[i][0], pieces[j][1]
            if end - start > limit and j > i:
                break
            value = worth(start, end) - PRICE * (end - start)
            if value > best_value:
                best, best_value = (start, end), value
    return best


#: What a further character costs, in worth: 100 characters must add a quarter of all there is.
PRICE = 0.25 / 100


def presentable(text: str, start: int, end: int) -> Excerpt:
    """An excerpt without stray punctuation at its ends or unmatched quotation marks around it."""
    while start < end and _stray_start(text, start, end):
        start += 1
    while start < end and _stray_end(text, start, end):
        end -= 1
    shown = text[start:end].replace("\n", "")
    if shown and shown[-1] not in "。！？…!?":
        shown += "。" if not (shown[-1] in _CLOSERS and shown[-2:-1] in "。！？") else ""
    return Excerpt(start, end, shown)


def _stray_start(text: str, start: int, end: int) -> bool:
    char = text[start]
    if char in _OPENERS:
        return _CLOSERS[_OPENERS.index(char)] not in text[start + 1 : end]
    return char in _TRAILING + _CLOSERS or char.isspace()


def _stray_end(text: str, start: int, end: int) -> bool:
    char = text[end - 1]
    if char in _CLOSERS:
        return _OPENERS[_CLOSERS.index(char)] not in text[start : end - 1]
    return char in _TRAILING + _OPENERS or char.isspace()


def joined(pieces: Sequence[tuple[int, int]], gap: int = 0) -> list[tuple[int, int]]:
    """Spans in order, those that touch (or lie ``gap`` apart) made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if merged and start - merged[-1][1] <= gap:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
