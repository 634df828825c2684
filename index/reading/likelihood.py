"""How likely a decoded text is to have been written: Chinese by its characters, others by script.

A wrong encoding gives some reading of most bytes. What it gives are rare characters, and many of
them, so the right reading of the same bytes is the one whose characters cost least.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from index.analysis import simplify
from index.background import background

#: A character that nobody writes, and one that stands for bytes that could not be read.
RARE = 13.0
_DAMAGED = 20.0
#: What a character of another script costs where that is written; anywhere else it is a symbol.
_COSTS = {
    "HANGUL SYLLABLE": 6.0,
    "HIRAGANA": 3.0,
    "KATAKANA": 4.0,
    "LATIN SMALL": 5.0,
    "LATIN CAPITAL": 6.0,
    "FULLWIDTH": 6.0,
}
_COMMON_HANGUL = frozenset(
    "이다는의가을에고로하지를은한서기사도인대리어시자과해일정라으나전아스부제그만장원수있보들였"
    "주성구비상공여마동경조성연소지회화관요"
)
_COMMON_HANGUL_COST = 2.5
_PUNCTUATION = "，。、；：？！“”‘’（）《》「」『』—…·　／％～〔〕【】"
_ASCII_COST = 2.0
_SYMBOL = 9.0


def cost(text: str, scripts: str) -> float:
    """The sum over the characters, in natural logarithms; the lowest of several readings is right.

    ``scripts`` are those written in this encoding beside Chinese characters, such as ``LATIN``.
    """
    return sum(_cost(char, scripts) for char in text)


def share(text: str, scripts: str) -> float:
    """The share of a text's characters beyond ASCII that are of these scripts."""
    foreign = [char for char in text if not char.isascii()]
    return sum(_script(char) in scripts.split() for char in foreign) / max(1, len(foreign))


@lru_cache(maxsize=100_000)
def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


@lru_cache(maxsize=100_000)
def _cost(char: str, scripts: str) -> float:
    if char.isascii():
        return _ASCII_COST if char.isprintable() or char in "\t\n\r\f" else RARE
    if char in _PUNCTUATION:
        return _ASCII_COST
    if "\u3400" <= char <= "\u9fff" or char >= "\U00020000":
        return min(RARE, background().idf(simplify(char)))
    if char == "\ufffd":
        return _DAMAGED
    return _by_script(char, scripts)


def _by_script(char: str, scripts: str) -> float:
    if _script(char) in scripts.split():
        if char in _COMMON_HANGUL:
            return _COMMON_HANGUL_COST
        name = unicodedata.name(char)
        return next((value for script, value in _COSTS.items() if name.startswith(script)), _SYMBOL)
    return RARE if unicodedata.category(char)[0] == "C" else _SYMBOL
