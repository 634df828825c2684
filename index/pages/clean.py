"""Source text to clean text, with the way back: one source index for every clean character.

Cleaning never writes anything of its own. It drops characters (spaces inside Chinese text, line
breaks inside a paragraph, the second copy of a doubled caption) and replaces some one for one
(full-width letters, odd spaces; a line break between two English words becomes a space, a space
between two paragraphs a line break).
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from index.pages.lines import Edit, Line
from index.pages.wrap import joins
from index.records import Offsets


@dataclass(frozen=True, slots=True, eq=False)
class Clean:
    """Clean text; ``offsets[i]`` (int32) is the source index that ``text[i]`` came from."""

    text: str
    offsets: Offsets


def _mapping() -> dict[int, str]:
    table = {0xFF10 + i: chr(0x30 + i) for i in range(10)}
    table |= {0xFF21 + i: chr(0x41 + i) for i in range(26)}
    table |= {0xFF41 + i: chr(0x61 + i) for i in range(26)}
    table |= {ord(char): chr(ord(char) - 0xFEE0) for char in "％＋＝＆＠＃＄＊／＿＾｀｜＼"}
    table |= {ord("⋯"): "…"}
    table |= dict.fromkeys(map(ord, "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
    spaces = (*range(0x2000, 0x200B), 0x09, 0x1F, 0xA0, 0x1680, 0x202F, 0x205F, 0x3000)
    table |= dict.fromkeys(spaces, " ")
    # Radicals and compatibility forms that PDF extraction leaves in place of the characters.
    forms = (*range(0x2E80, 0x2FD6), *range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20))
    return table | {code: unicodedata.normalize("NFKC", chr(code)) for code in forms}


#: Source character to clean character, for those that are not kept as they are.
MAPPED = _mapping()


def _class(codes: Iterable[int]) -> str:
    """A pattern of one of these characters; as ranges, it is found by ten times sooner than one by one."""
    ranges: list[list[int]] = []
    for code in sorted(codes):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "[" + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges) + "]"


#: Few texts hold more than a few of them: to look each character up takes eight times as long.
_TO_MAP = re.compile(_class(MAPPED))

#: Controls, format characters (zero width, direction, tags) and lone surrogates are dropped.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
)

_HAN = r"\u2e80-\u312f\u3190-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_WIDE = re.compile(f"[{_HAN}\u2190-\u2bff]")
#: Shared by Chinese and English; which one it is shows on the other side.
_SHARED = "“”‘’…—·"
_SPACES = re.compile(" +")
#: So many spaces in a row were a layout's, not a writer's.
_LAYOUT = 8
_FULL_STOP = re.compile("[．－](?=[0-9])")


def clean(text: str, *, apart: Collection[int] = ()) -> Clean:
    """A clean copy of any text; never raises.

    ``clean("装 备，每 35 秒")`` is ``"装备，每35秒"`` with offsets ``0 2 3 5 7 8 10``.
    ``apart`` holds the starts of lines that are known to stand alone (headings).
    """
    mapped = _TO_MAP.sub(lambda match: MAPPED[ord(match[0])], text.replace("\r\n", "\0\n"))
    edits = [(match.start(), match.end(), "") for match in _INVISIBLE.finditer(mapped)]
    edits += [(m.start(), m.end(), ".-"["．－".index(m[0])]) for m in _numeric(mapped)]
    offsets = np.arange(len(mapped), dtype=np.int32)
    if edits:
        mapped, offsets = _apply(mapped, offsets, sorted(edits))
        known = set(apart)
        apart = [i for i, at in enumerate(offsets.tolist()) if at in known] if known else ()
    return Clean(*_apply(mapped, offsets, sorted(_edits(mapped, apart))))


#: What a mark of the source may stand for between two cells of a table.
CELL_MARKS = "：，"
_ENTITY = re.compile(r"&[#\w]{1,32};?")
_NUMERIC = {"．": ".", "－": "-"}


def reads(source: str, text: str, offsets: Offsets) -> bool:
    """Whether each character of a clean text is what the source shows at its offset.

    >>> reads("降雨量为**45**毫米", "降雨量为45毫米", np.array([0, 1, 2, 3, 6, 7, 10, 11]))
    True
    """
    return all(
        at < len(source) and _shows(source, at, char)
        for char, at in zip(text, offsets.tolist(), strict=True)
    )


def _shows(source: str, at: int, char: str) -> bool:
    origin = source[at]
    if char in (origin, MAPPED.get(ord(origin)), _NUMERIC.get(origin)):
        return True
    if char.isspace():
        return origin == "<" or MAPPED.get(ord(origin), origin).isspace()
    if char in CELL_MARKS:
        return not origin.isalnum()
    if char == "^":  # 10<sup>4</sup> is read as 10^4
        return source[at : at + 4].lower() == "<sup"
    entity = _ENTITY.match(source, at)
    if entity is None:
        return False
    return any(char in (one, MAPPED.get(ord(one))) for one in html.unescape(entity[0]))


def _numeric(text: str) -> Iterator[re.Match[str]]:
    """Full-width points and dashes that stand between two digits."""
    for match in _FULL_STOP.finditer(text):
        if match.start() and text[match.start() - 1].isdigit():
            yield match


def _apply(text: str, offsets: Offsets, edits: list[Edit]) -> tuple[str, Offsets]:
    """Cut each ``[start, end)`` out, or leave one character standing for its first one."""
    keep = np.ones(len(text), dtype=bool)
    pieces = []
    at = 0
    for start, end, char in edits:
        pieces += [text[at:start], char]
        keep[start + len(char) : end] = False
        at = end
    pieces.append(text[at:])
    return "".join(pieces), offsets[keep]


def _edits(text: str, apart: Collection[int]) -> Iterator[Edit]:
    lines = _lines(text, apart)
    _collapse(lines)
    joined = joins(lines)
    at = 0
    for number, line in enumerate(lines):
        if number:
            yield from _between(text, at, line.start, joined[number - 1])
        elif line.start:
            yield (0, line.start, "")
        yield from line.cuts
        at = line.end
    if at < len(text):
        yield (at, len(text), "")


def _between(text: str, start: int, end: int, joined: bool) -> Iterator[Edit]:
    """What becomes of the white space between two lines."""
    if not joined:
        first = text.index("\n", start, end)
        if first > start:
            yield (start, first, "")
        yield (first, end, "\n")
    else:
        yield (start, end, "" if _tight(text, start, end) else " ")


def _tight(text: str, start: int, end: int) -> bool:
    """Whether what stands before ``start`` and behind ``end`` is written without a space."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in _SHARED:
        before = text[start - 2 : start - 1]
    if after in _SHARED:
        after = text[end + 1 : end + 2]
    if not before.strip() or not after.strip():
        return True
    return _WIDE.match(before) is not None or _WIDE.match(after) is not None


