"""Nouns and names that a claim says in the place where its source says others.

Whether a name stands somewhere in the source tells little: who did it is told by its place between the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from server.text.words import times
from server.verify.differences import differences_between, joined_clauses
from server.verify.statement import Statement, held_share, pairs_of, plain
from server.verify.wording import is_name, is_noun, points, same_noun, words

HELD = 0.5  # of a clause's letters: less is no copy, and where words stand in it tells nothing
_PLAIN = re.compile(
    r"[^\W\d_]{2,8}"
)  # where more are replaced another thing is said, not another name


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a claim says in the place of what its source says; ``name`` if either is a name."""

    claim: str
    source: str
    name: bool


def exchanges(claim: str, statements: Sequence[Statement]) -> list[Exchange]:
    """Each clause is laid beside the statement that holds most of it."""
    found: list[Exchange] = []
    there = [(plain(s.text), pairs_of(plain(s.text))) for s in statements]
    for start, end in joined_clauses(claim):
        text = plain(claim[start:end])
        pairs = pairs_of(text)
        _, source = max(
            ((held_share(pairs, other), held) for held, other in there), default=(0.0, "")
        )
        if text not in source:
            found += _in(text, source)
    return found


def _in(text: str, source: str) -> Iterator[Exchange]:
    blocks = SequenceMatcher(None, text, source, autojunk=False).get_matching_blocks()
    real = [block for block in blocks if block.size > 1]
    if sum(block.size for block in real) < HELD * len(text):
        return
    for difference in differences_between(text, source, real):
        start, end = difference.start, difference.start + len(difference.claim)
        at = next((b.b + b.size for b in reversed(real) if b.a + b.size <= start), 0)
        if not start:
            at = real[0].b - len(difference.source)
        mine = _touched(text, start, end)
        theirs = _touched(source, at, at + len(difference.source))
        mine, theirs = ([w for w in mine if w not in theirs], [w for w in theirs if w not in mine])
        said, held = ("".join(w for w, _ in some) for some in (mine, theirs))
        if not (_PLAIN.fullmatch(said) and _PLAIN.fullmatch(held)):
            continue
        name = any(is_name(flag) for _, flag in (*mine, *theirs))
        named = _named(mine) and _named(theirs)
        other = not (_short_for(said, held) or points(said, held) or _akin(said, held, name=name))
        timed = bool(times(said) and times(held) and times(said) != times(held))
        if timed or (named and other):
            yield Exchange(said, held, name)


def _akin(word: str, other: str, *, name: bool) -> bool:
    """Whether two short nouns share a character, as words for one thing do: 「渔船」, 「船只」."""
    return not name and len(word) == len(other) == 2 and bool(set(word) & set(other))


def _short_for(word: str, other: str) -> bool:
    """Whether one's characters stand in the other, in their order, or both are used for one another."""
    short, long = sorted((word, other), key=len)
    rest = iter(long)
    return all(char in rest for char in short) or same_noun(word, other)


def _touched(text: str, start: int, end: int) -> list[tuple[str, str]]:
    """The words that reach into ``[start, end)``, with their parts of speech."""
    return [(w, flag) for w, flag, at in words(text) if at < end and at + len(w) > start]


def _named(some: Sequence[tuple[str, str]]) -> bool:
    """Whether the words hold a noun or a name."""
    return any(is_noun(flag) for _, flag in some)
