"""Tables as statements: each row said with the headers of its columns."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.reading.shown import Shown


@dataclass(slots=True, eq=False)
class Cell:
    """A cell's text, the source index of each of its characters, and how far it reaches."""

    text: str = ""
    places: array[int] = field(default_factory=lambda: array("i"))
    head: bool = False
    columns: int = 1
    rows: int = 1

    def add(self, text: str, places: Sequence[int]) -> None:
        """More text; white space becomes one space between words and none at the beginning."""
        for char, place in zip(text, places, strict=True):
            if not char.isspace():
                self.text += char
                self.places.append(place)
            elif self.text and self.text[-1] != " ":
                self.text += " "
                self.places.append(place)

    @property
    def end(self) -> int:
        """Where the text ends, less a space."""
        return len(self.text.rstrip())


Grid = list[list[Cell | None]]

#: A table is not spread out over more columns than these, whatever it says.
MAX_COLUMNS = 100
_NUMBER = re.compile(r"[-+±−－]?\d[\d,，. ]*")
_AMOUNT = re.compile(r"[-+±−－<>≤≥约]?\s?\d")
#: Behind a head that ends so, an amount would read as a part of it: 「A79.5」.
_LATIN_END = re.compile(r"[A-Za-z\d]$")
#: A column of another measure than its row.
_OWN_MEASURE = re.compile(r"率|比|幅|增|降|排|名次|次数")
_NOTHING = re.compile(r"[-—–―/\s]*")
_SERIAL = re.compile(r"序号|编号|行号|[Nn][Oo]\.?|#")
_COUNTS = re.compile(r"\W*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\W*")
_UNITS = (
    r"(?:[十百千万亿]{0,2}(?:元|美元|人次|人|户|家|个|名|台|辆|架|套|件|次|座|所|处|吨|公斤|千克|克|升|米|"
    r"公里|千米|厘米|毫米|平方米|平方公里|平方千米|立方米|公顷|亩|度|千瓦时|千瓦|兆瓦|岁|天|小时|分钟|秒|年|册次|册|张|条|瓦|伏|安|兆|"
    r"项|只|头|株|箱|瓶|份|班|间|栋|床|例|篇|斤|倍)|[%％‰℃]|km|m|kg|t|kW|kWh|MW|GB|MB)"
)
#: 「产值（亿元）」, 「餐补（元/天）」, 「气温／℃」: what a bare number under it is counted in.
_UNIT = re.compile(
    rf"(?:[（(](?=[^（()）]*[）)]$)|[／/](?![^（(]*[）)]$))(?P<unit>{_UNITS}(?:[／/][\u4e00-\u9fff]{{1,3}})?)[）)]?$"
)
#: It stands at the end, with what is around it.
_LONGEST_UNIT = 40


def write_rows(rows: Sequence[Sequence[Cell]], out: Shown, heads: int | None = None) -> None:
    """Write the rows of a table as lines of kind ``row``; one with headers alone is one line.

    ``heads`` is the number of rows that hold headers; found out when None.

    The rows 门店 | 员工数 | 面积（平方米） and 南门店 | 22 | 410 give 「南门店，员工数22，面积410平方米」.
    """
    grid = _spread(rows)
    if not grid:
        return
    count = _head_rows(grid) if heads is None else min(heads, len(grid))
    headers = _headers(grid[:count])
    for row in grid[count:] or grid[:count]:
        _Row(out).write(row, headers if grid[count:] else [])


def _spread(rows: Sequence[Sequence[Cell]]) -> Grid:
    """A grid in which a cell stands in every row and column that it reaches."""
    grid: Grid = []
    hanging: dict[int, tuple[Cell, int]] = {}
    for row in rows:
        line: list[Cell | None] = []
        cells = iter(row)
        cell = next(cells, None)
        while (cell is not None or len(line) in hanging) and len(line) < MAX_COLUMNS:
            if len(line) in hanging:
                over, left = hanging.pop(len(line))
                if left > 1:
                    hanging[len(line)] = over, left - 1
                line.append(over)
            elif cell is not None:
                for _ in range(max(1, min(cell.columns, MAX_COLUMNS - len(line)))):
                    if cell.rows > 1:
                        hanging[len(line)] = cell, cell.rows - 1
                    line.append(cell)
                cell = next(cells, None)
        grid.append(line)
    return [line for line in grid if any(cell is not None and cell.end for cell in line)]


