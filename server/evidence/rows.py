"""The rows of a table that a question asks for together: those that meet a condition, two that it compares, or all.

Like a cell that is named by its row and its column they are read off: whether 45元 is less than 50元
nobody needs to judge.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from index import Block
from server.evidence.ranking import Ranked
from server.evidence.reading import ReadSentence, read_off
from server.evidence.said import Said
from server.evidence.sentences import Sentence
from server.evidence.tables import HINTS, Cell, Row, Table, tables
from server.question.understanding import Part
from server.text.facts import Fact, numbers

#: Kinds that rows answer.
_KINDS = frozenset({"list", "which", "when", "who", "where", "count"})
NEAR = 8  # of the likeliest sentences one is a row of a table that is looked at
MOST = 12  # rows that are told together
_NOUNS = "njbl"  # kinds of words

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
    fits = {head: Said(said.text).whole(head) or Said(said.text).pieces(head) for head in heads}
    best = max(fits.values(), default=0)
    likeliest = [head for head, fit in fits.items() if fit == best]
    if not best or len(likeliest) != 1:
        return ""
    _ = said.whole(likeliest[0]) or said.pieces(likeliest[0])
    return likeliest[0]


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


def _amount(cell: Cell) -> Fact | None:
    found = [fact for fact in numbers(cell.value) if fact.kind == "number"]
    return found[0] if len(found) == 1 and cell.value[:1] not in "-−" else None


# -- a condition


@dataclass(frozen=True, slots=True)
class _Bound:
    """An amount that a question sets as a bound, how values are compared with it, and where it says so."""

    compare: Callable[[Decimal, Decimal], bool]
    amount: Fact
    start: int
    end: int

    def holds(self, cell: Cell) -> bool | None:
        """Whether a cell meets it; None where it holds no amount that can be compared."""
        if cell.value in _NOTHING:
            return self.compare(Decimal(0), Decimal(self.amount.value))
        value = _amount(cell)
        return None if value is None else _compare(self.compare, value, self.amount)


_NOTHING = frozenset({"免费", "无", "免", "不收费", "不收"})
_COMPARED = {"超": operator.gt, "低": operator.lt, "至": operator.ge, "最": operator.le}
_OPPOSITE = {"超": "最", "低": "至", "至": "低", "最": "超"}
_WORDS = {
    "超": r"超[过出]|高[于过]|大于|多于|[贵重长大]过",
    "低": r"[低少小短]于|不到|不足|不满|未满",
    "至": r"至少|达到?",
    "最": r"至多|最多",
}
_BEFORE = re.compile(
    r"(?P<no>不|没有?|未)?(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _WORDS.items())
    + ")$"
)
_BEHIND = re.compile(r"[^，？\d]?(?:及|或者?|含)?(?P<how>以上|以下|以内|之内|之下|之上)")
_SIDES = {"以上": "至", "之上": "至", "以下": "最", "以内": "最", "之内": "最", "之下": "最"}


def _bound(text: str) -> _Bound | None:
    """The bound that a question sets, where it sets one."""
    found = []
    for fact in numbers(text):
        end = fact.start + len(fact.text)
        before, behind = _BEFORE.search(text[: fact.start]), _BEHIND.match(text, end)
        if fact.kind != "number":
            continue
        if not (before or behind):
            found.append(_Bound(operator.eq, fact, fact.start, end))
        elif behind:
            found.append(_Bound(_COMPARED[_SIDES[behind["how"]]], fact, fact.start, behind.end()))
        elif before:
            how = next(name for name in _WORDS if before[name])
            how = _OPPOSITE[how] if before["no"] else how
            found.append(_Bound(_COMPARED[how], fact, before.start(), end))
    return found[0] if len(found) == 1 else None


def _compare(compare: Callable[[Decimal, Decimal], bool], one: Fact, other: Fact) -> bool | None:
    """Compare two amounts; None where they are not of one measure. A bare number is of any."""
    if not (one.unit and other.unit):
        return compare(Decimal(one.value), Decimal(other.value))
    (_, mine, measure), (_, theirs, as_well) = one.key, other.key
    return compare(Decimal(mine), Decimal(theirs)) if measure == as_well else None


def _bounded(part: Part, table: Table, above: str) -> Found | None:
    """The rows whose amount in one column lies on the side of a bound that is asked for."""
    said = Said(part.text)
    bound = _bound(said.text)
    if bound is None:
        return None
    said.cover(bound.start, bound.end)
    fitting = [
        head
        for head in _heads(table)
        if any(bound.holds(cell) is not None for _, cell in _column(table, head))
    ]
    head = _column_asked(said, fitting)
    if not head and bound.amount.unit and len(fitting) == 1:
        head = fitting[0]
    if not head or not _accounts(said, above):
        return None
    if (
        bound.compare is operator.eq
        and part.text[max(0, bound.start - 2) : bound.start] not in head
    ):
        return None  # an amount that is no bound is one of the column that stands before it
    return [(row, cell) for row, cell in _column(table, head) if bound.holds(cell)]


_AGAINST = re.compile(
    r"(?P<no>不|没有?|未)?(?:" + "|".join(f"(?P<{n}>{_WORDS[n]})" for n in ("超", "低")) + ")"
)


def _beside(part: Part, table: Table, above: str) -> Found | None:
    """The rows whose amount in one column is greater, or less, than in another one."""
    said = Said(part.text)
    asked = _AGAINST.search(said.text)
    if asked is None:
        return None
    heads = [head for head in _heads(table) if len(head) > 1]
    left = [head for head in heads if head in said.text[: asked.start()]]
    right = [head for head in heads if head in said.text[asked.end() :]]
    if len(left) != 1 or len(right) != 1 or left == right:
        return None
    for head in (*left, *right):
        said.whole(head)
    if not _accounts(said, above):
        return None
    how = next(name for name in ("超", "低") if asked[name])
    compare = _COMPARED[_OPPOSITE[how] if asked["no"] else how]
    theirs = {id(row): _amount(cell) for row, cell in _column(table, right[0])}
    return [
        (row, cell)
        for row, cell in _column(table, left[0])
        if (one := _amount(cell))
        and (other := theirs.get(id(row)))
        and _compare(compare, one, other)
    ]


# -- a value


def _valued(part: Part, table: Table, above: str) -> Found | None:
    """The rows in which a value stands that the question names: 李珍 of a roster, 免费 of a price list."""
    said = Said(part.text)
    values = {
        cell.value
        for row in table
        for cell in row.cells[1:]
        if len(cell.value) > 1 and not numbers(cell.value) and Said(part.text).whole(cell.value)
    }
    if len(values) != 1 or part.kind not in ("list", "which", "when"):
        return None
    (value,) = values
    said.whole(value)
    head = _named_column(said, _heads(table))
    if not _accounts(said, above):
        return None
    found = [
        next(
            (cell for cell in row.cells[1:] if cell.value == value and head in ("", cell.head)),
            None,
        )
        for row in table
    ]
    return [(row, cell) for row, cell in zip(table, found, strict=True) if cell] or None


# -- rows side by side


_EACH = re.compile(r"各|每一?[个种位名项款类家间]|所有|全部|分别")
_DIFFERENCE = re.compile(r"比.*(?:多少|几)|相?差(?:多少|几)|差[价距额]")


def _each(part: Part, table: Table, above: str) -> Found | None:
    """All rows, where a column of each is asked for."""
    said = Said(part.text)
    if not said.hint(_EACH) or any(_lead(said, row) for row in table):
        return None
    head = _column_asked(said, _heads(table))
    if not head or not _accounts(said, above):
        return None
    return _column(table, head)


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
