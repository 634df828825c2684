"""Lines that a hard line break cut, put together: mails, old programs and newspaper columns.

Whether a text is wrapped at all is measured on the whole of it: a text that is has many lines as
wide as each other that stop in the middle of a word which the next line goes on with. Then each
line that fills its width is looked at: what language says about its end and the beginning of the
next, and what stands in the paragraph so far. A list, a poem, a table or a form stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from index.pages.lines import Line
from index.pages.seam import CLOSING, seam

#: What parts two clauses, and the end of a sentence inside a line.
_CLAUSE = re.compile(r"[，。、；：！？]")
_INSIDE = re.compile(r"[。！？].")
#: The narrowest column that a text is set in, and the widest line that a program breaks.
_NARROW, _WIDE = 8, 130
#: Nats by which a cut shows that a text is wrapped, and by which it overrules that the next line
#: looks like the beginning of something.
_STRONG = 2.0
_CERTAIN = 4.0
#: Nats that the cuts of a wrapped text add up to, and what lines of several clauses bring to them:
#: those are prose.
_SURE = 4.0
_PROSE = 1.5
#: Nats that a cut needs in a paragraph that has no comma so far, and in one that does not come to
#: the end of a sentence; items and verses are like that. One that holds a clause and comes to an
#: end needs none. ``python -m benchmarks.joins`` counts what comes of it.
_BARE, _UNENDED = 0.5, 1.5
#: The longest value of a form's field.
_VALUE = 30
_PARTED = 2.0  # less will do where a blank line or an indent shows each paragraph


#: The share of a wrapped text's lines that may be wider than what it was wrapped at.
_WIDER = 0.05


def joins(lines: Sequence[Line]) -> list[bool]:
    """For each line but the last, whether the next one goes on in the same paragraph."""
    joined = [_both_doubled(a, b) for a, b in pairwise(lines)]
    for fit in (_Exact(lines), _Printed(lines)):
        if fit.wrapped:
            return [a or b for a, b in zip(joined, fit.joins(), strict=True)]
    return joined


def _both_doubled(a: Line, b: Line) -> bool:
    return a.doubled and b.doubled and not a.terminal


class _Fit:
    """A text's lines as they would be if they had been broken to fit a width."""

    #: Whether the width is that of print, where a sentence's end on a full line ends no paragraph.
    printed = False

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines

    @cached_property
    def seams(self) -> list[float]:
        """For each line but the last what language says, in nats; minus infinity where it cannot go on."""
        return [_seam(a, b) for a, b in pairwise(self.lines)]

    @cached_property
    def alone(self) -> list[bool]:
        """For each line but the last whether the next one looks like the beginning of something."""
        return [
            nats < _CERTAIN and (a.whole or b.begins or b.field)
            for nats, (a, b) in zip(self.seams, pairwise(self.lines), strict=True)
        ]

    @cached_property
    def evidence(self) -> list[float]:
        """The same, and more for lines that read like prose: they hold more than one clause."""
        return [
            _NEVER if alone else nats + (_PROSE if _CLAUSE.search(line.text) else 0.0)
            for nats, line, alone in zip(self.seams, self.lines, self.alone, strict=False)
        ]

    @cached_property
    def strong(self) -> list[int]:
        """The lines that surely go on in the next one, whatever their width."""
        return [
            i
            for i, nats in enumerate(self.seams)
            if nats >= _STRONG and self._open(i) and not self.alone[i]
        ]

    def _open(self, i: int) -> bool:
        """Whether a line stops before the end of a sentence."""
        return not self.lines[i].terminal

    def _counts(self, i: int) -> bool:
        """Whether a line that fills its width may go on: such lines show whether a text is wrapped."""
        return self.evidence[i] > _NEVER and not self._new(i) and self.full(i)

    @cached_property
    def breaks(self) -> int:
        """How many line breaks part two lines of a paragraph; 0 when nothing shows it."""
        usual = Counter(self.lines[i + 1].breaks for i in self.strong).most_common(1)
        return usual[0][0] if usual else 0

    @cached_property
    def parted(self) -> bool:
        """Whether a new paragraph shows by a blank line or an indent, always."""
        ends = [i for i in range(len(self.lines) - 1) if self._ends(i)]
        return bool(ends) and all(self._new(i) for i in ends)

    def _ends(self, i: int) -> bool:
        """Whether a paragraph surely ends with this line."""
        return self.lines[i].terminal and not self.full(i)

    @cached_property
    def indent(self) -> int:
        """How far a line inside a paragraph is indented."""
        usual = Counter(self.lines[i + 1].indent for i in self.strong).most_common(1)
        return usual[0][0] if usual else 0

    def _new(self, i: int) -> bool:
        """Whether the line behind this one begins as a new paragraph."""
        b = self.lines[i + 1]
        return b.breaks != self.breaks or b.indent > self.indent + 1

    def full(self, i: int) -> bool:
        """Whether a line is as wide as it may be."""
        raise NotImplementedError

    def joins(self) -> list[bool]:
        joined: list[bool] = []
        first = 0
        for i in range(len(self.lines) - 1):
            first = first if joined and joined[-1] else i
            joined.append(self._goes_on(i, first))
        return joined

    def _goes_on(self, i: int, first: int) -> bool:
        if self.seams[i] == _NEVER or self._new(i) or not self.full(i):
            return False
        if not self._open(i):
            return self.parted or self.printed
        return self.seams[i] >= self.least(i, first)

    def least(self, i: int, first: int) -> float:
        """What language must at least say of a cut in the paragraph that begins with a line."""
        so_far = self.lines[first].raw + "".join(ln.text for ln in self.lines[first + 1 : i + 1])
        if _INSIDE.search(so_far):
            return _NEVER
        if self.alone[i]:
            return -_NEVER
        least = _UNENDED
        in_form = self.lines[first].field and len(so_far) < _VALUE
        if self._ends_in_a_stop(i + 1) and not in_form:
            least = _NEVER if "，" in so_far else _BARE
        return least - (_PARTED if self.parted else 0.0)

    def _ends_in_a_stop(self, i: int) -> bool:
        """Whether the lines that fill their width from here on end with a sentence's end."""
        while i < len(self.seams) and self._open(i):
            if not self.full(i):
                return False
            i += 1
        return self.lines[i].terminal or _INSIDE.search(self.lines[i].text) is not None


