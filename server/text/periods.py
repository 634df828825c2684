"""The times that a text speaks of, as days from and to: 2024年上半年, 前三季度, 7月3日, 去年.

No library was found that reads them: those that parse dates know days and no quarters, and the one
that knows both for Chinese weighs more than all of Youju. Days and months are the standard library's.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

#: The year of days whose year nobody says: a leap year that no article speaks of.
SOME_YEAR = 4


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``start`` to ``end``, both of them in it."""

    start: date
    end: date

    def overlaps(self, other: Period) -> bool:
        """Whether some day is in both. A year that nobody says may be any.

        >>> july = Period(date(2024, 7, 1), date(2024, 7, 31))
        >>> july.overlaps(Period(date(2024, 1, 1), date(2024, 6, 30)))
        False
        """
        one, two = _same_year(self, other)
        return one.start <= two.end and two.start <= one.end

    def within(self, other: Period) -> bool:
        """Whether every day is in the other one, too."""
        one, two = _same_year(self, other)
        return two.start <= one.start and one.end <= two.end

    def in_year(self, year: int) -> Period:
        """The same days of another year."""
        shift = year - self.start.year
        return Period(_on(self.start, shift), _on(self.end, shift))


@dataclass(frozen=True, slots=True)
class Stated:
    """A period, how it is written, and where in its text; None where its days cannot be known."""

    period: Period | None
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def _on(day: date, shift: int) -> date:
    last = monthrange(day.year + shift, day.month)[1]
    return date(day.year + shift, day.month, min(day.day, last))


def _same_year(one: Period, two: Period) -> tuple[Period, Period]:
    if one.start.year == SOME_YEAR != two.start.year:
        return one.in_year(two.start.year), two
    if two.start.year == SOME_YEAR != one.start.year:
        return one, two.in_year(one.start.year)
    return one, two


_Y = r"(?:19|20)\d{2}"
_M = r"1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
_D = r"3[01]|[12]\d|0?[1-9]"
_TO = r"(?:[-—–~～至到]+)"
_YEAR = (
    rf"(?:(?<!\d)(?P<year>{_Y})(?:年度?|(?=[版届款财]))|(?P<that>今年|本年|去年|上年|前年|明年))"
)
# What each way begins with is looked for first: most characters begin none.
_STATED = re.compile(
    rf"(?=[\d前昨今明去上本下第一二三四五六七八九十])(?:"
    rf"(?<!\d)(?P<years>{_Y})年?{_TO}(?P<last_year>{_Y})年|"
    rf"(?<!\d)(?P<iso>{_Y})[-/.](?P<iso_month>{_M})[-/.](?P<iso_day>{_D})(?!\d)|"
    rf"(?P<day_word>[前昨今明]天|[昨今明]日|昨晚|今晚)|(?P<month_word>上个?月|本月|下个?月)|"
    rf"{_YEAR}?(?:(?P<half>[上下]半年)|第?(?P<quarter>[一二三四1-4])季度|"
    rf"前(?P<quarters>[一二三1-3])个?季度?|前(?P<months>{_M})个月|"
    rf"(?<!\d)(?P<first>{_M})月?份?{_TO}(?P<last>{_M})月|"
    rf"(?<![\d十])(?P<month>{_M})月(?!球|亮|饼|光|薪)"
    rf"(?:(?P<day>{_D})[日号](?:[夜晚]?{_TO}(?:(?P<last_month>{_M})月)?(?P<last_day>{_D})[日号])?)?)|"
    rf"{_YEAR.replace('P<year>', 'P<all>').replace('P<that>', 'P<all_that>')}(?P<whole>全年)?)"
)  # fmt: skip
#: What a period stands behind, or before, that others are only compared with.
_BESIDE = re.compile(r"[比较]$")
_LIKE = re.compile(r"(?:同期)?(?:相比|持平)")
#: The same days of another year: 2023年同期.
_AGAIN = re.compile("同期")
_SHIFT = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1}
_TOLD_YEAR = re.compile("|".join(_SHIFT))
_DAYS = {
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "昨晚": -1,
    "今天": 0,
    "今日": 0,
    "今晚": 0,
    "明天": 1,
    "明日": 1,
}
_NUMERALS = {n: i for i, n in enumerate("一二三四五六七八九十", start=1)} | {"十一": 11, "十二": 12}