def _head_rows(grid: Grid) -> int:
    """How many rows at the top hold headers: marked ones, else one of names above numbers."""
    count = 0
    while count < len(grid) - 1 and all(c.head for c in _filled(grid[count])):
        count += 1
    if count or len(grid) < 2 or any(cell.head for row in grid for cell in _filled(row)):
        return count
    first = _filled(grid[0])
    if len(first) < 2 or any(_NUMBER.fullmatch(cell.text[: cell.end]) for cell in first):
        return 0
    numbers = any(_AMOUNT.match(c.text) for row in grid[1:] for c in _filled(row[1:]))
    return int(numbers or len(first) > 2)


def _filled(row: Sequence[Cell | None]) -> list[Cell]:
    """The cells that hold something, each once."""
    return list(dict.fromkeys(cell for cell in row if cell is not None and cell.end))


def _headers(rows: Grid) -> list[list[Cell]]:
    """The headers of each column, from the top; one that reaches over several rows counts once."""
    width = max((len(row) for row in rows), default=0)
    return [_filled([row[i] for row in rows if i < len(row)]) for i in range(width)]


def _is_serial(header: Cell, cell: Cell) -> bool:
    """Whether a cell only counts the rows: 序号 1, but not 编号 P3, which tells a thing from others."""
    counts = _SERIAL.fullmatch(header.text[: header.end]) and _COUNTS.fullmatch(cell.text)
    return counts is not None


class _Row:
    """Writes one row: what it is about, then each further cell behind its header."""

    def __init__(self, out: Shown) -> None:
        self._out = out
        self._lead: Cell | None = None
        self._before: Cell | None = None

    def write(self, row: Sequence[Cell | None], headers: Sequence[Sequence[Cell]]) -> None:
        said: set[Cell] = set()
        for i, cell in enumerate(row):
            if cell is None or cell in said or _NOTHING.fullmatch(cell.text):
                continue
            said.add(cell)
            header = list(headers[i]) if i < len(headers) else []
            if header and _is_serial(header[-1], cell):
                continue
            if self._before is None and not _AMOUNT.match(cell.text):
                header = []  # what the row is about needs no header
            self._field(cell, [h for h in header if h is not cell])

    def _field(self, cell: Cell, header: Sequence[Cell]) -> None:
        if self._before is None:
            self._out.line(cell.places[0], kind="row")
        else:
            labelled = self._before.head and not cell.head and not header
            self._mark("：" if labelled else "，", self._before)
        amount = _AMOUNT.match(cell.text) is not None
        unit = _unit(header, cell)
        lead = None if unit or not self._before else self._unit_of_row(header, cell)
        for head in header:
            self._copy(head, 0, unit[0] if unit and head is header[-1] else head.end)
        if header and (not amount or _LATIN_END.search(header[-1].text[: header[-1].end])):
            self._mark("：", header[-1])
        self._copy(cell, 0, cell.end)
        if lead:
            self._copy(*lead)
        self._lead = self._lead or cell
        if unit:
            self._copy(header[-1], unit[1], unit[2])
        self._before = cell

    def _unit_of_row(self, header: Sequence[Cell], cell: Cell) -> tuple[Cell, int, int] | None:
        """Where the row's name says the unit of a bare number, unless its column measures something else."""
        if self._lead is None or any(_OWN_MEASURE.search(head.text) for head in header):
            return None
        found = _unit([self._lead], cell)
        return (self._lead, *found[1:]) if found else None

    def _copy(self, cell: Cell, start: int, end: int) -> None:
        self._out.put(cell.text[start:end], cell.places[start:end])

    def _mark(self, mark: str, behind: Cell) -> None:
        """A mark between two cells stands for what the source has behind the first."""
        at = behind.places[behind.end - 1] + 1
        source = self._out.source
        while at < len(source) - 1 and source[at].isalnum():
            at += 1
        self._out.put(mark, [min(at, len(source) - 1)])


