"""Chinese names in Latin letters: which places of a Chinese text Linlan or Yuan Feng may stand for.

``training/romanised.py`` writes the table of syllables.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from index.shipped import shipped

TABLE = Path(__file__).parent / "models" / "pinyin.zlib"

_LONGEST = 6  # letters of a syllable
_POSSESSIVE = re.compile(r"['’]s\b")
#: Words that begin with a capital, one after the other: a name, or a question's first word.
_CAPITALISED = re.compile(r"[A-Z][a-z']+(?:[ -][A-Z][a-z']+)*")


@lru_cache(maxsize=1)
@shipped(TABLE)
def syllables() -> Mapping[str, str]:
    """Each syllable, without its tone, and the characters that are read so."""
    found: dict[str, str] = json.loads(zlib.decompress(TABLE.read_bytes()))
    return found


@lru_cache(maxsize=256)
def names(text: str) -> tuple[re.Pattern[str], ...]:
    """A pattern for each Chinese name of two or more syllables that a Latin text may hold.

    >>> [bool(name.search("临澜市袁锋")) for name in names("How old is Yuan Feng of Linlan?")]
    [True, True]
    """
    plain = _POSSESSIVE.sub("", text)
    runs = (run for match in _CAPITALISED.finditer(plain) for run in _runs(match[0]))
    patterns = dict.fromkeys("|".join(map(_pattern, run)) for run in runs)
    return tuple(re.compile(pattern) for pattern in patterns)


def _runs(words: str) -> Iterator[list[tuple[str, ...]]]:
    """Neighbouring words that can be read as syllables, each run in every way it can be cut."""
    run: list[tuple[str, ...]] = [()]
    for word in [*re.split(r"[ -]", words), ""]:
        cuts = list(_cuts(word.lower().replace("'", ""))) if word else []
        if cuts:
            run = [before + cut for before in run for cut in cuts][:8]
        else:
            if kept := [cut for cut in run if len(cut) > 1]:
                yield kept
            run = [()]


def _cuts(word: str) -> Iterator[tuple[str, ...]]:
    """Every way to cut a word into syllables: xian is one, or xi and an."""
    if not word:
        yield ()
    for end in range(1, min(_LONGEST, len(word)) + 1):
        if word[:end] in syllables():
            for rest in _cuts(word[end:]):
                yield (word[:end], *rest)


def _pattern(cut: tuple[str, ...]) -> str:
    return "".join(f"[{syllables()[syllable]}]" for syllable in cut)
