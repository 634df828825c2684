"""When a text says that it was published: a date as ``YYYY-MM-DD``, or none when in doubt."""

from __future__ import annotations

import re
from datetime import date, datetime

_CHINESE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s?[-/年.]\s?(\d{1,2})\s?[-/月.]\s?(\d{1,2})(?!\d{3})"
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?=(?:[T\s]?\d{2,6})?(?!\d))")
#: 02/03/2024 is February in one country and March in another.
_DOUBTFUL = re.compile(r"\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{2,4})\b")
#: A month's name is what makes an English date certain.
_MONTH = re.compile(r"(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b")
_LONGEST = 80


def iso_date(text: str) -> str | None:
    """The first full date in a line: 「2024-03-15 10:20 来源：…」, 「2024年3月15日」; else None."""
    for match in _CHINESE.finditer(text):
        if found := _real(*match.groups()):
            return found
    return None


def published_date(text: str) -> str | None:
    """The date that a field holds (a meta tag, front matter, a record), in any usual form.

    >>> published_date("2024-03-15T10:20:00+08:00"), published_date("Fri, 15 Mar 2024 02:20:00 GMT")
    ('2024-03-15', '2024-03-15')
    >>> published_date("02/03/2024") is None
    True
    """
    text = text.strip()[:_LONGEST]
    if found := iso_date(text):
        return found
    compact = _COMPACT.match(text)
    if compact and (found := _real(*compact.groups())):
        return found
    return _numbered(text) or _spelled(text)


def _real(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _numbered(text: str) -> str | None:
    """15/03/2024 can be but one day; where both numbers may be the month, nothing is said."""
    match = _DOUBTFUL.search(text)
    if match is None or len(match[3]) != 4:
        return None
    first, second, year = match.groups()
    found = {_real(year, second, first), _real(year, first, second)} - {None}
    return found.pop() if len(found) == 1 else None


def _spelled(text: str) -> str | None:
    """15 March 2024, Mar 15, 2024: whatever has a month's name and a year."""
    if not _MONTH.search(text) or not re.search(r"\b(?:19|20)\d\d\b", text):
        return None
    from dateutil import parser

    try:
        # What the text leaves out would be taken from the default: with two, it shows.
        found = {
            parser.parse(text, default=datetime(2000, 1, day), ignoretz=True).date()
            for day in (1, 2)
        }
    except (ValueError, OverflowError, TypeError):
        return None
    return found.pop().isoformat() if len(found) == 1 else None
