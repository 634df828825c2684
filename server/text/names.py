"""The names in a question: people, places, organisations, products."""

from __future__ import annotations

import re
from functools import lru_cache

from index.pages.blocks import PERSON
from server.text.tagger import tagger

_NAMING = frozenset({"nr", "ns", "nt", "nz", "nrt", "nrfg", "eng"})
SUFFIX = frozenset("区县市省镇乡村州旗国")
_JOINED = SUFFIX | {"新区"}  # 两江|新区
#: What a question puts in quotes: a name, a title, a slogan.
QUOTED = re.compile(r"[“《「]([^”》」]{2,20})[”》」]")
_ORGANISATION = re.compile(
    r"(?:公司|集团|科技|生物|大学|学院|医院|银行|股份|汽车|工业|车间|实验室)$"
)
DISTRICT = re.compile(r"[\u4e00-\u9fff]{2,4}[区县]")
_PLAIN_WORDS = frozenset(
    {"中国", "我国", "全国", "全市", "全省", "公司", "集团", "地方", "国家", "东西"}
)


@lru_cache(maxsize=512)
def names(question: str) -> tuple[str, ...]:
    """The names of a question: people, places, organisations, products, and what is in quotes.

    Words by jieba's part-of-speech tagger; a place keeps its 区, a company its 公司.
    """
    found: list[str] = list(QUOTED.findall(question))
    for word, tag in tagged(question):
        if found and found[-1] and (word in _JOINED or _ORGANISATION.search(word)):
            found[-1] += word
        elif tag in _NAMING or DISTRICT.fullmatch(word):
            found.append(word)
        else:
            found.append("")
    return tuple(dict.fromkeys(n for n in found if len(n) > 1 and n not in _PLAIN_WORDS))


@lru_cache(maxsize=4096)
def bodies(text: str) -> tuple[str, ...]:
    """The names in a text that an amount may belong to: districts, towns, organisations.

    Others are guessed too often: the tagger takes 普及率 for a name.
    """
    return tuple(n for n in names(text) if n[-1] in SUFFIX or _ORGANISATION.search(n))


def persons(text: str) -> tuple[str, ...]:
    """The persons that a text names, each once.

    >>> persons("局长王建国说，李秀英来过。")
    ('王建国', '李秀英')
    """
    found: list[str] = []
    surname = ""
    for word, tag in tagged(text):
        whole = surname + word
        if tag[:2] == "nr" and PERSON.fullmatch(whole) and len(whole) > 1:
            found.append(whole)
        surname = word if tag == "nr" and len(word) == 1 else ""
    return tuple(dict.fromkeys(found))


def is_person(name: str) -> bool:
    """Whether a few characters are the name of a person, and no more than that."""
    return 1 < len(name) < 5 and tagged(name)[0][1].startswith("nr")


@lru_cache(maxsize=512)
def tagged(question: str) -> tuple[tuple[str, str], ...]:
    """The words of a question with jieba's tags; 黄庆华为啥 does not speak of 华为."""
    pieces = filter(None, _ASKS_WHY.split(question))
    return tuple((pair.word, pair.flag) for piece in pieces for pair in tagger().cut(piece))


def is_term(phrase: str) -> bool:
    """Whether a phrase may be one thing's name: it is in quotes, or has neither verb nor pointer."""
    if QUOTED.search(phrase):
        return True
    return not any(tag[0] in "rdpcu" or tag == "v" for _, tag in tagged(phrase))


_ASKS_WHY = re.compile(r"(为啥|为何|为什么)")
