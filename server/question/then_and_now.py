"""What asks what held then and what holds now: 「年票现在按多少算，以前呢」, 「原来是哪天，改到哪天了」."""

from __future__ import annotations

import re

from server.question.asking import asks

_PAST = r"原来|原先|以前|从前|过去|之前|早先|先前|最早|最初|当初|(?:更正|修改|调整|改)之?前"
_PRESENT = r"现在|如今|眼下|目前|后来|(?:更正|修改|调整|改)[以之]?后"
_MADE = r"改[成为到]|更正[成为]|调整?[成为到]|变成"
_THEN, _NOW, _REVISED = (re.compile(p) for p in (_PAST, _PRESENT, _MADE))
#: A clause that asks of a time alone: 以前呢, 后来改成多少了, 原来和现在各是多少, 跟原来差在哪.
_OF_A_TIME = re.compile(rf"(?:那|而|又|跟|和|比)*(?:{_PAST}|{_PRESENT}|{_MADE})")
_CLAUSES = re.compile(rf"[，？]|、(?={_PAST}|{_PRESENT})")
_UNTIMED = re.compile(
    rf"(?:{_PAST}|{_PRESENT})(?:又|的)?|有(?:没有)?变化[吗么]?$|(?:后来|是不是)*(?:改|更正|调整|变)(?:过|了)(?:好?几[回次]|日子)?[吧吗]?$"
)
_ASKS_FIRST = re.compile(r"多少|什么|哪|几")
_LIKE_WHAT = re.compile(r"什么样子?了?$")
_BARELY = re.compile(
    rf"^(?:先后|又|是|{_MADE}|了|[写说定]的?是?|和|跟|各|分别)+(?=.*(?:多少|什么|哪|几|怎))"
)


def then_and_now(text: str) -> str:
    """What a question asks the former and the present value of, asked once; empty where it asks no such thing.

    >>> then_and_now("年票现在按多少算，以前呢？"), then_and_now("会费原来是多少，后来改成多少了？")
    ('年票按多少算', '会费是多少')
    """
    clauses = [clause for clause in _CLAUSES.split(text) if clause]
    if not (_THEN.search(text) and (_NOW.search(text) or _REVISED.search(text))):
        return ""
    first = next((i for i, clause in enumerate(clauses) if i and _OF_A_TIME.match(clause)), 0)
    if not first or not all(_OF_A_TIME.match(clause) for clause in clauses[first:]):
        return ""
    before = "，".join(_UNTIMED.sub("", clause) for clause in clauses[:first])
    if asks(before):
        return before
    asked = _BARELY.sub("", _UNTIMED.sub("", clauses[first]))
    if not asks(asked):
        return ""
    link = "是" if _ASKS_FIRST.match(asked) else "，"
    return f"{before}{link}{_LIKE_WHAT.sub('什么', asked)}"
