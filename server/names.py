"""The names in a question: people, places, organisations, products."""

from __future__ import annotations

import re
from functools import lru_cache

_NAMING = frozenset({"nr", "ns", "nt", "nz", "nrt", "nrfg", "eng"})
SUFFIX = frozenset("区县市省镇乡村州旗国")
_QUOTED = re.compile(r"[“《「]([^”》」]{2,20})[”》」]")
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
    found: list[str] = list(_QUOTED.findall(question))
    for word, tag in _tagged(question):
        if found and found[-1] and (word in SUFFIX or _ORGANISATION.search(word)):
            found[-1] += word
        elif tag in _NAMING or DISTRICT.fullmatch(word):
            found.append(word)
        else:
            found.append("")
    return tuple(dict.fromkeys(n for n in found if len(n) > 1 and n not in _PLAIN_WORDS))


#: Words that are tagged as places and mostly mean something else.
_NO_PLACES = re.compile(
    r"东西|城市|外国|上门|大都|立马|惠及|上岗|扎堆|沾边|礼拜|上马|新建|平常|和平|[国境海]内?外|[国境海]内|中国|我国|"
    r"全[国球]|世界|[地本当]方?地?|家乡|[农乡]村|城乡|地区|[东西中南北]部|[南北]方"
)


@lru_cache(maxsize=512)
def places(question: str) -> tuple[str, ...]:
    """The places in a question that the dictionary knows; words guessed to be places are left out."""
    import jieba

    known = jieba.dt.FREQ
    return tuple(
        dict.fromkeys(
            word
            for word, tag in _tagged(question)
            if tag == "ns" and len(word) > 1 and known.get(word) and not _NO_PLACES.fullmatch(word)
        )
    )


@lru_cache(maxsize=512)
def subjects(question: str) -> tuple[str, ...]:
    """What a question is about beyond doubt: titles in 《》, organisations, and a name it begins with.

    Only names that the dictionary knows: common words are guessed to be names too often.
    """
    import jieba

    known = jieba.dt.FREQ
    found: list[str] = list(_TITLED.findall(question))
    begins = True
    for word, tag in _tagged(question):
        named = len(word) > 1 and known.get(word) and tag in _NAMING - {"eng", "ns"}
        if named and (tag == "nt" or begins):
            found.append(word)
        begins = begins and tag in _BEFORE_SUBJECT
    return tuple(dict.fromkeys(found))


_TITLED = re.compile(r"《([^》]{2,30})》")
_BEFORE_SUBJECT = frozenset({"m", "t", "p", "x", "mq", "f"})  # 在2023年，…


@lru_cache(maxsize=512)
def _tagged(question: str) -> tuple[tuple[str, str], ...]:
    """The words of a question with jieba's tags."""
    import jieba
    import jieba.posseg

    jieba.setLogLevel(60)
    return tuple((pair.word, pair.flag) for pair in jieba.posseg.cut(question))
