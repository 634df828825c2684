"""What somebody says before a question, apart from the question."""

from __future__ import annotations

import re

from server.question.asking import asks

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；\n]*")
_TURNS_TO = re.compile(
    r"(?:^|(?<=[，：:。；\s]))(?=请问|想问|想请问|请教|我想知道|我问的是|问题是)"
)


def apart(text: str) -> tuple[str, str]:
    """What is told first, and the question; the first is empty when all of a text asks.

    Where one sentence ends in a question mark those without one before it are told.

    >>> apart("我在写稿子，要核对几个数字。请问大桥有多长？")
    ('我在写稿子，要核对几个数字。', '请问大桥有多长？')
    """
    found = [m.group() for m in _SENTENCE.finditer(text)]
    marked = any("？" in sentence for sentence in found)
    first = next((i for i, s in enumerate(found) if ("？" in s if marked else asks(s))), 0)
    told, question = "".join(found[:first]), "".join(found[first:])
    turn = _TURNS_TO.search(question)
    if turn and turn.start() and "？" not in question[: turn.start()]:
        told, question = told + question[: turn.start()], question[turn.start() :]
    return (told.strip(), question.strip()) if question.strip() else ("", text)
