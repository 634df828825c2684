"""Bytes to text: by a byte order mark, else by which reading of the bytes is likely.

Chinese comes in UTF-8, GB18030 (GBK, GB 2312), Big5 (with Hong Kong's characters), UTF-16 and
UTF-32. A few bytes that fit nowhere are read as U+FFFD each; more of them, or another language's
old encoding, and the file is refused by name.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from index.errors import SourceError
from index.reading.likelihood import cost, share

#: Longer marks first: the UTF-32 mark begins with the UTF-16 one.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: What stands for bytes that could not be read.
DAMAGED = "\ufffd"

CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")

#: A text with a larger share of control characters is taken for a binary file.
MAX_CONTROLS = 0.1

#: A larger share of damaged characters, beside the first few, and the file is refused.
MAX_DAMAGED = 0.01
FEW_DAMAGED = 3

#: A reading whose characters cost more than this on average is no text that anyone wrote.
MAX_COST = 7.0

#: Korean and Japanese have at least this share of their own letters among those beyond ASCII.
MIN_SHARE = 0.2

#: How much less likely than the best reading a declared encoding may be and is taken all the same.
DECLARED = 1.0

#: So many bytes decide; the rest of a file is in the same encoding.
_SAMPLE = 16_000

_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_READ = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
#: Encodings of other languages: told apart, so that nothing of theirs is taken for Chinese.
_OTHERS = {
    "cp949": "EUC-KR (Korean)",
    "cp932": "Shift-JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "cp1252": "Windows-1252 (Western European)",
}
_EASTERN = ("cp949", "cp932", "euc_jp")
#: What else than Chinese is written in an encoding; in Unicode everything is.
_KANA, _ALL = "HIRAGANA KATAKANA FULLWIDTH", "HANGUL HIRAGANA KATAKANA FULLWIDTH LATIN"
_SCRIPTS = {
    "gb18030": "FULLWIDTH",
    "big5hkscs": "FULLWIDTH",
    "cp949": "HANGUL FULLWIDTH",
    "cp932": _KANA,
    "euc_jp": _KANA,
    "cp1252": "LATIN",
}
_SAME = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
    "utf-16": "utf-8",  # a page that says so in ASCII is not in it
}


def decode(data: bytes, format: str = "") -> str:
    """Decode a whole file; the byte order mark is not part of the text.

    In HTML and XML the encoding that the page declares is taken where it fits the bytes.

    Raises:
        SourceError: binary, empty, or in no encoding that Chinese is written in.
    """
    text = _decoded(data, declared(data) if format == "html" else "")
    check(text)
    return text


def check(text: str) -> None:
    """Refuse a text that holds nothing to read.

    Raises:
        SourceError: empty, broken or mostly control characters.
    """
    if not text or text.isspace():
        raise SourceError("empty: it holds no text")
    if _is_controls(text) or "\x00" in text:
        raise SourceError("binary: it holds control characters where text should be")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise SourceError(f"broken character (lone surrogate) at {exc.start}") from exc


def encoding_of(data: bytes) -> tuple[str, int]:
    """The encoding that a byte order mark names and the mark's length; ``("", 0)`` without."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    return "", 0


