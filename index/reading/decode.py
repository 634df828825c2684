"""Bytes to text: UTF-8, UTF-16 and UTF-32 by their marks, else GB18030."""

from __future__ import annotations

import codecs
import re

from index.errors import SourceError

#: Longer marks first: the UTF-32 mark begins with the UTF-16 one.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")

#: A text with a larger share of control characters is taken for a binary file.
MAX_CONTROLS = 0.1

#: GB18030 gives some reading of most bytes. In real Chinese most characters are in the small
#: GB 2312 set too, in a wrong reading few are.
MIN_COMMON = 0.4


def decode(data: bytes) -> str:
    """Decode a whole file; the byte order mark is not part of the text.

    Raises:
        SourceError: binary, empty or in no known encoding.
    """
    text = _decoded(data)
    check(text)
    return text


def check(text: str) -> None:
    """Refuse a text that holds nothing to read.

    Raises:
        SourceError: empty, broken or mostly control characters.
    """
    if not text or text.isspace():
        raise SourceError("empty: it holds no text")
    if len(CONTROLS.findall(text)) > MAX_CONTROLS * len(text) or "\x00" in text:
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


def _decoded(data: bytes) -> str:
    encoding, skip = encoding_of(data)
    if encoding:
        try:
            return data[skip:].decode(encoding)
        except UnicodeDecodeError as exc:
            raise SourceError(f"undecodable: marked as {encoding}, but {exc.reason}") from exc
    if b"\x00" in data:
        raise SourceError("binary: it holds NUL bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _gb18030(data)


def _gb18030(data: bytes) -> str:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as exc:
        raise SourceError("undecodable: neither UTF-8 nor GB18030") from exc
    foreign = [char for char in text if char > "\x7f"]
    common = len("".join(foreign).encode("gb2312", "ignore")) // 2
    if common < MIN_COMMON * len(foreign):
        raise SourceError("undecodable: neither UTF-8 nor plausible GB18030")
    return text
