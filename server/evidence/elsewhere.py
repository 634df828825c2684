"""Whether what a question names is spoken of where a sentence stands, or only elsewhere in what was found."""

from __future__ import annotations

from collections.abc import Sequence

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

        2 where its own paragraph names another body, which it may be about.
        """
        # Tagging a paragraph takes milliseconds: only where a name is missing does it matter.
        if not self._lacking(sentence, ""):
            return 0
        if any(not names_name(self._asked, body) for body in bodies(sentence.paragraph)):
            return 1 + bool(self._names)
        return int(self._lacking(sentence, _before(sentence)))

    def _lacking(self, sentence: Sentence, before: str) -> bool:
        """Whether one of the names stands nowhere near a sentence."""
        near = f"{sentence.around}\n{before}\n{sentence.article.text[:_LEAD]}"
        folded = fold(near) if self._patterns else ""
        return any(not names_name(near, name) for name in self._names) or any(
            not pattern.search(folded) for pattern in self._patterns
        )


def _rarity(name: str) -> float:
    pairs = [name[i : i + 2] for i in range(len(name) - 1)] or [name]
    return max(background().share(pair) for pair in pairs)


def _before(sentence: Sentence) -> str:
    """The paragraph before that of a sentence."""
    block = block_at(sentence.article, max(0, sentence.block.start - 2))
    return sentence.article.text[block.start : block.end] if block else ""
