"""Tables on a page: by their rules, or by columns of short entries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.reading.apart.pdf_glyphs import Glyph, Page, Rule
from index.reading.apart.pdf_lines import Char, Line, chars_of, join, lines_of

_NEAR = 3.0
_SENTENCE = re.compile("[。；！？]|，.*，")
_FIGURE = re.compile(r"[-+±−<>≤≥约]?\s?[\d.,:%％/‰—–-]+\s?\D{0,3}$")


@dataclass(slots=True)
class Table:
    """The characters of each cell; one merged over several stands in each of them."""

    rows: list[list[list[Char]]]
    left: float
    top: float
    right: float
    bottom: float


def ruled_tables(page: Page) -> tuple[list[Table], list[Glyph]]:
    """The tables whose cells rules part, and the glyphs outside of them."""
    tables, rest = [], page.glyphs
    for rules in _nets(page.rules):
        xs = _steps([x for r in rules if _upright(r) for x in (r[0],)])
        ys = _steps([y for r in rules if not _upright(r) for y in (r[1],)])
        if len(xs) < 3 or len(ys) < 3:
            continue
        inside = [g for g in rest if _in(g, xs, ys)]
        table = _ruled(rules, xs, ys, inside)
        if table is not None:
            taken = set(map(id, inside))
            rest = [g for g in rest if id(g) not in taken]
            tables.append(table)
    return tables, rest


def _upright(rule: Rule) -> bool:
    return rule[2] - rule[0] < rule[3] - rule[1]


def _nets(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that touch each other."""
    nets: list[list[Rule]] = []
    for rule in rules:
        mine = [net for net in nets if any(_touch(rule, other) for other in net)]
        nets = [net for net in nets if net not in mine]
        nets.append([rule, *(other for net in mine for other in net)])
    return nets


def _touch(a: Rule, b: Rule) -> bool:
    return (
        a[0] - _NEAR <= b[2]
        and b[0] - _NEAR <= a[2]
        and a[1] - _NEAR <= b[3]
        and b[1] - _NEAR <= a[3]
    )


def _steps(values: Sequence[float]) -> list[float]:
    steps: list[float] = []
    for value in sorted(values):
        if not steps or value - steps[-1] > _NEAR:
            steps.append(value)
    return steps


def _in(g: Glyph, xs: Sequence[float], ys: Sequence[float]) -> bool:
    return xs[0] <= (g.left + g.right) / 2 <= xs[-1] and ys[0] <= g.base - 0.35 * g.size <= ys[-1]


def _ruled(
    rules: Sequence[Rule], xs: Sequence[float], ys: Sequence[float], glyphs: Sequence[Glyph]
) -> Table | None:
    """None for a box that holds one text, and for columns of text that rules part."""
    wide, high = len(xs) - 1, len(ys) - 1
    owner = {(r, c): (r, c) for r in range(high) for c in range(wide)}
    upright = [[r for r in rules if _upright(r) and abs(r[0] - x) <= 2 * _NEAR] for x in xs]
    level = [[r for r in rules if not _upright(r) and abs(r[1] - y) <= 2 * _NEAR] for y in ys]
    for r in range(high):
        for c in range(wide):
            middle, center = (ys[r] + ys[r + 1]) / 2, (xs[c] + xs[c + 1]) / 2
            if c and not _drawn(upright[c], xs[c], middle):
                _own(owner, (r, c), owner[r, c - 1])
            if r and not _drawn(level[r], center, ys[r]):
                _own(owner, (r, c), owner[r - 1, c])
    cells: dict[tuple[int, int], list[Glyph]] = {}
    for g in glyphs:
        c = sum(x <= (g.left + g.right) / 2 for x in xs[1:-1])
        r = sum(y <= g.base - 0.35 * g.size for y in ys[1:-1])
        cells.setdefault(owner[r, c], []).append(g)
    said = {key: join(chars_of(line) for line in lines_of(found)) for key, found in cells.items()}
    if len(said) < 4 or max(len(chars) for chars in said.values()) > 300:
        return None
    rows = [[said.get(owner[r, c], []) for c in range(wide)] for r in range(high)]
    return Table([row for row in rows if any(row)], xs[0], ys[0], xs[-1], ys[-1])


def _own(
    owner: dict[tuple[int, int], tuple[int, int]], cell: tuple[int, int], by: tuple[int, int]
) -> None:
    before = owner[cell]
    for key, value in owner.items():
        if value == before:
            owner[key] = by


def _drawn(rules: Sequence[Rule], x: float, y: float) -> bool:
    return any(
        r[0] - _NEAR <= x <= r[2] + _NEAR and r[1] - _NEAR <= y <= r[3] + _NEAR for r in rules
    )


def aligned_tables(lines: Sequence[Line]) -> tuple[list[Table], list[Line]]:
    """The tables whose columns are only aligned, and the lines outside of them."""
    rows: list[list[Line]] = []
    for line in lines:
        if rows and abs(line.base - rows[-1][0].base) < 0.3 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    tables: list[Table] = []
    taken: set[int] = set()
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and _may_be_row(rows[end]) and (end == at or _below(rows, end)):
            end += 1
        if end - at >= 3 and _is_table(rows[at:end]):
            tables.append(_aligned(rows[at:end]))
            taken |= {id(line) for row in rows[at:end] for line in row}
        at = max(end, at + 1)
    return tables, [line for line in lines if id(line) not in taken]


def _may_be_row(row: Sequence[Line]) -> bool:
    texts = [line.text for line in row]
    return len(row) >= 2 and all(len(t) <= 24 and not _SENTENCE.search(t) for t in texts)


def _below(rows: Sequence[Sequence[Line]], i: int) -> bool:
    return rows[i][0].base - rows[i - 1][0].base < 3 * rows[i][0].size


def _is_table(rows: Sequence[Sequence[Line]]) -> bool:
    values = [line.text for row in rows[1:] for line in row[1:]]
    figures = sum(_FIGURE.match(text) is not None for text in values)
    usual = max({len(row) for row in rows}, key=[len(row) for row in rows].count)
    same = sum(len(row) == usual for row in rows) >= 0.6 * len(rows)
    return same and figures >= 0.4 * len(values)


def _aligned(rows: Sequence[Sequence[Line]]) -> Table:
    """Columns are where entries of several rows stand above each other."""
    columns: list[list[float]] = []
    for line in sorted((line for row in rows for line in row), key=lambda line: line.left):
        if columns and line.left < columns[-1][1] - 0.3 * line.size:
            columns[-1][1] = max(columns[-1][1], line.right)
        else:
            columns.append([line.left, line.right])
    cells = []
    for row in rows:
        cells.append([join(chars_of(x) for x in row if a <= x.left < b) for a, b in columns])
    first, last = rows[0], rows[-1]
    right = max(line.right for row in rows for line in row)
    return Table(cells, columns[0][0], first[0].top, right, last[0].bottom)
