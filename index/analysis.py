"""Text to terms, for Chinese: what is searched by words, and what a query's words weigh."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from operator import add

from index.background import background

# A stretch is text without a break in it; pairs are made inside of one.
_STRETCH = re.compile(r"(?:[^\W_]|(?<=[0-9a-z])[-_.'+&/](?=[0-9a-z])|(?<=\d),(?=\d{3}(?!\d)))+")
# A unit is what a pair is made of: one CJK character, a number (1,096 and 8.1 whole), or a
# Latin word or code (eVTOL, M7, 5G, GPT-4).
_CJK = r"㐀-䶿一-鿿豈-﫿\U00020000-\U0002ffff"
_UNIT = re.compile(
    rf"[{_CJK}]"
    r"|\d+(?:,\d{3})+(?:\.\d+)?(?![\da-z])"
    r"|\d+(?:\.\d+)+(?![\da-z])"
    r"|[a-z0-9]+(?:[-_.'+&/][a-z0-9]+)*"
    rf"|[^\W_a-z0-9{_CJK}]+"
)
_CHARACTERS = re.compile(rf"[{_CJK}]+")
_PART = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?")
_WELL_FORMED = re.compile(r"[^\ud800-\udfff]+")  # half a character comes from odd escapes


@cache
def _to_simplified() -> Callable[[str], str]:
    """OpenCC's converter; imported late, so that importing the index stays light."""
    from opencc import OpenCC

    return OpenCC("t2s").convert


def simplify(text: str) -> str:
    """Traditional words as Simplified ones, character for character; positions stay.

    >>> simplify("計畫、畫家、乾燥、乾隆")
    '计划、画家、干燥、乾隆'
    """
    if text.isascii():
        return text
    try:
        converted = _to_simplified()(text)
    except UnicodeEncodeError:
        converted = ""
    return converted if len(converted) == len(text) else _WELL_FORMED.sub(_simplified, text)


def _simplified(match: re.Match[str]) -> str:
    text = match[0]
    converted = _to_simplified()(text)
    if len(converted) == len(text):
        return converted
    return "".join(map(_to_simplified(), text))  # no phrase of today's table comes here


def nfkc(text: str) -> str:
    """``unicodedata.normalize("NFKC", text)``, in a tenth of the time for nearly all Chinese texts.

    >>> nfkc("（８％）")
    '(8%)'
    """
    for wide, plain in _PUNCTUATION:
        text = text.replace(wide, plain)
    # What is left to fold in one text of ten: looking is cheap, folding is not.
    if unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFKC", text)


#: The marks that nearly all Chinese texts hold.
_PUNCTUATION = tuple(zip("，：（）；！？", ",:();!?", strict=True))


def fold(text: str) -> str:
    """Fold away what never tells texts apart: width, case, Traditional words.

    >>> fold("ＡＩ產業")
    'ai产业'
    """
    return simplify(nfkc(text).lower())


def terms(text: str) -> list[str]:
    """Cut a text into units and pairs of neighbouring units.

    >>> terms("重庆18个，1,096家")
    ['重', '庆', '18', '个', '重庆', '庆18', '18个', '1096', '家', '1096家']
    """
    found: list[str] = []
    # NFKC would make a clause's comma one that groups digits.
    for stretch in _STRETCH.findall(fold(text.replace("，", " "))):
        if _CHARACTERS.fullmatch(stretch):  # nearly all are
            found += stretch
            found += map(add, stretch, stretch[1:])
            continue
        units = _UNIT.findall(stretch)
        if not stretch.isalpha() or stretch.isascii():
            units = [unit.replace(",", "") for unit in units]
            found += [part for unit in units if len(unit) > 1 for part in _parts(unit)]
        found += units
        found += map(add, units, units[1:])
    return found


def pairs(word: str) -> list[str]:
    """The terms of every text that a word stands in, whatever stands beside it: its Chinese pairs.

    >>> pairs("重庆18个月")
    ['重庆', '个月']
    """
    runs = _CHARACTERS.findall(fold(word))
    return [a + b for run in runs for a, b in pairwise(run)]


def _parts(unit: str) -> list[str]:
    """Words and numbers inside a code: ``gpt-4`` is also ``gpt`` and ``4``."""
    parts = _PART.findall(unit)
    return parts if len(parts) > 1 else []


# Words that ask or are polite say nothing about the articles.
_ASKING = re.compile(
    r"请问|请|谁知道|你知道|告诉我|多少|几[个家所位种项款条名次年月日号人]|哪[些个位家里儿年天种项一]?"
    r"|什么|啥|怎么样|怎样|怎么|如何|为何|为什么|是否|有没有|是不是|能不能|吗|呢|吧|谁"
)
_FILLER = frozenset("的了是在有和与及或被把将为对从到以于个这那其之而也都就还又吗呢吧啊呀么")

# How much a query's terms count, before idf. Measured on questions about the seeds and the news;
# all of these lie on wide plateaus.
ASKING_WEIGHT = 0.2
ACROSS_WEIGHT = 0.3  # a pair half of which is a word that asks
FILLER_WEIGHT = 0.3
CHARACTER_WEIGHT = 0.5  # one CJK character beside a pair of them
NUMBER_WEIGHT = 1.2
BACKGROUND_POWER = 0.25


def query_terms(query: str) -> dict[str, float]:
    """Return the query's terms and how much each counts, to be multiplied by the index's idf.

    The background idf enters a little, because the idf of a few files is noisy.
    """
    folded = fold(query.replace("，", " "))  # a clause's comma groups no digits
    kept = set(terms(_ASKING.sub("，", folded)))
    asking = set(terms("，".join(_ASKING.findall(folded))))
    table = background()
    weights = {}
    for term in dict.fromkeys(terms(folded)):
        weight = 1.0 if term in kept else ASKING_WEIGHT if term in asking else ACROSS_WEIGHT
        weights[term] = weight * _shape_weight(term) * table.share(term) ** BACKGROUND_POWER
    return weights


def _shape_weight(term: str) -> float:
    weight = 1.0
    if term in _FILLER:
        weight *= FILLER_WEIGHT
    if len(term) == 1 and not term.isascii():
        weight *= CHARACTER_WEIGHT
    if any(map(str.isdigit, term)):
        weight *= NUMBER_WEIGHT
    return weight
