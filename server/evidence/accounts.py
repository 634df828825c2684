"""What other articles tell of the same thing otherwise: a corrected notice, another report of one event.

Whether a sentence of another article answers the question, too, and is no look-alike's (the sister firm's
price, the next town's), is weighed from a few findings. ``training/accounts.py`` fits the weights.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from index import Article
from index.analysis import query_terms
from index.background import background
from index.shipped import shipped
from server.evidence.amendments import CHANGED
from server.evidence.disagreements import (
    ABOUT,
    Value,
    amended,
    answered_value,
    newest_first,
    same_amount,
    same_day,
)
from server.evidence.elsewhere import Elsewhere
from server.evidence.judgement import Judgement, probability, weighed
from server.evidence.ranking import Ranked
from server.evidence.reading import Reading, Reads, ReadSentence, log_odds
from server.evidence.sentences import Coverage
from server.question.understanding import Part
from server.text.comparison import squash
from server.text.counted import named
from server.text.facts import Fact, numbers

_Found = TypeVar("_Found", Ranked, ReadSentence)

WEIGHTS = Path(__file__).parent / "models" / "accounts.json"

#: What is weighed of a sentence of another article: the log odds that it bears the answer; the share of the
#: question that is said where it stands; how much more of the question the best sentence's article says than
#: its own (a name, where it is of something else); whether both articles begin alike in what is rare (who and
#: where) rather than in what is common (the form); whether one is a revision; whether it gives another amount
#: of the same unit.
FINDINGS = ("bears", "told", "lacking", "same", "revises", "amount")
ARTICLES = 3  # other articles that are looked at, at most
WINDOWS = 2  # read of each
OPENING = 150  # characters of an article that say who and where
ASKED = 0.3  # of the threshold, where the question is whether accounts differ
FAINT = 0.015  # what bears an answer less likely is no account, whatever speaks for it
OF_ANOTHER = 2  # what stands so far from what the question names is told of something else
FURTHER = 0.5  # of the threshold, where there is one account already: what differs, differs in more than two
WORDED = 4.0  # log odds that being worded like the best sentence is worth; of 217 articles it finds 191 instead of 184
DEPTH = 40  # sentences in which an amount is looked for that the question offers
BESIDE = 0.5  # of the question so much is said around one that is told, beside another one
LIKELIEST = 0.9  # that any sentence bears an answer, for whether reading it can change anything
_SOFT = 0.02  # two openings that are the same are not endlessly alike
_REVISED = re.compile(rf"{CHANGED.pattern}|更正|修订|修正|修改|补充|改期|调整")
_DIGIT = re.compile(r"\d")
_HOUR = re.compile(r"(\d{1,2})(?:[时点]|[:：](?=\d))(?:(\d{1,2}|半|一刻)分?)?")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_SAME_WORDS = 0.5  # of two answers so much is the same where they say the same


@dataclass(frozen=True, slots=True)
class Accounts:
    """Linear weights with a bias; ``threshold`` is the probability from which another account is told."""

    weights: Mapping[str, float]
    threshold: float

    @classmethod
    @lru_cache(maxsize=1)
    @shipped(WEIGHTS)
    def builtin(cls) -> Accounts:
        """The shipped weights, read once."""
        return cls(**json.loads(WEIGHTS.read_text(encoding="utf-8")))

    def likely(self, known: Mapping[str, float]) -> float:
        """The probability that a sentence with these findings is another account of the same."""
        return probability(weighed(self.weights, known))


def other_accounts(
    part: Part,
    best: ReadSentence,
    ranked: Sequence[Ranked],
    reader: Reads,
    judgement: Judgement,
    *,
    asked: bool = False,
) -> list[ReadSentence]:
    """The sentences of other articles that answer, too, and otherwise: at most one of each, likeliest first.

    ``asked``: the question is whether accounts differ. Articles that could not pass whatever the reader
    saw in them are not read.
    """
    accounts = Accounts.builtin()
    sure = accounts.threshold * (ASKED if asked else 1)
    least = sure * FURTHER
    near = []
    here = best.sentence.article.id
    free = (one for one in ranked if not one.clash and one.sentence.article.id != here)
    for of in _by_article(free)[:ARTICLES]:
        hoped = {**findings(part, best, of[0], 0.0), "bears": log_odds(LIKELIEST), "amount": 1.0}
        hoped["told"] = max(one.told.share for one in of)
        if accounts.likely(hoped) >= least:
            near += of[:WINDOWS]
    reading = Reading(part, near, reader)
    reading.more(len(near))
    elsewhere = Elsewhere(
        part, list({r.sentence.article.id: r.sentence.article for r in ranked}.values())
    )
    found = []
    for ones in _by_article(reading.sentences):
        other = nearest(part, best, ones, judgement)
        bears = judgement.bears(other)
        likely = accounts.likely(findings(part, best, other, bears))
        if likely < least or bears < FAINT or not differ(part, best, other):
            continue
        if elsewhere.of(best.sentence) or elsewhere.of(other.sentence) < OF_ANOTHER:
            found.append((likely, other))
    found.sort(key=lambda one: -one[0])
    return [other for _, other in found] if found and found[0][0] >= sure else []


def nearest(
    part: Part, best: ReadSentence, ones: Sequence[ReadSentence], judgement: Judgement
) -> ReadSentence:
    """The sentence of an article that likeliest tells of the same: bears an answer, in words like the best one's."""

    def near(one: ReadSentence) -> float:
        worded = _shared(part.text, best.sentence.text, one.sentence.text)
        return log_odds(judgement.bears(one)) + WORDED * worded

    return max(ones, key=near)


