"""Curves as an SVG: a line a system, both axes logarithmic."""

from __future__ import annotations

import math
from collections.abc import Sequence

WIDTH, HEIGHT, LEFT, BELOW, RIGHT = 640, 340, 60, 40, 120
#: Told apart by hue and by lightness: Okabe and Ito's palette.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#000000")


def draw(title: str, points: Sequence[tuple[str, float, float]]) -> str:
    """The picture of ``(name, x, y)``, all above 0."""
    names = list(dict.fromkeys(name for name, _, _ in points))
    across = _Axis([x for _, x, _ in points], LEFT, WIDTH - RIGHT)
    up = _Axis([y for _, _, y in points], HEIGHT - BELOW, 40)
    parts = [_text(LEFT, 22, title, "start", 15)]
    for x in across.marks:
        parts += [
            _text(across.at(x), HEIGHT - 20, f"{x:,.0f}"),
            _rule(across.at(x), across.at(x), 40, HEIGHT - BELOW),
        ]
    for y in up.marks:
        parts += [
            _text(LEFT - 8, up.at(y) + 4, f"{y:g}", "end"),
            _rule(LEFT, WIDTH - RIGHT, up.at(y), up.at(y)),
        ]
    for name, colour in zip(names, COLOURS, strict=False):
        line = sorted((x, y) for n, x, y in points if n == name)
        places = [(across.at(x), up.at(y)) for x, y in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
    ends = {n: max((x, y) for m, x, y in points if m == n)[1] for n in names}
    at = math.inf
    for name in sorted(names, key=lambda n: ends[n]):
        at = min(at - 15, up.at(ends[name]) + 4)
        parts.append(_text(WIDTH - RIGHT + 8, at, name, "start", 12, COLOURS[names.index(name)]))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
        f' role="img" aria-label="{title}">\n<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


class _Axis:
    """Values to places, by their logarithm."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self._low, high = math.log10(min(values)), math.log10(max(values))
        self._scale = (end - start) / ((high - self._low) or 1.0)
        self._start = start
        steps = range(math.floor(self._low), math.ceil(high) + 1)
        within = [m * 10.0**s for s in steps for m in (1, 2, 5)]
        self.marks = [v for v in within if self._low - 1e-9 <= math.log10(v) <= high + 1e-9]

    def at(self, value: float) -> float:
        return self._start + (math.log10(value) - self._low) * self._scale


def _text(
    x: float, y: float, text: str, anchor: str = "middle", size: int = 11, fill: str = "#333"
) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{fill}">{text}</text>'


def _rule(x1: float, x2: float, y1: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'
