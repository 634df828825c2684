"""The hard facts of a text: numbers with their units, dates, and names in Latin letters or quotes.

Two texts agree on a fact when its value and its unit agree, however they are written:
「1,096个」 is 「1096个」, 「2.2万家」 is 「22000家」, 「百分之十」 is 「10%」.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SAME_UNIT = {
    "千米": "公里", "平方千米": "平方公里", "人民币": "元", "块": "元", "元人民币": "元",
    "个百分点": "百分点", "％": "%", "㎡": "平方米", "小时": "小时", "个小时": "小时",
    "钟头": "小时", "余": "", "多": "", "km": "公里", "m": "米", "cm": "厘米", "mm": "毫米",
    "nm": "纳米", "kg": "公斤", "千克": "公斤", "kw": "千瓦", "mw": "兆瓦", "gw": "吉瓦", "°c": "℃",
    "摄氏度": "℃", "kwh": "千瓦时", "kw·h": "千瓦时", "度电": "千瓦时", "美金": "美元", "欧": "欧元",
    "余元": "元", "m2": "平方米", "m²": "平方米",
}  # fmt: skip

_UNIT = (
    r"%|km(?![a-z/])|[cmn]m(?![a-z])|m²|m2|㎡|m(?![a-z\d])|kg(?![a-z])|[kKMG][wW](?:·?[hH])?(?![a-z])|°C|度电|"
    r"‰|个?百分点|平方公里|平方千米|平方米|立方米|公里|千米|厘米|毫米|纳米|米|公顷|亩|"
    r"公斤|千克|吨|克|升|千瓦时|千瓦|兆瓦|吉瓦|瓦|伏|安时|赫兹|摄氏度|度|℃|"
    r"余元|美元|美金|欧元|英镑|日元|港元|元|块|角|分钟|秒钟?|毫秒|个?小时|钟头|周年|周岁|岁|"
    r"个?月|年|日|号|天|周|季度|世纪|"
    r"[家个项款种台辆架艘套件座条名位人户所批次期届倍成层栋处例起场支只头部篇张片颗枚吨组类大级点幢间块粒株匹份本册首集宗笔单道站杯]"
)
_ARABIC = re.compile(
    r"(?P<number>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:[余多](?=[百千万亿]))?"
    r"(?P<scale>[十百千]?[万亿]{0,2})(?:[余多来几]|以上|左右)?(?P<unit>" + _UNIT + r")?"
)
_CHINESE = re.compile(
    r"(?P<fraction>百分之)?(?P<number>[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+[万亿]*)?)"
    r"(?:[余多来几])?(?P<unit>" + _UNIT + r")?"
)
#: 三个半月, 两年半, 半小时
_HALF = re.compile(
    r"(?P<number>[一二两三四五六七八九十]+|\d+)?(?:(?P<unit>年|天|小时)半|个?半个?(?P<after>月|小时|年|天)(?![份初末底中报度]))"
)
_NUMERAL = re.compile(r"[\d零〇一二两三四五六七八九十百千万亿半]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*[A-Za-z0-9+]|[A-Za-z]\d+|[A-Z]{2,}")
_ROUND = frozenset({"百", "千", "万", "亿", "百万", "千万", "百亿", "千亿", "万亿"})
_DATE_UNITS = frozenset({"年", "月", "日", "号"})


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and its unit, or a name; ``text`` is how it was written, ``start`` where."""

    kind: str
    value: str
    unit: str
    text: str
    start: int

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.kind, self.value, self.unit)


@lru_cache(maxsize=4096)
def numbers(text: str) -> tuple[Fact, ...]:
    """Every number of a text with its unit, Arabic and Chinese numerals alike."""
    plain = unicodedata.normalize("NFKC", text) if not text.isascii() else text
    if len(plain) != len(text):  # keep positions when NFKC would move them
        plain = text
    if not _NUMERAL.search(plain):  # most clauses hold none
        return ()
    found: list[Fact] = []
    taken: set[int] = set()
    for pattern, read in ((_HALF, _half), (_ARABIC, _arabic), (_CHINESE, _chinese)):
        for m in pattern.finditer(plain):
            if m.start() not in taken and (fact := read(m)):
                found.append(fact)
                taken.update(range(*m.span()))
    return tuple(sorted(found, key=lambda f: f.start))


def name_facts(text: str) -> tuple[Fact, ...]:
    """Names in Latin letters, such as products and abbreviations."""
    return tuple(
        Fact("name", m.group().lower(), "", m.group(), m.start()) for m in _LATIN.finditer(text)
    )


def facts(text: str) -> tuple[Fact, ...]:
    """Everything that must stand in the quotes of a claim."""
    return numbers(text) + name_facts(text)


def missing(claim: str, quotes: Iterable[str]) -> list[Fact]:
    """The facts of a claim that none of its quotes bears.

    A bare number (no unit) is borne by the same number with any unit; a number with a unit
    only by one with that unit.
    """
    borne = [fact for quote in quotes for fact in facts(quote)]
    keys = {fact.key for fact in borne}
    values = {(fact.kind, fact.value) for fact in borne}
    return [
        fact
        for fact in facts(claim)
        if fact.key not in keys and (fact.unit or (fact.kind, fact.value) not in values)
    ]


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
    elif not unit or written in {"百", "千", "万", "亿", "十百", "千万", "万一", "十"}:
        return None
    value = chinese_number(written)
    return None if value is None else _number(match, value, unit)


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


def _number(match: re.Match[str], value: Decimal, unit: str) -> Fact:
    unit = _SAME_UNIT.get(unit, _SAME_UNIT.get(unit.lower(), unit))
    kind = "date" if unit in _DATE_UNITS else "number"
    if match["number"] in _ROUND:  # 「突破百亿元」 gives no amount
        kind = "round"
    written = format(value.normalize(), "f")
    return Fact(kind, written, unit, match.group(), match.start())


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
