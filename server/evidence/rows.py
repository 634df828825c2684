"""The rows of a table that a question asks for together: those that meet a condition, two that it compares, or all.

Like a cell that is named by its row and its column they are read off: whether 45元 is less than 50元
nobody needs to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from index import Block
from index.analysis import fold
from server.evidence.bounds import INCLUDED, Bound, between, bound, compared, only
from server.evidence.ranking import Ranked
from server.evidence.reading import ReadSentence, read_off
from server.evidence.said import Said
from server.evidence.sentences import Sentence
from server.evidence.tables import HINTS, Cell, Row, Table, tables
from server.question.understanding import Part

#: Kinds that rows answer.
_KINDS = frozenset({"list", "which", "when", "who", "where", "count"})
NEAR = 8  # of the likeliest sentences one is a row of a table that is looked at
MOST = 12  # rows that are told together
_NOUNS = "njbl"  # kinds of words
_SHORTEST = 2  # characters of the name of a column of yes and no

Found = list[tuple[Row, Cell]]


def rows(part: Part, ranked: Sequence[Ranked]) -> list[ReadSentence] | None:
    """The rows that a part asks for, each with the cell for which it is one of them.

    None where it asks for none in a way that is understood, or for more than are told together; no row
    where it states a condition that none meets. Of several tables that have such rows it is the one above
    which stands what the question calls them, else the nearest.
    """
    if part.kind not in _KINDS:
        return None
    fitting = []
    for near, table in _tables(ranked):
        above = f"{near.article.title} {near.passage.heading}"
        for way in (_compared, _bounded, _beside, _valued, _each):
            found = way(part, table, above)
            if found is not None and len(found) <= MOST:
                fitting.append((_calls(part.text, above), near, found))
                break
    if not fitting:
        return None
    _, near, found = max(fitting, key=lambda fit: fit[0])
    return [read_off(row.sentence(near), (cell.start, cell.end)) for row, cell in found]


def _tables(ranked: Sequence[Ranked]) -> Iterator[tuple[Sentence, Table]]:
    """The tables that have a row among the likeliest sentences, each once, with such a row."""
    seen: list[Block] = []
    for near in (r.sentence for r in ranked[:NEAR] if r.sentence.block.kind == "row"):
        for table in tables(near.article):
            blocks = [row.block for row in table]
            if near.block in blocks and near.block not in seen:
                seen += blocks
                yield near, table


#: What the rows are called where the question asks for them; no cell says it.
_CALLED = (
    re.compile(
        r"(?:哪[些个种几款项类样]*|什么|各[个种款项]?|每[一]?[个种款项]|所有的?|全部的?)(?P<name>[^，？的]{0,2})"
    ),
    re.compile(r"的(?P<name>[^，？的是有]{1,4})(?=有?哪|是哪|$)"),
)


def _calls(question: str, above: str) -> bool:
    """Whether what stands above a table says what the question calls its rows."""
    names = (m["name"] for called in _CALLED for m in called.finditer(question))
    return any(len(name) > 1 and name in above for name in names)


def _accounts(said: Said, above: str) -> bool:
    """Whether all that the question names is accounted for, with what stands above the table."""
    said.pieces(above)
    for called in _CALLED:
        said.hint(called)
    return not said.names_more(_NOUNS)


# -- columns


def _named_column(said: Said, heads: Iterable[str]) -> str:
    """The head that the question says most of; none where it says none, or of two as much."""
    fits = {head: _said_of(Said(said.text), head) for head in heads}
    best = max(fits.values(), default=0)
    likeliest = [head for head, fit in fits.items() if fit == best]
    if not best or len(likeliest) != 1:
        return ""
    _said_of(said, likeliest[0])
    return likeliest[0]


def _said_of(said: Said, head: str) -> int:
    """Account for what is said of a column's name; one of a single character is a word by itself."""
    return said.whole(head) or said.pieces(head) or (said.word(head) if len(head) == 1 else 0)


def _column_asked(said: Said, heads: Sequence[str]) -> str:
    """The head that the question says, else the only one that its words ask for (多少人: 人数)."""
    head = _named_column(said, heads)
    for words, called in HINTS:
        fitting = [one for one in heads if called.search(one)]
        if (head or len(fitting) == 1) and said.hint(words):
            head = head or fitting[0]
    return head