_DECLARATION = re.compile(
    rb"""<meta\b[^<>]{0,300}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})"""
    rb"""|<\?xml\b[^<>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)


def declared(data: bytes) -> str:
    """The encoding that an HTML page or XML file names in its first bytes; empty without one."""
    found = _DECLARATION.search(data, 0, 4096)
    if found is None:
        return ""
    try:
        name = codecs.lookup((found[1] or found[2]).decode("ascii")).name
    except LookupError:
        return ""
    return _SAME.get(name, name)


def _decoded(data: bytes, declared: str) -> str:
    encoding, skip = encoding_of(data)
    if not encoding:
        text = _utf8(data)
        if text is not None:
            return text
        encoding = guess(data, declared)
    text = data[skip:].decode(encoding, "replace")
    if _is_damaged(text):
        raise SourceError(
            f"undecodable: {text.count(DAMAGED):,} of {len(text):,} characters"
            f" are no {_name(encoding)}"
        )
    return text


def _utf8(data: bytes) -> str | None:
    """None where it is not all UTF-8, or too much of it is controls: UTF-16 may look like that."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text or _is_controls(text) else text


def _is_controls(text: str) -> bool:
    return len(CONTROLS.findall(text)) > MAX_CONTROLS * len(text)


def _is_damaged(text: str) -> bool:
    damaged = text.count(DAMAGED)
    return damaged > max(FEW_DAMAGED, MAX_DAMAGED * len(text)) or damaged * 5 > len(text)


def _name(encoding: str) -> str:
    return "Big5" if encoding == "big5hkscs" else encoding.upper()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sample in one encoding, and what its characters cost: together, and each on average."""

    encoding: str
    cost: float
    mean: float


def guess(data: bytes, declared: str = "") -> str:
    """The encoding of bytes without a mark that are not plain UTF-8.

    Raises:
        SourceError: binary, or text of another language, or nothing that is text.
    """
    binary = b"\x00" in data
    sample = _sample(data)
    names = (
        _WIDE if binary else dict.fromkeys([*_READ, *_OTHERS, *([declared] if declared else [])])
    )
    readings = [r for name in names if (r := _reading(data, sample, name)) is not None]
    best = min(readings, key=lambda r: r.cost, default=None)
    if best is None or best.mean > MAX_COST:
        raise SourceError(_why_not(data))
    for reading in readings:
        if reading.encoding == declared and reading.mean <= best.mean + DECLARED:
            best = reading
    if best.encoding in _OTHERS:
        raise SourceError(f"undecodable: {_OTHERS[best.encoding]} text; save it as UTF-8")
    return best.encoding


def _why_not(data: bytes) -> str:
    if b"\x00" in data:
        return "binary: it holds NUL bytes"
    if _is_controls(data.decode("ascii", "ignore")):
        return "binary: it holds control characters where text should be"
    return "undecodable: neither UTF-8 nor GB18030, Big5 or UTF-16"


#: What a text in UTF-16 or UTF-32 is mostly made of; two other bytes make a character of any script.
_USUAL = re.compile(r"[\n\r\t -~\u3000-\u303f\u3400-\u9fff\uac00-\ud7af\u3040-\u30ff]")


def _strange(text: str) -> bool:
    return 2 * len(_USUAL.findall(text)) < len(text)


_FOREIGN = re.compile(rb"[\x80-\xff]")


def _sample(data: bytes) -> bytes:
    """The first lines that are not ASCII."""
    lines = []
    at = size = 0
    while size < _SAMPLE and (match := _FOREIGN.search(data, at)):
        start = data.rfind(b"\n", at, match.start()) + 1 or at
        at = data.find(b"\n", match.end()) + 1 or len(data)
        # Of a very long line, what stands around its first such byte.
        start = max(start, match.start() - _SAMPLE // 2)
        lines.append(data[start : min(at, start + _SAMPLE)])
        size += len(lines[-1])
    return b"".join(lines)


def _reading(data: bytes, sample: bytes, encoding: str) -> _Reading | None:
    """None where too many bytes do not fit."""
    wide = encoding.startswith(("utf-16", "utf-32"))
    raw = data[:_SAMPLE] if wide else sample
    try:
        # Incremental: the sample may end inside a character.
        text = codecs.getincrementaldecoder(encoding)("replace").decode(raw, len(raw) < _SAMPLE)
    except (LookupError, UnicodeError):
        return None
    if not text or _is_damaged(text):
        return None
    # All readings are weighed over as many bytes.
    scripts = _SCRIPTS.get(encoding, _ALL)
    if encoding in _EASTERN and share(text, scripts) < MIN_SHARE:
        return None
    if wide and _strange(text):
        return None
    summed = cost(text, scripts)
    return _Reading(encoding, summed * (len(sample) or len(raw)) / len(raw), summed / len(text))
