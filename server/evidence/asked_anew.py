"""The question that a sentence answers, in its own words: what other articles are asked, too."""

from __future__ import annotations

from dataclasses import replace

from server.evidence.disagreements import answered_value
from server.evidence.reading import ReadSentence
from server.question.understanding import Part
from server.text.clauses import clauses
from server.text.facts import Fact, numbers

LEAST = 8  # characters before the answer that say of what it is
BEHIND = 40  # characters of the clause behind it, at most

#: What stands in the place of an answer, by the kind that is asked for.
_ASKS = {"when": "什么时候", "who": "谁", "where": "哪里", "why": "什么原因", "how": "怎么"}


def asked_anew(part: Part, one: ReadSentence) -> Part:
    """The part, asked as a sentence that answers it has it: 「当晚共有多少人被送往医院」.

    Another article may tell of the same in words that are more like these than like the question's.
    """
    text = one.sentence.text
    start, end = one.answer
    asks = _ASKS.get(part.kind, "什么")
    if value := answered_value(part, one):
        amount = value.fact.kind == "number"
        if amount:
            start, end = _amount(text, value.fact)
        asks = f"多少{value.fact.unit}" if amount else _ASKS["when"]
    first, last = _around(text, start, end)
    return replace(part, text=f"{text[first:start]}{asks}{text[end:last]}")


def _amount(text: str, fact: Fact) -> tuple[int, int]:
    """Where an amount stands with those that make one with it: 1小时40分钟."""
    start, end = fact.start, fact.start + len(fact.text)
    for other in numbers(text):
        if other.start + len(other.text) == start:
            start = other.start
        elif other.start == end:
            end += len(other.text)
    return start, end


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause of an answer, with the one before where little stands before the answer."""
    spans = clauses(text)
    before = [a for a, _ in spans if a <= start]
    long = [a for a in before[-2:] if start - a >= LEAST]
    first = max(long, default=before[max(0, len(before) - 2)] if before else 0)
    last = next((b for a, b in spans if a < end <= b), len(text))
    return first, min(max(last, end), end + BEHIND)
