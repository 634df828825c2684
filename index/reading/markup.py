"""Markup off: what an HTML page or a Markdown file says, each character with its source index."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from index.records import Offsets


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """A text without markup.

    ``offsets`` (int32) has the source index of each character; an entity counts as its ``&``.
    ``levels`` has the heading level by the place in ``text`` where a heading's line begins.
    """

    text: str
    offsets: Offsets
    levels: dict[int, int] = field(default_factory=dict)
    title: str = ""


def plain(text: str, format: str) -> Plain:
    """The text that a source of this format shows; headings marked with # count in any text."""
    if format == "html":
        return _from_html(text)
    if format == "md":
        return _from_pieces(_markdown(text))
    return _from_pieces(_hashes(text))


#: A piece of the result and its source index, and the heading level when a heading begins here.
Piece = tuple[str, int, int]


def _from_pieces(pieces: Iterator[Piece], title: str = "") -> Plain:
    texts: list[str] = []
    arrays: list[Offsets] = [np.empty(0, dtype=np.int32)]
    levels: dict[int, int] = {}
    size = 0
    for text, at, level in pieces:
        if level:
            levels[size] = level
        texts.append(text)
        arrays.append(np.arange(at, at + len(text), dtype=np.int32))
        size += len(text)
    return Plain("".join(texts), np.concatenate(arrays), levels, title)


_HASHES = re.compile(r"^ {0,3}(#{1,6})[ \u3000\t]+(?=\S)", re.MULTILINE)


def _hashes(text: str) -> Iterator[Piece]:
    at = level = 0
    for match in _HASHES.finditer(text):
        yield text[at : match.start()], at, level
        at, level = match.end(), len(match[1])
    yield text[at:], at, level


# -- Markdown

_MARKS = re.compile(
    r"""
    ^[ ]{0,3}(?P<hashes>\#{1,6})[ \u3000\t]+(?=\S)   # heading
    | ^[ ]{0,3}(?:>[ ]?)+                            # quotation
    | ^[ ]*[-*+][ ]+(?=\S)                           # list item
    | ^[ ]{0,3}(?:(?:[-*_=][ ]*){3,})$               # rule, underline of a heading
    | ^[ ]*(?:```|~~~).*$                            # fence
    | \A---\n(?s:.{0,2000}?)\n---$                    # front matter
    | !?\[(?P<link>[^\[\]\n]*)\]\([^()\n]*\)         # link, image
    | <(?P<auto>https?://[^<>\s]+)>
    | (?P<bold>\*\*|__)(?=\S)(?P<strong>[^\n]*?\S)(?P=bold)
    | (?<![\w*])(?P<slant>[*_])(?=[^\s*_])(?P<soft>[^\n*_]*?[^\s*_])(?P=slant)(?![\w*])
    | (?P<tick>`++)(?P<code>[^`\n]+)(?P=tick)
    | \\(?=[!-/:-@\[-`{-~])                          # escape
    | (?<![ ])[ ]++\#++[ ]*+$                                 # closing hashes
    """,
    re.MULTILINE | re.VERBOSE,
)
_NESTED = re.compile(r"\*\*|__|`+")
_INNER_GROUPS = ("link", "auto", "strong", "soft", "code")


def _markdown(text: str, start: int = 0, end: int | None = None) -> Iterator[Piece]:
    """Drop the marks; links, emphasis and code keep their text."""
    end = len(text) if end is None else end
    at, level = start, 0
    for match in _MARKS.finditer(text, start, end):
        if match.start() < at:
            continue
        yield text[at : match.start()], at, level
        level = len(match["hashes"] or "")
        at = match.end()
        for group in _INNER_GROUPS:
            if match[group]:
                yield from _inline(text, *match.span(group))
    yield text[at:end], at, level


def _inline(text: str, start: int, end: int) -> Iterator[Piece]:
    """The inside of a link or of emphasis may hold marks again, one level deep."""
    at = start
    for match in _NESTED.finditer(text, start, end):
        yield text[at : match.start()], at, 0
        at = match.end()
    yield text[at:end], at, 0


# -- HTML

_HIDDEN = "script|style|noscript|template|svg|iframe|nav|button|select|head|textarea|object"
_TOKENS = re.compile(
    rf"""
    <!--.*?(?:-->|\Z) | <![^>]*> | <\?[^>]*>
    | <(?P<hidden>{_HIDDEN})\b[^<>]*+(?<!/)>.*?(?:</(?P=hidden)\s*>|\Z)
    | <(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:-]*)(?:"[^"]{{0,5000}}"|'[^']{{0,5000}}'|[^'"<>]++){{0,200}}+>
    | &(?:\#\d{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[a-zA-Z][a-zA-Z0-9]{{1,31}});?
    | (?P<space>[\r\n\t\f]+)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_INLINE = re.compile(
    "a|abbr|b|bd[io]|big|cite|code|data|del|dfn|em|font|i|img|ins|kbd|label|mark|q|r[pt]|ruby|s|"
    "samp|small|span|strike|strong|su[bp]|time|tt|u|var|wbr"
)
_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title", re.DOTALL | re.IGNORECASE)


def _from_html(text: str) -> Plain:
    found = _TITLE.search(text)
    title = " ".join(html.unescape(found[1]).split()) if found else ""
    return _from_pieces(_html(text), title)


def _html(text: str) -> Iterator[Piece]:
    """Tags off, entities read, what is never shown left out; a block's tags end its line."""
    at = level = 0
    for match in _TOKENS.finditer(text):
        if match.start() > at:
            yield text[at : match.start()], at, level
            level = 0
        at = match.end()
        tag = (match["tag"] or "").lower()
        if tag and not _INLINE.fullmatch(tag):
            yield "\n", match.start(), 0
            level = int(tag[1]) if not match["close"] and re.fullmatch("h[1-6]", tag) else 0
        elif match["space"]:
            yield " " * len(match[0]), match.start(), 0
        elif match[0].startswith("&"):
            for char in html.unescape(match[0]):
                yield char, match.start(), level
                level = 0
    yield text[at:], at, level