# -- lines


def _lines(text: str, apart: Collection[int]) -> list[Line]:
    lines: list[Line] = []
    places = sorted(apart)
    at = breaks = 0
    for raw in text.split("\n"):
        content = raw.strip(" ")
        if content:
            indent = len(raw) - len(raw.lstrip(" "))
            start = at + indent
            cuts = list(_space_cuts(text, start, start + len(content)))
            squeezed = content.replace(" ", "")
            near = bisect_left(places, at)
            alone = near < len(places) and places[near] <= start
            end = start + len(content)
            lines.append(Line(start, end, breaks, indent, alone, content, squeezed, cuts))
            breaks = 0
        at += len(raw) + 1
        breaks += 1
    return lines


def _space_cuts(text: str, start: int, end: int) -> Iterator[Edit]:
    """Spaces inside a line: dropped in Chinese, single in English, a break behind a sentence."""
    spaced = _is_spaced(text[start:end])
    for match in _SPACES.finditer(text, start, end):
        a, b = match.span()
        if spaced and b - a == 1 and _SPACED_FIGURE.match(text, a - 1):
            yield (a, b, "")
        elif b - a >= _LAYOUT or _ends_paragraph(text, a, b, start):
            yield (a, b, "\n")
        elif _tight(text, a, b):
            yield (a, b, "")
        elif b - a > 1:
            yield (a, b, " ")


