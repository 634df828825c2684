"""What a text calls somebody: the nouns that stand beside a name without a word between them."""

from __future__ import annotations

import re

from server.text.names import tagged

Bounds = tuple[int, int]
_REACH = 40  # characters beside a name in which its apposition stands
LEAST = 2  # characters of an apposition
_FURTHER = 4  # the same behind a name: what only follows it is most often what it does
_LINKS = frozenset("、（）()·")


def introduces(name: str, text: str) -> Bounds | None:
    """Where a text says what somebody is: 「某局副局长某某」, 「某某某大学教授」; None where it does not.

    >>> introduces("王建国", "县水务局副局长王建国说，水位已降。")
    (0, 7)
    """
    for match in re.finditer(re.escape(name), text):
        start = max(0, match.start() - _REACH)
        before = _nouns(tagged(text[start : match.start()])[::-1])
        before = max(before, _clause(text[start : match.start()])) if before >= LEAST else 0
        if before >= LEAST:
            return match.start() - before, match.start()
        behind = _nouns(tagged(text[match.end() : match.end() + _REACH]))
        stops = text[match.end() + behind :][:1]
        if behind >= _FURTHER and stops in ("", "，", "。", "；", "\n"):
            return match.end(), match.end() + behind
    return None


def _nouns(words: tuple[tuple[str, str], ...]) -> int:
    """How many characters the nouns have that come first."""
    length = held = 0
    for word, tag in words:
        if word in _LINKS:
            length += len(word)
        elif tag[0] in "nbjl" or tag in ("vn", "an", "eng", "f", "s") or _TITLE.fullmatch(word):
            length += len(word)
            held = length
        else:
            break
    return held


def _clause(before: str) -> int:
    """How long all is that a clause says before a name, where that is one name of a body: it may hold verbs."""
    clause = re.split(r"[，。：；？！“”\n]", before)[-1]
    words = tagged(clause)
    plain = all(tag[0] not in "puc" and word not in _IS for word, tag in words)
    return len(clause) if plain else 0


_IS = frozenset("为是有由任")
_TITLE = re.compile(
    r"[副总正兼代]|.{0,6}(?:局|院|科|委|部|店|室|站|所|[局院科部校店站所处组]长|经理|书记|主任|教授)"
)
