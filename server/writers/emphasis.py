"""Which words of a claim answer: a number, a date, a name."""

from __future__ import annotations

from collections.abc import Sequence

from index import Span
from server.evidence.answer_kinds import wanted_units
from server.question.understanding import Part
from server.text.facts import Fact, numbers

#: Kinds of question that a few words answer; reasons and lists are answered by whole sentences.
_BRIEF = frozenset({"count", "when", "who", "where", "which"})


def emphasis(part: Part, text: str, answer: str) -> tuple[Span, ...]:
    """The words of ``text`` that answer a part of a question; none when that cannot be told.

    ``answer`` is what the reader takes for the answer, or empty.
    """
    if part.kind not in _BRIEF:
        return ()
    likely = answer and answer not in part.text and (part.kind != "count" or numbers(answer))
    if likely and (at := text.find(answer)) >= 0:
        return (Span(at, at + len(answer)),)
    return _only(part, numbers(text)) if part.kind == "count" else ()


def _only(part: Part, facts: Sequence[Fact]) -> tuple[Span, ...]:
    """The one amount in the unit that is asked for."""
    wanted = wanted_units(part)
    fitting = [f for f in facts if f.unit in wanted and f.text not in part.text]
    return tuple(Span(f.start, f.start + len(f.text)) for f in fitting) if len(fitting) == 1 else ()
