"""The words of a clause: what each weighs, and which may not stand where the statement lacks them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from server.text.tagger import tagger
from server.verify.differences import Difference
from server.verify.statement import CJK, pairs_of, weight_of

_LATIN = "eng"  # looked up as a fact, in whatever pieces it is written
_NAME_FLAGS = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz", _LATIN})
_NOUN_FLAGS = frozenset({"n", "ng", "nx", "j", "s", "x"}) | _NAME_FLAGS
_LIGHT_FLAGS = frozenset(
    {"u", "uj", "ul", "uv", "ud", "ug", "uz", "p", "c", "y", "e", "o", "r", "d", "zg", "k", "h"}
)
_POINTING = re.compile(
    r"^(?:该|其|这|此|本|我|全|当地|他|她|它|一|各|有|新|等|也|还|并|同时|据|对此|目前|近日)"
)

#: Nouns that newspapers use for one another.
_SAME = (
    {"企业", "公司", "厂商"}, {"市民", "居民", "群众", "百姓", "民众"}, {"学生", "学子"}, {"教师", "老师"},
    {"专家", "学者"}, {"项目", "工程"}, {"数量", "总数", "数目"}, {"领域", "方面", "行业"}, {"孩子", "儿童"},
    {"负责人", "主管"}, {"方案", "计划", "规划"}, {"产品", "商品"}, {"医生", "大夫"}, {"目标", "力争"},
    {"警方", "公安", "民警", "警察"}, {"高校", "院校", "大学"}, {"记者", "笔者"}, {"成效", "成果", "效果"},
    {"比例", "占比", "比重"}, {"收入", "营收"}, {"地区", "区域"}, {"投入使用", "投用", "启用"},
    {"政策", "措施"}, {"办法", "措施"}, {"同比", "较上年"}, {"车辆", "汽车"},
)  # fmt: skip


@lru_cache(maxsize=2048)
def words(text: str) -> tuple[tuple[str, str, int], ...]:
    """The words of a text with their parts of speech and where each begins."""
    found = []
    at = 0
    for pair in tagger().cut(text):
        found.append((pair.word, pair.flag, at))
        at += len(pair.word)
    return tuple(found)


def worth(word: str, flag: str) -> float:
    if flag in _LIGHT_FLAGS:
        return 0.3
    weight = sum(map(weight_of, pairs_of(word))) / max(1, len(pairs_of(word)))
    return weight * (1 + 0.5 * max(0, len(word) - 2)) * (1.0 if len(word) > 1 else 0.4)


def foreign(word: str, flag: str, other: str, there: str, around: str) -> str:
    """Why a word that the statement lacks may not stand in a claim; empty when it may."""
    if len(word) < 2 or same_noun(word, there):
        return ""
    name = flag in _NAME_FLAGS
    replaces = len(CJK.findall(other)) >= 2 and not _POINTING.match(other)
    if name and replaces:
        return f"name: {word} for {other!r}"
    if name and word not in around and flag != _LATIN:
        return f"name: {word}"
    if flag in _NOUN_FLAGS and replaces and word not in around:
        return f"noun: {word} for {other!r}"
    return ""


def addition(difference: Difference, there: str, around: str) -> int:
    """The characters of a run that says something more, where the source says nothing."""
    said = "".join(CJK.findall(difference.claim))
    if len(said) < 4 or len(said) < 2 * len(CJK.findall(difference.source)):
        return 0
    new = [said[i : i + 2] for i in range(len(said) - 1)]
    fresh = sum(pair not in there and pair not in around for pair in new)
    return len(said) if fresh >= 0.6 * len(new) else 0


def other_subject(differences: Sequence[Difference], there: str, around: str) -> str:
    """Whether a clause puts other words in the place of the statement's subject."""
    if not differences or differences[0].start:
        return ""
    said, held = ("".join(CJK.findall(t)) for t in (differences[0].claim, differences[0].source))
    if len(said) < 3 or len(held) < 2:
        return ""
    if _POINTING.match(held) or len(held) < 3:
        there += around
    nouns = [w for w, flag, _ in words(differences[0].claim) if flag in _NOUN_FLAGS and len(w) > 1]
    foreign = [w for w in nouns if w not in there and not same_noun(w, there)]
    return f"subject: {said} for {held}" if foreign else ""


def is_name(flag: str) -> bool:
    return flag in _NAME_FLAGS


def is_noun(flag: str) -> bool:
    return flag in _NOUN_FLAGS


def points(*some: str) -> bool:
    """Whether one of some words points at what was named before: 「这些学校」, 「该公司」."""
    return any(word[0] in "该其这此那他她它" for word in some)


def same_noun(word: str, there: str) -> bool:
    """Whether a noun stands there, or one that newspapers use for it."""
    return any(word in group and any(same in there for same in group) for group in _SAME)


def names_in(text: str) -> list[str]:
    """The names of people, places and organisations in a text, as a dictionary knows them."""
    return [w for w, flag, _ in words(text) if flag in {"nr", "ns", "nt"} and len(w) > 1]
