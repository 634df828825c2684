"""What other articles tell of the same thing otherwise: a corrected notice, another report of one event.

Whether a sentence of another article answers the question, too, and is no look-alike's (the sister firm's
price, the next town's), is weighed from a few findings. ``training/accounts.py`` fits the weights.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from index.shipped import shipped
from server.evidence.alike import ALIKE, alike
from server.evidence.asked_anew import asked_anew
from server.evidence.disagreements import (
    ABOUT,
    Value,
    amended,
    answered_value,
    newest_first,
    other_figures,
    same_amount,
    same_day,
)
from server.evidence.elsewhere import Elsewhere
from server.evidence.judgement import Judgement, probability, weighed
from server.evidence.ranking import Ranked
from server.evidence.reading import Reading, Reads, ReadSentence, log_odds
from server.question.understanding import Part
from server.text.comparison import pairs, squash
from server.text.counted import named
from server.text.facts import Fact, numbers
from server.text.units import answering, is_measured

_Found = TypeVar("_Found", Ranked, ReadSentence)

WEIGHTS = Path(__file__).parent / "models" / "accounts.json"

#: What is weighed of a sentence of another article: the log odds that it bears the answer to the question, or to
#: that as the best sentence has it, the larger ones; the share of the question that is said where it stands; whether
#: it gives another amount of the same unit; and how alike its article is to that of the best one.
FINDINGS = ("bears", "told", "amount", *ALIKE)
ARTICLES = 3  # other articles that are looked at, at most
WINDOWS = 2  # read of each
LIKE = 3  # more of them, those worded most like the best sentence
ASKED = 0.3  # of the threshold, where the question is whether accounts differ
UNSEEN = 0.002  # an article on whose first windows nothing bears so likely is read no further: of 244, 2 accounts
GLIMPSED = 0.005  # nor is one read again where nothing does so likely: 5
FAINT = 0.015  # what bears an answer less likely is no account, whatever speaks for it
OF_ANOTHER = 2  # what stands so far from what the question names is told of something else
SURELY = 0.35  # but for what is so likely: it may name others who had to do with it
FURTHER = 0.5  # of the threshold, where there is one account already: what differs, differs in more than two
WORDED = 2.0  # log odds that being worded like the best sentence is worth
DEPTH = 40  # sentences in which an amount is looked for that the question offers
BESIDE = 0.5  # of the question so much is said around one that is told, beside another one
LIKELIEST = 0.5  # so likely a sentence bears an answer at best, for whether reading it matters
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
    here = best.sentence.article.id
    free = (one for one in ranked if not one.clash and one.sentence.article.id != here)
    elsewhere = Elsewhere(
        part, list({r.sentence.article.id: r.sentence.article for r in ranked}.values())
    )
    found = []
    for of in by_article(free)[:ARTICLES]:
        kin = alike(part.text, best.sentence.article, of[0].sentence.article)
        if accounts.likely({**kin, **_hoped(of)}) < least:
            continue
        other = nearest(part, best, read_twice(part, best, of, reader, judgement))
        one = otherwise(part, best, other) if other else None
        if other is None or one is None or other.likely < FAINT:
            continue
        likely = accounts.likely({**kin, **findings(part, best, other)})
        if likely < least:
            continue
        near = elsewhere.of(best.sentence) or elsewhere.of(one.sentence) < OF_ANOTHER
        if near or (likely >= SURELY and not elsewhere.is_another(one.sentence)):
            found.append((likely, one))
    found.sort(key=lambda one: -one[0])
    return [other for _, other in found] if found and found[0][0] >= sure else []


@dataclass(frozen=True, slots=True)
class Twice:
    """A sentence of another article, read for the question, and ``again`` for it as the best sentence has it.

    ``bears``, ``anew``: the probabilities that it bears the answer to each.
    """

    one: ReadSentence
    again: ReadSentence
    bears: float
    anew: float

    @property
    def likely(self) -> float:
        """The larger of both probabilities."""
        return max(self.bears, self.anew)


def read_twice(
    part: Part,
    best: ReadSentence,
    of: Sequence[Ranked],
    reader: Reads,
    judgement: Judgement,
) -> list[Twice]:
    """The sentences of another article, around the likeliest ones and those that are worded like the best one."""
    like = sorted(of, key=lambda r: -_shared(part.text, best.sentence.text, r.sentence.text))
    near = [*of[:WINDOWS], *like[:LIKE]]
    asked, anew = (Reading(p, near, reader) for p in (part, asked_anew(part, best)))
    for windows, least in ((WINDOWS, UNSEEN), (LIKE, GLIMPSED)):
        asked.more(windows)
        if max(map(judgement.bears, asked.sentences), default=0.0) < least:
            return []
    anew.more(len(near))
    again = {one.sentence.key: one for one in anew.sentences}
    return [
        Twice(one, two, judgement.bears(one), judgement.bears(two) if two is not one else 0.0)
        for one in asked.sentences
        for two in [again.get(one.sentence.key, one)]
    ]


def nearest(part: Part, best: ReadSentence, ones: Sequence[Twice]) -> Twice | None:
    """The sentence of an article that likeliest tells of the same; None of none."""

    def near(other: Twice) -> float:
        worded = _shared(part.text, best.sentence.text, other.one.sentence.text)
        return log_odds(other.bears) + log_odds(other.anew) + WORDED * worded

    return max(ones, key=near, default=None)


def otherwise(part: Part, best: ReadSentence, other: Twice) -> ReadSentence | None:
    """A sentence of another article with the answer that is not the best one's, if it has one."""
    return next((one for one in (other.one, other.again) if differ(part, best, one)), None)


