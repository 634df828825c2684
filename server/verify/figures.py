"""Figures, dates, times and quoted words of a clause that its statement does not bear."""

from __future__ import annotations

import re
from collections.abc import Sequence

from server.text.facts import Fact, enumerates, facts, spelled_apart
from server.text.words import times
from server.verify.differences import MatchingBlock
from server.verify.statement import CJK, Statement, plain

_GROUPED = re.compile(r"(?<=\d),(?=\d{3})")
_DIGITS = re.compile(r"\d[\d.]*")
_ENDS = " ,.;:!?，。；：！？、…"
_SPACES = re.compile(r"\s+")
_QUOTED = re.compile(r"[“《「『]([^“”《》「」『』]{2,16})[”》」』]")
_AFTER = re.compile(r"^[\s,，。；、：;:！？!?（）()“”‘’]*")


def missing_fact(clause: str, statement: Statement) -> str:
    """The first figure or Latin name of a clause that its statement does not bear."""
    own = facts(statement.text)
    for fact in facts(clause):
        if any(f.key == fact.key for f in own if fact.unit):
            continue
        if spelled_apart(fact, statement.text) or enumerates(clause, fact):
            continue
        if fact.article and all(f.unit != fact.unit for f in own):
            continue
        same = [f for f in own if f.kind == fact.kind and f.value == fact.value]
        if any(_same_unit(clause, fact, statement.text, f) for f in same):
            continue
        if fact.kind == "date" and _dated_before(fact, statement, own):
            continue
        if fact.kind == "name" and fact.value in plain(statement.before + statement.above):
            continue
        return f"fact: {fact.text}"
    return ""


def unordered(claim: str, statement: Statement) -> str:
    """Whether the wording is the statement's and only the figures stand elsewhere."""
    said, there = (_GROUPED.sub("", plain(t)).strip(_ENDS) for t in (claim, statement.text))
    if said in there or _DIGITS.sub("", said) not in _DIGITS.sub("", there):
        return ""
    return "figures: changed" if _DIGITS.search(said) else ""


def moved(clause: str, statement: Statement) -> str:
    """Whether figures have changed places: 「分别为22%、36%」 is not 「分别为36%、22%」."""
    own = [f.key for f in facts(statement.text) if f.kind == "number"]
    known = set(own)
    said = [f.key for f in facts(clause) if f.kind == "number" and f.key in known]
    held = iter(own)
    return "" if all(any(key == other for other in held) for key in said) else "figures: moved"


def missing_quoted(clause: str, statement: Statement) -> str:
    """A title or a quoted word of the clause that the statement lacks."""
    there = _SPACES.sub("", plain(statement.text))
    for quoted in _QUOTED.findall(clause):
        if _SPACES.sub("", plain(quoted)) not in there:
            return f"quoted: {quoted}"
    return ""


def _same_unit(clause: str, fact: Fact, source: str, other: Fact) -> bool:
    if fact.kind == "name":
        return True
    if fact.unit and other.unit:
        return fact.unit == other.unit
    # A unit that the table does not know: what follows both figures must begin alike.
    said = _AFTER.sub("", clause[fact.start + len(fact.text) :])[:1]
    held = _AFTER.sub("", source[other.start + len(other.text) :])[:1]
    return fact.unit == other.unit == "" and (said == held or not said or not CJK.match(said))


def _dated_before(fact: Fact, statement: Statement, own: Sequence[Fact]) -> bool:
    """Whether the date stands just before, and the statement has none of its kind itself."""
    if any(f.unit == fact.unit for f in own):
        return False
    before = [f for f in facts(statement.before[-160:] or statement.above) if f.unit == fact.unit]
    return bool(before) and before[-1].value == fact.value


def other_time(text: str, there: str, blocks: Sequence[MatchingBlock]) -> str:
    """The times of a clause that its sentence does not name around the same words."""
    real = [b for b in blocks if b.size > 1] or list(blocks)
    if not real:
        return ""
    around = there[max(0, real[0].b - 3) : real[-1].b + real[-1].size + 3]
    other = times(text) - times(around)
    return f"time: {'、'.join(sorted(other))}" if other else ""
