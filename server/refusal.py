"""What to say when the articles do not: what is missing, and what they would answer."""

from __future__ import annotations

from collections.abc import Sequence

from server.constraints import unmet
from server.names import names
from server.question import Part
from server.ranking import Ranked
from server.selection import Sentence, wanted_units
from server.suggest import suggestions


def explain(part: Part, ranked: Sequence[Ranked]) -> str:
    """One sentence about what the best evidence lacks."""
    if not ranked:
        return "没有找到与这个问题有关的段落。"
    best = ranked[0].sentence
    about = f"最接近的段落出自《{best.article.title}》" if best.article.title else "最接近的段落"
    missing = unmet(names(part.text), best)
    if missing.article:
        return f"{about}，没有提到「{'」「'.join(missing.article)}」。"
    if missing.paragraph:
        return f"{about}，那一段说的不是「{'」「'.join(missing.paragraph)}」。"
    years = [y for y in part.years if y not in best.article.text]
    if years:
        return f"{about}，没有{'、'.join(years)}年的说法。"
    if part.unit and ranked[0].feature("unit_missing"):
        return f"{about}，没有给出以「{_unit(part)}」计的数字。"
    return f"{about}，没有直接回答这个问题的句子。"


def _unit(part: Part) -> str:
    return "、".join(sorted(wanted_units(part))[:2])


def nearby(pool: Sequence[Sentence], asked: str) -> tuple[str, ...]:
    """Up to three questions that the nearest passages do answer."""
    return tuple(suggestions(pool, limit=3, but=asked))
