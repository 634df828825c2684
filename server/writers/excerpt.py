"""The shortest faithful piece of a sentence: whole clauses, kept with their subject."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.text.clauses import SPEAKS, clauses
from server.text.periods import stated
from server.text.words import PLANNED

_OPENERS, _CLOSERS = "“‘（《「『([", "”’）》」』)]"
_TRAILING = "，、；：,;: "


@dataclass(frozen=True, slots=True)
class Excerpt:
    """``[start, end)`` of a text, and the text as it is shown."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Length:
    """How much of a sentence is shown, in characters.

    One of at most ``whole`` stays whole; of a longer one at most ``limit`` are kept, of which each
    must add ``price`` to its worth.
    """

    whole: int
    limit: int
    price: float


BRIEF = Length(80, 120, 0.1 / 100)  # a number, a name, a date
FULL = Length(160, 200, 0.05 / 100)  # reasons and lists


def shorten(
    sentence: str, worth: Callable[[int, int], float], length: Length = BRIEF
) -> tuple[int, int]:
    """The run of clauses that is worth most for its length.

    ``worth(start, end)`` says what a piece of the sentence is worth, between 0 and 1. The clause
    worth most is always in; of the runs around it the best is taken after the price of its length.
    None ends where somebody is only about to speak, a time is only named, or a condition is only made.
    """
    if len(sentence) <= length.whole:
        return 0, len(sentence)
    pieces = clauses(sentence)
    anchor = max(range(len(pieces)), key=lambda i: worth(*pieces[i]))
    runs = [
        (pieces[i][0], pieces[j][1])
        for i in range(anchor + 1)
        for j in range(anchor, len(pieces))
        if j + 1 == len(pieces) or not _goes_on(sentence, pieces[i][0], *pieces[j])
    ]
    short = [(a, b) for a, b in runs if b - a <= length.limit]
    if not short:  # the shortest that says something
        return min(runs, key=lambda run: run[1] - run[0])
    return max(short, key=lambda run: worth(*run) - length.price * (run[1] - run[0]))


#: The end of a clause that only says who is about to speak, or since when or with what something is.
_ANNOUNCES = re.compile(
    rf"(?:{SPEAKS}|告诉[^，]{{2,8}}|看来|以来|之际|期间|基础上|背景下|的同时)[，：,:]$"
)


#: The beginning of a clause that says nothing without the one behind it; 唯有…，方能… waits for its word.
_DEPENDS = re.compile(
    r"[“‘]?(?:如果|假如|倘若|若是|只要|一旦|除非|虽然?|尽管|即使|即便|哪怕|由于|因为|既然|随着|为了|无论|不论|不管|不仅|不但|不只)"
)
_ONLY_THEN = re.compile(r"(?:唯有|只有)(?![^。]{0,120}?(?:才|方[能可会]))")


def _goes_on(sentence: str, start: int, last: int, end: int) -> bool:
    """Whether ``[start, end)``, whose last clause begins at ``last``, is only about to say something."""
    depends = _DEPENDS.match(sentence, last, end) or _ONLY_THEN.search(sentence, start, end)
    return bool(depends or _ANNOUNCES.search(sentence, start, end))


def without_speaking(sentence: str, start: int, end: int) -> tuple[int, int]:
    """An excerpt that names somebody, without the word that he speaks behind it: 「局长王建国说：」.

    >>> text = "局长王建国告诉记者：桥修好了。"
    >>> text[slice(*without_speaking(text, 0, 10))], text[slice(*without_speaking(text, 0, 15))]
    ('局长王建国', '局长王建国告诉记者：桥修好了。')
    """
    speaks = _SPEAKS.fullmatch(sentence, start, end)
    return (start, speaks.end("who")) if speaks else (start, end)


_SPEAKS = re.compile(rf"(?P<who>[^“”：:]{{2,60}}?)(?:{SPEAKS}|告诉[^，。：]{{2,8}})[：:，,。]")


def with_plan(sentence: str, start: int, end: int) -> tuple[int, int]:
    """An excerpt with the clauses before it that say it is a plan: 「到2027年，…达到…」.

    Without them it would read as if it had come true.
    """
    if PLANNED.search(sentence[start:end]):
        return start, end
    marks = [m.start() for m in PLANNED.finditer(sentence, 0, start)]
    return _from_clause(sentence, marks, start), end


