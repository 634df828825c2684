"""The cell that a question names by its row and its column: it is read off, nobody needs to judge it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.analysis import fold
from server.evidence.must_hold import clash
from server.evidence.ranking import Ranked
from server.evidence.reading import ReadSentence, read_off
from server.evidence.said import Said
from server.evidence.sentences import Sentence
from server.evidence.tables import HINTS, Cell, Row, tables
from server.question.understanding import Part

#: Kinds that one cell answers.
_KINDS = frozenset({"count", "who", "when", "where", "which", "yesno"})
_NOUNS = "njbl"  # kinds of words
_MARK = re.compile(r"[a-z]{1,3}-?\d+")
_LOOKED_AT = 5  # articles whose tables are looked at


def cell(part: Part, ranked: Sequence[Ranked]) -> ReadSentence | None:
    """The row with the cell that a part asks for; None where it does not name exactly one.

    All that the question names must be the row, the column, or what the article is about.
    """
    if part.kind not in _KINDS:
        return None
    found: list[tuple[int, Sentence, Cell]] = []
    for near in _of_each_article(ranked):
        for row in (row for table in tables(near.article) for row in table):
            found += _named(part, near, row)
    best = max((fit for fit, *_ in found), default=0)
    likeliest = [one for one in found if one[0] == best]
    if len(likeliest) != 1:
        return None
    _, near, asked = likeliest[0]
    return read_off(near, (asked.start, asked.end))


def _of_each_article(ranked: Sequence[Ranked]) -> list[Sentence]:
    first: dict[str, Sentence] = {}
    for one in ranked:
        first.setdefault(one.sentence.article.id, one.sentence)
    return list(first.values())[:_LOOKED_AT]


# -- what a question names


def _named(part: Part, near: Sentence, row: Row) -> Iterator[tuple[int, Sentence, Cell]]:
    """The cells of a row that a question may name, with how well it names row and column."""
    if len(row.cells) < 2:
        return
    first = _first(part, row)
    ordinal = _ORDINAL.fullmatch(f"{first.head}{first.value}")
    lead = f"第{ordinal[2]}{ordinal[1]}" if ordinal else first.value
    if not Said(part.text).pieces(lead) and not any(
        Said(part.text).whole(other.value) for other in row.cells
    ):
        return
    sentence = row.sentence(near)
    for asked in (one for one in row.cells if one is not first):
        said = Said(part.text)
        column = said.whole(asked.head) or said.pieces(asked.head)
        of_row = said.whole(lead) or said.pieces(lead, words=True)
        others = [c for c in row.cells if c not in (asked, first)]
        if any(fold(asked.head + c.value) in said.text for c in others if asked.head):
            continue  # 押金500元 is of no row that has 500元 elsewhere
        of_row += sum(said.whole(c.value) for c in others)
        kinds = _NOUNS if column else _NOUNS + "v"
        column = _hinted(said, row, asked) + column  # 「单面的价格」 says both
        if not (of_row and column) or said.whole(asked.value):
            continue
        above = f"{sentence.article.title} {near.passage.heading}"
        said.pieces(above)
        said.pieces(_BRACKETS.sub("", above))  # 初二（4）班
        bare = _BARE.fullmatch(asked.value) is not None
        if not said.names_more(kinds) and not clash(part, sentence, bare=bare):
            yield 10 * (of_row + column) - len(lead) - len(asked.head), sentence, asked


def _first(part: Part, row: Row) -> Cell:
    """The cell that says what a row is about: the one behind a mere mark like C08 that nobody asks by."""
    first, second, *_ = row.cells
    marked = _MARK.fullmatch(fold(first.value)) and not Said(part.text).whole(first.value)
    return second if marked and len(row.cells) > 2 else first


#: What a timetable calls its rows, and what it is called in a question: 节次6, 第6节.
_ORDINAL = re.compile(r"(.)次(\d+)")
_BARE = re.compile(r"\d[\d,.]*")
_BRACKETS = re.compile(r"[（()）]")


def _hinted(said: Said, row: Row, asked: Cell) -> int:
    """1 where the question's words ask for this column alone, without its name.

    They are accounted for in any case where it is one of those that they may ask for.
    """
    alone = 0
    for words, heads in HINTS:
        fitting = [c for c in row.cells[1:] if heads.search(c.head) or heads.search(c.value[-3:])]
        if asked in fitting and said.hint(words):
            alone += len(fitting) == 1
    return min(1, alone)
