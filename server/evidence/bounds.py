"""A bound that a question sets: an amount or a time of day, and on which side of it a value is to lie."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from server.text.facts import numbers


@dataclass(frozen=True, slots=True)
class Measured:
    """A value as it can be compared: ``measure`` is what it is a value of; a bare number is one of anything.

    ``bare`` is the number as it is written, ``[start, end)`` where.
    """

    value: Decimal
    measure: str
    bare: Decimal
    start: int
    end: int


_CLOCK = re.compile(
    r"(?<![\d:])(?P<hour>[012]?\d)(?:[:：](?P<minute>[0-5]\d)|点(?P<half>半)?)(?![\d:])"
)


def measured(text: str) -> list[Measured]:
    """The amounts and the times of day that a text holds, in its order."""
    found = [
        Measured(_minutes(match), "时刻", _minutes(match), *match.span())
        for match in _CLOCK.finditer(text)
    ]
    rest = _CLOCK.sub(lambda match: "，" * len(match[0]), text)
    for fact in numbers(rest):
        if fact.kind == "number":
            value, measure = (fact.key[1], fact.key[2]) if fact.unit else (fact.value, "")
            bounds = fact.start, fact.start + len(fact.text)
            found.append(Measured(Decimal(value), measure, Decimal(fact.value), *bounds))
    return sorted(found, key=lambda one: one.start)


def _minutes(clock: re.Match[str]) -> Decimal:
    return Decimal(60 * int(clock["hour"]) + int(clock["minute"] or (30 if clock["half"] else 0)))


def only(text: str) -> Measured | None:
    """The one value that a text holds; None where it holds another number of them, or is less than nothing."""
    found = measured(text)
    return found[0] if len(found) == 1 and text[:1] not in "-−" else None


Side = Callable[[Decimal, Decimal], bool]

_SIDES: dict[str, Side] = {
    "above": operator.gt,
    "below": operator.lt,
    "least": operator.ge,
    "most": operator.le,
}
_OPPOSITE = {"above": "most", "below": "least", "least": "below", "most": "above"}
_WORDS = {
    "above": r"超[过出]|[高晚迟]于|高过|大于|多于|[贵重长大]过",
    "below": r"[低少小短早]于|不到|不足|不满|未满",
    "least": r"至少|达到?",
    "most": r"至多|最多",
}
_NOT = r"(?P<no>不|没有?|未)?"
_BEFORE = re.compile(
    _NOT + "(?:" + "|".join(f"(?P<{side}>{words})" for side, words in _WORDS.items()) + ")$"
)
_BEHIND = re.compile(
    r"[^，？\d]?(?:及|或者?|含)?(?:(?P<least>以上|之上|[以之]后)|(?P<most>以下|以内|之内|之下|[以之]前))"
)
_BETWEEN = re.compile(
    _NOT + "(?:" + "|".join(f"(?P<{side}>{_WORDS[side]})" for side in ("above", "below")) + ")"
)
_NAMES = tuple(_WORDS)


def compared(one: Measured, other: Measured, side: Side) -> bool | None:
    """Whether a value lies on this side of another one; None where they are of two measures."""
    if not (one.measure and other.measure):
        return side(one.bare, other.bare)
    return side(one.value, other.value) if one.measure == other.measure else None


@dataclass(frozen=True, slots=True)
class Bound:
    """What a value is to be compared with, and where the question says so; ``stated``: as a bound at all."""

    side: Side
    value: Measured
    start: int
    end: int
    stated: bool = True

    def holds(self, text: str) -> bool | None:
        """Whether a cell meets it; None where it holds no value that can be compared. What is free costs nothing."""
        if text in _NOTHING:
            return self.side(Decimal(0), self.value.value)
        value = only(text)
        return None if value is None else compared(value, self.value, self.side)


_NOTHING = frozenset({"免费", "无", "免", "不收费", "不收"})


def bound(question: str) -> Bound | None:
    """The bound that a question sets; an amount that is none where it names but one; None else.

    >>> bound("押金不超过300元的有哪些").holds("200元"), bound("18:30以后").holds("17:00")
    (True, False)
    """
    found = [_bound(question, value) for value in measured(INCLUDED.sub(_blank, question))]
    stated = [one for one in found if one.stated]
    candidates = stated or found
    return candidates[0] if len(candidates) == 1 else None


#: What only says on which side the bound itself lies: 5元以内（含5元）.
INCLUDED = re.compile(r"[(（]不?含[^)）]{0,8}[)）]")


def _blank(match: re.Match[str]) -> str:
    return "，" * len(match[0])


def _bound(question: str, value: Measured) -> Bound:
    if behind := _BEHIND.match(question, value.end):
        side = "least" if behind["least"] else "most"
        return Bound(_SIDES[side], value, value.start, behind.end())
    if before := _BEFORE.search(question[: value.start]):
        return Bound(_side(before), value, before.start(), value.end)
    return Bound(operator.eq, value, value.start, value.end, stated=False)


def _side(words: re.Match[str]) -> Side:
    name = next(side for side in _NAMES if words.groupdict().get(side))
    return _SIDES[_OPPOSITE[name] if words["no"] else name]


def between(question: str) -> tuple[int, int, Side] | None:
    """Where a question compares what stands before with what stands behind, and on which side it is to lie."""
    found = _BETWEEN.search(question)
    return (*found.span(), _side(found)) if found else None
