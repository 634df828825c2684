"""Which words of a question a row, a column, a title account for, and which are left over."""

from __future__ import annotations

import re

from index.analysis import fold
from server.question.asking import asking
from server.text.names import tagged

_TOKEN = re.compile(r"[a-z0-9][a-z0-9.+-]*")
_GRADE = re.compile(r"[初高][一二三]|[一二三四五六七八九]年级")
_UNIT_ASKED = re.compile(r"(?:多少|几)[^，？]{1,2}$")
_NTH = re.compile(r"(?<=第)[一二三四五六七八九]")
_WEEKDAY = re.compile(r"(?:礼拜|星期)(?=[一二三四五六日天])")
_SHORTEST = 2  # characters that two texts share where they say the same


class Said:
    """Which characters of a question are accounted for."""

    def __init__(self, question: str) -> None:
        text = _WEEKDAY.sub("周", re.sub(r"(?<=\d)号", "日", fold(question)))
        self.text = _NTH.sub(lambda match: str("一二三四五六七八九".index(match[0]) + 1), text)
        self.covered = [False] * len(self.text)

    def whole(self, text: str) -> int:
        """Account for all of a text, where the question says it; how many characters that are."""
        sought = fold(text)
        at = self.text.find(sought) if len(sought) >= _SHORTEST else -1
        while at >= 0 and not self._stands_alone(at, at + len(sought)):
            at = self.text.find(sought, at + 1)
        return self.cover(at, at + len(sought)) if at >= 0 else 0

    def word(self, text: str) -> int:
        """Account for a word that is one of the question's own; how many characters that are."""
        at = 0
        for word, _ in tagged(self.text):
            if word == fold(text):
                return self.cover(at, at + len(word))
            at += len(word)
        return 0

    def pieces(self, text: str, *, words: bool = False) -> int:
        """Account for what the question shares with a text; ``words``: none that is a part of one of its words."""
        sought, held = fold(text), 0
        edges = self._edges() if words else ()
        for length in range(min(len(sought), len(self.text)), _SHORTEST - 1, -1):
            for at in range(len(self.text) - length + 1):
                piece = self.text[at : at + length]
                free = not any(self.covered[at : at + length])
                cuts = words and any(a < at + length < b for a, b in edges)
                if free and piece in sought and not cuts and self._stands_alone(at, at + length):
                    held += self.cover(at, at + length)
        return held

    def _edges(self) -> list[tuple[int, int]]:
        """Where the nouns of the question begin and end that are no longer than a name is."""
        at, found = 0, []
        for word, tag in tagged(self.text):
            if tag[0] == "n":
                found.append((at, at + len(word)))
            at += len(word)
        return found

    def hint(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.search(self.text)
        return bool(found and self.cover(*found.span()))

    def names_more(self, kinds: str) -> bool:
        """Whether a word of these kinds or a mark like A3 or 初三 is left over that nothing accounts for."""
        if (asked := asking(self.text)) is not None:
            self.cover(*asked.span())
            self.hint(_UNIT_ASKED)
        marks = (m for pattern in (_TOKEN, _GRADE) for m in pattern.finditer(self.text))
        if any(not all(self.covered[slice(*m.span())]) for m in marks):
            return True
        at = 0
        for word, tag in tagged(self.text):
            left = sum(not covered for covered in self.covered[at : at + len(word)])
            at += len(word)
            if tag[0] in kinds and 2 * left > len(word) and len(word) > 1:
                return True
        return False

    def _stands_alone(self, start: int, end: int) -> bool:
        """Whether no token like C2 is cut in two."""
        return not any(
            m.start() < edge < m.end() for edge in (start, end) for m in _TOKEN.finditer(self.text)
        )

    def cover(self, start: int, end: int) -> int:
        """Account for ``[start, end)``; how many characters that are."""
        self.covered[start:end] = [True] * (end - start)
        return end - start
