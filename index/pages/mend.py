"""Put paragraphs together that newspaper columns tore apart, where the text itself shows how.

A *tail* is a block that stops in mid-sentence, a *head* a paragraph that may go on in one. Where
both say so (a word that straddles the join: 技|术) and nothing stands between, they are put
together. More is done only in a text that shows torn columns: at several places a paragraph
stops in the middle of a word whose other half begins another one. There each pair gets a score
from what stands at the join, from what both speak of, and from their places; the best assignment
of heads to tails above a threshold is carried out. Everything else stays as it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from index.pages.blocks import RawBlock, is_open
from index.pages.seam import is_clause, seam, straddle

#: What speaks for a join must add up to this; that two are neighbours speaks for it, too.
MIN_SCORE = 3.0
NEIGHBOURS = 4.0
#: What a word across the join must bring where a headline may as well end.
MIN_GAIN = 4.0
#: So many joins that both ends speak for show that a text is torn; and of a torn text's paragraphs
#: this share stops in mid-sentence at most.
TEARS = 2
MAX_TAILS = 400  # torn ends up to which every join is weighed against every other
MAX_OPEN = 0.4
#: From here on, in nats, two ends are surely the halves of one sentence.
SURE = 3.0
#: And by a word across the join alone, which makes both likelier together by so much.
WORD = 2.0
#: The shortest paragraph, in characters, that is prose and no item of a list.
_PROSE = 20
#: So many captions may stand between two halves that are neighbours all the same.
MAX_CAPTIONS = 6

_MID = re.compile("[，。、]")
#: A sentence cannot begin with these, nor with one character and a comma behind it.
_HEADLESS = re.compile(
    r"[，。、；：！？）”’》%]|的|了(?!解|却|结)|(?![一二三四五六七八九十])[^\W\d_a-zA-Z][、，。]|(?:[^\W\d_]{2})。"
)
_BRIEF = re.compile(r"[^\W\d_]{1,2}[，。]")
_OPENER = re.compile(r"[“（(《【「□■—0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class _Join:
    tail: int
    head: int
    score: float
    drop: int = 0  # characters of the head that repeat the tail's end


def mend(pieces: list[RawBlock]) -> list[RawBlock]:
    """The blocks with torn paragraphs joined, and moved where their other half stood elsewhere."""
    if not _is_even(pieces):
        return pieces
    tails = [i for i, piece in enumerate(pieces) if _is_tail(piece)]
    page = _Page(pieces, is_torn(pieces))
    joins = [join for t in tails for h in page.heads(t) if (join := _join(page, t, h))]
    return _carried_out(pieces, _assignment(joins))


def _is_even(pieces: Sequence[RawBlock]) -> bool:
    """Whether hardly any paragraph stops in mid-sentence, so that one that does was torn.

    Of lines that were broken at a width, of lists, forms and verse most do.
    """
    prose = [piece for piece in pieces if _is_prose(piece)]
    tails = sum(is_open(piece.text) for piece in prose)
    return 0 < tails <= MAX_OPEN * len(prose)


def is_torn(pieces: Sequence[RawBlock]) -> bool:
    """Whether the text itself shows torn columns.

    ``TEARS`` of the paragraphs that stop in mid-sentence go on, by a word cut in two, in as many others.
    """
    tails = [i for i, piece in enumerate(pieces) if _is_prose(piece) and is_open(piece.text)]
    heads = [i for i, piece in enumerate(pieces) if piece.kind == "paragraph"]
    cuts = ((t, h, _cut(pieces, t, h)) for t in tails for h in heads if t != h)
    return len(_assignment([_Join(*cut) for cut in cuts if cut[2]])) >= TEARS


def _is_prose(piece: RawBlock) -> bool:
    """Whether a block is long enough to be running text; a short half of it looks like a heading."""
    text = piece.kind in ("paragraph", "heading")
    return text and len(piece.text) >= _PROSE and bool(_MID.search(piece.text))


def _cut(pieces: Sequence[RawBlock], t: int, h: int) -> float:
    """How surely two blocks are the halves of one sentence, by the join alone; 0 if not surely."""
    tail, head = pieces[t].text, pieces[h].text
    if not _is_next(pieces, t, h):
        # Elsewhere only a word that was cut in two counts.
        return seam(tail, head) if straddle(tail, head) >= WORD else 0.0
    nats = seam(tail, head)
    if nats >= SURE:
        return nats
    # 「爸，」 and 「通过。」 may be all that was said.
    cut = _HEADLESS.match(head) and not _BRIEF.match(head)
    return SURE if nats > -1 and cut else 0.0


@dataclass(slots=True)
class _Page:
    """The blocks, whether they are torn, and what the text before and behind each speaks of."""

    pieces: list[RawBlock]
    torn: bool
    before: dict[int, frozenset[str]] = field(default_factory=dict)
    behind: dict[int, frozenset[str]] = field(default_factory=dict)

    def heads(self, t: int) -> list[int]:
        """The paragraphs that may go on with a tail."""
        around = range(max(0, t - 1), min(len(self.pieces), t + MAX_CAPTIONS + 2))
        places = range(len(self.pieces)) if self.torn else around
        return [i for i in places if i != t and self.pieces[i].kind == "paragraph"]

    def cohesion(self, t: int, h: int) -> tuple[float, int]:
        """The share of pairs of characters that the text up to a tail and from a head have in
        common, 0 to 1, and of how many pairs at least.

        In news it is about 0.14 inside an article and 0.01 between two.
        """
        a = self.before.setdefault(t, _pairs(self.pieces, t, -1))
        b = self.behind.setdefault(h, _pairs(self.pieces, h, 1))
        return len(a & b) / math.sqrt(len(a) * len(b) + 1), min(len(a), len(b))


def _pairs(pieces: list[RawBlock], start: int, step: int) -> frozenset[str]:
    """The pairs of characters of up to three paragraphs in a row."""
    texts: list[str] = []
    i = start
    while 0 <= i < len(pieces) and len(texts) < 3 and (i == start or pieces[i].kind == "paragraph"):
        texts.append(pieces[i].text)
        i += step
    text = "\n".join(texts)
    pairs = (text[i : i + 2] for i in range(len(text) - 1))
    return frozenset(pair for pair in pairs if pair.isalpha())


def _is_tail(piece: RawBlock) -> bool:
    """Whether a block stops in mid-sentence, or is a short line that may."""
    if piece.level or not is_open(piece.text):
        return False
    return piece.kind == "heading" or (
        piece.kind == "paragraph" and _MID.search(piece.text) is not None
    )


def _join(page: _Page, t: int, h: int) -> _Join | None:
    """The join of a tail and a head if the evidence is enough."""
    pieces = page.pieces
    tail, head = pieces[t], pieces[h]
    if not _MID.search(tail.text):
        return _overlap(pieces, t, h) if page.torn else None
    near = _is_next(pieces, t, h)
    prose = _is_prose(tail)
    if not page.torn and not (near and prose):
        return None
    if near and not (page.torn and prose and _is_prose(head)):
        strength = _cut(pieces, t, h)
        return _Join(t, h, strength + MIN_SCORE) if strength else None
    gain = straddle(tail.text, head.text)
    headless = _HEADLESS.match(head.text) is not None
    if tail.kind == "heading" and gain < MIN_GAIN and not headless:
        return None
    if not near and gain < WORD:
        return None
    score = _evidence(page, t, h, gain) + (NEIGHBOURS if near else 0.0)
    return _Join(t, h, score) if score >= MIN_SCORE else None


def _evidence(page: _Page, t: int, h: int, gain: float) -> float:
    """What speaks for a join: a word across it, how the head begins, what both speak of."""
    head = page.pieces[h].text
    score = min(gain, 10.0) * 0.6
    score += 2.0 if _HEADLESS.match(head) else 0.0
    score -= 3.0 if _OPENER.match(head) else 0.0
    common, pairs = page.cohesion(t, h)
    return score if pairs < 20 else score + min((common - 0.05) * 30, 4.0)


def _is_next(pieces: Sequence[RawBlock], t: int, h: int) -> bool:
    """Whether nothing but captions stands between."""
    between = h - t - 1
    return 0 <= between <= MAX_CAPTIONS and all(p.kind == "caption" for p in pieces[t + 1 : h])


def _overlap(pieces: list[RawBlock], t: int, h: int) -> _Join | None:
    """A short line that begins as a clause and ends in the word that a neighbour begins with.

    「走进某某公司」 behind 「公司，车间里……」: columns read in the wrong order, the word seen twice.
    """
    tail, head = pieces[t].text, pieces[h].text
    for size in (4, 3, 2):
        repeated = tail.endswith(head[:size]) and head[size : size + 1] == "，"
        if repeated and abs(t - h) == 1 and is_clause(tail):
            return _Join(t, h, 4.0, drop=size)
    return None


# -- which joins


def _assignment(joins: list[_Join]) -> list[_Join]:
    """One head a tail and one tail a head, with the greatest sum of scores."""
    tails = sorted({join.tail for join in joins})
    if len(tails) > MAX_TAILS:
        return _best_first(joins)
    from scipy.optimize import linear_sum_assignment  # imported late: only a torn page needs it

    heads = sorted({join.head for join in joins})
    by_place = {(tails.index(j.tail), heads.index(j.head)): j for j in joins}
    scores = np.zeros((len(tails), len(heads)))  # 0: left as it is
    for place, join in by_place.items():
        scores[place] = join.score
    chosen = zip(*linear_sum_assignment(scores, maximize=True), strict=True)
    return [by_place[place] for place in chosen if place in by_place]


def _best_first(joins: list[_Join]) -> list[_Join]:
    """The same where only neighbours are joined: a matrix of all with all would be far too large."""
    chosen: list[_Join] = []
    tails: set[int] = set()
    heads: set[int] = set()
    for join in sorted(joins, key=lambda join: (-join.score, join.tail, join.head)):
        if join.tail not in tails and join.head not in heads:
            tails.add(join.tail)
            heads.add(join.head)
            chosen.append(join)
    return chosen


# -- carrying them out


def _carried_out(pieces: list[RawBlock], joins: list[_Join]) -> list[RawBlock]:
    """Cut the page before each moved head and behind each tail, and chain the stretches."""
    near = {join.tail: join for join in joins if join.head == join.tail + 1}
    far = sorted((join for join in joins if join.tail not in near), key=lambda join: -join.score)
    cuts: set[int] = {0}
    chained: list[_Join] = []
    for join in far:
        wanted = cuts | {join.head, join.tail + 1}
        loop = _stretch_start(wanted, join.tail) == join.head
        if loop:
            heading = _heading_between(pieces, join.head, join.tail)
            if heading is None:
                continue
            wanted |= {heading}
        trial = [*chained, join]
        if _acyclic(wanted, trial):
            cuts, chained = wanted, trial
    order = _ordered(len(pieces), cuts, chained)
    drops = {join.head: join for join in [*near.values(), *chained]}
    return _joined(pieces, order, drops)


def _stretch_start(cuts: set[int], at: int) -> int:
    return max(cut for cut in cuts if cut <= at)


def _heading_between(pieces: list[RawBlock], head: int, tail: int) -> int | None:
    """Where the stretch from a head to its own tail falls in two: at the tail's heading."""
    for i in range(tail, head, -1):
        if pieces[i].kind == "heading":
            return i
    return None


