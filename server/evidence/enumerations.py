"""Enumerations of an article: what announces items, and the items, by their ordinals or their shape.

Only structure is looked at: ordinals that go up by one, lines alike under a line that ends in a colon
or under a heading, paragraphs that each open with a short sentence. Never what they are about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, takewhile
from typing import NamedTuple

from index import Article, Block
from index.pages.passages import sentences
from server.evidence.remembered import remembered

Bounds = tuple[int, int]
APART = 6  # sentences from one numbered item to the next, at most
TERSE = 60  # characters of a line that is an item by its shape alone
OPENING = 30  # characters of a sentence that is a paragraph's theme
MOST = 12  # items


@dataclass(frozen=True, slots=True)
class Enumeration:
    """``lead``: the sentence, line or heading that announces the ``items``; None when nothing does.

    An item is the sentence that says what it is; what explains it may follow in its paragraph.
    Where the first item stands behind what announces it (问题有两个：一是…) that is the lead, too.
    ``announced``: by ordinals or by a colon, not by its shape alone.
    """

    lead: Bounds | None
    items: tuple[Bounds, ...]
    announced: bool = True

    @property
    def starts(self) -> tuple[int, ...]:
        """Where its lead and its items begin."""
        lead = () if self.lead is None else (self.lead,)
        return tuple(start for start, _ in (*lead, *self.items))


def enumeration(article: Article, start: int) -> Enumeration | None:
    """What the sentence that begins at ``start`` announces or is an item of."""
    return _by_sentence(article).get(start)


def enumerations(article: Article) -> tuple[Enumeration, ...]:
    """All of an article, in its order."""
    found = dict.fromkeys(_by_sentence(article).values())
    return tuple(sorted(found, key=lambda one: one.starts))


def item_of(article: Article, at: int) -> tuple[Enumeration, int] | None:
    """The enumeration one of whose items a sentence explains or is, and the item's number; the closest one."""
    found = [
        (start - at, one, number)
        for one in enumerations(article)
        for number, (start, end) in enumerate(stretches(article, one))
        if start <= at < end
    ]
    return max(found, key=lambda each: each[0])[1:] if found else None


def stretches(article: Article, one: Enumeration) -> list[Bounds]:
    """From each item to the next one; from the last one as far as its paragraph goes."""
    starts = [start for start, _ in one.items]
    ends = (b.end for b in article.blocks if b.start <= starts[-1] < b.end)
    return list(pairwise([*starts, next(ends, one.items[-1][1])]))


def announces(article: Article, line: Bounds) -> bool:
    """Whether a line says nothing but that items follow."""
    return article.text[line[0] : line[1]].endswith(_COLONS)


def longest(article: Article) -> tuple[Bounds, ...]:
    """The items of the enumeration that has most; none when there is none of three."""
    items = max((one.items for one in _by_sentence(article).values()), key=len, default=())
    return items if len(items) > 2 else ()


class _Line(NamedTuple):
    """A sentence, and the number of its block."""

    start: int
    end: int
    block: int


@remembered
def _by_sentence(article: Article) -> dict[int, Enumeration]:
    """Each enumeration under the start of its lead and of its items; the closest one wins."""
    lines = [
        _Line(start, end, number)
        for number, block in enumerate(article.blocks)
        for start, end in sentences(article.text, block.start, block.end)
    ]
    found: dict[int, Enumeration] = {}
    for way in (_themes, _echoing, _alike, _headings, _numbered):
        for one in way(article, lines):
            found |= dict.fromkeys(one.starts, one)
    return found


# -- by ordinals

_DIGITS = "一二三四五六七八九十"
_ORDINAL = re.compile(
    rf"(?P<is>[{_DIGITS}])[是要]|第(?P<nth>[{_DIGITS}])(?:[，、：]|[个点步类种项招](?![\u4e00-\u9fff]{{0,3}}[区县届次]))|"
    rf"其(?P<of>[{_DIGITS}])[，、是]|(?P<word>首先|其次|再次|再者|最后)|(?P<side>另?一方面)|"
    rf"(?P<comma>[{_DIGITS}])、|[（(](?P<round>[{_DIGITS}])[)）]|[（(](?P<bracket>\d{{1,2}})[)）]|"
    r"(?P<digit>\d{1,2})(?:[.．、)）](?!\d))|(?P<ring>[①-⑨])"
)
_WORDS = {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "最后": 9, "一方面": 1, "另一方面": 2}
#: These may stand anywhere behind a mark of a sentence, the others only open a paragraph.
_INLINE = frozenset({"is", "nth", "of", "word", "side"})
_BEHIND = re.compile(r"(?:^|(?<=[：:，；。“]))")


