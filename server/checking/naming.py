"""The names in a claim: people, places, organisations and titles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from index.pages.blocks import PERSON
from server.text.names import QUOTED, SUFFIX, bodies
from server.verify.statement import plain
from server.verify.wording import words

PUNCTUATION = re.compile(r"[^\w]")
Kind = Literal["person", "place", "other", "title"]
#: Of whom everything is said.
_COMMON = frozenset({"中国", "我国", "全国", "国内", "国外", "全市", "全省", "本市", "我市"})


@dataclass(frozen=True, slots=True)
class Name:
    text: str
    kind: Kind


@lru_cache(maxsize=2048)
def names(text: str) -> tuple[Name, ...]:
    """The names of a text; not every word that the tagger takes for one."""
    found = [Name(n, kind) for n, kind in _tagged(text)]
    found += [Name(n, "place" if n[-1] in SUFFIX else "other") for n in bodies(text)]
    found += [Name(n, "title") for n in QUOTED.findall(text)]
    whole = dict.fromkeys(n for n in found if n.text not in _COMMON)
    return tuple(n for n in whole if not any(n.text != o.text and n.text in o.text for o in whole))


def is_name(word: str) -> bool:
    return bool(names(word))


def is_nominal(text: str) -> bool:
    """Whether a text may name something: it is long enough, and begins with no verb or particle."""
    first = next(iter(words(text)), ("", "v", 0))
    return len(text) > 1 and first[1][:1] in "njx" and not PUNCTUATION.match(text)


def _tagged(text: str) -> Iterator[tuple[str, Kind]]:
    surname = ""
    for word, flag, _ in words(plain(text)):
        if surname and len(word) < 3 and PERSON.fullmatch(surname + word):
            yield surname + word, "person"
        surname = word if flag == "nr" and len(word) == 1 else ""
        if len(word) < 2:
            continue
        if flag == "nr" and PERSON.fullmatch(word):
            yield word, "person"
        elif flag == "ns":
            yield word, "place"
        elif flag in ("nt", "nz"):
            yield word, "other"
