"""Whether two articles tell of one thing: two reports of an event, a rule and its revision; or of two look-alikes."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from index import Article
from index.analysis import query_terms
from index.background import background
from server.evidence.amendments import CHANGED
from server.evidence.must_hold import names_name
from server.evidence.nearness import question_shares
from server.text.names import names

#: How alike two articles are, beside a question: how much more of it the first one says than the other, in the same
#: words or near ones; whether the other lacks a name that the question and the first one have; whether both begin
#: alike in what is rare (who and where) rather than in what is common (the form); whether they do in what is rare at
#: all; the share of the names with which they begin that is the same; whether one is a revision.
ALIKE = ("lacking", "nameless", "same", "opening", "shared", "revises")
LONGEST = 20_000  # characters of an article in which the question is looked for
OPENING = 150  # characters of an article that say who and where
NAMED = 400  # characters of an article in which it names what it is of
_SOFT = 0.02  # two openings that are the same are not endlessly alike
_REVISED = re.compile(rf"{CHANGED.pattern}|更正|修订|修正|修改|补充|改期|调整")


def alike(question: str, here: Article, there: Article) -> dict[str, float]:
    """How alike two articles are in what a question is of, by the names in ``ALIKE``."""
    mine, theirs = (_beginning(article, LONGEST) for article in (here, there))
    said, other = (share.share for share in question_shares(question, [mine, theirs]))
    one, two = (_beginning(article, OPENING) for article in (here, there))
    in_rare = _cosine(one, two, 2)
    return {
        "lacking": max(0.0, said - other),
        "nameless": float(_nameless(question, mine, theirs)),
        "same": math.log((1 - _cosine(one, two, 0) + _SOFT) / (1 - in_rare + _SOFT)),
        "opening": in_rare,
        "shared": _shared(*(_beginning(article, NAMED) for article in (here, there))),
        "revises": float(bool(_REVISED.search(f"{here.title}\n{there.title}"))),
    }


def _beginning(article: Article, length: int) -> str:
    return f"{article.title}\n{article.text[:length]}"


def _nameless(question: str, mine: str, theirs: str) -> bool:
    """Whether one text lacks a name that a question and another text have."""
    return any(names_name(mine, n) and not names_name(theirs, n) for n in names(question))


def _shared(one: str, other: str) -> float:
    """The share of the names of two texts that both have, of those of the one that has fewer."""
    mine, theirs = set(names(one)), set(names(other))
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))


def _cosine(one: str, other: str, power: int) -> float:
    a, b = _terms(one, power), _terms(other, power)
    length = math.sqrt(sum(w * w for w in a.values()) * sum(w * w for w in b.values()))
    return sum(w * b[term] for term, w in a.items() if term in b) / (length or 1.0)


@lru_cache(maxsize=2048)
def _terms(text: str, power: int) -> dict[str, float]:
    """The terms of a text, each weighed by a power of its rarity."""
    return {
        term: math.sqrt(weight) * background().share(term) ** power
        for term, weight in query_terms(text).items()
    }
