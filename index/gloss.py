"""An English question in Chinese words: what each of its words may be called in a Chinese text.

Nothing is translated: each word, and each run of two or three, has the Chinese words that a dictionary gives it,
a name in Latin letters those whose characters are read so, and figures and codes themselves. Which of them is meant the
texts tell: hardly one holds 基金, 低空 and 经济 by chance. ``training/lexicon.py`` writes the dictionary.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import snowballstemmer

from index.analysis import fold, pairs
from index.background import background
from index.romanised import names
from index.shipped import shipped

TABLE = Path(__file__).parent / "models" / "english" / "lexicon.zlib"

LONGEST = 3  # words that are looked up together
#: What a run of words counts beside its words: 低空 for "low altitude".
RUN = 1.3
#: What one character counts beside two: it stands in many words of which it is a part.
CHARACTER = 0.4
SOUGHT = 12  # words of a term that are searched for
#: What a name in Latin letters, a figure and a code count.
NAME, FIGURE = 1.2, 1.0

_WORD = re.compile(r"[a-z]+")
_CAPITALISED = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_CODE = re.compile(r"\b(?:[A-Za-z]+\d[A-Za-z0-9]*|[A-Z]{2,}\d*|\d+[A-Z]+)\b")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*+(?:\.\d++)?+(?!\w)")
#: They are written in figures; "may" is a verb more often than a month.
_MONTHS = {
    "january": "1月",
    "february": "2月",
    "march": "3月",
    "april": "4月",
    "june": "6月",
    "july": "7月",
    "august": "8月",
    "september": "9月",
    "october": "10月",
    "november": "11月",
    "december": "12月",
}


@lru_cache(maxsize=1)
@shipped(TABLE)
def lexicon() -> Mapping[str, Mapping[str, float]]:
    """English stems, one or several, and the Chinese words for them, each with how well it fits, up to 1."""
    found: dict[str, dict[str, float]] = json.loads(zlib.decompress(TABLE.read_bytes()))
    return found


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    stem: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """An English word as it is looked up."""
    return _stemmer()(word)


def content(text: str) -> list[str]:
    """The stems of an English text's words, without those that mean nothing by themselves."""
    return [stem(word) for word in _words(text) if len(word) > 1 and not _EMPTY.fullmatch(word)]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'").replace("'s", ""))


_EMPTY = re.compile(
    r"a|an|the|of|to|in|on|at|by|for|with|from|and|or|is|are|was|were|be|been|being|do|does|did|has|"
    r"have|had|how|what|which|who|whom|whose|when|where|why|many|much|long|large|big|that|this|these|"
    r"those|it|its|there|as|into|per|than|so|can|could|will|would|should|must|may|might|not|no|any|"
    r"each|other|such|they|he|she|his|her|their|them|we|our|you|your|me|my|about|between|among|during|"
    r"out|up|off|also|still|only|same|own|say|said|says|tell|according|give|gives|given|mention|"
    r"mentioned|article|articles"
)


@dataclass(frozen=True, slots=True)
class Term:
    """What a question names, and how a Chinese text may say it: its words, or a pattern for a name or figure."""

    words: Mapping[str, float]
    pattern: re.Pattern[str] | None = None
    weight: float = 1.0

    def said(self, folded: str) -> float:
        """How much of it a text says."""
        if self.pattern is not None:
            return self.weight if self.pattern.search(folded) else 0.0
        return self.weight * max(
            (weight for word, weight in self.words.items() if word in folded), default=0.0
        )


class Gloss:
    """The Chinese words for an English text.

    >>> gloss = Gloss("How large is the low-altitude economy fund?")
    >>> gloss.share("设立低空经济基金") > gloss.share("支持低空经济") > gloss.share("设立数字园区") == 0
    True
    """

    def __init__(self, text: str) -> None:
        self.terms = tuple(_terms(text))
        self._most = sum(term.weight * max(term.words.values(), default=1.0) for term in self.terms)

    def share(self, text: str) -> float:
        """How much of it a Chinese text says, between 0 and 1."""
        folded = fold(text)
        return sum(term.said(folded) for term in self.terms) / self._most if self._most else 0.0

    def query(self) -> dict[str, float]:
        """What Chinese texts are searched for, and how much each counts, to be multiplied by the index's idf."""
        weights: dict[str, float] = {}
        for term in self.terms:
            for word, weight in _sought(term).items():
                for pair in pairs(word):
                    weights[pair] = max(weights.get(pair, 0.0), weight)
        return weights


def _sought(term: Term) -> dict[str, float]:
    """The likeliest words of a term: of those that fit as well the commoner ones, which are meant most often."""
    likely = {
        word: weight / _rarity(word) * math.log(2 + _frequency(word)) ** 2
        for word, weight in term.words.items()
        if len(word) > 1
    }
    best = sorted(likely, key=likely.__getitem__, reverse=True)[:SOUGHT]
    return {word: term.weight * likely[word] / likely[best[0]] for word in best}


def _frequency(word: str) -> float:
    return min(map(background().frequency, pairs(word)))


def _rarity(word: str) -> float:
    return max(map(background().share, pairs(word)))


def _terms(text: str) -> Iterator[Term]:
    """Names and codes first: what they take is not looked up."""
    taken: set[str] = set()
    for run in _CAPITALISED.findall(text):
        yield from _named(run, taken)
    for code in dict.fromkeys(code.lower() for code in _CODE.findall(text)):
        taken.add(code)
        yield _literal(code, FIGURE)
    for number in dict.fromkeys(_NUMBER.findall(text)):
        yield _literal(number.replace(",", ""), FIGURE)
    for month in dict.fromkeys(word for word in _words(text) if word in _MONTHS):
        taken.add(month)
        yield _literal(_MONTHS[month], FIGURE)
    yield from _in_lexicon(
        [stem(w) for w in _words(text) if len(w) > 1 and not _EMPTY.fullmatch(w) and w not in taken]
    )


def _in_lexicon(stems: Sequence[str]) -> Iterator[Term]:
    runs = (
        stems[at : at + length]
        for length in range(1, LONGEST + 1)
        for at in range(len(stems) - length + 1)
    )
    for key in dict.fromkeys(" ".join(run) for run in runs):
        if key in lexicon():
            yield _looked_up(key, RUN if " " in key else 1.0)


def _named(run: str, taken: set[str]) -> Iterator[Term]:
    """The Chinese names that words in capitals may be, as long as they can be; a word of the dictionary is none."""
    words = run.split()
    while words:
        lengths = (n for n in (3, 2, 1) if n <= len(words) and _is_name(words[:n]))
        length = next(lengths, 0)
        if length:
            yield Term({}, names(" ".join(words[:length]))[0], NAME)
            taken.update(word.lower() for word in words[:length])
        words = words[length or 1 :]


def _is_name(words: Sequence[str]) -> bool:
    """Whether all these words can be read as syllables; a single one has two of them."""
    known = len(words) == 1 and stem(words[0].lower()) in lexicon()
    alone = bool(names(" ".join(words)))
    return alone and not known and all(names(f"{word} Xi") for word in words)


def _literal(text: str, weight: float) -> Term:
    return Term({}, re.compile(rf"(?<![0-9a-z.]){re.escape(text)}(?![0-9a-z])"), weight)


def _looked_up(key: str, weight: float) -> Term:
    """A term of the dictionary; a Chinese word that is rarer in news at large counts more."""
    words = {
        word: fit * (_rarity(word) if len(word) > 1 else CHARACTER * background().share(word))
        for word, fit in lexicon()[key].items()
    }
    return Term(words, None, weight)
