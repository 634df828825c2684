"""Pages laid out by hand: columns, headers, tables, captions; and the text that is on them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
WORDS = "河道治理码头改造图书馆藏古桥修缮渔业养殖果园灌溉社区食堂山路照明旧楼加梯校车线路".strip()


def prose(seed: int, sentences: int = 3) -> str:
    """A paragraph of sentences that are all different."""
    out = []
    for n in range(sentences):
        at = (seed * 7 + n * 5) % (len(WORDS) - 8)
        length = 9 + (seed + 3 * n) % 17
        inner = "".join(WORDS[(at + k * (n + 2)) % len(WORDS)] for k in range(length))
        out.append(
            f"第{seed}号工程的{inner[:7]}，在{2001 + n}年由{inner[7:]}完成了{seed * 100 + n}处。"
        )
    return "".join(out)


def sentences(text: str) -> list[str]:
    return [s for s in re.findall(r"[^。！？\n]+[。！？][”’」』）]*", text) if s.strip()]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def kept(wanted: Sequence[str], text: str) -> float:
    """The share of sentences that stand whole in one line and in their order."""
    lines = [squeezed(line) for line in text.split("\n")]
    row = at = right = 0
    for sentence in map(squeezed, wanted):
        for i in range(row, len(lines)):
            found = lines[i].find(sentence, at if i == row else 0)
            if found >= 0:
                row, at, right = i, found + len(sentence), right + 1
                break
    return right / len(wanted)


def pdf(
    draw: Callable[[Canvas], None], size: tuple[float, float] = (595, 842), **more: object
) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, **more)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def flow(
    canvas: Canvas,
    text: str,
    x: float,
    y: float,
    width: float,
    *,
    size: float = 10,
    font: str = FONT,
    indent: float = 2,
    low: float = 60,
) -> tuple[float, str]:
    """Set a paragraph from ``y`` down to ``low``; where it ends, and what did not fit."""
    canvas.setFont(font, size)
    units = re.findall(r"[\x21-\x7e]+ ?|.", text)
    left, line = x + indent * size, ""
    while units:
        unit = units.pop(0)
        if line and left + pdfmetrics.stringWidth(line + unit.rstrip(), font, size) > x + width:
            if unit in "，。、；：！？”）":
                line += unit
                unit = ""
            canvas.drawString(left, y, line)
            y -= 1.6 * size
            left, line = x, ""
            if y < low:
                return y, unit + "".join(units)
        line += unit
    canvas.drawString(left, y, line)
    return y - 1.6 * size, ""


def columns(
    canvas: Canvas,
    paragraphs: Sequence[str],
    xs: Sequence[float],
    width: float,
    top: float,
    **how: float,
) -> None:
    """Set paragraphs into one column after the other."""
    where = iter(xs)
    x, y = next(where), top
    for paragraph in paragraphs:
        rest, indent = paragraph, 2.0
        while rest:
            if y < how.get("low", 60):
                x, y = next(where), top
            y, rest = flow(canvas, rest, x, y, width, indent=indent, **how)
            indent = 0
