"""Pages in their order, what is printed on every page off, written out with their places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from index.errors import SourceError
from index.reading.apart.document import Document, document
from index.reading.apart.pdf_blocks import Block, Paragraph, blocks_of, in_order, paragraphs_of
from index.reading.apart.pdf_glyphs import Frame, Page
from index.reading.apart.pdf_lines import Char, Line, join, lines_of
from index.reading.apart.pdf_tables import Table, aligned_tables, ruled_tables
from index.reading.places import UNIT, Places
from index.reading.written import Written

#: Of a page's height, how far from its edges a header, a footer or a page's number may stand.
_EDGE = 0.12
_PAGE = re.compile(
    r"(?i)[-—–·•|\s]*+(?:第?\s*+\d{1,4}\s*+页?(?:\s*+[/／,，]?\s*+(?:共|of)?\s*+\d{1,4}\s*+页?)?"
    r"|page\s*+\d++(?:\s*+(?:of|/)\s*+\d++)?|[ivxlc]{1,6})[-—–·•|\s]*+"
)
_CAPTION = re.compile(
    r"[（(]?(?:图|表|照片|Fig|Table|资料图|[上下左右]图)\s?[\dA-Z一二三四五六七八九十为：:]|.{2,120}摄[）)]?$"
)
#: A line that is set larger than the text, too, and heads nothing.
_BYLINE = re.compile(r"记者|通讯员|作者|撰稿|摄影|编辑|来源|[□■◇◆]|(?:19|20)\d\d[年/-]\d")
#: A heading's size against the text's; a headline's, that begins an article.
_HEADING, _HEADLINE = 1.14, 1.6
_HEADING_CHARS = 90


@dataclass(slots=True)
class Sheet:
    """A page in parts."""

    page: Page
    tables: list[Table] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tables, rest = ruled_tables(self.page)
        self.lines = lines_of(rest)

    def edge(self, line: Line) -> bool:
        high = self.page.height
        return line.bottom < _EDGE * high or line.top > (1 - _EDGE) * high


def written_pages(
    sheets: Sequence[Sheet],
    *,
    title: str = "",
    author: str = "",
    date: str = "",
    left: SourceError | None = None,
) -> Document:
    """Raises: SourceError, when nothing stands on them. ``left`` says what was not read."""
    _take_off_edges(sheets)
    flow = _Flow(_body_size(sheets), Written(author=author, date=date))
    for number, sheet in enumerate(sheets, 1):
        flow.page(sheet, number)
    flow.end()
    places = Places([sheet.page.frame.size for sheet in sheets], flow.rows()).pack()
    return document(flow.out, title, places, left)


def _take_off_edges(sheets: Sequence[Sheet]) -> None:
    """Headers and footers: the same on several pages but for digits; and the pages' numbers."""
    keys = [{_key(line) for line in s.lines if s.edge(line)} for s in sheets]
    counts = Counter(key for found in keys for key in found)
    least = max(2, 0.3 * len(sheets))
    for sheet in sheets:
        sheet.lines = [
            line
            for line in sheet.lines
            if not sheet.edge(line) or (counts[_key(line)] < least and not _is_number(line, sheet))
        ]


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+|[一二三四五六七八九十]+", "#", line.text), round(line.base / 12)


def _is_number(line: Line, sheet: Sheet) -> bool:
    """Whether it numbers the page: nothing stands between it and the page's edge."""
    if not _PAGE.fullmatch(line.text):
        return False
    below = line.top > sheet.page.height / 2
    others = [o for o in sheet.lines if o is not line and abs(o.base - line.base) > line.size]
    if below:
        return all(o.base < line.base for o in others if not _PAGE.fullmatch(o.text))
    return all(o.base > line.base for o in others if not _PAGE.fullmatch(o.text))


def _body_size(sheets: Sequence[Sheet]) -> float:
    """The size that most characters have."""
    sizes = Counter[float]()
    for sheet in sheets:
        for line in sheet.lines:
            sizes[round(line.size * 2) / 2] += len(line.glyphs)
    return sizes.most_common(1)[0][0] if sizes else 10.0


@dataclass(slots=True)
class _Open:
    """A paragraph that may go on in the next column, and what is to be written behind it."""

    paragraph: Paragraph
    chars: list[Char]
    placed: list[tuple[int, Frame]]  # the page of each character
    size: float
    behind: list[Any] = field(default_factory=list)


