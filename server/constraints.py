"""What evidence must meet to answer a question: the names, years and units that it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.lexical import fold
from server.selection import Sentence, folded_text

_NAMING = frozenset({"nr", "ns", "nt", "nz", "nrt", "nrfg", "eng"})
_SUFFIX = frozenset("区县市省镇乡村州旗国")
_QUOTED = re.compile(r"[“《「]([^”》」]{2,20})[”》」]")
_ORGANISATION = re.compile(
    r"(?:公司|集团|科技|生物|大学|学院|医院|银行|股份|汽车|工业|车间|实验室)$"
)
_DISTRICT = re.compile(r"[\u4e00-\u9fff]{2,4}[区县]")
_PLAIN_WORDS = frozenset({"中国", "我国", "全国", "全市", "全省", "公司", "集团", "地方", "国家"})


@lru_cache(maxsize=512)
def names(question: str) -> tuple[str, ...]:
    """The names of a question: people, places, organisations, products, and what is in quotes.

    Words by jieba's part-of-speech tagger; a place keeps its 区, a company its 公司.
    """
    import jieba
    import jieba.posseg

    jieba.setLogLevel(60)
    found: list[str] = list(_QUOTED.findall(question))
    for pair in jieba.posseg.cut(question):
        if found and found[-1] and (pair.word in _SUFFIX or _ORGANISATION.search(pair.word)):
            found[-1] += pair.word
        elif pair.flag in _NAMING or _DISTRICT.fullmatch(pair.word):
            found.append(pair.word)
        else:
            found.append("")
    return tuple(dict.fromkeys(n for n in found if len(n) > 1 and n not in _PLAIN_WORDS))


@lru_cache(maxsize=16_384)
def names_name(text: str, name: str) -> bool:
    """Whether a text holds a name, with or without the word for what it is (江津, 江津区)."""
    folded, sought = folded_text(text), fold(name)
    if sought in folded:
        return True
    core = sought[:-1] if sought[-1] in _SUFFIX and len(sought) > 2 else sought
    if core in folded:
        return True
    pairs = [core[i : i + 2] for i in range(len(core) - 1)]
    return len(pairs) > 2 and sum(p in folded for p in pairs) >= 0.6 * len(pairs)


@dataclass(frozen=True, slots=True)
class Unmet:
    """Which names of a question a sentence, its paragraph and its article do not hold."""

    sentence: tuple[str, ...]
    paragraph: tuple[str, ...]
    article: tuple[str, ...]


def unmet(asked: Sequence[str], sentence: Sentence) -> Unmet:
    """The asked names missing at each distance from a sentence."""
    paragraph = f"{sentence.paragraph}\n{sentence.passage.heading}\n{sentence.article.title}"
    return Unmet(
        *(
            tuple(name for name in asked if not names_name(text, name))
            for text in (sentence.text, paragraph, sentence.article.text)
        )
    )
