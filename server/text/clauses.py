"""The clauses of a sentence: what stands between its commas."""

from __future__ import annotations

import re
from itertools import pairwise

#: Words that say that somebody speaks, as alternatives of a pattern.
SPEAKS = "说|表示|介绍|认为|指出|强调|坦言|透露"

# Colons inside quotation marks do not end a clause, nor do the commas of 10,000 or the colon of 8:30.
_CLAUSE_END = re.compile(r"[，；;]|：(?![^“”]*”)|[,:](?!\d)")


def clauses(sentence: str) -> list[tuple[int, int]]:
    """Cut a sentence behind its commas, semicolons and colons; every character in one clause.

    >>> clauses("全市有3家，新增2家。")
    [(0, 6), (6, 11)]
    """
    ends = [m.end() for m in _CLAUSE_END.finditer(sentence)]
    bounds = [0, *[e for e in ends if e < len(sentence)], len(sentence)]
    return [(a, b) for a, b in pairwise(bounds) if b > a]