class _Flow:
    """Writes the pages' blocks one after the other."""

    def __init__(self, body: float, out: Written) -> None:
        self.out = out
        self._body = body
        self._open: _Open | None = None
        self._rows: list[tuple[int, list[list[int]]]] = []
        self._number = 0
        self._frame = Frame((0, 0, 1, 1), 0)

    def page(self, sheet: Sheet, number: int) -> None:
        self._number, self._frame = number, sheet.page.frame
        tables, lines = aligned_tables(sheet.lines)
        areas: list[Table | Block] = [*sheet.tables, *tables, *blocks_of(lines)]
        for i in in_order(areas):
            area = areas[i]
            if isinstance(area, Table):
                self._apart(area)
            elif self._is_heading(area):
                self._heading(area)
            elif self._is_caption(area):
                self._apart(area)
            else:
                for paragraph in paragraphs_of(area):
                    self._paragraph(paragraph, area)

    def _is_heading(self, block: Block) -> bool:
        if block.size < _HEADING * self._body:
            return False
        text = "".join(line.text for line in block.lines)
        return len(text) <= _HEADING_CHARS and not (len(text) < 40 and _BYLINE.search(text))

    def _is_caption(self, block: Block) -> bool:
        text = "".join(line.text for line in block.lines)
        small = block.size < 0.93 * self._body
        return len(text) <= 160 and (small or _CAPTION.match(text) is not None)

    def _heading(self, block: Block) -> None:
        self._close()
        level = 1 if block.size >= _HEADLINE * self._body else 2
        chars: list[Char] = []
        for line in block.lines:
            deck = chars and line.right - line.left > block.right - block.left - line.size
            short = block.lines[0].right - block.lines[0].left < line.right - line.left - line.size
            if chars and deck and short:
                chars.append((" ", None))
            chars = join([chars, line.chars])
        at = self.out.heading("".join(char for char, _ in chars), level)
        self._place(at, chars, [(self._number, self._frame)] * len(chars))

    def _apart(self, area: Table | Block) -> None:
        """A table or a caption does not cut the paragraph that it stands in the middle of."""
        item = (area, self._number, self._frame)
        if self._open is not None and self._open.paragraph.full and not self._open.paragraph.ended:
            self._open.behind.append(item)
        else:
            self._close()
            self._write(*item)

    def _write(self, area: Table | Block, number: int, frame: Frame) -> None:
        if isinstance(area, Block):
            for paragraph in paragraphs_of(area):
                chars = join(line.chars for line in paragraph.lines)
                at = self.out.paragraph("".join(char for char, _ in chars))
                self._place(at, chars, [(number, frame)] * len(chars))
            return
        starts = self.out.table(
            [["".join(c for c, _ in cell) for cell in row] for row in area.rows]
        )
        for row, places in zip(area.rows, starts, strict=True):
            for cell, at in zip(row, places, strict=True):
                self._place(at, cell, [(number, frame)] * len(cell))

    def _paragraph(self, paragraph: Paragraph, block: Block) -> None:
        chars = join(line.chars for line in paragraph.lines)
        now = self._open
        if now is not None and self._goes_on(now, paragraph, block):
            before = len(now.chars)
            now.chars = join([now.chars, chars])
            # The seam may have dropped a hyphen or put in a space.
            placed = now.placed[: len(now.chars) - len(chars)]
            placed += [(self._number, self._frame)] * (len(now.chars) - len(placed))
            assert before >= len(now.chars) - len(chars) - 1
            now.placed, now.paragraph = placed, paragraph
            return
        self._close()
        placed = [(self._number, self._frame)] * len(chars)
        self._open = _Open(paragraph, chars, placed, block.size)

    def _goes_on(self, now: _Open, paragraph: Paragraph, block: Block) -> bool:
        """Whether a paragraph begun in the column before goes on here."""
        first = paragraph.lines[0] is block.lines[0]
        if not first or not now.paragraph.full or not 0.9 < block.size / now.size < 1.1:
            return False
        return not paragraph.indented and (not now.paragraph.ended or now.paragraph.indented)

    def _close(self) -> None:
        now, self._open = self._open, None
        if now is None:
            return
        at = self.out.paragraph("".join(char for char, _ in now.chars))
        self._place(at, now.chars, now.placed)
        for item in now.behind:
            self._write(*item)

    def end(self) -> None:
        self._close()

    def _place(self, at: int, chars: Sequence[Char], placed: Sequence[tuple[int, Frame]]) -> None:
        """Remember where the characters stand that were written from ``at`` on."""
        rows = []
        for (_, glyph), (number, frame) in zip(chars, placed, strict=True):
            if glyph is None:
                rows.append([0, 0, 0, 0, 0])
                continue
            high, low = glyph.base - 0.88 * glyph.size, glyph.base + 0.14 * glyph.size
            (a, b), (c, d) = frame.unlined(glyph.left, high), frame.unlined(glyph.right, low)
            sides = (min(a, c), min(b, d), max(a, c), max(b, d))
            rows.append([number, *(round(side * UNIT) for side in sides)])
        self._rows.append((at, rows))

    def rows(self) -> Any:
        """Page and box of each character of the text."""
        found = np.zeros((len(self.out.text), 5), dtype=np.int32)
        for at, rows in self._rows:
            if rows:
                found[at : at + len(rows)] = rows
        return found