def _acyclic(cuts: set[int], joins: list[_Join]) -> bool:
    follows = {_stretch_start(cuts, join.tail): join.head for join in joins}
    for start in follows:
        at, steps = start, 0
        while at in follows and steps <= len(follows):
            at, steps = follows[at], steps + 1
        if steps > len(follows):
            return False
    return True


def _ordered(size: int, cuts: set[int], joins: list[_Join]) -> list[int]:
    """All places, each stretch behind the one whose tail it goes on with."""
    starts = sorted(cut for cut in cuts if cut < size)
    ends = dict(zip(starts, [*starts[1:], size], strict=True))
    follows = {_stretch_start(cuts, join.tail): join.head for join in joins}
    moved = set(follows.values())
    order: list[int] = []
    for start in starts:
        at: int | None = None if start in moved else start
        while at is not None:
            order += range(at, ends[at])
            at = follows.get(at)
    return order


def _joined(pieces: list[RawBlock], order: list[int], joins: dict[int, _Join]) -> list[RawBlock]:
    """The blocks in order; a joined head becomes part of its tail, captions between stay behind."""
    out: list[RawBlock] = []
    where: dict[int, int] = {}
    for i in order:
        join = joins.get(i)
        if join is None or join.tail not in where:
            where[i] = len(out)
            out.append(pieces[i])
        else:
            where[i] = where[join.tail]
            out[where[i]] = _glued(out[where[i]], pieces[i], join.drop)
    return out


def _glued(tail: RawBlock, head: RawBlock, drop: int) -> RawBlock:
    text = tail.text + head.text[drop:]
    offsets = np.concatenate((tail.offsets, head.offsets[drop:]))
    return replace(tail, text=text, offsets=offsets, kind="paragraph", spaced=text)
