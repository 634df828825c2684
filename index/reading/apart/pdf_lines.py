"""Glyphs to lines, and what a line, or several joined, read as."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.reading.apart.pdf_glyphs import Glyph

#: The widest gap inside a line, in ems; with white space that was typed, a wider one.
_GAP, _TYPED = 0.75, 2.2
_CJK = re.compile(
    "[\u2e80-\u312f\u3190-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff“”‘’…—·]"
)


def is_cjk(char: str) -> bool:
    """Whether it is one of those that stand without spaces between them."""
    return _CJK.match(char) is not None


#: A character and the glyph that it stands for; a space between two words stands for none.
Char = tuple[str, Glyph | None]


@dataclass(slots=True, eq=False)
class Line:
    """Glyphs on one base line without a wide gap."""

    glyphs: list[Glyph]
    left: float = 0.0
    right: float = 0.0
    base: float = 0.0
    size: float = 0.0
    _chars: list[Char] | None = None

    def __post_init__(self) -> None:
        self.left = min(g.left for g in self.glyphs)
        self.right = max(g.right for g in self.glyphs)
        sizes = sorted(g.size for g in self.glyphs)
        self.size = sizes[len(sizes) // 2]
        bases = sorted(g.base for g in self.glyphs)
        self.base = bases[len(bases) // 2]

    @property
    def top(self) -> float:
        return self.base - 0.88 * self.size

    @property
    def bottom(self) -> float:
        return self.base + 0.14 * self.size

    @property
    def text(self) -> str:
        return "".join(char for char, _ in self.chars)

    @property
    def chars(self) -> list[Char]:
        """Its characters, a space where one parts words."""
        if self._chars is None:
            self._chars = list(_chars_of(self.glyphs))
        return self._chars

    def overlaps(self, other: Line) -> bool:
        """Whether one stands above the other."""
        both = min(self.right, other.right) - max(self.left, other.left)
        return both > 0.1 * min(self.size, other.size)


def lines_of(glyphs: Iterable[Glyph]) -> list[Line]:
    """From the top; glyphs of a line mostly stand in one run in the file."""
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        last = runs[-1][-1] if runs else None
        if last is not None and _follows(last, glyph, typed=glyph.spaced):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    lines = sorted((Line(run) for run in runs), key=lambda line: (line.base, line.left))
    return sorted(_merged(lines), key=lambda line: (line.base, line.left))


def _merged(lines: Sequence[Line]) -> Iterator[Line]:
    """Runs that stand side by side on one base line, whatever their order in the file."""
    at = 0
    while at < len(lines):
        row = [lines[at]]
        while at + len(row) < len(lines):
            line = lines[at + len(row)]
            if line.base - row[0].base > 0.3 * min(line.size, row[0].size):
                break
            row.append(line)
        at += len(row)
        row.sort(key=lambda line: line.left)
        group = row[:1]
        for line in row[1:]:
            if _follows(group[-1].glyphs[-1], line.glyphs[0]):
                line.glyphs[0].spaced = line.glyphs[0].left - group[-1].right > 0.2 * line.size
                group[-1] = Line(group[-1].glyphs + line.glyphs)
            else:
                group.append(line)
        yield from group


def _follows(a: Glyph, b: Glyph, *, typed: bool = False) -> bool:
    size = max(a.size, b.size)
    level = abs(a.base - b.base) < 0.35 * size and min(a.size, b.size) > 0.5 * size
    return level and -0.6 * size < b.left - a.right < (_TYPED if typed else _GAP) * size


def _chars_of(glyphs: Iterable[Glyph]) -> Iterator[Char]:
    last: Glyph | None = None
    for glyph in glyphs:
        if last is not None and _parted(last, glyph):
            yield " ", None
        yield from ((char, glyph) for char in glyph.char)
        last = glyph


def _parted(a: Glyph, b: Glyph) -> bool:
    gap = (b.left - a.right) / max(a.size, b.size)
    if _CJK.match(a.char) and _CJK.match(b.char):
        return gap > 0.45  # less is the setting's
    if _CJK.match(a.char) or _CJK.match(b.char):
        return gap > 0.45 or (b.spaced and gap > 0.2)
    return gap > 0.2 or (b.spaced and gap > 0.05)


def join(lines: Iterable[Iterable[Char]]) -> list[Char]:
    """Lines that go on in each other: no space in Chinese, hyphens at line ends off."""
    joined: list[Char] = []
    for line in lines:
        more = list(line)
        if joined and more:
            _seam(joined, more)
        joined += more
    return joined


def _seam(before: list[Char], after: Sequence[Char]) -> None:
    last, first = before[-1][0], after[0][0]
    cut = len(before) > 1 and before[-2][0].isalpha() and first.isalpha() and first.islower()
    if last in "-\xad\u2010" and cut and not _CJK.match(before[-2][0]):
        before.pop()
    elif not _CJK.match(last) and not _CJK.match(first) and last not in "-/\u2010":
        before.append((" ", None))
