"""Whether a clause denies what its statement affirms, turns it round or changes a numeral."""

from __future__ import annotations

import re
from collections.abc import Sequence

from server.text.facts import Fact, facts
from server.text.words import negations, opposed, undecided
from server.verify.differences import Difference, MatchingBlock, differences_between

SHORT = 8  # characters: where more differ another thing is said, and a denial in it denies that
NUMERAL = re.compile(r"[\d零〇一二三四五六七八九十百千万亿两半]")


def turned(text: str, there: str, blocks: Sequence[MatchingBlock], region: str) -> str:
    """Whether a clause denies what the statement affirms, turns it round or changes a numeral."""
    masked = differences_between(undecided(text), undecided(there), blocks)
    for difference, denied in zip(differences_between(text, there, blocks), masked, strict=True):
        said, held = difference.claim, difference.source
        flips = negations(denied.claim) % 2 != negations(denied.source) % 2
        if flips and len(said) + len(held) <= SHORT:
            return f"denial: {said!r} for {held!r}"
        if said and held and opposed(said, held):
            return f"direction: {said!r} for {held!r}"
        if _other_numerals(said, held) and not _borne_numerals(text, difference, there):
            return f"numeral: {said!r} for {held!r}"
    if negations(text) % 2 != negations(region) % 2 and negations(text) > negations(there):
        return "denial"
    return "direction" if opposed(text, region or there) else ""


def _other_numerals(said: str, held: str) -> bool:
    return bool(_numerals(said) and _numerals(held) and _numerals(said) != _numerals(held))


def _numerals(text: str) -> str:
    return "".join(NUMERAL.findall(text))


def _borne_numerals(text: str, difference: Difference, there: str) -> bool:
    """Whether the differing numerals are only another spelling of figures that are there."""
    keys = {f.key for f in facts(there)}
    end = difference.start + len(difference.claim)
    touched = [f for f in facts(text) if f.start < end and f.start + len(f.text) > difference.start]
    return bool(touched) and all(f.key in keys for f in touched) and _spelling(touched, there)


def _spelling(touched: Sequence[Fact], there: str) -> bool:
    return all(f.text not in there for f in touched)
