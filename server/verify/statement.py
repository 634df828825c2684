"""What bears claims, what of it is needed, and how texts are compared: by weighed pairs of characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from index.background import background
from server.records import Support
from server.text.facts import unaccented

CJK = re.compile(r"[\u3400-\u9fff]")
_CONTENT = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an article, and what its paragraph, heading and title say before it."""

    text: str
    before: str = ""
    above: str = ""


@dataclass(frozen=True, slots=True)
class Borne:
    """What a claim rests on: for each statement used the ``[start, end)`` of its text needed.

    ``why`` it does not, or how far: a word for the ``reason``, and behind a colon what was found.
    """

    support: Support
    needed: tuple[tuple[int, int, int], ...] = ()
    why: str = ""

    @property
    def reason(self) -> str:
        return self.why.partition(":")[0]


NOTHING = Borne("none")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Text as it is compared, character for character: half width, lower case.

    >>> plain("ＡＢ％，")
    'ab%,'
    """
    return "".join(map(_plain, text))


@lru_cache(maxsize=8192)
def _plain(char: str) -> str:
    folded = unaccented(unicodedata.normalize("NFKC", char)).lower()
    return folded if len(folded) == 1 else char


@lru_cache(maxsize=8192)
def pairs_of(text: str) -> frozenset[str]:
    """The character pairs of a text's runs of letters and digits."""
    return frozenset(
        run[i : i + 2] for run in _CONTENT.findall(text) for i in range(max(1, len(run) - 1))
    )


@lru_cache(maxsize=65536)
def weight_of(pair: str) -> float:
    return background().idf(pair)


def held_share(pairs: frozenset[str], there: frozenset[str]) -> float:
    """The share of the pairs' weight that is there too."""
    total = sum(map(weight_of, pairs))
    return sum(weight_of(p) for p in pairs if p in there) / total if total else 0.0
