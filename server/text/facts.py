"""The hard facts of a text: numbers with their units, dates, and names in Latin letters or quotes.

Two texts agree on a fact when its value and its unit agree, however they are written:
「1,096个」 is 「1096个」, 「2.2万家」 is 「22000家」, 「百分之十」 is 「10%」.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from index.analysis import nfkc
from server.text.units import UNIT, canonical, converted

_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

_ARABIC = re.compile(
    r"(?=\d)(?P<number>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:[余多](?=[百千万亿]))?"
    r"(?P<scale>[十百千]?[万亿]{1,2}|[十百千](?![瓦克米赫伏])|)(?:[余多来几]|以上|左右)?(?P<unit>"
    + UNIT
    + r")?"
)
_CHINESE = re.compile(
    r"(?=[零〇一二两三四五六七八九十百千万亿])(?P<fraction>百分之)?(?P<number>(?<!唯)[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+[万亿]*)?)"
    r"(?:[余多来几])?(?P<unit>" + UNIT + r")?"
)
#: 三个半月, 两年半, 半小时
_HALF = re.compile(
    r"(?P<number>(?<![一二两三四五六七八九十])[一二两三四五六七八九十]++|(?<!\d)\d++)?"
    r"(?:(?P<unit>年|天|小时)半|个?半个?(?P<after>月|小时|年|天)(?![份初末底中报度]))"
)
_NUMERAL = re.compile(r"[\d零〇一二两三四五六七八九十百千万亿半]")
_LETTER = r"A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ\u0300-\u036f"
_LATIN = re.compile(rf"[{_LETTER}][{_LETTER}0-9+.\-]*[{_LETTER}0-9+]|[A-Za-z]\d+|[A-Z]{{2,}}")
_ACCENT = re.compile(r"[\u0300-\u036f]")
_PART = re.compile("部分")  # no 部 is counted in 「一部分」
#: 「一个」 is a figure only behind a word that counts; else it is an article.
_COUNTING = re.compile(r"(?:第|[只仅]有?|唯一|每|同|共有?|[到至达])$")
_ARTICLE = frozenset("个种项位名家次场条座件款份所支类部层")
#: A numeral that no word is, whatever follows: 一百八, 二百二十.
_SPELLED = re.compile(r"[一二两三四五六七八九][百千万][零一二两三四五六七八九十百千万亿]+")
#: 十分 is no amount.
_TEN_IN_WORDS = frozenset({"分", "成"})
_ROUND = frozenset({"百", "千", "万", "亿", "百万", "千万", "百亿", "千亿", "万亿"})
_DATE_UNITS = frozenset({"年", "月", "日"})


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and its unit, or a name; ``text`` is how it was written, ``start`` where.

    Two facts say the same when their ``key`` is: 3.6公里 and 3600米. An ``article`` (一个) counts
    nothing by itself.
    """

    kind: str
    value: str
    unit: str
    text: str
    start: int
    article: bool = field(default=False, compare=False)

    @property
    def key(self) -> tuple[str, str, str]:
        if self.kind != "number":
            return (self.kind, self.value, self.unit)
        return ("number", *_measured(self.value, self.unit))


@lru_cache(maxsize=4096)
def numbers(text: str) -> tuple[Fact, ...]:
    """Every number of a text with its unit, Arabic and Chinese numerals alike."""
    plain = nfkc(text)
    if len(plain) != len(text):  # keep positions when NFKC would move them
        plain = text
    if not _NUMERAL.search(plain):  # most clauses hold none
        return ()
    found: list[Fact] = []
    taken: set[int] = set()
    for sign, pattern, read in _WRITTEN:
        if not sign.search(plain):  # the pattern itself would be tried at every character
            continue
        for m in pattern.finditer(plain):
            if m.start() not in taken and (fact := read(m)):
                found.append(fact)
                taken.update(range(*m.span()))
    return tuple(sorted(found, key=lambda f: f.start))


def facts(text: str) -> tuple[Fact, ...]:
    """Everything that must stand in the quotes of a claim: numbers, and names in Latin letters."""
    amounts = numbers(text)
    units = {at for f in amounts if f.unit for at in range(f.start, f.start + len(f.text))}
    return amounts + tuple(
        Fact("name", unaccented(m.group()).lower(), "", m.group(), m.start())
        for m in _LATIN.finditer(text)
        if m.start() not in units
    )


def missing(claim: str, quotes: Iterable[str]) -> list[Fact]:
    """The facts of a claim that none of its quotes bears.

    A bare number (no unit) is borne by the same number with any unit; a number with a unit
    only by one with that unit. An article is denied only by another count of the same things.
    """
    quotes = list(quotes)
    borne = [fact for quote in quotes for fact in facts(quote)]
    keys = {fact.key for fact in borne}
    values = {(fact.kind, fact.value) for fact in borne}
    counted = {_counted(quote, fact) for quote in quotes for fact in facts(quote)}
    return [
        fact
        for fact in facts(claim)
        if fact.key not in keys
        and (fact.unit or (fact.kind, fact.value) not in values)
        and not (fact.article and _counted(claim, fact) not in counted)
        and not any(spelled_apart(fact, quote) for quote in quotes)
        and not enumerates(claim, fact)
    ]


_BETWEEN = re.compile(r"[\s.+\-]")
_RUN = re.compile(rf"[{_LETTER}0-9]+(?:[\s.+\-]?[{_LETTER}0-9]+)*")
_TOKEN = re.compile(r"[a-z]+|\d+")
JOINED = 4  # words and numbers of a name: Surface Pro 9 LTE
_ITEM = re.compile(r"[)）]|[、.．](?!\d)")