def values_offered(
    part: Part, offered: Sequence[Fact], ranked: Sequence[Ranked]
) -> tuple[Value, ...]:
    """Those of the amounts that a question offers (18个还是7个) that are told, each where it stands likeliest.

    Where it offers them without a unit, those of one unit: 8000人 beside 6000人, not 8000元.
    """
    found: dict[str, list[Value]] = {}
    most = 0.0
    for fact in offered:
        units: set[str] = set()
        for one in ranked[:DEPTH]:
            said = next((f for f in numbers(one.sentence.text) if _is(f, fact)), None)
            if said is None or one.clash or one.told.share < BESIDE * most or said.unit in units:
                continue
            most = max(most, one.told.share)
            about = named(one.sentence.text, said, part.text)
            value = Value(about or ABOUT.get(part.kind, ABOUT["count"]), "", said, one.sentence)
            group = next(iter(answering(said.unit) & found.keys()), said.unit)
            if not units & answering(said.unit):  # 20多名工人, not 20多个国家 as well
                found.setdefault(group, []).append(value)
            units.add(said.unit)
    return tuple(newest_first(max(found.values(), key=len, default=[])))


_ANY = "个"  # the word that counts whatever there is in everyday speech: 24个 for 24人


def _is(said: Fact, offered: Fact) -> bool:
    """Whether an amount is the one that is offered, which may lack its unit, or have another word for it."""
    same = said.kind == offered.kind and said.value == offered.value
    alike = not offered.unit or said.unit in answering(offered.unit)
    alike = alike or (offered.unit == _ANY and not is_measured(said.unit))
    return said.key == offered.key or (same and alike)


def findings(part: Part, best: ReadSentence, other: Twice) -> dict[str, float]:
    """What is weighed of another article's sentence, by its names, beside how alike the articles are."""
    one = otherwise(part, best, other)
    return {
        "bears": log_odds(other.likely),
        "told": other.one.told,
        "amount": float(one is not None and differ(part, best, one) == "amount"),
    }


def _hoped(of: Sequence[Ranked]) -> dict[str, float]:
    """The findings on the sentences of an article, were the reader to see in them all that it may."""
    told = max(one.told.share for one in of)
    return {"bears": log_odds(LIKELIEST), "told": told, "amount": 1.0}


def differ(part: Part, best: ReadSentence, other: ReadSentence) -> str:
    """How two sentences answer otherwise: ``amount``, ``words``; empty where they agree or are of two times."""
    if amended(part, best.sentence, other.sentence):
        return "amount"
    mine, theirs = (squash(r.sentence.text[slice(*r.answer)]) for r in (best, other))
    if _hours(mine) and _hours(theirs) and _hours(mine) != _hours(theirs):
        return "words"  # 23时26分, 23时40分
    if mine and _replaces(mine, squash(other.sentence.text)):
        return "words"  # 由1.2元调整为1.5元
    one, two = answered_value(part, best), answered_value(part, other)
    if one and two:
        if one.fact.key == two.fact.key:
            return ""
        same = same_day(one, two) if part.kind == "when" else same_amount(one, two)
        return "amount" if same else ""
    if not mine or not theirs:
        return ""
    if other_figures(best.sentence, best.answer, other.sentence):
        return "words"  # 减产五成以上的，减收三分之一
    named = part.kind == "who"  # what is named beside somebody may have another part in it
    one_text, other_text = (squash(r.sentence.text) for r in (best, other))
    if (theirs in mine or mine in theirs) if named else (mine in other_text or theirs in one_text):
        return ""
    here, there = _figures(mine), _figures(theirs)
    if (here == there) if here and there else _alike(mine, theirs):
        return ""
    return "words"


def _replaces(answer: str, text: str) -> bool:
    """Whether a text says that something stands in the place of an answer."""
    return bool(
        re.search(rf"[由从原][^，。；]{{0,16}}{re.escape(answer)}[^，。；]{{0,4}}[为到至成]", text)
    )


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
    mine, theirs = pairs(one), pairs(other)
    return len(mine & theirs) >= _SAME_WORDS * max(1, min(len(mine), len(theirs)))


def _shared(question: str, one: str, other: str) -> float:
    """The share of what two sentences say besides the question that is the same; figures count as alike."""
    asked, mine, theirs = (pairs(_DIGIT.sub("0", squash(text))) for text in (question, one, other))
    mine, theirs = mine - asked, theirs - asked
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))


def by_article(ones: Iterable[_Found]) -> list[list[_Found]]:
    """What was found in each article, in its order."""
    found: dict[str, list[_Found]] = {}
    for one in ones:
        found.setdefault(one.sentence.article.id, []).append(one)
    return list(found.values())
