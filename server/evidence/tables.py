"""The tables of an article: their rows, and the cells of these with the names of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from index import Article, Block
from index.pages.tables import RowReader
from server.evidence.remembered import remembered
from server.evidence.sentences import Sentence

#: What a column is called that such words alone ask for.
HINTS = (
    (
        re.compile(r"多少钱|什么价|价[格钱位]|[租用费]金|费用|收费|几[块元]|贵"),
        re.compile(r"价|费|金额|元"),
    ),
    (re.compile(r"多少个?人|几个人"), re.compile(r"人数|^人员?$")),
    (re.compile(r"谁|哪一?位|什么人|叫什么"), re.compile(r"姓名|人$|员$|主管|经理|领导")),
    (re.compile(r"哪里|在哪|哪儿|什么地方"), re.compile(r"地[点址]|位置|房间|室$")),
    (re.compile(r"哪一?[天日]|几[月号]|什么时[候间]|何时"), re.compile(r"日期|时间|时限|截止")),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row: the name of its column, where the row says it, and its bounds in the row."""

    head: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; what it is about stands in the first cell."""

    block: Block
    cells: tuple[Cell, ...]

    def sentence(self, near: Sentence) -> Sentence:
        """The row as a sentence of the article of another one."""
        block = self.block
        return Sentence(
            near.article, near.passage, block.start, block.end, block, near.rank, near.hit_score
        )


Table = tuple[Row, ...]


@remembered
def tables(article: Article) -> tuple[Table, ...]:
    """The tables of an article; one row alone names nothing that others do not, and is none."""
    return tuple(_tables(article))


def _tables(article: Article) -> Iterator[Table]:
    for is_row, run in groupby(article.blocks, key=lambda block: block.kind == "row"):
        blocks = list(run)
        if is_row and len(blocks) > 1:
            read = RowReader(article)
            yield tuple(Row(block, _cells(article.text, block, read)) for block in blocks)


def _cells(text: str, block: Block, read: RowReader) -> tuple[Cell, ...]:
    """The cells of a row; where the table has no headers, what stands between its commas."""
    row = read.row(block)
    if not any(cell.column for cell in row):
        fields = re.finditer(r"[^，]+", text[block.start : block.end])
        return tuple(Cell("", m.group().strip(), *m.span()) for m in fields)
    return tuple(
        Cell(
            text[cell.head.start : cell.head.end],
            text[cell.own.start : cell.unit.end].strip(),
            cell.head.start - block.start,
            cell.unit.end - block.start,
        )
        for cell in row
    )