def _seam(a: Line, b: Line) -> float:
    """What language says of a line's end and the next one's beginning, in nats."""
    if a.apart or b.apart or a.doubled or b.doubled or not _NARROW <= len(a.text) <= _WIDE:
        return _NEVER
    return seam(a.text, b.text)


_NEVER = float("-inf")


class _Exact(_Fit):
    """Broken by counting: every line but a paragraph's last has the same number of characters."""

    @cached_property
    def wrapped(self) -> bool:
        """Whether the text was broken at such widths at all."""
        if not self.widths or self._wider() > _WIDER * len(self.lines):
            return False
        counted = [n for i, n in enumerate(self.evidence) if self._counts(i)]
        return sum(counted) >= _SURE

    def _wider(self) -> int:
        """How many lines are wider than any of the widths."""
        columns = self.measure == "columns"
        return sum(_least(line, columns) - 2 > max(self.widths) for line in self.lines)

    @cached_property
    def measure(self) -> str:
        return self._best[0]

    @cached_property
    def widths(self) -> list[int]:
        """The widths that the text was broken at; none when its lines have no width in common."""
        return self._best[1]

    @cached_property
    def _best(self) -> tuple[str, list[int]]:
        found = [(name, self._established(name == "columns")) for name in ("chars", "columns")]
        return max(
            found,
            key=lambda one: [
                self._held_at(self.strong, w, one[0] == "columns") for w in one[1][:1]
            ],
        )

    def _held_at(self, places: Sequence[int], width: int, columns: bool) -> tuple[int, int, int]:
        """How well a width accounts for some lines; more is better.

        How many of them, and how many of all that may go on, are as wide as that, and how few are
        wider.
        """
        likely = [i for i, nats in enumerate(self.evidence) if nats > 0]
        return (
            sum(self._full_at(i, width, columns) for i in places),
            -sum(_least(line, columns) - 2 > width for line in self.lines),
            sum(self._full_at(i, width, columns) for i in likely),
        )

    def _established(self, columns: bool) -> list[int]:
        """The fewest widths that nearly all strong cuts stand at."""
        left = list(self.strong)
        widths: list[int] = []
        while left:
            tried = {w for i in left for w in _widths(self.lines[i], columns)}
            tried |= {w + 1 for w in tried}
            best = max(tried, key=lambda w: (self._held_at(left, w, columns), -w))
            held = [i for i in left if self._full_at(i, best, columns)]
            if widths and len(held) < max(3, 0.15 * len(self.strong)):
                break
            widths.append(best)
            left = [i for i in left if i not in held]
        return widths

    def _full_at(self, i: int, width: int, columns: bool) -> bool:
        """Whether a line is as wide as it may be: what the next begins with would not fit."""
        line, unit = self.lines[i], _first_unit(self.lines[i + 1].raw, columns)
        closing = len(_CLOSERS.search(line.raw)[0]) * (2 if columns else 1)  # type: ignore[index]
        return any(w - closing <= width < w + unit for w in _widths(line, columns))

    def full(self, i: int) -> bool:
        columns = self.measure == "columns"
        return any(self._full_at(i, width, columns) for width in self.widths)


