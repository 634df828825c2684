"""What a Markdown file shows: marks off, tables as statements, each character with its place.

pulldown-cmark says what each byte of the file is, so nothing is parsed here; front matter, tables,
footnotes and struck text are told apart from text, and the HTML inside is read as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyromark

from index.reading.front_matter import About, read_front_matter
from index.reading.html_text import HIDDEN, write_html
from index.reading.shown import Plain, Shown
from index.reading.tables import Cell, write_rows

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_YAML_STYLE_METADATA_BLOCKS
)
_SURROGATES = re.compile("[\ud800-\udfff]")
#: A heading that an ideographic space parts from its marks is none by the rules of Markdown.
_WIDE_HEADING = re.compile(r"(#{1,6})\u3000[ \t\u3000]*(?=\S)")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]")
#: The longest line above a row of dashes that is a heading and no paragraph.
_UNDERLINED = 40
_TAG = re.compile(r"<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9-]*)")
_BREAK = re.compile(r"br|p|div|li|tr|hr", re.IGNORECASE)
#: What begins a line of its own.
_VERBATIM = frozenset({"MetadataBlock", "CodeBlock"})
_BLOCKS = _VERBATIM | {
    "Heading", "Paragraph", "BlockQuote", "List", "Item", "FootnoteDefinition", "HtmlBlock",
}  # fmt: skip

Event = str | Mapping[str, Any]


def read_markdown(text: str) -> Plain:
    """A heading keeps its level; a row of a table and a line of code are marked as such."""
    text = _SURROGATES.sub("\ufffd", text)
    out = Shown(text)
    reader = _Reader(out)
    for event, start, end in _events(text):
        reader.read(event, start, end)
    about = reader.about
    return out.plain(about.title, about.author, about.published)


def _events(text: str) -> Iterator[tuple[Event, int, int]]:
    """What pulldown-cmark finds, with the places in code points."""
    data = np.frombuffer(text.encode(), dtype=np.uint8)
    # Every byte but the further ones of a character begins one.
    places = np.concatenate(([0], np.cumsum((data & 0xC0) != 0x80)))
    for event, span in pyromark.events_with_range(text, options=_OPTIONS):
        yield event, int(places[span["start"]]), int(places[span["end"]])


@dataclass(slots=True)
class _Inline:
    """A piece of a paragraph; ``mark`` where it may be one of emphasis that was left standing."""

    text: str
    places: Sequence[int]
    mark: bool = False


class _Reader:
    """Writes what the events show."""

    def __init__(self, out: Shown) -> None:
        self.about = About()
        self._out = out
        self._verbatim = ""  # what kind of block it is whose text is no Markdown
        self._struck = 0
        self._hidden = ""  # the tag whose text is not shown
        self._skipped = 0  # up to here the source is a mark
        self._rows: list[list[Cell]] | None = None
        self._html: list[tuple[int, int]] = []
        self._inline: list[_Inline] = []

    def read(self, event: Event, start: int, end: int) -> None:
        name, value = (event, None) if isinstance(event, str) else next(iter(event.items()))
        if name == "Start":
            self._start(_tag(value), value, start, end)
        elif name == "End":
            self._end(_tag(value), end)
        elif name in ("SoftBreak", "HardBreak"):
            self._put("\n", [start])
        elif name == "Html":
            self._html.append((start, end))
        elif name == "InlineHtml":
            self._inline_html(start, end)
        elif name in ("Text", "Code"):
            self._text(str(value), start, end, code=name == "Code")

    def _start(self, tag: str, value: Any, start: int, end: int) -> None:
        if tag == "Strikethrough":
            self._struck += 1
        elif tag == "TableHead":
            self._rows = [[]]
        elif tag == "TableRow" and self._rows is not None:
            self._rows.append([])
        elif tag == "TableCell" and self._rows:
            self._rows[-1].append(Cell(head=len(self._rows) == 1))
        elif tag in _BLOCKS:
            self._flush()
            self._verbatim = _verbatim(value) if tag in _VERBATIM else ""
            self._out.line(start, level=self._level(tag, value, start, end))

    def _level(self, tag: str, value: Any, start: int, end: int) -> int:
        source = self._out.source
        if tag == "Paragraph" and (wide := _WIDE_HEADING.match(source, start, end)):
            self._skipped = wide.end()
            return len(wide[1])
        if tag != "Heading" or (source[start] != "#" and end - start > _UNDERLINED):
            return 0
        return int(value["Heading"]["level"][1])

    def _end(self, tag: str, end: int) -> None:
        if tag == "Strikethrough":
            self._struck -= 1
        elif tag == "Table":
            self._flush()
            write_rows(self._rows or [], self._out, heads=1)
            self._rows = None
        elif tag == "TableCell" and self._rows:
            for piece in self._resolved():
                self._rows[-1][-1].add(piece.text, piece.places)
        elif tag in _BLOCKS:
            self._flush()
            if self._html:
                write_html(self._out, self._html[0][0], self._html[-1][1])
                self._html = []
            self._verbatim = self._hidden = ""
            self._out.line(max(0, end - 1))

    def _text(self, value: str, start: int, end: int, *, code: bool) -> None:
        if self._verbatim == "MetadataBlock":
            self.about = read_front_matter(start, end, self._out)
        elif self._verbatim:
            self._code(start, end)
        elif end > self._skipped:
            start = max(start, self._skipped)
            source = self._out.source[start:end]
            if len(value) > len(source):  # some of it is a mark
                value = source
            same = value == source
            places = range(start, end) if same else _places(self._out.source, value, start, end)
            mark = not code and same and not value.strip("*_") and not self._escaped(start)
            # Code has its places in a list, so that nothing in it is taken for a mark.
            self._put(value, list(places) if code else places, mark=mark)

    def _escaped(self, at: int) -> bool:
        return at > 0 and self._out.source[at - 1] == "\\"

    def _put(self, text: str, places: Sequence[int], *, mark: bool = False) -> None:
        if self._struck or self._hidden:
            return
        if not mark and "__" in text and isinstance(places, range):
            self._put_underscores(text, places)
            return
        last = self._inline[-1] if self._inline else None
        if mark and last is not None and last.mark and last.text[0] == text[0]:
            self._inline[-1] = _Inline(last.text + text, [*last.places, *places], mark=True)
        else:
            self._inline.append(_Inline(text, places, mark))

    def _put_underscores(self, text: str, places: range) -> None:
        """By the rules of Markdown they are plain text inside of a word, as which hanzi count."""
        at = 0
        for match in re.finditer("_{2,}", text):
            if match.start() > at:
                self._inline.append(_Inline(text[at : match.start()], places[at : match.start()]))
            self._inline.append(_Inline(match[0], places[match.start() : match.end()], mark=True))
            at = match.end()
        self._inline.append(_Inline(text[at:], places[at:]))

    def _flush(self) -> None:
        for piece in self._resolved():
            self._out.put(piece.text, piece.places)

    def _resolved(self) -> list[_Inline]:
        """The pieces that wait, without the marks of emphasis that have a partner.

        The rules of Markdown leave them standing beside Chinese: 为**“甲”**乙, 为__45__毫米.
        """
        pieces, self._inline = self._inline, []
        opened: dict[str, int] = {}
        dropped: set[int] = set()
        for i, piece in enumerate(pieces):
            if not piece.mark:
                continue
            at = opened.pop(piece.text, None)
            if at is not None and _flanks(pieces, at, i):
                dropped |= {at, i}
            else:
                opened[piece.text] = i
        return [piece for i, piece in enumerate(pieces) if i not in dropped]

    def _code(self, start: int, end: int) -> None:
        """Each line of code for itself; nothing in it is a mark."""
        at = start
        for line in self._out.source[start:end].split("\n"):
            if line.strip():
                self._out.line(at, kind="code" if self._verbatim == "Fenced" else "")
                self._out.copy(at, at + len(line))
            at += len(line) + 1

    def _inline_html(self, start: int, end: int) -> None:
        match = _TAG.match(self._out.source, start, end)
        if match is None:
            return
        tag = match["tag"].lower()
        if self._hidden:
            self._hidden = "" if match["close"] and tag == self._hidden else self._hidden
        elif not match["close"] and tag in HIDDEN:
            self._hidden = tag
        elif _BREAK.fullmatch(tag):
            self._put("\n", [start])


def _flanks(pieces: Sequence[_Inline], opening: int, closing: int) -> bool:
    """Whether two marks stand around words; underscores must not stand inside of one."""
    inside = pieces[opening + 1].text[:1], pieces[closing - 1].text[-1:]
    if opening + 1 == closing or any(char.isspace() for char in inside):
        return False
    if pieces[opening].text[0] == "*":
        return True
    before = pieces[opening - 1].text[-1:] if opening else ""
    after = pieces[closing + 1].text[:1] if closing + 1 < len(pieces) else ""
    return not _ASCII_WORD.match(before) and not _ASCII_WORD.match(after)


def _verbatim(value: Any) -> str:
    """``MetadataBlock``, ``Fenced`` or ``Indented``."""
    tag = _tag(value)
    return tag if tag == "MetadataBlock" else _tag(value[tag])


def _tag(value: Any) -> str:
    return value if isinstance(value, str) else str(next(iter(value)))


def _places(source: str, value: str, start: int, end: int) -> list[int]:
    """The source index of each character of a text that the source writes otherwise.

    Code stands between its marks, with line breaks for spaces; an entity or an escape has the
    place where it begins.
    """
    places = []
    at = start
    for char in value:
        found = at
        while (
            found < end and source[found] != char and not (char == " " and source[found].isspace())
        ):
            found += 1
        if found == end:
            return [start] * len(value)
        places.append(found)
        at = found + 1
    return places
