"""The names in a question: people, places, organisations, products."""

from __future__ import annotations

import re
from functools import lru_cache

_NAMING = frozenset({"nr", "ns", "nt", "nz", "nrt", "nrfg", "eng"})
SUFFIX = frozenset("区县市省镇乡村州旗国")
_JOINED = SUFFIX | {"新区"}  # 两江|新区
#: What a question puts in quotes: a name, a title, a slogan.
QUOTED = re.compile(r"[“《「]([^”》」]{2,20})[”》」]")
_ORGANISATION = re.compile(
    r"(?:公司|集团|科技|生物|大学|学院|医院|银行|股份|汽车|工业|车间|实验室)$"
)
DISTRICT = re.compile(r"[\u4e00-\u9fff]{2,4}[区县]")
_PLAIN_WORDS = frozenset({"中国", "我国", "全国", "全市", "全省", "公司", "集团", "地方", "国家"})


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


#: Words that the dictionary knows as places, too, and that mostly mean something else.
_NO_PLACES = re.compile(
    r"平原|大都|都[城市]|新建|中国|世界|[本当]地|[农乡]村|地区|[东西中南北]部|联合国"
)
_PLACE_ENDS = ("市", "省", "县", "区", "州", "自治区")


@lru_cache(maxsize=512)
def places(question: str) -> tuple[str, ...]:
    """The places in a question that a district or a country is known to be named by."""
    return tuple(
        dict.fromkeys(
            word
            for word, tag in tagged(question)
            if tag == "ns" and _is_place(word) and not _NO_PLACES.fullmatch(word)
        )
    )


def _is_place(word: str) -> bool:
    """Whether a word tagged as a place is one: jieba tags 深度, 上市 and 英雄 as places, too."""
    import jieba

    known = jieba.dt.FREQ
    if len(word) < 2 or not known.get(word):
        return False
    ends = len(word) > 2 and word.endswith(_PLACE_ENDS) and not word.endswith("地区")
    return ends or word in _countries() or any(known.get(word + end) for end in _PLACE_ENDS)


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    """Countries, continents and the cities that time zones are named after, as CLDR has them."""
    from babel import Locale

    locale = Locale("zh")
    cities = {zone["city"] for zone in locale.time_zones.values() if "city" in zone}
    return frozenset({*locale.territories.values(), *cities})


@lru_cache(maxsize=512)
def subjects(question: str) -> tuple[str, ...]:
    """What a question is about beyond doubt: titles in 《》, organisations, and a name it begins with.

    Only names that the dictionary knows: common words are guessed to be names too often.
    """
    import jieba

    known = jieba.dt.FREQ
    found: list[str] = list(_TITLED.findall(question))
    begins = True
    for word, tag in tagged(question):
        named = len(word) > 1 and known.get(word) and tag in _NAMING - {"eng", "ns"}
        if named and (tag == "nt" or begins) and not _NO_SUBJECT.search(word):
            found.append(word)
        begins = begins and tag in _BEFORE_SUBJECT
    return tuple(dict.fromkeys(found))


_TITLED = re.compile(r"《([^》]{2,30})》")
#: Pointers, and bodies that articles name in many ways (美国政府: 美方, 拜登政府).
_NO_SUBJECT = re.compile(r"^[这那此该]|(?:政府|[海陆空]?军|警方)$|^上市公司$")
_BEFORE_SUBJECT = frozenset({"m", "t", "p", "x", "mq", "f"})  # 在2023年，…


@lru_cache(maxsize=512)
def tagged(question: str) -> tuple[tuple[str, str], ...]:
    """The words of a question with jieba's tags; 黄庆华为啥 does not speak of 华为."""
    import jieba
    import jieba.posseg

    jieba.setLogLevel(60)
    pieces = filter(None, _ASKS_WHY.split(question))
    return tuple((pair.word, pair.flag) for piece in pieces for pair in jieba.posseg.cut(piece))


def is_term(phrase: str) -> bool:
    """Whether a phrase may be one thing's name: it is in quotes, or has neither verb nor pointer."""
    if QUOTED.search(phrase):
        return True
    return not any(tag[0] in "rdpcu" or tag == "v" for _, tag in tagged(phrase))


_ASKS_WHY = re.compile(r"(为啥|为何|为什么)")