@lru_cache(maxsize=4096)
def stated(text: str, published: date | None = None) -> tuple[Stated, ...]:
    """Every period that a text speaks of, in order; not those that it only compares with (比去年).

    What is told from the day of writing (去年, 昨日) is known where that day is: ``published``. Days
    without a year are of the last year named before them, or of the
    one of writing, or of ``SOME_YEAR``.

    >>> [(s.text, str(s.period.start), str(s.period.end)) for s in stated("2024年上半年，其中6月")]
    [('2024年上半年', '2024-01-01', '2024-06-30'), ('6月', '2024-06-01', '2024-06-30')]
    """
    found: list[Stated] = []
    year = published.year if published else SOME_YEAR
    for match in _STATED.finditer(text):
        if _BESIDE.search(text, max(0, match.start() - 2), match.start()) or _LIKE.match(
            text, match.end()
        ):
            continue
        year = _named_year(match, published) or year
        before = found[-1].period if found else None
        again = _AGAIN.match(text, match.end()) if match["all"] or match["all_that"] else None
        try:
            period = before.in_year(year) if again and before else _period(match, year, published)
            found.append(
                Stated(period, text[match.start() : (again or match).end()], match.start())
            )
        except ValueError:  # 2月30日
            continue
    return tuple(found)


def years_named(text: str, today: date) -> str:
    """A text with 今年, 去年 … as the years that they are today; empty where it has none of them.

    >>> years_named("去年产值是多少？", date(2026, 3, 1)), years_named("2024年比去年多多少？", date(2026, 3, 1))
    ('2025年产值是多少？', '')
    """
    if re.search(_Y, text):
        return ""
    named = _TOLD_YEAR.sub(lambda match: f"{today.year + _SHIFT[match[0]]}年", text)
    return "" if named == text else named


def _named_year(match: re.Match[str], published: date | None) -> int | None:
    """The year that stands before a period or alone; None when none does."""
    if written := match["year"] or match["all"]:
        return int(written)
    word = match["that"] or match["all_that"]
    return (published.year + _SHIFT[word] if published else SOME_YEAR) if word else None


def _period(match: re.Match[str], year: int, published: date | None) -> Period | None:
    """The days that are meant; None when they cannot be known."""
    if match["years"]:
        return Period(date(int(match["years"]), 1, 1), date(int(match["last_year"]), 12, 31))
    if match["iso"]:
        day = date(int(match["iso"]), _number(match["iso_month"]), int(match["iso_day"]))
        return Period(day, day)
    if match["day_word"] or match["month_word"]:
        return _told_from(published, match["day_word"] or match["month_word"])
    if match["half"]:
        return _months(year, 1, 6) if match["half"][0] == "上" else _months(year, 7, 12)
    if match["quarter"]:
        last = 3 * _number(match["quarter"])
        return _months(year, last - 2, last)
    if match["quarters"] or match["months"]:
        last = _number(match["months"]) if match["months"] else 3 * _number(match["quarters"])
        return _months(year, 1, last)
    if match["first"]:
        return _months(year, _number(match["first"]), _number(match["last"]))
    if match["month"]:
        return _days(match, year)
    if match["all_that"] and published is None:
        return None
    return _months(year, 1, 12)


def _days(match: re.Match[str], year: int) -> Period:
    """A month, a day of it, or the days from one to another."""
    month = _number(match["month"])
    if not match["day"]:
        return _months(year, month, month)
    start = date(year, month, int(match["day"]))
    if not match["last_day"]:
        return Period(start, start)
    last_month = _number(match["last_month"]) if match["last_month"] else month
    return Period(start, date(year, last_month, int(match["last_day"])))


def _told_from(published: date | None, word: str) -> Period | None:
    """The day or the month that a word means on the day of writing."""
    if published is None:
        return None
    if word in _DAYS:
        day = published + timedelta(days=_DAYS[word])
        return Period(day, day)
    months = 12 * published.year + published.month - 1 + {"上": -1, "本": 0, "下": 1}[word[0]]
    return _months(months // 12, months % 12 + 1, months % 12 + 1)


def _months(year: int, first: int, last: int) -> Period:
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _number(written: str) -> int:
    return int(written) if written.isdigit() else _NUMERALS[written]
