"""The figures of a claim beside those of the articles: the same thing's, or another's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.background import background
from server.text.facts import Fact, facts
from server.verify.statement import plain

ALIKE = 0.3  # of what stands around a claim's figure: a source's figure is of the same thing
CLEARLY = 0.25  # so much more alike must another figure's surroundings be than the same figure's
_LEFT, _RIGHT = 16, 8
_BREAK = re.compile(r"[，。；：、！？,;!?（()）\n]|\d[\d.,]*")
_RUN = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Rival:
    """A figure of the articles that stands where the claim has another."""

    said: Fact
    held: Fact
    at: int  # index of its text


def differing(claim: str, fact: Fact, texts: Sequence[str]) -> Rival | None:
    """The articles' figure for what a claim's figure is of, where they give another one.

    Of the figures of the same unit, that one whose surroundings are most like the claim's; none
    where the claim's own figure stands in surroundings that are as much like them.
    """
    said = _around(claim, fact)
    best, rival = 0.0, None
    own = 0.0
    for at, text in enumerate(texts):
        for other in facts(text):
            if not _same_kind(fact, other):
                continue
            score = _share(said, _around(text, other))
            if _agree(fact, other):
                own = max(own, score + 1e-6)
            elif score > best:
                best, rival = score, Rival(fact, other, at)
    if own:
        return rival if best > own + CLEARLY and best >= ALIKE else None
    return rival if best >= ALIKE else None


def only(fact: Fact, text: str) -> Fact | None:
    """The one other figure of the same unit that a text gives; None where there are several."""
    others = {f.key: f for f in facts(text) if _same_kind(fact, f)}
    return next(iter(others.values())) if len(others) == 1 else None


def counted(claim: str, fact: Fact, text: str) -> Fact | None:
    """The only count that a text gives of what 「一个」 stands before in a claim, where it is not one."""
    noun = _noun(claim, fact)
    found = [f for f in facts(text) if f.unit == fact.unit and noun and _noun(text, f) == noun]
    return found[0] if len(found) == 1 and found[0].value != fact.value else None


def _noun(text: str, fact: Fact) -> str:
    """The two characters behind a figure; empty where a mark stands there."""
    end = fact.start + len(fact.text)
    behind = text[end : end + 2]
    return behind if len(behind) == 2 and behind.isalpha() else ""


def stands(fact: Fact, texts: Sequence[str]) -> bool:
    """Whether some text gives the figure."""
    return any(_agree(fact, other) for text in texts for other in facts(text))


def _agree(fact: Fact, other: Fact) -> bool:
    if fact.key == other.key:
        return True
    return fact.kind == other.kind and fact.value == other.value and not (fact.unit and other.unit)


def _same_kind(fact: Fact, other: Fact) -> bool:
    return fact.kind == other.kind and fact.key[2] == other.key[2]


@lru_cache(maxsize=4096)
def _around(text: str, fact: Fact) -> frozenset[str]:
    """The character pairs of the words on both sides of a figure, up to the next mark or figure."""
    end = fact.start + len(fact.text)
    left = _BREAK.split(text[max(0, fact.start - _LEFT) : fact.start])[-1]
    right = _BREAK.split(text[end : end + _RIGHT])[0]
    runs = _RUN.findall(plain(f"{left} {right}"))
    return frozenset(run[i : i + 2] for run in runs for i in range(max(1, len(run) - 1)))


def _share(said: frozenset[str], held: frozenset[str]) -> float:
    total = sum(map(_idf, said))
    return sum(_idf(pair) for pair in said & held) / total if total else 0.0


def _idf(pair: str) -> float:
    return background().idf(pair)
