"""Which words of a claim answer: a number, a date, a name."""

from __future__ import annotations

import re

from index import Span
from server.evidence.answer_kinds import wanted_units
from server.question.understanding import Part
from server.text.facts import numbers

#: Kinds of question that a few words answer; reasons and lists are answered by whole sentences.
_BRIEF = frozenset({"count", "when", "who", "where", "which"})


def emphasis(part: Part, text: str, answer: str, *, cell: bool = False) -> tuple[Span, ...]:
    """The words of ``text`` that answer a part of a question; none when that cannot be told.

    ``answer`` is what the reader takes for the answer, or a value that is told; or empty. An amount
    that only has the right unit is not taken for one: most often it is of something else. ``cell``: it is
    the cell for which a row is told.
    """
    if not (cell or part.kind in _BRIEF) or not answer or answer in part.text:
        return ()
    # A name that was put in may stand within.
    found = re.search("(?:〔[^〕]*〕)?".join(map(re.escape, answer)), text)
    fits = cell or part.kind != "count" or _has_amount(part, answer)
    return (Span(*found.span()),) if found and fits else ()


def _has_amount(part: Part, answer: str) -> bool:
    wanted = wanted_units(part)
    return any(not wanted or fact.unit in wanted for fact in numbers(answer))