def _column(table: Table, head: str) -> Found:
    return [(row, cell) for row in table for cell in row.cells[1:] if cell.head == head]


def _heads(table: Table) -> list[str]:
    return list(dict.fromkeys(cell.head for row in table for cell in row.cells[1:] if cell.head))


# -- a condition


def _bounded(part: Part, table: Table, above: str) -> Found | None:
    """The rows whose value in one column lies on the side of a bound that is asked for.

    An amount that is no bound is one of the column whose name stands before it. Where values of other
    columns are named, too, the rows have them.
    """
    said = Said(part.text)
    limit = bound(said.text)
    if limit is None:
        return None
    said.cover(limit.start, limit.end)
    for aside in (INCLUDED, _PER):
        said.hint(aside)
    head = _bound_column(said, table, limit)
    before = said.text[max(0, limit.start - 2) : limit.start]
    if not head or not (limit.stated or (before and before in head)):
        return None
    values = _values(said, table, head)
    if not _accounts(said, above):
        return None
    return [
        (row, cell)
        for row, cell in _column(table, head)
        if limit.holds(cell.value) and _has(row, values)
    ]


_PER = re.compile(r"[一每][\u4e00-\u9fff]")  # 200元一针


def _bound_column(said: Said, table: Table, limit: Bound) -> str:
    """The column that a bound is set for: the one that is named, or the only one of its measure."""
    fitting = [
        head
        for head in _heads(table)
        if any(limit.holds(cell.value) is not None for _, cell in _column(table, head))
    ]
    head = _column_asked(said, fitting)
    if not head:
        counted = said.text[limit.value.end :][:1]  # 2针 is one of 针数
        measure = limit.value.measure
        fitting = [
            one
            for one in fitting
            if (_measure(table, one) == measure if measure else counted and one.startswith(counted))
        ]
        head = fitting[0] if len(fitting) == 1 else ""
    return head


def _measure(table: Table, head: str) -> str:
    """What the amounts of a column are of; empty where they are bare numbers."""
    found = (only(cell.value) for _, cell in _column(table, head))
    return next((one.measure for one in found if one), "")


def _beside(part: Part, table: Table, above: str) -> Found | None:
    """The rows whose amount in one column is greater, or less, than in another one."""
    said = Said(part.text)
    if (asked := between(said.text)) is None:
        return None
    start, end, side = asked
    heads = [head for head in _heads(table) if len(head) > 1]
    left = [head for head in heads if head in said.text[:start]]
    right = [head for head in heads if head in said.text[end:]]
    if len(left) != 1 or len(right) != 1 or left == right:
        return None
    for head in (*left, *right):
        said.whole(head)
    if not _accounts(said, above):
        return None
    theirs = {id(row): only(cell.value) for row, cell in _column(table, right[0])}
    return [
        (row, cell)
        for row, cell in _column(table, left[0])
        if (one := only(cell.value))
        and (other := theirs.get(id(row)))
        and compared(one, other, side)
    ]


# -- a value


def _valued(part: Part, table: Table, above: str) -> Found | None:
    """The rows in which a value stands that the question names: 李珍 of a roster, 免费 of a price list."""
    if part.kind not in ("list", "which", "when"):
        return None
    said = Said(part.text)
    values = _values(said, table, "")
    if len(values) != 1:
        return None
    (value,) = values
    column = _named_column(
        said,
        list(dict.fromkeys(c.head for row in table for c in row.cells[1:] if c.value == value)),
    )
    if not _accounts(said, above):
        return None
    found = [(row, _cell_of(row, value, column)) for row in table]
    return [(row, cell) for row, cell in found if cell] or None


def _values(said: Said, table: Table, but: str) -> dict[str, str]:
    """The values that the question names, and a column of each; none of the first column, of amounts, or of ``but``."""
    found: dict[str, str] = {}
    distinct = {(cell.head, cell.value): cell for row in table for cell in row.cells[1:]}
    for cell in distinct.values():
        names = cell.head != but and cell.value not in found and not _DIGIT.search(cell.value)
        says_so = cell.value in _YES | _NO
        if names and (_said_so if says_so else _says)(said, cell):
            said.hint(re.compile(re.escape(fold(cell.value)) + _CALLING))
            found[cell.value] = cell.head
    return found


