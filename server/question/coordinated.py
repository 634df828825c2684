"""Two things asked for in one breath: 「甲和乙分别是多少」 is a question for each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from server.question.asking import asking, asks
from server.question.subject import ATTRIBUTE, Words, is_noun, named_words, subject_of, words

_AMOUNT = r"多少|几|哪|什么|啥|谁|多[大长高重久宽深远]"
_EACH = re.compile(
    rf"(?:分别|各自|各(?=[是有占为达需要在多由卖])|各(?=[^，？]{{0,3}}(?:{_AMOUNT})))(?:都)?"
)
_AND = frozenset({"和", "与", "跟", "及", "以及", "、"})
#: What only counts the things named before it: 甲和乙两个镇.
_COUNTED = re.compile(r"[这那]?[两三四五六七八九十][个家座位款支部种本只条项所名]\w{0,4}$")
#: Titles side by side, of which one thing is asked.
_TITLES = re.compile(r"(?P<items>(?:《[^》]+》[和与跟及、]?){2,})(?P<rest>[^《》]+)")
_MUTUAL = re.compile(r"哪|共同|之间|一起|关系|[区差]别|不同|相同|[相对]比|比较")
_WORD = 3  # characters of what is one word
LONGEST = 16  # characters of what something is called
_EVERY = re.compile(r"每[年月天日周人次户]|一[年月天日次]")


def each(question: str) -> list[str]:
    """The question for each of the things that it asks for; itself alone when there is but one.

    >>> each("石门县和云雾县的茶园面积分别是多少？")
    ['石门县的茶园面积是多少？', '云雾县的茶园面积是多少？']
    """
    return [asked for _, asked in apiece(question)]


def apiece(question: str) -> list[tuple[str, str]]:
    """Each of the things that a question asks for, as it says it, and the question for it.

    >>> apiece("石门县和云雾县的茶园面积分别是多少？")[0]
    ('石门县', '石门县的茶园面积是多少？')
    """
    if titles := _titles(question):
        return titles
    match = _EACH.search(question)
    if match is None or not asks(question[match.end() :]):
        return [("", question)]
    before, comma, clause = question[: match.start()].rpartition("，")
    if not clause and (asked := asking(before)):
        before, comma, clause = "", "", before[: asked.start()]  # 甲和乙哪个高，各有多高
    items = _things(_COUNTED.sub("", clause))
    if len(items) < 2 or len(items) > 5 or any(not _is_phrase(item) for item in items):
        return [("", question)]
    rest = question[match.end() :]
    wholes = [f"{before}{comma}{item}{rest}" for item in _whole(items)]
    return list(zip(_own(items), wholes, strict=True))


def _titles(question: str) -> list[tuple[str, str]]:
    """The question for each of several titles that stand side by side; none when there are no such.

    >>> _titles("《山路》《水巷》的作者是谁？")
    [('《山路》', '《山路》的作者是谁？'), ('《水巷》', '《水巷》的作者是谁？')]
    """
    match = _TITLES.fullmatch(question)
    if match is None or _MUTUAL.search(match["rest"]):
        return []
    rest = _EACH.sub("", _COUNTED_FIRST.sub("", match["rest"]))
    return [(title, title + rest) for title in re.findall("《[^》]+》", match["items"])]


_COUNTED_FIRST = re.compile(r"^[这那]?[两三四五六七八九十][个款支部种本](?:\w{1,2}(?=各|分别|的))?")


def _things(clause: str) -> list[str]:
    """What stands between the words for "and"; those within names are none."""
    found = [""]
    for word, _ in words(clause):
        if word in _AND and found[-1]:  # 和平县 begins with no "and"
            found.append("")
        else:
            found[-1] += word
    return [thing for thing in found if thing]


def _own(items: Sequence[str]) -> list[str]:
    """The things by themselves, without what the last one says for all: 甲县 and 乙县, not 乙县的面积."""
    last = words(items[-1])
    cut = _behind(last, items[-2])
    own = "".join(word for word, _ in last[:cut]) if 0 < cut < len(last) else items[-1]
    return [*items[:-1], own]


def _whole(items: Sequence[str]) -> list[str]:
    """Each thing with what the first or the last one alone says for all.

    What the last one says behind a name, or behind what is like the thing before it, is asked of
    each (甲县和乙县的面积); what leads the first one says whose or when (甲县的面积和产值).
    """
    last = words(items[-1])
    cut = _behind(last, items[-2])
    if 0 < cut < len(last):
        after = "".join(word for word, _ in last[cut:])
        return [*(item + after for item in items[:-1]), items[-1]]
    before = _leading(items[0])
    if not before or any(named_words(words(item)) for item in items[1:]):
        return list(items)
    return [items[0], *(before + item for item in items[1:])]


def _behind(last: Words, other: str) -> int:
    """How many words of the last thing are its own; the rest is asked of the others, too."""
    said = words(other)
    linked = next((i for i, (_, tag) in enumerate(last) if tag == "uj"), 0)
    if 0 < linked < len(last) - 1 and "的" not in other:
        while linked > 1 and last[linked - 1][1] == "t":
            linked -= 1  # 现在的
        return linked
    alike = next((i + 1 for i, (word, _) in enumerate(last) if word[-1] == other[-1]), 0)
    if alike and len(other) <= _WORD:
        return alike  # 短款和长款大衣
    if len(said) == 1 and len(last) == 2 and last[-1][1] in ("v", "vn"):
        return 1  # 大衣和衬衫干洗
    own = named_words(last)
    if own and named_words(said) == len(said):
        return own
    timed = next((i for i, (word, _) in enumerate(last) if _EVERY.match(word) and i), 0)
    if timed or not ATTRIBUTE.search(last[-1][0]) or ATTRIBUTE.search(said[-1][0]):
        return timed
    return next((i + 1 for i, (word, _) in enumerate(last) if word[-1] == other[-1]), 1)


def _leading(first: str) -> str:
    """What says whose or when at the beginning of the first thing."""
    found = words(first)
    name = "".join(word for word, _ in found[: named_words(found)])
    if name and name != first:
        return name + "的" * first[len(name) :].startswith("的")
    about = subject_of(f"{first}是多少？")
    for lead in (about.time + about.thing, about.thing + about.time, about.thing, about.time):
        rest = first.removeprefix(lead)
        owned = rest.startswith("的") or lead == about.time or named_words(words(about.thing)) > 0
        if lead and owned and rest and rest != first:
            return lead + "的" * rest.startswith("的")
    return ""


def _is_phrase(item: str) -> bool:
    """Whether a text is what something is called: short, no question, and not a verb alone."""
    found = words(item)
    named = any(is_noun(*word) or word[1] in ("t", "x", "m", "eng") for word in found)
    return len(item) <= LONGEST and named and not asks(item)
