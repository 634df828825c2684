"""The names in a claim: people, places, organisations and titles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from index.pages.blocks import PERSON
from server.text.names import QUOTED, SUFFIX, bodies
from server.verify.statement import plain, weight_of
from server.verify.wording import words

PUNCTUATION = re.compile(r"[^\w]")
Kind = Literal["person", "place", "other", "title"]
#: Of which everything is said, by this name or another.
_HOME = "中国"
_FOREIGN = frozenset({"nrt", "nrfg"})  # names in other languages' sounds, cut into pieces at times
_BODY = re.compile(
    r"(?:公司|集团|银行|大学|学院|医院|协会|学会|商会|联合会|基金会|委员会|研究院|研究所|中心|法院|中院|检察院|交易所|俱乐部|"
    r"分局|支队|总队|证券|股份|科技|国际|时代|汽车|工厂|[厂局队部])$|^[城镇村乡站台河湖山路岛港]$"
)
_JOINS = re.compile(r"n|j|f$|m|b|eng")
_LONGEST = 18  # characters of a name
_PARTICLE = re.compile(r"[pucdrymq]")
#: Weights of pairs of characters: of the rarest in a name of two and of more, of one that is in no other text.
_RARE, _LONG_RARE, _UNSEEN = 5.0, 8.0, 11.0


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
    whole = dict.fromkeys(n for n in found if n.text != _HOME)
    return tuple(n for n in whole if not any(n.text != o.text and n.text in o.text for o in whole))


@lru_cache(maxsize=4096)
def wholes(text: str) -> tuple[Name, ...]:
    """The names of a text with the words that belong to them: 奥兰多城, 布斯克茨, 临沂中院.

    >>> [n.text for n in wholes("迈阿密国际对阵奥兰多城，布斯克茨坐镇。")]
    ['迈阿密国际', '奥兰多城', '布斯克茨']
    """
    found = [Name(n, "title") for n in QUOTED.findall(text)]
    pieces = words(plain(text))
    at = 0
    while at < len(pieces):
        flag = pieces[at][1]
        if not flag.startswith(("nr", "ns", "nt", "nz")):
            at += 1
            continue
        end = at + 1
        while flag.startswith("nr") and end < len(pieces) and _goes_on(pieces, at, end):
            end += 1
        body = _body(pieces, end)
        said = "".join(w for w, _, _ in pieces[at : max(end, body)])
        if len(said) > 1 and said != _HOME and (body > end or not _is_word(said, flag)):
            kind: Kind = "person" if flag.startswith("nr") and body <= end else "other"
            if flag == "ns" and (body <= end or said[-1] in SUFFIX):
                kind = "place"
            found.append(Name(said, kind))
        at = max(end, body)
    return tuple(dict.fromkeys(found))


def _is_word(said: str, flag: str) -> bool:
    """Whether the tagger took common words for a name: 改编自, 同比增加."""
    return flag in ("nr", "nz") and not is_rare(said)


def is_rare(said: str) -> bool:
    """Whether a text is rare enough for a name: common words are not, whatever the tagger takes them for."""
    rarest = max(weight_of(said[i : i + 2]) for i in range(len(said) - 1))
    return rarest >= (_RARE if len(said) == 2 else _LONG_RARE)


@lru_cache(maxsize=256)
def coined(text: str, whole: str) -> tuple[Name, ...]:
    """The names in a text that no dictionary has: words side by side more than once in the whole, and nowhere else.

    >>> [n.text for n in coined("陇神戎发召开股东大会。", "陇神戎发召开股东大会。会后，陇神戎发发布公告。")]
    ['陇神戎发']
    """
    pieces = words(plain(text))
    found: dict[str, None] = {}
    at = 0
    while at < len(pieces):
        end = at + 1
        while end < len(pieces) and _is_coined(pieces[at:end], pieces[end], whole):
            end += 1
        if end - at > 1:
            found.setdefault("".join(w for w, _, _ in pieces[at:end]))
        at = end
    return tuple(Name(n, "other") for n in found if 2 < len(n) <= 8)


def _is_coined(
    before: Sequence[tuple[str, str, int]], piece: tuple[str, str, int], whole: str
) -> bool:
    said = "".join(w for w, _, _ in before)
    if (
        not (said + piece[0]).isalpha()
        or _PARTICLE.match(before[0][1])
        or _PARTICLE.match(piece[1])
    ):
        return False
    return weight_of(said[-1] + piece[0][0]) >= _UNSEEN and whole.count(said + piece[0]) > 1


def _goes_on(pieces: tuple[tuple[str, str, int], ...], at: int, end: int) -> bool:
    """Whether a person's name goes on: a surname with a given name, or a foreign name in pieces."""
    (word, flag, _), (nearest, other, _) = pieces[at], pieces[end]
    if end == at + 1 and len(word) == 1:
        return bool(len(nearest) < 3 and PERSON.fullmatch(word + nearest)) or other in _FOREIGN
    return other.startswith("nr") and (
        other in _FOREIGN or flag in _FOREIGN or (len(word) == 2 and not PERSON.fullmatch(word))
    )


def _body(pieces: tuple[tuple[str, str, int], ...], end: int) -> int:
    """Where a body's name ends that begins before ``end``; 0 where none does."""
    found, length = 0, 0
    for i in range(end, min(end + 6, len(pieces))):
        word, flag, _ = pieces[i]
        length += len(word)
        if not _JOINS.match(flag) or flag.startswith("nr") or length > _LONGEST:
            break
        if _BODY.search(word):
            found = i + 1
    return found


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
