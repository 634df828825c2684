"""The cell that a question names by its row and its column: it is read off, nobody needs to judge it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from index import Article, Block
from index.analysis import fold
from server.evidence.must_hold import clash
from server.evidence.ranking import Ranked
from server.evidence.reading import ReadSentence, read_off
from server.evidence.sentences import Sentence
from server.question.asking import asking
from server.question.understanding import Part
from server.text.names import tagged

#: What a column is called that such words alone ask for.
_HINTS = (
    (re.compile(r"多少钱|什么价|价[格钱位]|几[块元]|贵"), re.compile(r"价|费|金额|元")),
    (re.compile(r"谁|哪一?位|什么人|叫什么"), re.compile(r"姓名|人$|员$|主管|经理|领导")),
    (re.compile(r"哪里|在哪|哪儿|什么地方"), re.compile(r"地[点址]|位置|房间|室$")),
    (re.compile(r"哪一?[天日]|几[月号]|什么时[候间]|何时"), re.compile(r"日期|时间|时限|截止")),
)
#: Kinds that one cell answers.
_KINDS = frozenset({"count", "who", "when", "where", "which", "yesno"})
_NOUNS = "njbl"  # kinds of words
_TOKEN = re.compile(r"[a-z0-9][a-z0-9.+-]*")
_MARK = re.compile(r"[a-z]{1,3}-?\d+")
_GRADE = re.compile(r"[初高][一二三]|[一二三四五六七八九]年级")
_LOOKED_AT = 5  # articles whose tables are looked at
_SHORTEST = 2  # characters that two texts share where they say the same


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


def cell(part: Part, ranked: Sequence[Ranked]) -> ReadSentence | None:
    """The row with the cell that a part asks for; None where it does not name exactly one.

    All that the question names must be the row, the column, or what the article is about.
    """
    if part.kind not in _KINDS:
        return None
    found: list[tuple[int, Sentence, Cell]] = []
    for near in _of_each_article(ranked):
        for row in _rows(near.article):
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


# -- rows


def _rows(article: Article) -> Iterator[Row]:
    """The rows of an article's tables; one alone names nothing that others do not."""
    for is_row, run in groupby(article.blocks, key=lambda block: block.kind == "row"):
        blocks = list(run)
        if is_row and len(blocks) > 1:
            yield from (Row(block, _cells(article, block)) for block in blocks)


def _cells(article: Article, block: Block) -> tuple[Cell, ...]:
    """The cells of a row. What was put before or behind one stands above the row in the source."""
    text = article.text[block.start : block.end]
    places = article.offsets[block.start : block.end].tolist()
    bounds = [(m.start(), m.end()) for m in re.finditer(r"[^，]+", text)]
    if not bounds:
        return ()
    at = bounds[0][1] - 1
    while at > 0 and places[at] - places[at - 1] == 1:
        at -= 1
    first = places[at]
    found = []
    for start, end in bounds:
        own = next((i for i in range(start, end) if places[i] >= first), start)
        own += text[own] == "："
        found.append(Cell(text[start:own].strip("： "), text[own:end].strip(), start, end))
    return tuple(found)


# -- what a question names