_DIGIT = re.compile(r"\d")
#: What says yes, or no, in a column of such words, and how a question says no.
_YES = frozenset({"有", "是", "支持", "可以", "能", "√", "✓", "开放"})
_NO = frozenset({"无", "否", "不支持", "没有", "不可以", "不能", "×", "✗", "不开放", "—", "-"})
_DENIED = r"(?:没有?|无|不(?:带|含|能|支持|可以|送|提供)?)"


def _says(said: Said, cell: Cell) -> int:
    """Account for a cell's value; one of a single character is a word by itself."""
    return said.whole(cell.value) or said.word(cell.value)


def _said_so(said: Said, cell: Cell) -> int:
    """Account for a column of yes and no where the question wants it as this cell has it: 没有自习室的."""
    if len(cell.head) < _SHORTEST:
        return 0
    named = re.search(f"(?P<no>{_DENIED})?{re.escape(fold(cell.head))}", said.text)
    if named is None or bool(named["no"]) != (cell.value in _NO):
        return 0
    return said.cover(*named.span())


_CALLING = "(?:老师|医生|大夫|师傅|先生|女士|教练|同学|阿姨)"


def _cell_of(row: Row, value: str, head: str) -> Cell | None:
    """The first cell of a row that has a value, in one column where that is named."""
    return next((c for c in row.cells[1:] if c.value == value and head in ("", c.head)), None)


def _has(row: Row, values: Mapping[str, str]) -> bool:
    """Whether a row has all these values."""
    return all(_cell_of(row, value, "") for value in values)


# -- rows side by side


_EACH = re.compile(r"各|每一?[个种位名项款类家间天日周月年]|所有|全部|分别")
_DIFFERENCE = re.compile(r"比[^比]*(?:多少|几)|相?差(?:多少|几)|差[价距额]")
_SPAN = re.compile(r"(?P<first>\d{1,4})[^\d，]?[到至~-](?P<last>\d{1,4})(?P<unit>[年月日号期班路])")


def _each(part: Part, table: Table, above: str) -> Found | None:
    """All rows, where a column of each is asked for; of the rows from one to another one those."""
    said = Said(part.text)
    span = _SPAN.search(said.text)
    if span:
        said.cover(*span.span())
    if not said.hint(_EACH) or any(_lead(Said(part.text), row) for row in table if not span):
        return None
    head = _column_asked(said, _heads(table))
    if not head or not _accounts(said, above):
        return None
    return [(row, cell) for row, cell in _column(table, head) if span is None or _within(row, span)]


def _within(row: Row, span: re.Match[str]) -> bool:
    """Whether a row is one of those from one to another one: 2月 of 1到4月."""
    named = re.fullmatch(rf"(\d+){span['unit']}", row.cells[0].value)
    return named is not None and int(span["first"]) <= int(named[1]) <= int(span["last"])


def _compared(part: Part, table: Table, above: str) -> Found | None:
    """The rows whose difference is asked for; which it is, they tell."""
    said = Said(part.text)
    if not said.hint(_DIFFERENCE):
        return None
    said = Said(part.text)
    leads = [row.cells[0].value for row in table if row.cells and _lead(said, row)]
    named = [lead for lead in leads if not any(lead in other != lead for other in leads)]
    if len(named) != 2:
        return None
    head = _column_asked(said, _heads(table))
    for row in (row for row in table if row.cells and row.cells[0].value in named):
        for cell in row.cells[1:]:
            said.whole(cell.value)
    if not _accounts(said, above):
        return None
    return [
        (row, next((cell for cell in row.cells[1:] if cell.head == head), row.cells[0]))
        for row in table
        if row.cells and row.cells[0].value in named
    ]


def _lead(said: Said, row: Row) -> int:
    """Account for what a row is about, where the question says it whole; how many characters that are."""
    return said.whole(row.cells[0].value) if row.cells else 0
