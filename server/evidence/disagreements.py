"""Sources that give different values for the same thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.reading.dates import published_date
from server.evidence.answer_kinds import wanted_units
from server.evidence.must_hold import elsewhere, in_zones
from server.evidence.sentences import Sentence
from server.question.understanding import Part
from server.text.counted import named, nouns
from server.text.facts import Fact, numbers

SEARCHED = 5  # sentences in which the amount is looked for when a question asks for several


@dataclass(frozen=True, slots=True)
class Value:
    """An amount that a sentence gives for a thing."""

    about: str
    fact: Fact
    sentence: Sentence


def differing(
    part: Part, ranked: Sequence[Sentence], *, asked: bool = False, depth: int = 12
) -> list[Value]:
    """The values of the asked-for amount in which articles differ; empty when they agree.

    The first value is the best sentence's. Another sentence differs when it gives the same
    thing (the noun beside the number) another amount in the same unit, stands in another
    article, speaks of no district that the best sentence and the question do not, of the one that
    the question does, and both count what there is or both what is new. When the
    question itself asks for the differing values, another place of the same article will do, and
    the first of the best sentences that gives an amount counts as the best.
    """
    given = (_value(part, sentence) for sentence in ranked[: SEARCHED if asked else 1])
    best = next((value for value in given if value is not None), None)
    if best is None:
        return []
    values = [best]
    for sentence in ranked[:depth]:
        if sentence is best.sentence:
            continue
        if not asked and any(sentence.article.id == v.sentence.article.id for v in values):
            continue
        other = _same_thing(best, sentence)
        if other is None or elsewhere(part.text + best.sentence.text, sentence):
            continue
        if _is_new(other) != _is_new(best) or not in_zones(part, sentence):
            continue
        if all(other.fact.key != v.fact.key for v in values):
            values.append(other)
    return _newest_first(values) if len(values) > 1 else []


def _is_new(value: Value) -> bool:
    """Whether an amount is what was added: 新增高新技术企业3125家."""
    before = value.sentence.text[: value.fact.start]
    return bool(_ADDED.search(re.split(r"[，。；：、]", before)[-1]))


_ADDED = re.compile(r"新增|净增|增加(?!值)")


def _newest_first(values: list[Value]) -> list[Value]:
    """By the articles' dates; as they came when one has none that is certain."""
    dates = [published_date(value.sentence.article.published or "") for value in values]
    if None in dates:
        return values
    order = sorted(range(len(values)), key=lambda i: dates[i] or "", reverse=True)
    return [values[i] for i in order]


def _value(part: Part, sentence: Sentence) -> Value | None:
    """The amount of a sentence that a part asks for: of its unit, its thing named in the question."""
    wanted = wanted_units(part)
    for fact in numbers(sentence.text):
        if fact.kind != "number" or (wanted and fact.unit not in wanted):
            continue
        about = named(sentence.text, fact, part.text)
        if about:
            return Value(about, fact, sentence)
    return None


def _same_thing(best: Value, sentence: Sentence) -> Value | None:
    for fact in numbers(sentence.text):
        if fact.kind == "number" and fact.unit == best.fact.unit:
            for noun in nouns(sentence.text, fact):
                if noun.endswith(best.about):
                    return Value(best.about, fact, sentence)
    return None