#: Two characters of a number, each of them alone: 「1 8 0 0 个」.
_SPACED_FIGURE = re.compile(r"(?<![^ ])[\d.,%] [\d.,%](?![^ ])")
#: A line of fewer characters may be a list of single ones.
_SPACED = 8


def _is_spaced(line: str) -> bool:
    """Whether a line's characters are all spaced out, as some PDFs give them."""
    if line.count(" ") < _SPACED:
        return False
    words = line.split(" ")
    return sum(len(word) == 1 for word in words) >= 0.8 * len(words)


def _ends_paragraph(text: str, a: int, b: int, start: int) -> bool:
    """A space behind a full stop: no one types it in Chinese, so it was a paragraph's end.

    Not so in a line whose characters are all spaced out.
    """
    stop = a - 1
    while text[stop] in "”’）":
        stop -= 1
    if text[stop] not in "。！？" or stop <= start:
        return False
    spaced = text[stop - 1] == " " or text[b + 1 : b + 2] == " "
    return not spaced and text[b] not in "，、；：。！？”’）》"


# -- doubled captions


def _collapse(lines: list[Line]) -> None:
    """Cut the second copies out of lines whose characters a PDF printed twice for boldness."""
    weak: list[tuple[int, list[tuple[int, int]]]] = []
    for number, line in enumerate(lines):
        runs = _squares(line.text)
        if runs is None:
            continue
        if _surely_doubled(line.text, runs):
            _halve(line, runs)
        elif max(length for _, length in runs) > 1:
            weak.append((number, runs))
    for number, runs in weak:
        if any(line.doubled for line in lines[max(0, number - 1) : number + 2]):
            _halve(lines[number], runs)


_MAX_DOUBLED = 300
_MARK = re.compile("[，。、；：！？,;.]")


def _squares(text: str) -> list[tuple[int, int]] | None:
    """Write a text as ``ww vv uu ...``: the start and length of w, v, u; ``None`` if it is not.

    >>> _squares("电子电子88")
    [(0, 2), (4, 1)]
    """
    size = len(text)
    if size > _MAX_DOUBLED or any(count % 2 for count in Counter(text).values()):
        return None
    lengths = [0] * (size + 1)
    for start in range(size - 2, -1, -1):
        for length in range((size - start) // 2, 0, -1):
            middle, end = start + length, start + 2 * length
            if (end == size or lengths[end]) and text[start:middle] == text[middle:end]:
                lengths[start] = length
                break
    if not lengths[0]:
        return None
    runs = []
    at = 0
    while at < size:
        runs.append((at, lengths[at]))
        at += 2 * lengths[at]
    return runs


def _surely_doubled(text: str, runs: list[tuple[int, int]]) -> bool:
    """Rule out 天天向上, 5555 and 研究研究: ask for a long copy, or doubled punctuation with one."""
    copies = [text[start : start + length] for start, length in runs]
    # A copy that is itself a repetition (哈哈哈哈) is a cry, not a print.
    longest = max((len(w) for w in copies if (w + w).find(w, 1) == len(w)), default=0)
    # Such printing doubles a stop by itself; a text that was put in twice repeats it inside.
    if any(_MARK.search(w) for w in copies if len(w) > 1):
        return False
    punctuated = any(w in "，。、；：！？（）《》“”" for w in copies)
    return longest >= 6 or (punctuated and longest >= 2 and len(text) >= 8)


def _halve(line: Line, runs: list[tuple[int, int]]) -> None:
    # Places in the squeezed text -> places in the line, by skipping what the cuts drop.
    dropped = {at for start, end, char in line.cuts for at in range(start, end)}
    places = [at for at in range(line.start, line.end) if at not in dropped]
    if len(places) != len(line.text):
        return
    second = [(start + length, start + 2 * length) for start, length in runs]
    dropped |= {places[at] for start, end in second for at in range(start, end)}
    line.cuts = [(at, at + 1, "") for at in sorted(dropped)]
    line.text = "".join(line.text[start : start + length] for start, length in runs)
    line.doubled = True
