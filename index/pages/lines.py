"""A source's lines as they stand: how wide each is, and whether it is all of something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

Edit = tuple[int, int, str]

TERMINAL = re.compile(r"[。！？；：…!?;:.][”’\"'』」）)》】*_]*(?:[（(][^（()）]{1,12}[）)])?$")
#: An item, a heading's number, a sign at the margin, a row of a Markdown table.
MARKER = re.compile(
    r"[□■◇◆▲△▼☆★●○•·#|>①-⑳]|[-*+] |[-–—]{2}|\d{1,2}(?:\.\d{1,2})+ |\d{1,2}[.、)）](?!\d)|"
    r"\d{1,2} (?=\D)|[（(]?[一二三四五六七八九十]{1,3}[、）)]|[（(]\d{1,2}[）)]|"
    r"第[一二三四五六七八九十百\d]{1,4}[章节条款]"
)
#: How news begins: 「本报讯」, 「某某社某地7月22日电」.
_DATELINE = re.compile(
    r"本报[讯记]|[^\s，。：]{2,12}\d{1,2}月\d{1,2}日[电讯]|[^\s，。：]{2,8}讯[ （(]|【[^】]{2,12}[讯电]】"
)
#: A date alone, below a letter.
_DATE = re.compile(r"(?:\d{4}|[〇零一二三四五六七八九]{4})年[^，。]{2,9}日$")
#: A line of a table: cells parted by spaces, two of them figures, and no clauses. The first figure is settled
#: before the second is looked for: with every pair of them tried, a line of 4,000 took a minute.
_FIGURE = r"[-+]?\d[\d.,:]*+%?"
_ROW = re.compile(
    rf"(?=[^，。；]*+$)(?>(?:[^ ]*+ ++)*?{_FIGURE}(?= ))(?: ++[^ ]++)*? ++{_FIGURE}(?: |$)"
)
_REMARK = re.compile("[（(][^（()）]*[）)]$|—")
#: A field of a form, or a speaker: 「会议时间：」, 「馆长：」.
_FIELD = re.compile(r"[^，。；：:！？“”（）()《》\d]{1,10}(?:\d{1,3})?(?:（[^（）]{1,8}）)?[：:]")
_ASCII = re.compile(r"[\x21-\x7e]")


@dataclass
class Line:
    """A line's ``[start, end)`` without the spaces around it, and how it reads when cleaned."""

    start: int
    end: int
    breaks: int  # line breaks before it, a blank line makes two
    indent: int
    apart: bool
    raw: str
    text: str
    cuts: list[Edit]
    doubled: bool = False

    @cached_property
    def chars(self) -> int:
        """Its width as it stands, in characters."""
        return len(self.raw)

    @cached_property
    def columns(self) -> int:
        """Its width as it stands, Chinese characters counted twice."""
        return len(self.raw) + sum(not char.isascii() for char in self.raw)

    @property
    def terminal(self) -> bool:
        return TERMINAL.search(self.text) is not None

    @property
    def width(self) -> float:
        """What it fills of a printed column, in Chinese characters."""
        return len(self.text) - 0.5 * len(_ASCII.findall(self.text))

    @property
    def whole(self) -> bool:
        """Whether it is all of something: a table's row, a subtitle, a remark in brackets."""
        return any(pattern.match(self.raw) for pattern in (_ROW, _REMARK))

    @property
    def begins(self) -> bool:
        """Whether it begins like an item, a row, news or a signature's date."""
        return any(pattern.match(self.raw) for pattern in (MARKER, _ROW, _DATELINE, _DATE))

    @property
    def field(self) -> bool:
        """Whether it begins like a field of a form or somebody's words."""
        return _FIELD.match(self.raw) is not None
