"""A model's words as they stream in, taken apart into claims and the markers behind them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_NUMBERS = r"\s*+\d{1,4}(?:\s*[,，、;；\-–—－~～至到]\s*\d{1,4})*\s*"
_WORD = r"\s*+\^?(?:来源|资料|引用|文献|参考|段落|source|passage|ref|id)?\s*+[:：#]?"
#: Markers that can be nothing else: [1], 【1】, ［１］, [1,2], [1-3], [^1], [资料1], ^1, <sup>1</sup>, ¹
_PLAIN = rf"[\[【［〖〔]{_WORD}{_NUMBERS}[\]】］〗〕]|\^\d{{1,2}}\^?|<sup>\[?{_NUMBERS}\]?</sup>|[⁰¹²³⁴⁵⁶⁷⁸⁹]+"
#: These number a list as well: markers only behind a statement.
_BEHIND = (
    r"(?<=[^\s。！？!?；;：:\n])(?:[（(]\s*\d{1,2}(?:\s*[,，、-]\s*\d{1,2})*\s*[）)]|[①-⑳])"
    r"(?=\s*(?:[，。；！？,.;!?\n\[【（(①-⑳]|$))"
)
MARKER = re.compile(f"(?:{_PLAIN}|{_BEHIND})", re.IGNORECASE)
_TRAILING = re.compile(rf"\s*(?:(?:{_PLAIN}|[（(]\s*\d{{1,2}}\s*[）)]|[①-⑳])\s*)+", re.IGNORECASE)
#: What may yet become a marker: an opened bracket with few characters behind it.
_OPEN = re.compile(
    r"\s*(?:[\[【［〖〔（(^][^\]】］〗〕）)。\n]{0,16}|<(?:s(?:u(?:p(?:>[^<]{0,16}(?:<[/sup]{0,4})?)?)?)?)?)?$"
)
_END = re.compile(
    r"\n|(?:[。！？]+|[!?]+(?=\s|$|[\[【（(])|…{2,}(?=[\s“]|$)|(?<=[a-z0-9)\]】”\"])\.(?=\s|$|\[))[”’\"'」』）)]*"
)
_RANGE = re.compile(r"(\d{1,4})(?:\s*[-–—－~～至到]\s*(\d{1,4}))?")
_LIST_MARK = re.compile(
    r"^\s*(?:#{1,6}\s+|>\s*|[-*+•·]\s+|\d{1,2}[.、)）]\s*(?=\D)|[（(]\d{1,2}[)）]\s*)+"
)
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\*)\*(?!\*)|~~")
_WIDEST = 20  # of a range such as [1-20]; more is no marker anyone meant


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """One sentence of a model, without its markers, and the numbers in them."""

    text: str
    numbers: tuple[int, ...] = ()


def numbers_of(text: str) -> tuple[int, ...]:
    """The numbers that the markers of a text name, each once.

    >>> numbers_of("增长【1】[2-4]（5）。")
    (1, 2, 3, 4, 5)
    """
    found: dict[int, None] = {}
    for match in MARKER.finditer(text):
        plain = unicodedata.normalize("NFKC", match.group())
        for first, last in _RANGE.findall(plain):
            low, high = int(first), int(last or first)
            found |= dict.fromkeys(range(low, min(high, low + _WIDEST) + 1))
    return tuple(found)


def said(text: str) -> MarkedSentence:
    """A sentence taken apart; list marks and emphasis go, as nothing in an answer is markup."""
    behind = _TRAILING_ONLY.search(text)
    own = text[: behind.start()] if behind else text
    named = numbers_of(own) + (numbers_of(f"字{_SPACES.sub('', behind.group())}") if behind else ())
    bare = _EMPHASIS.sub("", _LIST_MARK.sub("", MARKER.sub("", own)))
    visible = "".join(c for c in bare if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    plain = re.sub(r"\s+(?=[.,;!?，。；！？])", "", _SPACES.sub(" ", visible)).strip()
    return MarkedSentence(plain, tuple(dict.fromkeys(named)))


_SPACES = re.compile(r"\s+")
_TRAILING_ONLY = re.compile(r"(?<=[。！？!?.])(?:\s*(?:[（(]\s*\d{1,2}\s*[）)]|[①-⑳]))+\s*$")


class Splitter:
    """Feeds on pieces of any length; gives each sentence as soon as no marker can follow it."""

    def __init__(self) -> None:
        self._text = ""

    def feed(self, piece: str) -> list[MarkedSentence]:
        self._text += piece
        return self._take(final=False)

    def close(self) -> list[MarkedSentence]:
        """What is left when the model has ended."""
        return self._take(final=True)

    def _take(self, *, final: bool) -> list[MarkedSentence]:
        found = []
        while (end := self._end(final=final)) is not None:
            found.append(said(self._text[:end]))
            self._text = self._text[end:]
        if final and self._text.strip():
            found.append(said(self._text))
            self._text = ""
        return [one for one in found if re.search(r"\w", one.text)]

    def _end(self, *, final: bool) -> int | None:
        """Where the first sentence ends, its markers included; None while that is open."""
        match = next((m for m in _END.finditer(self._text) if m.end()), None)
        if match is None:
            return None
        end = match.end()
        if match.group() == "\n":  # a marker at the head of a line is that line's
            return end
        while (more := _TRAILING.match(self._text, end)) and more.end() > end:
            end = more.end()
        if not final and _OPEN.match(self._text, end):
            return None
        return end


_THOUGHTS = ("thinking", "think", "reasoning")


class Unthinking:
    """Drops ``<think>…</think>`` from a stream, wherever its pieces are cut.

    ``thinking`` is true when the prompt itself opened the block.
    """

    _OPENING = re.compile(f"<(?:{'|'.join(_THOUGHTS)})>", re.IGNORECASE)
    _CLOSING = re.compile(f"</(?:{'|'.join(_THOUGHTS)})>", re.IGNORECASE)

    def __init__(self, *, thinking: bool = False) -> None:
        self._thinking = thinking
        self._text = ""

    def feed(self, piece: str) -> str:
        """The part of the text so far that is no thought, and can be none."""
        self._text += piece
        shown = ""
        while True:
            match = (self._CLOSING if self._thinking else self._OPENING).search(self._text)
            if match is None:
                return shown + self._rest()
            if not self._thinking:
                shown += self._text[: match.start()]
            self._text = self._text[match.end() :]
            self._thinking = not self._thinking

    def close(self) -> str:
        """What was held back; a thought that never ended is dropped."""
        rest, self._text = ("" if self._thinking else self._text), ""
        return rest

    def _rest(self) -> str:
        """Holds back what may yet become a tag."""
        at = self._text.rfind("<")
        held = self._text[at:] if at >= 0 and _tag_opens(self._text[at:]) else ""
        shown = "" if self._thinking else self._text[: len(self._text) - len(held)]
        self._text = held
        return shown


def _tag_opens(text: str) -> bool:
    lower = text.lower()
    return any(tag.startswith(lower) for name in _THOUGHTS for tag in (f"<{name}>", f"</{name}>"))