def spelled_apart(fact: Fact, quote: str) -> bool:
    """Whether a quote has a Latin name in other pieces: GTA 6 for GTA6."""
    return fact.kind == "name" and _BETWEEN.sub("", fact.value) in _spelled(quote)


@lru_cache(maxsize=4096)
def _spelled(quote: str) -> frozenset[str]:
    """The Latin names of a text without what parts them: GTA 6 is gta6, element-ui is elementui."""
    if not _LATIN.search(quote):
        return frozenset()
    found = set()
    for run in _RUN.finditer(quote):
        tokens = _TOKEN.findall(unaccented(run.group()).lower())
        found |= {
            "".join(tokens[i:j])
            for i in range(len(tokens))
            for j in range(i + 1, min(i + JOINED, len(tokens)) + 1)
        }
    return frozenset(found)


def enumerates(claim: str, fact: Fact) -> bool:
    """Whether a bare number only numbers an item: 「3) 教练被解雇」."""
    before, end = claim[: fact.start].rstrip(), fact.start + len(fact.text)
    opens = not before or before[-1] in "：:；;。\n"
    return fact.kind == "number" and not fact.unit and opens and bool(_ITEM.match(claim, end))


def _counted(text: str, fact: Fact) -> tuple[str, str]:
    """The unit, and how what stands behind it begins."""
    end = fact.start + len(fact.text)
    return fact.unit, text[end : end + 2]


def unaccented(text: str) -> str:
    """Text whose Latin letters have no accents.

    >>> unaccented("Dvořák")
    'Dvorak'
    """
    if text.isascii():
        return text
    return _ACCENT.sub("", "".join(map(_base, text)))


def _base(char: str) -> str:
    apart = unicodedata.normalize("NFD", char)
    return apart[0] if apart[0].isascii() else char


def _arabic(match: re.Match[str]) -> Fact | None:
    try:
        value = Decimal(match["number"].replace(",", ""))
    except InvalidOperation:
        return None
    for scale in match["scale"]:
        value *= _SCALES[scale]
    return _number(match, value, match["unit"] or "")


def _chinese(match: re.Match[str]) -> Fact | None:
    """A Chinese numeral counts when a unit follows, or it is long enough not to be a word."""
    written, unit = match["number"], match["unit"] or ""
    if match["fraction"]:
        unit = "%"
    elif (
        (not unit and not _SPELLED.fullmatch(written))
        or _PART.match(match.string, match.end() - 1)
        or written in {"百", "千", "万", "亿", "十百", "千万", "万一"}
        or (written == "十" and unit in _TEN_IN_WORDS)
    ):
        return None
    value = chinese_number(written)
    if value is None:
        return None
    article = written == "一" and unit in _ARTICLE
    counts = article and _COUNTING.search(match.string, max(0, match.start() - 2), match.start())
    return replace(_number(match, value, unit), article=article and not counts)


@lru_cache(maxsize=4096)
def _measured(value: str, unit: str) -> tuple[str, str]:
    amount, measure = converted(Decimal(value), unit)
    return format(amount.normalize(), "f"), measure


def _half(match: re.Match[str]) -> Fact | None:
    """A length of time with a half in it; 上半年 and 下半月 are none."""
    if match.string[max(0, match.start() - 1) : match.start()] in {"上", "下", "前", "后"}:
        return None
    count = match["number"]
    value = (
        Decimal(0) if not count else Decimal(count) if count.isdigit() else chinese_number(count)
    )
    if value is None or value > 1000:  # 2023年半年报
        return None
    unit = match["unit"] or match["after"]
    written = format((value + Decimal("0.5")).normalize(), "f")
    return Fact("number", written, "个月" if unit == "月" else unit, match.group(), match.start())


#: The ways in which numbers are written, each with what none of them lacks.
_WRITTEN = (
    (re.compile("半"), _HALF, _half),
    (re.compile(r"\d"), _ARABIC, _arabic),
    (re.compile("[零〇一二两三四五六七八九十百千万亿]"), _CHINESE, _chinese),
)


def _number(match: re.Match[str], value: Decimal, unit: str) -> Fact:
    unit = canonical(unit)
    kind = "date" if unit in _DATE_UNITS else "number"
    if match["number"] in _ROUND:  # 「突破百亿元」 gives no amount
        kind = "round"
    written = format(value.normalize(), "f")
    return Fact(kind, written, unit, match.group(), match.start())


@lru_cache(maxsize=4096)
def chinese_number(written: str) -> Decimal | None:
    """The value of a numeral such as 「一千零九十六」 or 「二点五万」; None when it is none."""
    import cn2an  # 0.15 s to import

    whole, _, fraction = written.partition("点")
    scale = 1
    while fraction and fraction[-1] in _SCALES:
        scale *= _SCALES[fraction[-1]]
        fraction = fraction[:-1]
    if whole[0] in "百千万亿":  # 「百亿元」
        whole = f"一{whole}"
    try:
        value = Decimal(str(cn2an.cn2an(whole, "smart")))
    except (ValueError, KeyError):  # cn2an raises KeyError on numerals out of order
        return None
    tail = "".join(str(_DIGITS[c]) for c in fraction)
    return (value + Decimal(f"0.{tail or 0}")) * scale
