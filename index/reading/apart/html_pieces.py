"""HTML inside another file (a mail, a chapter) written out as it is shown."""

from __future__ import annotations

from index.reading.html_text import write_html
from index.reading.shown import Shown
from index.reading.written import Written


def write_shown(out: Written, html: str, down: int = 0) -> None:
    """``down`` is added to the level of each heading."""
    shown = Shown(html)
    write_html(shown, 0, len(html))
    plain = shown.plain()
    at = 0
    for line in plain.text.split("\n"):
        if level := plain.levels.get(at):
            out.heading(line, level + down)
        else:
            out.paragraph(line, tight=plain.kinds.get(at) == "row")
        at += len(line) + 1
