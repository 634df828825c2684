"""Markup off: what a source of any format shows, each character with its source index."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from index.reading.flat_text import read_text, read_verbatim
from index.reading.html_text import read_html
from index.reading.markdown_text import read_markdown
from index.reading.shown import Plain

_READERS: Mapping[str, Callable[[str], Plain]] = {
    "html": read_html,
    "md": read_markdown,
    "txt": read_text,
}


def plain(text: str, format: str) -> Plain:
    """The text that a source of this format shows; a record is shown as it is."""
    return _READERS.get(format, read_verbatim)(text)
