"""A sheet's values as they are displayed, as far as it matters to who reads and asks."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

#: What a format shows as it is: in quotation marks, behind a backslash, or a currency in brackets.
#: No program writes longer ones; one of thousands of brackets would be looked through from each of them.
_LONGEST_FORM = 255
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]')
_COLOUR = re.compile(r"\[[^\]$]*\]|_.|\*.")
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]+)?|\.[0#?]+")
#: A format that turns figures into something else: fractions, powers, dates of its own.
_OTHER = re.compile(r"[Ee][+-]|/|@|[ymdhs]")


def shown(value: object, form: str = "") -> str:
    """``form`` is the format of the cell's numbers.

    >>> shown(22.0), shown(0.1234, "0.0%"), shown(1234.5, '"¥"#,##0.00'), shown(7, "000")
    ('22', '12.3%', '¥1,234.50', '007')
    >>> shown(datetime(2024, 3, 5)), shown(datetime(2024, 3, 5), 'yyyy"年"m"月"')
    ('2024-03-05', '2024年3月')
    >>> shown(timedelta(hours=26, minutes=5)), shown(time(8, 30)), shown(-3.0, "0;(0)")
    ('26:05', '08:30', '(3)')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number(value, form)
    if isinstance(value, date):
        return _date(value, form)
    if isinstance(value, time):
        return value.isoformat("minutes" if not value.second else "seconds")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return str(value)


def _date(value: date, form: str) -> str:
    if "年" in form and "月" in form:
        return f"{value.year}年{value.month}月" + (f"{value.day}日" if "日" in form else "")
    if not isinstance(value, datetime) or value.time() == time():
        return value.isoformat()[:10]
    return value.isoformat(" ", "seconds" if value.second else "minutes")


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.10g}"


def _number(value: float, form: str) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    sections = _sections(form if len(form) <= _LONGEST_FORM else "")
    section, signed = sections[0], value < 0
    if len(sections) > 1 and value < 0:
        section, signed = sections[1], False
    elif len(sections) > 2 and value == 0:
        section = sections[2]
    bare = _COLOUR.sub("", _LITERAL.sub("", section))
    digits = _DIGITS.search(bare)
    if digits is None or _OTHER.search(bare):
        return _plain(value)
    said = _written(abs(value), digits[0], percent="%" in bare)
    around = _DIGITS.sub("\0", _literal(section), count=1)
    text = re.sub(r"[#0?,.]+(?=[^\0]*$)", "", around) if around.count("\0") else "\0"
    return ("-" if signed and said.strip("0.,%") else "") + text.replace("\0", said).strip()


def _written(value: float, digits: str, *, percent: bool) -> str:
    whole, _, places = digits.partition(".")
    value = 100 * value if percent else value
    scale = len(whole) - len(whole.rstrip(","))
    value /= 1000**scale
    comma = "," if "," in whole.rstrip(",") else ""
    said = f"{value:{comma}.{len(places)}f}"
    for _ in range(len(places) - len(places.rstrip("#"))):
        said = said.removesuffix("0")
    said = said.removesuffix(".")
    least = whole.count("0")
    head, point, tail = said.partition(".")
    return head.zfill(least) + point + tail if not comma else said


def _literal(section: str) -> str:
    """The section with what it shows as it is, without signs of a digit in it."""

    def bare(match: re.Match[str]) -> str:
        return re.sub(r"[#0?,.]", "", match[1] or match[2] or match[3] or "")

    return _LITERAL.sub(bare, _COLOUR.sub("", section))


def _sections(form: str) -> list[str]:
    """For figures above nothing, below it, and nothing itself; quoted semicolons part none."""
    parts = re.findall(r'(?:"[^"]*"|\\.|[^;])+', form)
    return parts or [""]
