"""What a number is of: the nouns beside it."""

from __future__ import annotations

import re

from server.text.facts import Fact

_QUOTES = re.compile(r"[“”‘’《》「」]")
#: How far before a number its noun is looked for: farther than any words that stand between them.
_FAR = 200
_AFTER = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,10}")
_BEFORE = re.compile(
    r"(?P<noun>[\u4e00-\u9fffA-Za-z]{2,10}?)(?:分别|累计|同比|已|将|就|共|总|约|近|超|逾|达|到|至|为|是|有|提高|增长|"
    r"下降|降低|上升|突破|完成|实现|建成|建设|认定|较\S{0,4}|比\S{0,4})*$"
)


def named(text: str, fact: Fact, question: str) -> str:
    """The longest end of a noun beside the number that the question names too."""
    asked = _QUOTES.sub("", question)
    for noun in nouns(text, fact):
        for start in range(len(noun) - 2):
            if noun[start:] in asked:
                return noun[start:]
    return ""


def nouns(text: str, fact: Fact) -> list[str]:
    """The nouns beside a number: right behind its unit, and right before it."""
    after = _AFTER.match(_QUOTES.sub("", text[fact.start + len(fact.text) :][:16]))
    clause = re.split(r"[，。；：、]", text[: fact.start])[-1]
    before = _BEFORE.search(_QUOTES.sub("", clause)[-_FAR:])
    nouns = [after.group()] if after else []
    return nouns + ([before["noun"]] if before else [])