def values_offered(
    part: Part, offered: Sequence[Fact], ranked: Sequence[Ranked]
) -> tuple[Value, ...]:
    """Those of the amounts that a question offers (18个还是7个) that are told, each where it stands likeliest."""
    found: list[Value] = []
    most = 0.0
    for fact in offered:
        for one in ranked[:DEPTH]:
            said = next((f for f in numbers(one.sentence.text) if _is(f, fact)), None)
            if said is None or one.clash or one.told.share < BESIDE * most:
                continue
            most = max(most, one.told.share)
            about = named(one.sentence.text, said, part.text)
            found.append(
                Value(about or ABOUT.get(part.kind, ABOUT["count"]), "", said, one.sentence)
            )
            break
    return tuple(newest_first(found))


def _is(said: Fact, offered: Fact) -> bool:
    """Whether an amount is the one that is offered, which may lack its unit."""
    same = said.kind == offered.kind and said.value == offered.value
    return said.key == offered.key or (same and not offered.unit)


def findings(
    part: Part, best: ReadSentence, other: ReadSentence | Ranked, bears: float
) -> dict[str, float]:
    """What is weighed of another article's sentence, beside the best one, by its names."""
    here, there = best.sentence.article, other.sentence.article
    told = other.told if isinstance(other, ReadSentence) else other.told.share
    amount = isinstance(other, ReadSentence) and differ(part, best, other) == "amount"
    return {
        "bears": log_odds(bears),
        "told": told,
        "lacking": max(0.0, _said(part.text, here) - _said(part.text, there)),
        "same": _same(here, there),
        "revises": float(bool(_REVISED.search(f"{here.title}\n{there.title}"))),
        "amount": float(amount),
    }


def differ(part: Part, best: ReadSentence, other: ReadSentence) -> str:
    """How two sentences answer otherwise: ``amount``, ``words``; empty where they agree or are of two times."""
    if amended(part, best.sentence, other.sentence):
        return "amount"
    mine, theirs = (squash(r.sentence.text[slice(*r.answer)]) for r in (best, other))
    if _hours(mine) and _hours(theirs) and _hours(mine) != _hours(theirs):
        return "words"  # 23时26分, 23时40分
    one, two = answered_value(part, best), answered_value(part, other)
    if one and two:
        if one.fact.key == two.fact.key:
            return ""
        same = same_day(one, two) if part.kind == "when" else same_amount(one, two)
        return "amount" if same else ""
    if not mine or not theirs:
        return ""
    if mine in squash(other.sentence.text) or theirs in squash(best.sentence.text):
        return ""
    here, there = _figures(mine), _figures(theirs)
    if (here == there) if here and there else _alike(mine, theirs):
        return ""
    return "words"


def values(part: Part, best: ReadSentence, others: Sequence[ReadSentence]) -> tuple[Value, ...]:
    """The amounts with which sentences answer, each once, newest first; none where all answer in words."""
    found: dict[tuple[str, str, str], Value] = {}
    for other in (one for one in others if differ(part, best, one) == "amount"):
        pair = amended(part, best.sentence, other.sentence) or (
            answered_value(part, best),
            answered_value(part, other),
        )
        for value in filter(None, pair):
            found.setdefault(value.fact.key, value)
    return tuple(newest_first(list(found.values()))) if len(found) > 1 else ()


def _hours(text: str) -> list[tuple[str, str]]:
    """The times of day that a text names: hour and minute."""
    return _HOUR.findall(text)


def _figures(text: str) -> list[str]:
    """The numbers and weekdays of a text, whatever they count: 10个工作日内, 每周二."""
    return [fact.value for fact in numbers(text)] + _WEEKDAY.findall(text)


def _alike(one: str, other: str) -> bool:
    pairs, others = _pairs(one), _pairs(other)
    return len(pairs & others) >= _SAME_WORDS * max(1, min(len(pairs), len(others)))


def _shared(question: str, one: str, other: str) -> float:
    """The share of what two sentences say besides the question that is the same; figures count as alike."""
    asked, mine, theirs = (_pairs(_DIGIT.sub("0", squash(text))) for text in (question, one, other))
    mine, theirs = mine - asked, theirs - asked
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _by_article(ones: Iterable[_Found]) -> list[list[_Found]]:
    """What was found in each article, in its order."""
    found: dict[str, list[_Found]] = {}
    for one in ones:
        found.setdefault(one.sentence.article.id, []).append(one)
    return list(found.values())


def _said(question: str, article: Article) -> float:
    """The share of a question that an article says anywhere."""
    return Coverage(question).of(f"{article.title}\n{article.text}")


def _same(one: Article, other: Article) -> float:
    """How much more alike two openings are in their rare terms than in all."""
    a, b = (f"{article.title}\n{article.text[:OPENING]}" for article in (one, other))
    return math.log((1 - _cosine(a, b, 0) + _SOFT) / (1 - _cosine(a, b, 2) + _SOFT))


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
