"""The few words around an article's own ones where the question is in another language."""

from __future__ import annotations

import re

from prompts import language_of

_SAYS, _BEFORE, _AFTER = "The article says: ", "“", "”"
_FRAMED = re.compile(f"(?:{_SAYS})?{_BEFORE}(.*){_AFTER}", re.DOTALL)


def framed(text: str, question: str, *, named: bool = False) -> str:
    """A text of an article in the language of a question; ``named``: its label says of which.

    >>> framed("全市有106家企业。", "How many firms are there?")
    'The article says: “全市有106家企业。”'
    """
    if language_of(question) == "zh" or language_of(text) == "en":
        return text
    quoted = text[:1] == _BEFORE and text[-1:] == _AFTER and text.count(_AFTER) == 1
    whole = f"{_BEFORE}{text[1:-1] if quoted else text}{_AFTER}"
    return whole if named else _SAYS + whole


def unframed(text: str) -> str:
    """What an article says, without the frame: it is that which quotes must bear."""
    match = _FRAMED.fullmatch(text)
    return match[1] if match else text
