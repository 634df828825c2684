"""Rows that are each of a range (80—89岁, 满3年): which of them is of what a question says of somebody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from server.evidence.sentences import Sentence
from server.evidence.tables import Row, Table, tables
from server.question.understanding import Part
from server.text.facts import chinese_number

_N = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)"
_U = r"周?岁|年|个?月|天|小时|分钟|米|厘米|公里|公斤|千克|斤|克|页|人|件|平方米|平米|吨|元|块钱?"
_TO = r"[—–\-~～至到]+"
_RANGE = re.compile(
    rf"(?:满?(?P<low>{_N})(?:{_U})?(?:以上)?(?:{_TO}|(?=不[满足到]))(?P<under>不[满足到])?(?P<high>{_N})(?P<unit>{_U})(?!以上)"
    rf"|(?P<from>{_N})(?P<of>{_U})[（(]?[及含]?[)）]?(?:以上|起)|(?P<over>满|超过)(?P<past>{_N})(?P<past_of>{_U})"
    rf"|(?P<until>{_N})(?P<until_of>{_U})[（(]?[及含]?[)）]?(?:以[下内]|之内)|不[满足到](?P<short>{_N})(?P<short_of>{_U}))"
)
_SAID = re.compile(rf"(?P<number>{_N})(?P<unit>{_U})(?P<rest>半|\d\d(?!\d))?(?!以|之|\d)")
#: What says an age without the word for it: 今年83, 八十三了.
_AGED = re.compile(
    rf"(?:今年|已经|都|刚满?)(?P<since>{_N})(?![\d年月日号元块.:：点])|(?P<now>{_N})了(?=[，。？]|$)"
)
_LABEL = 24  # characters
_OLDEST = 120  # years
_LONGEST = 100  # years that something lasts; more are a date
_SAME = {"周岁": "岁", "平米": "平方米", "千克": "公斤", "月": "个月", "块": "元", "块钱": "元"}
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Range:
    """From ``least`` to ``most`` of a unit, each with whether it is itself outside; None where it has no end."""

    unit: str
    least: Decimal | None = None
    most: Decimal | None = None
    over: bool = False
    under: bool = False

    def holds(self, value: Decimal) -> bool:
        low = self.least is None or (value > self.least if self.over else value >= self.least)
        high = self.most is None or (value < self.most if self.under else value <= self.most)
        return low and high


def range_of(label: str) -> Range | None:
    """The range that a label is; None where it is none.

    >>> range_of("80—89岁").holds(Decimal(83)), range_of("满十年不满二十年").holds(Decimal(20))
    (True, False)
    """
    match = _RANGE.fullmatch(label.strip()) if len(label) <= _LABEL else None
    if match is None:
        return None
    if match["low"]:
        least, most = _value(match["low"]), _value(match["high"])
        return Range(_unit(match["unit"]), least, most, under=bool(match["under"]))
    if match["from"]:
        return Range(_unit(match["of"]), least=_value(match["from"]))
    if match["past"]:
        over = match["over"] != "满"
        return Range(_unit(match["past_of"]), least=_value(match["past"]), over=over)
    if match["until"]:
        return Range(_unit(match["until_of"]), most=_value(match["until"]))
    return Range(_unit(match["short_of"]), most=_value(match["short"]), under=True)


def another_range(part: Part, sentence: Sentence) -> str:
    """Why the row of a table is not of what a part says: it is of another range; empty where it may be.

    Of several that may, as 60岁以上 and 80岁以上 are of 83, it is the one that begins last.
    """
    if sentence.block.kind != "row":
        return ""
    table = next((t for t in tables(sentence.article) if _row(t, sentence)), ())
    found = {row.block: of for row in table if (of := _of(row))}
    mine = found.get(sentence.block)
    value = said_of(part.text, mine.unit) if mine else None
    if mine is None or value is None:
        return ""
    fitting = [of for of in found.values() if of.unit == mine.unit and of.holds(value)]
    last = max((of.least or Decimal(0) for of in fitting), default=None)
    if last is None or (mine in fitting and (mine.least or Decimal(0)) == last):
        return ""
    return f"那一行说的不是{value.normalize():f}{mine.unit}"


def _row(table: Table, sentence: Sentence) -> bool:
    return any(row.block == sentence.block for row in table)


def _of(row: Row) -> Range | None:
    """The range that stands in one of the first cells of a row."""
    return next(filter(None, (range_of(cell.value) for cell in row.cells[:_FIRST])), None)


_FIRST = 2  # cells that may say what a row is of


def said_of(question: str, unit: str) -> Decimal | None:
    """The one value of a unit that a question states; None where it states none, or several.

    >>> said_of("身高1米25的孩子要买票吗？", "米"), said_of("我爷爷八十三了", "岁") == 83
    (Decimal('1.25'), True)
    """
    found = {_stated(match) for match in _SAID.finditer(question) if _unit(match["unit"]) == unit}
    found = {
        value for value in found if value is not None and not (unit == "年" and value > _LONGEST)
    }
    if not found and unit == "岁":
        ages = (_value(match["since"] or match["now"]) for match in _AGED.finditer(question))
        found = {age for age in ages if age is not None and age <= _OLDEST}
    return found.pop() if len(found) == 1 else None


def _stated(match: re.Match[str]) -> Decimal | None:
    value, rest = _value(match["number"]), match["rest"]
    if value is None or not rest:
        return value
    return value + (_HALF if rest == "半" else Decimal(rest) / 100)


def _value(written: str) -> Decimal | None:
    return (
        Decimal(written) if written[0].isdigit() and written.isascii() else chinese_number(written)
    )


def _unit(written: str) -> str:
    return _SAME.get(written, written)