class _Said:
    """Which characters of a question are accounted for."""

    def __init__(self, question: str) -> None:
        text = re.sub(r"(?<=\d)号", "日", fold(question))
        self.text = _NTH.sub(lambda match: str("一二三四五六七八九".index(match[0]) + 1), text)
        self.covered = [False] * len(self.text)

    def whole(self, text: str) -> int:
        """Account for all of a text, where the question says it; how many characters that are."""
        sought = fold(text)
        at = self.text.find(sought) if len(sought) >= _SHORTEST else -1
        while at >= 0 and not self._stands_alone(at, at + len(sought)):
            at = self.text.find(sought, at + 1)
        return self._cover(at, at + len(sought)) if at >= 0 else 0

    def pieces(self, text: str, *, words: bool = False) -> int:
        """Account for what the question shares with a text; ``words``: none that is a part of one of its words."""
        sought, held = fold(text), 0
        edges = self._edges() if words else ()
        for length in range(min(len(sought), len(self.text)), _SHORTEST - 1, -1):
            for at in range(len(self.text) - length + 1):
                piece = self.text[at : at + length]
                free = not any(self.covered[at : at + length])
                cuts = words and any(a < at + length < b for a, b in edges)
                if free and piece in sought and not cuts and self._stands_alone(at, at + length):
                    held += self._cover(at, at + length)
        return held

    def _edges(self) -> list[tuple[int, int]]:
        """Where the nouns of the question begin and end that are no longer than a name is."""
        at, found = 0, []
        for word, tag in tagged(self.text):
            if tag[0] == "n":
                found.append((at, at + len(word)))
            at += len(word)
        return found

    def hint(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.search(self.text)
        return bool(found and self._cover(*found.span()))

    def names_more(self, kinds: str) -> bool:
        """Whether a word of these kinds or a mark like A3 or 初三 is left over that nothing accounts for."""
        asked = asking(self.text)
        if asked:
            self._cover(*asked.span())
        marks = (m for pattern in (_TOKEN, _GRADE) for m in pattern.finditer(self.text))
        if any(not all(self.covered[slice(*m.span())]) for m in marks):
            return True
        at = 0
        for word, tag in tagged(self.text):
            left = sum(not covered for covered in self.covered[at : at + len(word)])
            at += len(word)
            if tag[0] in kinds and 2 * left > len(word) and len(word) > 1:
                return True
        return False

    def _stands_alone(self, start: int, end: int) -> bool:
        """Whether no token like C2 is cut in two."""
        return not any(
            m.start() < edge < m.end() for edge in (start, end) for m in _TOKEN.finditer(self.text)
        )

    def _cover(self, start: int, end: int) -> int:
        self.covered[start:end] = [True] * (end - start)
        return end - start


def _named(part: Part, near: Sentence, row: Row) -> Iterator[tuple[int, Sentence, Cell]]:
    """The cells of a row that a question may name, with how well it names row and column."""
    if len(row.cells) < 2:
        return
    first = _first(part, row)
    ordinal = _ORDINAL.fullmatch(f"{first.head}{first.value}")
    lead = f"第{ordinal[2]}{ordinal[1]}" if ordinal else first.value
    if not _Said(part.text).pieces(lead) and not any(
        _Said(part.text).whole(other.value) for other in row.cells
    ):
        return
    sentence = _sentence(near, row.block)
    for asked in (one for one in row.cells if one is not first):
        said = _Said(part.text)
        column = said.whole(asked.head) or said.pieces(asked.head)
        of_row = said.whole(lead) or said.pieces(lead, words=True)
        of_row += sum(said.whole(c.value) for c in row.cells if c not in (asked, first))
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
    marked = _MARK.fullmatch(fold(first.value)) and not _Said(part.text).whole(first.value)
    return second if marked and len(row.cells) > 2 else first


#: What a timetable calls its rows, and what it is called in a question: 节次6, 第6节.
_ORDINAL = re.compile(r"(.)次(\d+)")
_NTH = re.compile(r"(?<=第)[一二三四五六七八九]")
_BARE = re.compile(r"\d[\d,.]*")
_BRACKETS = re.compile(r"[（()）]")


def _hinted(said: _Said, row: Row, asked: Cell) -> int:
    """1 where the question's words ask for this column alone, without its name.

    They are accounted for in any case where it is one of those that they may ask for.
    """
    alone = 0
    for words, heads in _HINTS:
        fitting = [c for c in row.cells[1:] if heads.search(c.head) or heads.search(c.value[-3:])]
        if asked in fitting and said.hint(words):
            alone += len(fitting) == 1
    return min(1, alone)


def _sentence(near: Sentence, block: Block) -> Sentence:
    return Sentence(
        near.article, near.passage, block.start, block.end, block, near.rank, near.hit_score
    )