def _numbered(article: Article, lines: Sequence[_Line]) -> Iterator[Enumeration]:
    """Items whose ordinals go up by one: 一是…二是…, 首先…其次…, 1.…2.…."""
    marks = [_ordinals(article, line) for line in lines]
    for first, opening in enumerate(marks):
        for family, value in opening:
            if value == 1:
                chosen = _counted(lines, marks, first, family)
                opens = _ORDINAL.match(article.text, lines[first].start)
                inline = family in _INLINE
                lead = _lead(article, lines, first, inline=inline) if opens else lines[first][:2]
                if len(chosen) > 1 and (inline or lead):
                    yield Enumeration(lead, tuple(lines[i][:2] for i in chosen[:MOST]))


def _ordinals(article: Article, line: _Line) -> list[tuple[str, int]]:
    """The ordinals that a sentence opens with, or that stand inside it behind a mark."""
    text = article.text[line.start : line.end]
    found = []
    for place in _BEHIND.finditer(text):
        match = _ORDINAL.match(text, place.start())
        if match is None:
            continue
        family = str(match.lastgroup)
        opens = place.start() == 0 and line.start == article.blocks[line.block].start
        if opens or family in _INLINE:
            found.append((family, _value(family, match[family])))
    return found


def _value(family: str, written: str) -> int:
    if family in ("word", "side"):
        return _WORDS[written]
    if family == "ring":
        return ord(written) - ord("①") + 1
    return int(written) if written.isdigit() else _DIGITS.index(written) + 1


def _counted(
    lines: Sequence[_Line], marks: Sequence[Sequence[tuple[str, int]]], first: int, family: str
) -> list[int]:
    """The lines of an enumeration, from its first one on, as far as the next ordinals follow."""
    chosen, last = [first], max(value for kind, value in marks[first] if kind == family)
    for at in range(first + 1, len(lines)):
        if at - chosen[-1] > APART or (
            family not in _INLINE and lines[at].block - lines[chosen[-1]].block > 1
        ):
            break
        values = [value for kind, value in marks[at] if kind == family]
        if 1 in values:
            break
        following = last < min(values) if family == "word" and values else last + 1 in values
        if following:
            chosen.append(at)
            last = max(values)
    return chosen


def _lead(article: Article, lines: Sequence[_Line], first: int, *, inline: bool) -> Bounds | None:
    """What announces the items: the line before them; of numbered paragraphs only one that ends so,
    counts them, or is a heading.
    """
    if first == 0:
        return None
    before = lines[first - 1]
    text = article.text[before.start : before.end]
    heads = article.blocks[before.block].kind == "heading"
    counts = _COUNTS.search(text) is not None
    told = inline or heads or counts or announces(article, before[:2])
    return before[:2] if told else None


_COLONS = ("：", ":")
_COUNTED = r"[项条点类种步件]|方面|个"
_COUNTS = re.compile(rf"(?:[{_DIGITS}两几多]|\d)(?:大|个)?(?:{_COUNTED})|如下|以下|下列")


def _numeral(count: int) -> str:
    """A number below 100 in words.

    >>> _numeral(3), _numeral(10), _numeral(12), _numeral(30)
    ('三', '十', '十二', '三十')
    """
    tens, ones = divmod(count, 10)
    digits = f"零{_DIGITS}"
    return f"{digits[tens] if tens > 1 else ''}{'十' if tens else ''}{digits[ones] if ones else ''}"


def _headings(article: Article, lines: Sequence[_Line]) -> Iterator[Enumeration]:
    """Headings whose ordinals go up by one behind a sentence that counts them: 有三件事…, 一、…, 二、…."""
    heads = [line for line in lines if article.blocks[line.block].kind == "heading"]
    marks = [dict(_ordinals(article, line)) for line in heads]
    for at, mark in enumerate(marks):
        for family in (family for family, value in mark.items() if value == 1):
            after = (one.get(family) == n for n, one in enumerate(marks[at:], start=1))
            count = sum(takewhile(bool, after))
            before = [line for line in lines if line.start < heads[at].start][-1:]
            text = article.text[slice(*before[0][:2])] if before else ""
            told = re.search(rf"(?:{_numeral(count)}|(?<!\d){count})(?:大|个)?(?:{_COUNTED})", text)
            if told and count > 1:
                yield Enumeration(before[0][:2], tuple(h[:2] for h in heads[at : at + count]))