def with_time(sentence: str, start: int, end: int) -> tuple[int, int]:
    """An excerpt with the clauses before it that say when its amounts are of: 「截至目前，…有…」."""
    if stated(sentence[start:end]) or _SO_FAR.search(sentence[start:end]):
        return start, end
    marks = [s.start for s in stated(sentence[:start])]
    marks += [m.start() for m in _SO_FAR.finditer(sentence, 0, start)]
    return _from_clause(sentence, sorted(marks), start), end


_SO_FAR = re.compile(r"截至|目前")


def _from_clause(sentence: str, marks: Sequence[int], start: int) -> int:
    """Where the clause of the last mark begins; ``start`` when there is none."""
    return next((a for a, b in clauses(sentence) if marks and a <= marks[-1] < b), start)


_DATELINE = re.compile(
    r"(?:[^，。]{0,60}?来源[：:][^，。]{0,24}?)?"
    r"(?:【[^】]{2,24}(?:报道|讯)[^】]{0,20}】|"
    r"(?:[\u4e00-\u9fff]{2,4}[社网报台]|本报)(?:[\u4e00-\u9fff]{0,8}\d{1,2}月\d{1,2}日[电讯](?:\s*[（(][^）)]{1,40}[）)])?|"
    r"[电讯]\s*[（(][^）)]{1,40}[）)]))\s*"
)


def without_dateline(sentence: str, start: int, end: int) -> tuple[int, int]:
    """An excerpt that begins after an agency's mark: 「新华社北京7月22日电（记者某某）」."""
    dateline = _DATELINE.match(sentence) if start == 0 else None
    return (dateline.end(), end) if dateline and dateline.end() < end else (start, end)


_CONNECTS = re.compile(
    r"(?:此外|另外|当然|因此|所以|同时|不过|然而|据了解|据悉)，|但是?，?|不过(?![问去来])|同时(?=[\u4e00-\u9fff])"
)


def without_connective(sentence: str, start: int, end: int) -> tuple[int, int]:
    """An excerpt that does not begin with what joins it to a sentence that is not shown: 「但…」."""
    joins = _CONNECTS.match(sentence, start, end)
    return (joins.end() if joins else start), end


_MARKER = re.compile(
    r"(?:\d{1,2}[.．、)）](?!\d)|[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十]))\s{0,9}"
)


def without_marker(sentence: str, start: int, end: int) -> tuple[int, int]:
    """An excerpt without the number that an item has in a list that is not shown: 「3.」, 「（二）」."""
    marker = _MARKER.match(sentence, start, end) if start == 0 else None
    return (marker.end(), end) if marker and marker.end() < end else (start, end)


def presentable(text: str, start: int, end: int) -> Excerpt:
    """An excerpt without stray punctuation at its ends or unmatched quotation marks around it."""
    while start < end and _stray_start(text, start, end):
        start += 1
    while start < end and _stray_end(text, start, end):
        end -= 1
    shown = text[start:end].replace("\n", "")
    if shown and shown[-1] not in "。！？…!?.":
        shown += "。" if not (shown[-1] in _CLOSERS and shown[-2:-1] in "。！？") else ""
    shown = _closed(shown)
    return Excerpt(start, end, shown)


def _closed(shown: str) -> str:
    """With the quotation mark that was cut off: 「他说：“水位已降。」 is closed.

    >>> _closed("他说：“水位已降。")
    '他说：“水位已降。”'
    """
    for opener, closer in ("“”", "「」", "『』"):
        depth = lowest = 0
        for char in shown:
            depth += (char == opener) - (char == closer)
            lowest = min(lowest, depth)
        shown = opener * -lowest + shown + closer * (depth - lowest)
    return shown


def _stray_start(text: str, start: int, end: int) -> bool:
    char = text[start]
    if char in _OPENERS:
        return _CLOSERS[_OPENERS.index(char)] not in text[start + 1 : end]
    return char in _TRAILING + _CLOSERS or char.isspace()


def _stray_end(text: str, start: int, end: int) -> bool:
    char = text[end - 1]
    if char in _CLOSERS:
        return _OPENERS[_CLOSERS.index(char)] not in text[start : end - 1]
    return char in _TRAILING + _OPENERS or char.isspace()
