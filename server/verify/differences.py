"""A clause laid beside a statement: what they have in common, and where they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from server.text.clauses import clauses

SHORT = 6  # a clause of fewer characters is read with its neighbour
_CONTENT_CHARS = re.compile(r"[^\W_]")
_CLAUSES = re.compile(r"[，。；,;！？!?：:]")


class MatchingBlock(Protocol):
    """``size`` characters that stand at ``a`` of a clause and at ``b`` of a statement."""

    @property
    def a(self) -> int: ...
    @property
    def b(self) -> int: ...
    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """What a clause says where the source says ``source`` (either may be empty)."""

    claim: str
    source: str
    start: int


def joined_clauses(claim: str) -> list[tuple[int, int]]:
    """The clauses of a claim; a short one is joined to the next, the last to the one before."""
    joined: list[tuple[int, int]] = []
    for start, end in clauses(claim):
        if joined and len(_CONTENT_CHARS.findall(claim[joined[-1][0] : joined[-1][1]])) < SHORT:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    if len(joined) > 1 and len(_CONTENT_CHARS.findall(claim[slice(*joined[-1])])) < SHORT:
        last = joined.pop()
        joined[-1] = (joined[-1][0], last[1])
    return joined


def region_of(there: str, blocks: Sequence[MatchingBlock]) -> str:
    real = [b for b in blocks if b.size > 1] or list(blocks)
    return there[real[0].b : real[-1].b + real[-1].size] if real else ""


def differences_between(text: str, there: str, blocks: Sequence[MatchingBlock]) -> list[Difference]:
    """The places where a clause and a statement differ, between what they have in common.

    Of what the statement has more, only the clauses that are broken into count: a clause that was
    left out whole changes nothing.
    """
    found = []
    at, other = 0, 0
    for block in blocks:
        lacked = there[other : block.b] if at else _CLAUSES.split(there[: block.b])[-1][-12:]
        pieces = _CLAUSES.split(lacked)
        lacked = lacked if len(pieces) == 1 else pieces[0] + pieces[-1]
        if text[at : block.a] or lacked:
            found.append(Difference(text[at : block.a], lacked, at))
        at, other = block.a + block.size, block.b + block.size
    if at < len(text):
        found.append(Difference(text[at:], _CLAUSES.split(there[other:])[0][:8], at))
    return found
