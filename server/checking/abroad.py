"""A claim in another language than the articles: of it only the figures can be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from server.checking.verdicts import Finding
from server.text.facts import facts
from server.verify.witnesses import Witness

_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_MONTHS = "january february march april may june july august september october november december"
_FIGURE = re.compile(
    r"(?P<number>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(?P<scale>thousand|million|billion|trillion)?",
    re.IGNORECASE,
)
_MONTH = re.compile(
    rf"\b({_MONTHS.replace(' ', '|')})\b(?=\s+\d)|(?<=\d )({_MONTHS.replace(' ', '|')})\b", re.I
)
_TELLING = 100  # a smaller whole number stands in too many sentences to tell one by


def find_abroad(claim: str, witnesses: Sequence[Witness]) -> Finding:
    """The statement that gives most of a claim's figures; ``partial`` at the best, as no word is compared."""
    said = figures(claim)
    scored = [(sum(v in _values(w) for v in said.values()), -i) for i, w in enumerate(witnesses)]
    count, at = max(scored, default=(0, 0))
    found = witnesses[-at] if count else None
    if found is None or not _tells(said, _values(found)):
        return Finding("none")
    held = _values(found)
    missing = tuple(text for text, value in said.items() if value not in held)
    if 2 * len(missing) > len(said):
        return Finding("none")
    return Finding("partial", count / len(said), missing, (found,))


def figures(claim: str) -> dict[str, Decimal]:
    """The values of a claim's figures, by how they are written.

    >>> figures("It reached 10.2 billion yuan in June 2023.")
    {'10.2 billion': Decimal('10200000000.0'), '2023': Decimal('2023'), 'June': Decimal('6')}
    """
    found = {
        m.group().strip(): Decimal(m["number"].replace(",", ""))
        * 10 ** _SCALES.get((m["scale"] or "").lower(), 0)
        for m in _FIGURE.finditer(claim)
    }
    names = _MONTHS.split()
    return found | {
        m.group(): Decimal(names.index(m.group().lower()) + 1) for m in _MONTH.finditer(claim)
    }


def _values(witness: Witness) -> frozenset[Decimal]:
    text = f"{witness.statement.before[-200:]}{witness.statement.text}"
    return frozenset(Decimal(f.value) for f in facts(text) if f.kind in ("number", "date"))


def _tells(said: dict[str, Decimal], held: frozenset[Decimal]) -> bool:
    """Whether the figures that both have are no chance: one is long, or there are two."""
    both = [value for value in said.values() if value in held]
    return len(both) > 1 or any(v >= _TELLING or v != v.to_integral_value() for v in both)
