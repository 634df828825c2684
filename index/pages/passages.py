"""Article to passages: whole sentences, packed to about the same length, inside one section."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.records import BLOCK_KINDS, Article, Passage

# It begins with a set, which the engine looks for by itself: tried at each character it takes twice as long.
_END = re.compile(
    r"[\n。！？…!?.](?:(?<=\n)|(?:"
    r"(?<=[。！？])[。！？]*|(?<=…)…+|(?<=\S[!?])(?=[\s”’\"')\u2e80-\uffef])"
    r"|(?<=[a-z0-9”’\"')][.])(?=\s+[A-Z\u2e80-\uffef“])"
    r")[”’\"'』」）)】]*)"
)
#: Behind these a quotation or a parenthesis goes on with its sentence: “好！”，他说。
_GOES_ON = "，、；：,;》〉的"
_ABBREVIATION = re.compile(r"\b(?:No|Mr|Mrs|Ms|Dr|vs|Co|Ltd|Inc|St|Prof|etc|e\.g|i\.e)[.]$")
_SEMICOLON = re.compile("；[”’』」）]*")
_COMMA = re.compile("[，、：；,;—]+[”’』」）]*|[ ]")

#: A sentence longer than this is split at its semicolons.
LONG_SENTENCE = 120

Bounds = tuple[int, int]


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Bounds]:
    """The ``[start, end)`` of each sentence; every character but white space is in exactly one.

    >>> sentences("增长8.1%。“好！”他说。")
    [(0, 7), (7, 11), (11, 14)]
    """
    end = len(text) if end is None else end
    found: list[Bounds] = []
    at = start
    for stop in _stops(text, start, end):
        found += _trimmed(text, at, stop)
        at = stop
    found += _trimmed(text, at, end)
    return [piece for bounds in found for piece in _at_semicolons(text, *bounds)]


def _stops(text: str, start: int, end: int) -> Iterator[int]:
    for match in _END.finditer(text, start, end):
        stop = match.end()
        if match[0].endswith("\n"):
            yield stop
        elif stop < end and text[stop] in _GOES_ON:
            continue
        elif not _ABBREVIATION.search(text, max(start, stop - 8), stop):
            yield stop


def _trimmed(text: str, start: int, end: int) -> list[Bounds]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return [(start, end)] if start < end else []


def _at_semicolons(text: str, start: int, end: int) -> list[Bounds]:
    if end - start <= LONG_SENTENCE:
        return [(start, end)]
    return _cut(text, start, end, [match.end() for match in _SEMICOLON.finditer(text, start, end)])


def _cut(text: str, start: int, end: int, stops: list[int]) -> list[Bounds]:
    pieces: list[Bounds] = []
    for stop in [*stops, end]:
        pieces += _trimmed(text, start, stop)
        start = stop
    return pieces


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is packed whole: a sentence, a part of a very long one, or a short block."""

    start: int
    end: int
    heading: str
    opens: bool  # begins a section
    read: bool  # a statement, not a title, heading or byline


def passages(article: Article, *, chars: int = 260, overlap_sentences: int = 1) -> list[Passage]:
    """Passages of about ``chars`` characters, in reading order; pure.

    A heading opens a new passage. Inside a section each passage repeats the last
    ``overlap_sentences`` sentences of the one before, unless they fill half of it.
    """
    return [
        _passage(article, packed[0].start, packed[-1].end, packed[-1].heading)
        for packed in _packed(list(_units(article, chars)), chars, overlap_sentences)
    ]


_READ = frozenset(BLOCK_KINDS[BLOCK_KINDS.index("paragraph") :])


def _units(article: Article, chars: int) -> Iterator[_Unit]:
    heading: list[str] = []
    previous = ""
    for block in article.blocks:
        opens = block.kind == "heading" and previous != "heading"
        if opens:
            heading = []
        if block.kind == "heading":
            heading.append(article.text[block.start : block.end])
        for start, end in _pieces(article.text, block.start, block.end, chars):
            read = block.kind in _READ
            yield _Unit(start, end, " ".join(heading[-3:]), opens, read)
            opens = False
        previous = block.kind


def _pieces(text: str, start: int, end: int, chars: int) -> Iterator[Bounds]:
    """Sentences; one that is longer than a passage is cut at commas, at worst anywhere."""
    for first, last in sentences(text, start, end):
        while last - first > chars:
            commas = [m.end() for m in _COMMA.finditer(text, first + chars // 2, first + chars)]
            stop = commas[-1] if commas else first + chars
            yield from _trimmed(text, first, stop)
            first = stop
        yield from _trimmed(text, first, last)


def _packed(units: list[_Unit], chars: int, overlap: int) -> Iterator[list[_Unit]]:
    packed: list[_Unit] = []
    for unit in units:
        opens = unit.opens and any(before.read for before in packed)
        if packed and (opens or not _fits(packed, unit, chars)):
            yield packed
            packed = [] if opens else _repeated(packed, unit, chars, overlap)
        packed.append(unit)
    if packed:
        yield packed


def _fits(packed: list[_Unit], unit: _Unit, chars: int) -> bool:
    """Up to ``chars``; a little more rather than a passage of less than half of it."""
    limit = chars if packed[-1].end - packed[0].start >= chars / 2 else 1.25 * chars
    return unit.end - packed[0].start <= limit


def _repeated(packed: list[_Unit], unit: _Unit, chars: int, overlap: int) -> list[_Unit]:
    kept = packed[max(1, len(packed) - overlap) :]
    while kept and (kept[-1].end - kept[0].start > chars / 2 or not _fits(kept, unit, chars)):
        kept = kept[1:]
    return kept


def _passage(article: Article, start: int, end: int, heading: str) -> Passage:
    text = article.text[start:end]
    spans = sorted(article.source_spans(start, end), key=lambda span: (-len(span), span))
    key = f"{article.source}\0{start}\0{text}".encode("utf-8", "surrogatepass")
    return Passage(
        id=hashlib.sha256(key).hexdigest()[:16],
        article=article.id,
        source=article.source,
        text=text,
        start=start,
        end=end,
        spans=tuple(spans),
        heading=heading,
    )