# -- by their shape


def _alike(article: Article, lines: Sequence[_Line]) -> Iterator[Enumeration]:
    """Lines under one that ends in a colon or under a heading, as long as they look alike."""
    blocks = article.blocks
    opening = {line.block: line[:2] for line in reversed(lines)}
    closing = {line.block: line[:2] for line in lines}
    for number, block in enumerate(blocks[:-1]):
        text = article.text[block.start : block.end]
        heads = block.kind == "heading"
        numbered = _ORDINAL.match(article.text, blocks[number + 1].start)
        if number not in closing or numbered or not (heads or text.endswith(_COLONS)):
            continue
        items = list(_run(article, blocks[number + 1 :]))
        listed = heads and all(_is_terse(article, item) for item in items)
        if len(items) > 1 and (listed or not heads):
            found = range(number + 1, number + 1 + len(items))
            starts = tuple(opening[i] for i in found if i in opening)
            yield Enumeration(closing[number], starts, announced=not heads)


def _run(article: Article, blocks: Sequence[Block]) -> Iterator[Block]:
    """The paragraphs that end as the first one does; behind semicolons one more closes the list."""
    ends = ""
    for block in blocks[:MOST]:
        text = article.text[block.start : block.end]
        if block.kind != "paragraph" or not text or text.endswith(_COLONS):
            return
        last = text[-1] if text[-1] in "；;。，、" else " "
        if ends and last != ends:
            if ends in "；;，、":
                yield block
            return
        ends = last
        yield block


def _is_terse(article: Article, block: Block) -> bool:
    text = article.text[block.start : block.end]
    return len(text) <= TERSE and not text.endswith(("？", "?"))


def _themes(article: Article, lines: Sequence[_Line]) -> Iterator[Enumeration]:
    """Paragraphs in a row that each open with a short sentence and go on with longer ones."""
    run: list[int] = []
    for at in [i for i in range(len(lines)) if _is_theme(article, lines, i)] + [-1]:
        if run and (at < 0 or lines[at].block > lines[run[-1]].block + 1):
            if len(run) > 1:
                lead = lines[run[0] - 1][:2] if run[0] else None
                items = tuple(lines[i][:2] for i in run[:MOST])
                yield Enumeration(lead, items, announced=False)
            run = []
        run.append(at)


ECHO = 4  # characters in which items end alike, the full stop with them


def _echoing(article: Article, lines: Sequence[_Line]) -> Iterator[Enumeration]:
    """Sentences of one paragraph that end alike, each explained by others: 「人手不足的难题。…资金不足的难题。…」.

    The first one stands behind a colon, as a rule, and may be long.
    """
    for _, run in groupby(lines, key=lambda line: line.block):
        alike: dict[str, list[_Line]] = {}
        for line in run:
            alike.setdefault(article.text[max(line.start, line.end - ECHO) : line.end], []).append(
                line
            )
        for ones in alike.values():
            short = all(line.end - line.start <= OPENING for line in ones[1:])
            apart = all(b.start > a.end + 1 for a, b in pairwise(ones))
            if 2 < len(ones) <= MOST and short and apart:
                items = tuple(line[:2] for line in ones)
                yield Enumeration(items[0], items, announced=False)


def _is_theme(article: Article, lines: Sequence[_Line], at: int) -> bool:
    line = lines[at]
    text = article.text[line.start : line.end]
    goes_on = at + 1 < len(lines) and lines[at + 1].block == line.block
    if not goes_on or article.blocks[line.block].kind != "paragraph" or text[0] == "的":
        return False
    opens = line.start == article.blocks[line.block].start
    urged = "，" not in text and _URGED.match(article.text, lines[at + 1].start)
    short = len(text) <= OPENING and text.endswith("。") and "：" not in text
    return short and (opens or bool(urged))


#: What goes on from a theme inside a paragraph: 「加大投入。各地要…」.
_URGED = re.compile(r"(?:各[\u4e00-\u9fff]{1,3})?[要应须]")
