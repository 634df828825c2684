"""Where a text counts what a question asks the number of: 「18个集群」 for 「有多少个集群」."""

from __future__ import annotations

import re

from server.text.facts import numbers

_LEAST, _MOST = 4, 16  # characters of what is counted, where it stands before the question word
_SHORTEST = 3  # the same behind it
_LEFT_OUT = 3  # characters that a question may leave out of the middle of what is counted
_MARKS = re.compile(r"[“”‘’《》「」\s]")
_ASKED = re.compile(r"(?:多少|几)[\u4e00-\u9fff]?(?P<noun>[^，？]*)")
_FILLERS = re.compile(
    r"(?:[一总]?共计?|有|目前|现在|到底|究竟|都|分别|总?数量?|的|是|达到?|[建形]成了?)+$"
)


def counts(question: str, text: str) -> tuple[int, int] | None:
    """The ``[start, end)`` of the number that stands right before what a question asks the number of.

    >>> counts("全县有多少座漫水桥？", "全县12座漫水桥，3座在修。"), counts("漫水桥有几座？", "3座拱桥。")
    ((2, 5), None)
    """
    asked = _ASKED.search(question)
    if asked is None:
        return None
    behind = _MARKS.sub("", asked["noun"]).strip("的了呢")
    before = _FILLERS.sub("", _MARKS.sub("", question[: asked.start()]))
    for fact in numbers(text):
        if fact.kind == "number" and fact.unit:
            end = fact.start + len(fact.text)
            if _counted(_MARKS.sub("", text[end : end + 2 * _MOST]), behind, before):
                return fact.start, end
    return None


def names_counted(question: str, text: str) -> bool:
    """Whether a text names in full what a question asks the number of; true where it asks that of nothing long.

    >>> names_counted("有多少家软件企业？", "软件企业超过30家"), names_counted("有多少家软件企业？", "数字经济企业50家")
    (True, False)
    """
    asked = _ASKED.search(question)
    behind = _MARKS.sub("", asked["noun"]).strip("的了呢") if asked else ""
    return len(behind) < _SHORTEST or behind in _MARKS.sub("", text)


def _counted(noun: str, behind: str, before: str) -> bool:
    """Whether a noun begins with what stands behind the question word, or ends what stands before it."""
    if len(behind) >= _SHORTEST:
        return noun.startswith(behind) or _in_full(noun, behind)
    sizes = range(_LEAST, min(len(noun), _MOST) + 1)
    return any(before.endswith(noun[:size]) for size in sizes)


def _in_full(noun: str, short: str) -> bool:
    """Whether a noun is what a question calls by less.

    >>> _in_full("茶叶产业集群投产", "茶叶集群"), _in_full("茶叶采摘机", "茶叶集群")
    (True, False)
    """
    cuts = range(2, len(short) - 1)
    ways = (f"{re.escape(short[:cut])}.{{1,{_LEFT_OUT}}}{re.escape(short[cut:])}" for cut in cuts)
    return any(re.match(way, noun) for way in ways)
