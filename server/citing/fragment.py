"""Links that open a web page at a quote: URL fragment text directives."""

from __future__ import annotations

import re
from urllib.parse import quote

from server.citing.cited import Cited

#: A longer quote, or one over several lines, is named by its first and its last clause.
WHOLE = 120
_CLAUSES = re.compile(r"[^，。；：！？、,;:!?\s]+")


def link(one: Cited) -> str:
    """The article's page at the quote; where it has none, the source in the viewer."""
    return text_fragment(one) if one.url else one.view


def text_fragment(one: Cited) -> str:
    """``URL#:~:text=[prefix-,]start[,end][,-suffix]``.

    What stands around the quote is named only where the same words stand elsewhere, too.
    """
    lines = one.quote.strip().split("\n")
    clauses = _CLAUSES.findall(one.quote)
    parts = [_encoded(one.quote.strip())]
    if (len(lines) > 1 or len(one.quote) > WHOLE) and len(clauses) > 1:
        parts = [_encoded(clauses[0]), _encoded(clauses[-1])]
    before, behind = _CLAUSES.findall(one.prefix), _CLAUSES.findall(one.suffix)
    if one.repeated and before:
        parts.insert(0, _encoded(before[-1]) + "-")
    if one.repeated and behind:
        parts.append("-" + _encoded(behind[0]))
    return f"{one.url}{'' if '#' in one.url else '#'}:~:text={','.join(parts)}"


def _encoded(text: str) -> str:
    """A part of a directive; its own signs, `-` and `,` and `&`, are encoded, too.

    >>> _encoded("7-8月, A&B")
    '7%2D8%E6%9C%88%2C%20A%26B'
    """
    return quote(text, safe="").replace("-", "%2D")
