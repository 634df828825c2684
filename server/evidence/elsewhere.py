"""Whether what a question names is spoken of where a sentence stands, or only elsewhere in what was found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index import Article, romanised
from index.analysis import fold
from index.background import background
from prompts import language_of
from server.evidence.must_hold import names_name
from server.evidence.sentences import Sentence, block_at
from server.question.understanding import Part
from server.text.names import bodies

_RARE = 0.4  # share of the greatest rarity from which a name tells one thing from others
_LEAD = 120  # characters of an article that say what all of it is about


class Elsewhere:
    """The names of a question that the found articles say: a word that none says may be no name at all."""

    def __init__(self, part: Part, articles: Sequence[Article]) -> None:
        self._asked = part.whole or part.text
        self._numbered = dict(_numbered(part.text))
        texts = [fold(f"{article.title}\n{article.text}") for article in articles]
        self._names: tuple[str, ...] = ()
        self._patterns = tuple(
            pattern
            for pattern in (romanised.names(part.text) if language_of(part.text) == "en" else ())
            if any(pattern.search(text) for text in texts)
        )
        if not self._patterns:
            self._names = tuple(
                name
                for name in part.names
                if _rarity(name) > _RARE and any(fold(name) in text for text in texts)
            )

    def of(self, sentence: Sentence) -> int:
        """1 where a name is said elsewhere, and not around a sentence, above it, or where its article begins.

        2 where its own paragraph names another body, which it may be about; or where it has another number
        of the sort that the question names: 7号楼, A7.
        """
        if self._other_number(sentence.text):
            return 2
        # Tagging a paragraph takes milliseconds: only where a name is missing does it matter.
        if not self._lacking(sentence, ""):
            return 0
        if any(not self._is_asked(body) for body in bodies(sentence.paragraph)):
            return 2
        return int(self._lacking(sentence, _before(sentence)))

    def _lacking(self, sentence: Sentence, before: str) -> bool:
        """Whether one of the names stands nowhere near a sentence."""
        near = f"{sentence.around}\n{before}\n{sentence.article.text[:_LEAD]}"
        folded = fold(near) if self._patterns else ""
        return any(not names_name(near, name) for name in self._names) or any(
            not pattern.search(folded) for pattern in self._patterns
        )

    def _other_number(self, text: str) -> bool:
        if not self._numbered:
            return False
        said = list(_numbered(text))
        for sort, asked in self._numbered.items():
            same = [number for kind, number in said if kind == sort]
            if same and asked not in same and not _in_range(text, sort, asked):
                return True
        return False

    def _is_asked(self, body: str) -> bool:
        if self._patterns:
            return any(pattern.search(fold(body)) for pattern in self._patterns)
        return names_name(self._asked, body)


#: What is told apart by its number.
_NUMBERED = re.compile(
    r"(?P<model>[a-z]{1,4}-?\d+)|(?P<number>\d+)(?P<sort>号楼|号线|号机|号院|号门|号仓|号库|单元|路|栋|幢|班|车间|标段)"
)
_RANGE = r"(\d+)(?:{0})?(?:至|到|[-—–~～])(\d+){0}"


def _numbered(text: str) -> Iterator[tuple[str, str]]:
    """The sorts of what is numbered in a text, each with the number: ('号楼', '7'), ('', 'a7')."""
    for match in _NUMBERED.finditer(fold(text)):
        yield match["sort"] or "", match["number"] or match["model"]


def _in_range(text: str, sort: str, number: str) -> bool:
    """Whether a number lies between two of its sort: 7号楼 in 5号楼至9号楼."""
    ranges = re.finditer(_RANGE.format(sort), fold(text)) if sort else ()
    return any(int(match[1]) <= int(number) <= int(match[2]) for match in ranges)


def _rarity(name: str) -> float:
    pairs = [name[i : i + 2] for i in range(len(name) - 1)] or [name]
    return max(background().share(pair) for pair in pairs)


def _before(sentence: Sentence) -> str:
    """The paragraph before that of a sentence."""
    block = block_at(sentence.article, max(0, sentence.block.start - 2))
    return sentence.article.text[block.start : block.end] if block else ""
