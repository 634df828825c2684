"""The few words around an article's own ones where the question is in another language."""

from __future__ import annotations

import re

from prompts import language_of

_BEFORE, _AFTER = "The article says: “", "”"
_FRAMED = re.compile(f"{_BEFORE}(.*){_AFTER}", re.DOTALL)


def framed(text: str, question: str) -> str:
    """A text of an article in the language of a question.

    >>> framed("全市有106家企业。", "How many firms are there?")
    'The article says: “全市有106家企业。”'
    """
    foreign = language_of(question) == "en" and language_of(text) == "zh"
    return f"{_BEFORE}{text}{_AFTER}" if foreign else text


def unframed(text: str) -> str:
    """What an article says, without the frame: it is that which quotes must bear."""
    match = _FRAMED.fullmatch(text)
    return match[1] if match else text
