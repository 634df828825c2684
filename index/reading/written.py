"""The source text of a file that is no text: its paragraphs, headings and tables, written out.

One line a paragraph; ``# `` before a heading; tabs between the cells of a table's row, and a line of
``---`` under the rows that hold its headers; between two lines of ``---`` at the top what the file
says about itself. It is the same text for the same bytes, so that it can be cited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.reading.front_matter import About, read_front_matter
from index.reading.shown import Plain, Shown
from index.reading.tables import Cell, write_rows

_SPACES = re.compile(r"[\s\x00-\x1f]+")
_BROKEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: What would be read as a mark at the beginning of a line; a space before it says that it is none.
_MARK = re.compile(r"#{1,6} |-{3}")
_RULE = "---"


def one_line(text: str) -> str:
    """White space of any kind as single spaces."""
    return _SPACES.sub(" ", _BROKEN.sub("", text)).strip()


class Written:
    """A source text in the making."""

    def __init__(self, *, title: str = "", author: str = "", date: str = "") -> None:
        fields = (("title", title), ("author", author), ("date", date))
        said = "".join(f"{key}: {value}\n" for key, text in fields if (value := one_line(text)))
        self._parts = [f"{_RULE}\n{said}{_RULE}"] if said else []
        self._size = len(self._parts[0]) if said else 0
        self.holds_text = False

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def heading(self, text: str, level: int) -> int:
        """Where in the text it begins, behind its mark."""
        return self._block("#" * min(6, max(1, level)) + " ", one_line(text))

    def paragraph(self, text: str, *, tight: bool = False) -> int:
        """Where it begins; with ``tight`` no blank line stands before it (the items of a list)."""
        lines = [one for line in text.split("\n") if (one := one_line(line))]
        said = "\n".join(f" {line}" if _MARK.match(line) else line for line in lines)
        return self._block("", said, "\n" if tight else "\n\n")

    def table(self, rows: Sequence[Sequence[str]], heads: int | None = None) -> list[list[int]]:
        """Where each cell begins. ``heads``: how many rows hold headers, where that is known.

        Rows of one cell at the top are the table's title.
        """
        titles = next((i for i, row in enumerate(rows) if len(row) > 1), len(rows))
        starts = [[self.paragraph(cell) for cell in row] for row in rows[:titles]]
        rows = rows[titles:]
        heads = None if heads is None else heads - titles
        ruled = heads is not None and 0 < heads < len(rows)
        for number, row in enumerate(rows):
            cells = [one_line(cell) for cell in row]
            if number == heads and ruled:
                self._block("", "\t".join([_RULE] * max(2, len(cells))), "\n")
            line = "\t".join(cells) if len(cells) > 1 else cells[0] + "\t"
            at = self._block("", line, "\n" if number else "\n\n")
            starts.append([at + sum(len(c) + 1 for c in cells[:i]) for i in range(len(cells))])
        return starts

    def _block(self, mark: str, text: str, gap: str = "\n\n") -> int:
        if not text:
            return self._size
        gap = gap if self._parts else ""
        start = self._size + len(gap) + len(mark)
        self._parts += [gap, mark, text]
        self._size = start + len(text)
        self.holds_text = True
        return start


_FRONT = re.compile(rf"{_RULE}\n(?P<said>(?:[a-z]+: .*\n)+){_RULE}(?:\n|$)")
_LINE = re.compile(r"[^\n]+")
_HEADING = re.compile(r"(#{1,6}) ")
_FIELD = re.compile(r"[^\t]+")


def read_written(text: str) -> Plain:
    """What such a source shows: marks off, each row of a table with the headers of its columns."""
    out = Shown(text)
    about, at = About(), 0
    if front := _FRONT.match(text):
        about, at = read_front_matter(front.start("said"), front.end("said"), out), front.end()
    alone = []
    for start, lines in _groups(text, at):
        if "\t" in lines[0]:
            _write_table(out, start, lines)
            continue
        mark = _HEADING.match(lines[0])
        out.line(start, level=len(mark[1]) if mark else 0)
        alone.append(out.size)
        out.copy(start + (mark.end() if mark else 0), start + len(lines[0]))
    plain = out.plain(about.title, about.author, about.published)
    for place in alone:
        plain.levels.setdefault(place, 0)  # nothing goes on in the next line
    return plain


def _groups(text: str, at: int) -> Iterator[tuple[int, list[str]]]:
    """The lines with their places, those of a table together."""
    group: list[str] = []
    start = end = at
    for match in _LINE.finditer(text, at):
        goes_on = group and "\t" in group[-1] and "\t" in match[0] and match.start() == end + 1
        if group and not goes_on:
            yield start, group
            group = []
        start = start if group else match.start()
        group.append(match[0])
        end = match.end()
    if group:
        yield start, group


def _write_table(out: Shown, start: int, lines: Sequence[str]) -> None:
    rows: list[list[Cell]] = []
    heads = None
    for line in lines:
        if set(line.split("\t")) == {_RULE}:
            heads = len(rows)
        else:
            rows.append(_cells(start, line))
        start += len(line) + 1
    write_rows(rows, out, heads)


def _cells(at: int, line: str) -> list[Cell]:
    cells = []
    for field in line.split("\t"):
        cells.append(Cell())
        cells[-1].add(field, range(at, at + len(field)))
        at += len(field) + 1
    return cells