_CLOSERS = re.compile(rf"(?<![{CLOSING}])[{CLOSING}]*+$")
_WORD = re.compile(r"[!-~]+ ?")
#: Whoever breaks English by hand leaves room for more than one short word.
_RAGGED = 12


def _least(line: Line, columns: bool) -> int:
    return line.columns if columns else line.chars


def _widths(line: Line, columns: bool) -> list[int]:
    """How wide a line may have been: an indent is there, was taken off, or counts double."""
    width = _least(line, columns)
    return sorted({width, width + line.indent, width + 2 * line.indent})


def _first_unit(text: str, columns: bool) -> int:
    """The width of what cannot be parted at the beginning of a line."""
    word = _WORD.match(text)
    size = len(word[0]) if word else 2 if columns else 1
    if word and word[0][0].isalpha():
        size = max(size, _RAGGED)
    return size


class _Printed(_Fit):
    """A newspaper's column: lines of about the same width, set with more or less space inside."""

    printed = True

    @cached_property
    def wrapped(self) -> bool:
        pairs = [i for i in range(len(self.lines) - 1) if self._counts(i)]
        if len(pairs) < max(_LINES, 0.5 * len(self.lines)):
            return False
        return sum(self.seams[i] for i in pairs) >= len(pairs)

    def full(self, i: int) -> bool:
        a, b = self.lines[i], self.lines[i + 1]
        around = [line.width for line in self.lines[max(0, i - 2) : i] if not line.terminal]
        # The first line of a paragraph is often indented by two characters.
        like_next = a.width + 2 >= _NEARLY * b.width and a.width <= 1.25 * b.width
        full = bool(around) and a.width >= _NEARLY * max(around)
        if a.terminal:
            return full and a.width >= max(around) - 0.5
        return full or like_next or self._usual(i)

    def _usual(self, i: int) -> bool:
        a, b = self.lines[i], self.lines[i + 1]
        around = [*self.lines[max(0, i - 8) : i], *self.lines[i + 1 : i + 9]]
        usual = any(abs(c.width - a.width) <= 0.08 * a.width for c in around if not c.terminal)
        return b.terminal and usual

    def least(self, i: int, first: int) -> float:
        return _NEVER if self._first(i) else super().least(i, first)

    def _first(self, i: int) -> bool:
        """Whether a line is as much narrower than the next as an indent that got lost."""
        a, b = self.lines[i], self.lines[i + 1]
        begins = i == 0 or self.lines[i - 1].terminal or not self.full(i - 1)
        return begins and 1 <= b.width - a.width <= 4


_LINES = 12
_NEARLY = 0.85
