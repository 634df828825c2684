"""Markup off: what a source of any format shows, each character with its source index."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from index.reading.apart.readers import CONVERTERS
from index.reading.flat_text import read_text, read_verbatim
from index.reading.html_text import read_html
from index.reading.markdown_text import read_markdown
from index.reading.shown import Plain
from index.reading.written import read_written

#: What takes the markup off, by the format's name, which is its suffix; another text format is one
#: more line here.
STRIPPERS: Mapping[str, Callable[[str], Plain]] = {
    "txt": read_text,
    "md": read_markdown,
    "html": read_html,
}
#: Formats whose files are no text: their source text is written out by their reader;
#: pages of an archive stay HTML.
_WRITTEN = frozenset(suffix[1:] for suffix in CONVERTERS) - {"warc", "warc.gz"}


def plain(text: str, format: str) -> Plain:
    """The text that a source of this format shows; a record is shown as it is."""
    read = read_written if format in _WRITTEN else STRIPPERS.get(format, read_verbatim)
    return read(text)
