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
    if language_of(question) == "zh" or language_of(text) == "en":
        return text
    quoted = text[:1] == _BEFORE[-1] and text[-1:] == _AFTER and text.count(_AFTER) == 1
    return f"{_BEFORE}{text[1:-1] if quoted else text}{_AFTER}"


def unframed(text: str) -> str:
    """What an article says, without the frame: it is that which quotes must bear."""
    match = _FRAMED.fullmatch(text)
    return match[1] if match else text
