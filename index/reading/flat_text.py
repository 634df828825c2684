"""What a plain text shows: marks of headings off, tables of aligned columns as statements."""

from __future__ import annotations

import re

from index.reading.shown import Plain, Shown
from index.reading.tables import flat_tables, write_rows

_HASHES = re.compile(r"^ {0,3}(#{1,6})[ \u3000\t]+(?=\S)", re.MULTILINE)


def read_text(text: str) -> Plain:
    """A text file: headings marked with #, and tables that spaces or tabs align."""
    out = Shown(text)
    at = 0
    for start, end, rows in flat_tables(text):
        _write(out, at, start)
        write_rows(rows, out, heads=1)
        at = end
    _write(out, at, len(text))
    return out.plain()


def read_verbatim(text: str) -> Plain:
    """A record's text: only the marks of headings are taken off."""
    out = Shown(text, unseen="")
    _write(out, 0, len(text))
    return out.plain()


def _write(out: Shown, at: int, end: int) -> None:
    for match in _HASHES.finditer(out.source, at, end):
        out.copy(at, match.start())
        out.mark(level=len(match[1]))
        at = match.end()
    out.copy(at, end)
