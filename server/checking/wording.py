"""How much of a claim's wording stands in a text, and which of its words do not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from index.background import background
from server.verify.statement import plain
from server.verify.wording import same_noun, words

_RUN = re.compile(r"[^\W_]+")
_CONTENT = re.compile(r"[nvaxjsteli]")
_PARTICLE, _JOINING = re.compile(r"[pcu]"), re.compile(r"[pcuvdr]")
_DIGIT = re.compile(r"[\d零〇一二两三四五六七八九十百千万亿]")


@lru_cache(maxsize=8192)
def pairs(text: str) -> frozenset[str]:
    """The character pairs of a text's runs of letters and digits."""
    return frozenset(
        run[i : i + 2] for run in _RUN.findall(plain(text)) for i in range(max(1, len(run) - 1))
    )


def share(claim: str, text: str) -> float:
    """The share of a claim's pairs, by their weight, that a text holds.

    >>> round(share("全市有3家企业", "全市有3家企业，新增1家"), 9)
    1.0
    """
    said = pairs(claim)
    total = sum(map(_idf, said))
    return sum(_idf(pair) for pair in said & pairs(text)) / total if total else 0.0


def unheld(claim: str, text: str) -> Iterator[str]:
    """The words of a claim that say something and of which nothing stands in a text."""
    there = plain(text)
    for word, flag, _ in words(plain(claim)):
        tells = len(word) > 1 and _CONTENT.match(flag) and not _DIGIT.search(word)
        if tells and not any(word[i : i + 2] in there for i in range(len(word) - 1)):
            yield word


def foreign_nouns(claim: str, text: str) -> Iterator[str]:
    """The nouns of a claim that do not stand in a text, nor their halves."""
    there = plain(text)
    for word, flag, _ in words(plain(claim)):
        if flag not in _NOUNS or _DIGIT.search(word) or word in there or same_noun(word, there):
            continue
        if _in_halves(word.removeprefix("新"), there):
            continue
        yield word


def is_cut(word: str, claim: str, text: str) -> bool:
    """Whether the tagger cut a claim across words that stand in a text: what else the word has is a particle or verb.

    >>> is_cut("和富", "去了集市和富民公司。", "他们参观集市、富民公司。")
    True
    >>> is_cut("李安", "会长是李安。", "会长是李民。")
    False
    """
    said, there, part = plain(claim), plain(text), plain(word)
    for found in re.finditer(re.escape(part), said):
        before, behind = said[: found.start()][-1:], said[found.end() :][:1]
        for left, rest, beside in (
            (part[0], part[1:] + behind, behind),
            (part[-1], before + part[:-1], before),
        ):
            joins = _is(left, _PARTICLE) or (_is(left, _JOINING) and not _is(beside, _JOINING))
            if joins and len(rest) > 1 and rest.isalnum() and rest in there:
                return True
    return False


def _is(char: str, flags: re.Pattern[str]) -> bool:
    """Whether a character alone is of a part of speech."""
    return all(flags.match(flag) for _, flag, _ in words(char))


def _in_halves(word: str, there: str) -> bool:
    return len(word) > 1 and any(
        word[:i] in there and word[i:] in there for i in range(len(word) if len(word) > 2 else 1)
    )


def substituted(clause: str, text: str) -> Iterator[str]:
    """The nouns of a clause that stand in the place of others, among words that both have."""
    said, there = plain(clause), plain(text)
    matched = SequenceMatcher(None, said, there, autojunk=False).get_matching_blocks()
    blocks = [block for block in matched if block.size != 1]  # one character alone is chance
    for one, other in pairwise(blocks):
        a, b = (one.a + one.size, other.a), (one.b + one.size, other.b)
        anchored = (one.size > 1 or not a[0]) and other.size > 1
        if anchored and _another(said, a, there, b):
            yield said[slice(*a)]


def _another(said: str, a: tuple[int, int], there: str, b: tuple[int, int]) -> bool:
    one, two = said[slice(*a)], there[slice(*b)]
    if not (1 < len(one) <= 8 and 1 < len(two) <= 8) or not (one + two).isalpha():
        return False
    alike = 2 * len(set(one) & set(two)) >= min(len(set(one)), len(set(two)))
    return not alike and _all_nouns(said, a) and _all_nouns(there, b)


def _all_nouns(text: str, span: tuple[int, int]) -> bool:
    """Whether a stretch is whole words, all of them nouns or what stands before one."""
    inside = [(w, f, at) for w, f, at in words(text) if at < span[1] and at + len(w) > span[0]]
    return bool(inside) and all(
        at >= span[0] and at + len(w) <= span[1] and (f[:1] in "njb" or f == "vn")
        for w, f, at in inside
    )


_NOUNS = frozenset({"n", "nz", "nt", "ns", "j"})


@lru_cache(maxsize=65536)
def _idf(pair: str) -> float:
    return background().idf(pair)