def _unit(header: Sequence[Cell], cell: Cell) -> tuple[int, int, int] | None:
    """Where a column's name ends and its unit stands, when a bare number needs it."""
    if not header or not _NUMBER.fullmatch(cell.text[: cell.end]):
        return None
    end = header[-1].end
    found = _UNIT.search(header[-1].text, max(0, end - _LONGEST_UNIT), end)
    return (found.start(), found.start("unit"), found.end("unit")) if found else None


# -- tables without markup


_LINE = re.compile(r"[^\n]+")
_TABS = re.compile(r"\t+")
_GAPS = re.compile(r"\t+| {2,}|\u3000+")
_ANY = re.compile(r"[ \t\u3000]+")
_FIGURE = re.compile(r"[-+±−－]?\d[\d,.]*(?:[%％‰]|[^\s\d，。；]{1,3})?|[-—–/]")
_SENTENCE = re.compile(r"[。！？；]|，")
#: The widest row, in characters.
_WIDEST = 160


Field = tuple[int, str]

#: A run of lines with as many fields each is tried as a table from its first lines only.
_TRIES = 3


def flat_tables(text: str) -> Iterator[tuple[int, int, list[list[Cell]]]]:
    """The tables in a plain text: ``[start, end)`` and the rows, the first of which has the headers.

    Columns are parted by tabs or by spaces, as many in each row; where single spaces part them,
    most fields are figures.
    """
    lines = [(match.start(), match[0]) for match in _LINE.finditer(text)]
    at = tries = 0
    while at < len(lines):
        longest = 1
        for pattern in (_TABS, _GAPS, _ANY):
            rows = _fields(lines, at, pattern)
            longest = max(longest, len(rows))
            if len(rows) >= 3 and _is_table(rows, loose=pattern is _ANY):
                start, (last, line) = lines[at][0], lines[at + len(rows) - 1]
                yield start, last + len(line), [[_cell(field) for field in row] for row in rows]
                at += len(rows)
                tries = 0
                break
        else:
            tries += 1
            done = tries == _TRIES or longest < 3
            at += longest if done else 1
            tries = 0 if done else tries


def _fields(lines: Sequence[Field], at: int, pattern: re.Pattern[str]) -> list[list[Field]]:
    """The fields of the lines from one on that have as many as that one has."""
    rows: list[list[Field]] = []
    for number in range(at, len(lines)):
        start, text = lines[number]
        row = _parted(start, text, pattern) if _may_be_row(text) else []
        if len(row) < 2 or (rows and len(row) != len(rows[0])):
            break
        rows.append(row)
    return rows


def _may_be_row(text: str) -> bool:
    return len(text) <= _WIDEST and not _SENTENCE.search(text)


def _parted(start: int, text: str, pattern: re.Pattern[str]) -> list[Field]:
    found = []
    at = 0
    for match in [*pattern.finditer(text), None]:
        end = match.start() if match else len(text)
        if text[at:end].strip():
            found.append((start + at, text[at:end]))
        at = match.end() if match else end
    return found


def _is_table(rows: Sequence[Sequence[Field]], *, loose: bool) -> bool:
    head, body = rows[0], rows[1:]
    if any(_FIGURE.fullmatch(text.strip()) for _, text in head):
        return False
    if all(len(text.strip()) == 1 for row in rows for _, text in row):
        return False  # characters spaced out
    values = [text.strip() for row in body for _, text in row[1:]]
    figures = sum(_FIGURE.fullmatch(text) is not None for text in values)
    named = sum(_FIGURE.fullmatch(row[0][1].strip()) is None for row in body)
    if loose:
        return len(head) >= 3 and figures >= 0.6 * len(values) and named == len(body)
    return figures >= 0.4 * len(values) or len(head) >= 3


def _cell(field: Field) -> Cell:
    start, text = field
    cell = Cell()
    cell.add(text, range(start, start + len(text)))
    return cell
