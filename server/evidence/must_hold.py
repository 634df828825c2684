"""Facts that a sentence must hold to answer: the unit and the period that are asked for.

Beside them, which names of a question stand where: the ranking weighs that, and a refusal says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.analysis import fold
from server.evidence.answer_kinds import fits
from server.evidence.dated import another_period, only_planned
from server.evidence.sentences import Sentence, folded_text
from server.evidence.speakers import another_speaker
from server.question.understanding import Part
from server.text.clauses import SPEAKS
from server.text.facts import numbers
from server.text.names import SUFFIX
from server.text.units import is_measured


@lru_cache(maxsize=16_384)
def names_name(text: str, name: str) -> bool:
    """Whether a text holds a name, with or without the word for what it is (江津, 江津区)."""
    folded, sought = folded_text(text), fold(name)
    if sought in folded:
        return True
    core = sought[:-1] if sought[-1] in SUFFIX and len(sought) > 2 else sought
    if core in folded:
        return True
    pairs = [core[i : i + 2] for i in range(len(core) - 1)]
    return len(pairs) > 2 and sum(p in folded for p in pairs) >= 0.6 * len(pairs)


@dataclass(frozen=True, slots=True)
class Unmet:
    """Which names of a question a sentence, its paragraph and its article do not hold."""

    sentence: tuple[str, ...]
    paragraph: tuple[str, ...]
    article: tuple[str, ...]


def unmet(asked: Sequence[str], sentence: Sentence) -> Unmet:
    """The asked names missing at each distance from a sentence."""
    return Unmet(
        *(
            tuple(name for name in asked if not names_name(text, name))
            for text in (sentence.text, sentence.around, sentence.article.text)
        )
    )


def clash(part: Part, sentence: Sentence) -> str:
    """Why a sentence cannot answer, however alike it reads: a short Chinese phrase; empty when it may."""
    return next(filter(None, (check(part, sentence) for check in CHECKS)), "")


#: Says why a sentence cannot answer a part; nothing when it may.
Check = Callable[[Part, Sentence], str]


def only_asks(_part: Part, sentence: Sentence) -> str:
    """What asks does not answer."""
    return "只是一句问话" if _ASKS.search(sentence.text) else ""


def only_speaks(part: Part, sentence: Sentence) -> str:
    """Nor does what only says who spoke, unless that is asked."""
    silent = _SPEAKS.fullmatch(sentence.text) and not _SPEAKING.search(part.text)
    return "只说了是谁说的" if silent else ""


def another_unit(part: Part, sentence: Sentence) -> str:
    """An amount must come in the unit that is asked for."""
    strict = part.kind == "count" and is_measured(part.unit)
    lacking = strict and fits(part, sentence.text, numbers(sentence.text)) < 1
    return "没有给出所问的数字" if lacking else ""


CHECKS: tuple[Check, ...] = (
    only_asks,
    only_speaks,
    another_period,
    only_planned,
    another_unit,
    another_speaker,
)


_ASKS = re.compile(r"[？?][”’」』]?\s*$")
#: A sentence that only says who spoke: 「“…。”负责人某某说。」 is cut before it.
_SPEAKS = re.compile(rf"[^，。“”：]{{2,40}}(?:{SPEAKS})。?\s*")
_SPEAKING = re.compile(rf"{SPEAKS}|[讲谈称]")
