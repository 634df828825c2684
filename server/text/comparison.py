"""Texts as they are compared: width, white space and commas set aside."""

from __future__ import annotations

import re
import unicodedata

from index import Span

_DROPPED = re.compile(r"[\s,]+")


def squash(text: str) -> str:
    """Text as it is compared: NFKC, without white space and commas."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text))


def pairs(text: str) -> set[str]:
    """The characters of a text, two by two: what two texts share of them says how alike they are."""
    return {text[i : i + 2] for i in range(len(text) - 1)}


def locate(quote: str, source_text: str) -> Span | None:
    """Where a quote stands in a source text; None when it does not.

    Sought verbatim first, then with white space, commas and full/half width set aside.
    """
    at = source_text.find(quote)
    if at >= 0:
        return Span(at, at + len(quote))
    kept = [
        (char, i)
        for i, raw in enumerate(source_text)
        for char in _DROPPED.sub("", unicodedata.normalize("NFKC", raw))
    ]
    sought = squash(quote)
    at = "".join(char for char, _ in kept).find(sought)
    if at < 0 or not sought:
        return None
    return Span(kept[at][1], kept[at + len(sought) - 1][1] + 1)
