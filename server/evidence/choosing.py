"""Which of the sentences that were read are shown for a part of a question, and in what order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile

from index import Article
from index.pages.passages import sentences
from server.evidence.answer_kinds import fits, wanted_units
from server.evidence.counting import names_counted
from server.evidence.dated import same_times
from server.evidence.enumerations import (
    TERSE,
    Enumeration,
    announces,
    enumeration,
    item_of,
    stretches,
)
from server.evidence.features import asks_author
from server.evidence.judgement import Judgement
from server.evidence.nearness import similarities
from server.evidence.points import named_item, points
from server.evidence.reading import ReadSentence, signatures, unread
from server.evidence.sentences import Sentence
from server.question.asking import asks
from server.question.sorts import sort_of
from server.question.subject import ATTRIBUTE
from server.question.understanding import Part
from server.text.facts import numbers

SEVERAL = frozenset(
    {"why", "how", "list", "summary"}
)  # kinds that several sentences answer together
TOGETHER = 0.5  # of several that answer together each is so likely beside the best one
ELSEWHERE = 0.8  # one of another article is; it tells of something else more often than not
NEXT = 0.1  # one right before or behind a sentence that is shown is: it goes on with the same
SIBLING = 0.2  # an item that the reader sees, too, speaks for its enumeration
BET = 0.85  # a best sentence less likely than that is not bet on alone
EITHER = 0.5  # another one that may answer in its place is so likely beside it
WHOLE = 0.75  # one beside a sentence that holds a list by itself is so likely
MANY, FEW = 5, 2  # sentences shown, of several that answer together and of those that may
SHARED = 0.75  # a sentence that answers another part, too, is so likely beside the best one
OWN = 0.5  # one that answers with other words than another part is
ALMOST = 0.6  # of two stretches so much is the same where they are taken for one
ABOVE = 200  # characters before a sentence in which it may stand what it is of
NEAR = 2  # sentences of another part that may be shared
LONG = 400  # characters of several that answer together
ALIKE = 0.9  # cosine from which two sentences say the same


@dataclass(frozen=True, slots=True)
class Chosen:
    """Sentences, likeliest first; several that answer together in the order of the text.

    ``listed``: they are the items of an enumeration.
    """

    sentences: tuple[ReadSentence, ...]
    listed: bool = False


def choose(
    part: Part,
    read: Sequence[ReadSentence],
    judgement: Judgement,
    *,
    alone: bool = True,
    accounts: bool = False,
) -> Chosen:
    """Of the sentences that were read, likeliest first, those that are shown.

    ``alone``: no other part is answered beside it; else what may answer as well as the best one is
    not shown: it would hide the parts from each other. ``accounts``: what each article says is asked.
    """
    if accounts:
        return Chosen(tuple(_accounts(read, judgement)))
    if (read[0].settled or asks_author(part)) and (signed := _signatures(read)):
        return Chosen(tuple(signed))
    if len(read) > 1 and all(one.settled and one.sentence.block.kind == "row" for one in read):
        return Chosen(tuple(read), listed=True)
    if read[0].settled:
        return Chosen((read[0],))
    if part.kind == "definition":
        read = _defining(read, judgement)
    if one := _one_point(part, read):
        return Chosen(tuple(one))
    if items := _items(part, read, judgement):
        return Chosen(tuple(items), listed=True)
    if _heads(read[0]) and (under := _under(read[0])):
        return Chosen(tuple(under))
    if part.kind in SEVERAL:
        return Chosen(tuple(_together(part, read, judgement)))
    return Chosen(tuple(_betting(part, read, judgement)) if alone else (read[0],))


def _defining(read: Sequence[ReadSentence], judgement: Judgement) -> list[ReadSentence]:
    """Those that say what the word means before those that only use it."""
    least = SIBLING * judgement.bears(read[0])
    return sorted(read, key=lambda one: not (one.defines and judgement.bears(one) >= least))


def _signatures(read: Sequence[ReadSentence]) -> list[ReadSentence]:
    """The lines that say who wrote an article, and where he works, where the best sentence is one."""
    best = read[0].sentence
    lines = signatures(best) if best.block.kind == "byline" else []
    return lines if any(line.sentence.block is best.block for line in lines) else []


Read = Mapping[Part, Sequence[ReadSentence]]


def of_its_own(read: Read) -> dict[Part, list[ReadSentence]]:
    """What was read for things side by side, of each only what names it, where anything does.

    A thing is named by what its label says and no other one does: 甲 of 甲公司 and 乙公司. What is
    asked of one thing (its area, its output) may be said in other words.
    """
    labels = [part.label for part in read if part.label]
    if any(asks(label) or ATTRIBUTE.search(label) for label in labels):
        return {part: list(ones) for part, ones in read.items()}
    owns = {part: _own(part.label, [x for x in labels if x != part.label]) for part in read}
    kept = {}
    for part, ones in read.items():
        naming = [one for one in ones if _names(owns[part], owns.values(), one.sentence)]
        kept[part] = naming or list(ones)
    return kept


def _names(own: str, owns: Iterable[str], sentence: Sentence) -> bool:
    """Whether a thing is named around a sentence, or above it after all others: 26路 over its 票价."""
    if not own or own in sentence.around:
        return bool(own)
    above = sentence.article.text[max(0, sentence.start - ABOVE) : sentence.start]
    last = {name: above.rfind(name) for name in owns if name}
    return last[own] >= 0 and last[own] == max(last.values())


def _own(label: str, others: Sequence[str]) -> str:
    """What a label says without what it begins or ends with as all others do."""
    whole = [label, *others]
    if not others:
        return ""
    lead = _alike(whole)
    tail = _alike([other[lead:][::-1] for other in whole])
    return label[lead : len(label) - tail]


def _alike(texts: Sequence[str]) -> int:
    """How many characters all begin with."""
    return sum(1 for _ in takewhile(lambda chars: len(set(chars)) == 1, zip(*texts, strict=False)))


def told_apart(read: Read, judgement: Judgement) -> dict[Part, list[ReadSentence]]:
    """What was read for several parts, so ordered that they do not answer with the same words.

    A sentence that answers another part, too, with words of it that answer no other, goes before one
    that is hardly likelier; one whose words another part answers with likelier goes behind.
    """
    ordered = {part: list(ones) for part, ones in read.items()}
    for part, ones in ordered.items():
        others = [s for other, found in read.items() if other != part for s in found[:NEAR]]
        firsts = [found[0] for other, found in read.items() if other != part and found]
        both = [
            one
            for one in ones
            if any(_beside(one, other) for other in others)
            and not any(_same(one, first) for first in firsts)
        ]
        _first(ones, both, SHARED, judgement)
    taken: list[ReadSentence] = []
    for ones in sorted(ordered.values(), key=lambda ones: -_most(ones, judgement)):
        free = [one for one in ones if not any(_same(one, other) for other in taken)]
        _first(ones, free, OWN, judgement)
        taken += ones[:1]
    return ordered


def _most(ones: Sequence[ReadSentence], judgement: Judgement) -> float:
    return judgement.bears(ones[0]) if ones else 0.0


def _first(
    ones: list[ReadSentence], better: Sequence[ReadSentence], share: float, judgement: Judgement
) -> None:
    """Put the first of the better ones before all, where it is not too much less likely."""
    if better and judgement.bears(better[0]) >= share * judgement.bears(ones[0]):
        ones.remove(better[0])
        ones.insert(0, better[0])


def _beside(one: ReadSentence, other: ReadSentence) -> bool:
    """Whether both are the same sentence, answering with other words of it."""
    return one.sentence.key == other.sentence.key and not _same(one, other)


def _same(one: ReadSentence, other: ReadSentence) -> bool:
    """Whether both answer with the same words, by and large."""
    (a, b), (c, d) = one.answer, other.answer
    common = max(0, min(b, d) - max(a, c))
    return one.sentence.key == other.sentence.key and common > ALMOST * (max(b, d) - min(a, c))


# -- one that answers, and those that may in its place


def _betting(part: Part, read: Sequence[ReadSentence], judgement: Judgement) -> list[ReadSentence]:
    """The best sentence, and another one that may answer where it is not sure enough.

    One that says the same of another time answers as well, however sure the reader is of either. One
    right before the best one stands before it.
    """
    best = judgement.bears(read[0])
    chosen = [read[0]]
    for one in read[1:]:
        likely = best < BET and judgement.bears(one) >= EITHER * best
        sure = min(best, judgement.bears(one)) >= BET and _counts_otherwise(part, one, read[0])
        if not (likely or sure or _again(one, read[0])) or _said(one, chosen):
            continue
        if _offers(part, one) >= _offers(part, read[0]):
            chosen.append(one)
        if len(chosen) == FEW:
            break
    return sorted(chosen, key=lambda one: chosen[0].sentence.follows(one.sentence), reverse=True)


def _counts_otherwise(part: Part, one: ReadSentence, other: ReadSentence) -> bool:
    """Whether two articles both answer, each with an amount of the unit asked for that the other lacks."""
    if part.kind != "count" or one.sentence.article is other.sentence.article:
        return False
    wanted = wanted_units(part)
    mine, theirs = (
        {fact.key for fact in numbers(read.sentence.text) if not wanted or fact.unit in wanted}
        for read in (one, other)
    )
    return not (mine <= theirs or theirs <= mine)


def _offers(part: Part, one: ReadSentence) -> tuple[float, bool]:
    """How well the amounts of a sentence fit an amount that is asked for, and whether they are of what is counted.

    The same for other kinds.
    """
    text = one.sentence.text
    return (
        (fits(part, text), names_counted(part.text, text)) if part.kind == "count" else (1.0, True)
    )


def _again(one: ReadSentence, other: ReadSentence) -> bool:
    """Whether a sentence says what another one says, of another time: 昨日 of two days."""
    if same_times(one.sentence, other.sentence):
        return False
    return max(similarities(one.sentence.text, [other.sentence.text]), default=0.0) >= ALIKE


def _said(one: ReadSentence, chosen: Sequence[ReadSentence]) -> bool:
    """Whether a sentence says no more than those chosen before; 昨日 of two days are two facts."""
    of_a_time = [c.sentence.text for c in chosen if same_times(c.sentence, one.sentence)]
    return max(similarities(one.sentence.text, of_a_time), default=0.0) >= ALIKE


def _accounts(read: Sequence[ReadSentence], judgement: Judgement) -> list[ReadSentence]:
    """The best sentence of each article that answers likely enough."""
    best: dict[str, ReadSentence] = {}
    for one in read:
        if judgement.bears(one) >= EITHER * judgement.bears(read[0]):
            best.setdefault(one.sentence.article.id, one)
    return list(best.values())[:MANY]


# -- several that answer together


def _together(part: Part, read: Sequence[ReadSentence], judgement: Judgement) -> list[ReadSentence]:
    """The best sentence and what answers with it, in the order of the text.

    Where the reader sees several answers in the best one, that is the list.
    """
    best = read[0]
    whole = part.kind == "list" and _lists(best)
    near = WHOLE if whole else TOGETHER
    chosen = [best, *(_explained(best) if part.kind == "how" else ())]
    length = sum(len(one.sentence.text) for one in chosen)
    for one in read[1:]:
        share = judgement.bears(one) / judgement.bears(best)
        length += len(one.sentence.text)
        if len(chosen) == MANY or length > LONG or share < near:
            break
        same = one.sentence.article is best.sentence.article
        if _heads(one) or any(one.sentence.key == other.sentence.key for other in chosen):
            continue
        if (same or share >= ELSEWHERE) and not _said(one, chosen):
            chosen.append(one)
    chosen += _adjoining(chosen, read, NEXT * judgement.bears(best), judgement)
    return sorted(chosen, key=lambda one: (one.sentence.rank, one.sentence.key))


def _heads(one: ReadSentence) -> bool:
    return one.sentence.block.kind == "heading"


def _under(heading: ReadSentence) -> list[ReadSentence]:
    """What stands under a heading, as far as there is room: it names an answer, and says none."""
    article, room = heading.sentence.article, LONG
    found: list[ReadSentence] = []
    after = (block for block in article.blocks if block.start > heading.sentence.start)
    for block in takewhile(lambda block: block.kind in ("paragraph", "row"), after):
        for start, end in sentences(article.text, block.start, block.end):
            room -= end - start
            if room < 0 or len(found) == MANY:
                return found
            found.append(unread(heading.sentence, start, end))
    return found


def _adjoining(
    chosen: Sequence[ReadSentence],
    read: Sequence[ReadSentence],
    least: float,
    judgement: Judgement,
) -> list[ReadSentence]:
    """What stands right before or behind what is shown and is likely enough, as far as there is room."""
    found: list[ReadSentence] = []
    room = LONG - sum(len(one.sentence.text) for one in chosen)
    known = {one.sentence.key for one in chosen}
    for one in read:
        if judgement.bears(one) < least or len(chosen) + len(found) == MANY:
            break
        new = one.sentence.key not in known and not _said(one, [*chosen, *found])
        if (
            new
            and not _heads(one)
            and len(one.sentence.text) <= room
            and _adjoins(one.sentence, chosen)
        ):
            found.append(one)
            room -= len(one.sentence.text)
    return found


def _adjoins(sentence: Sentence, chosen: Sequence[ReadSentence]) -> bool:
    text = sentence.article.text
    return any(
        other.article is sentence.article
        and not text[min(sentence.end, other.end) : max(sentence.start, other.start)].strip()
        for other in (one.sentence for one in chosen)
    )


_TOLD = frozenset({"why", "how"})
_GOES_ON = re.compile(r"同时|此外|另外|还|并且?(?!非)")
THEME = 30  # characters of a sentence with which a paragraph says what it is about
FOLLOWING = 2  # sentences that explain a theme


def _explained(one: ReadSentence) -> list[ReadSentence]:
    """What a paragraph goes on with behind a sentence that is its theme, and behind others what only adds to them."""
    sentence = one.sentence
    opens = sentence.start == sentence.block.start and len(sentence.text) <= THEME
    found = sentences(sentence.article.text, sentence.end, sentence.block.end)
    taken = takewhile(
        lambda bounds: opens or _GOES_ON.match(sentence.article.text, bounds[0]), found
    )
    return [unread(sentence, *bounds) for bounds in islice(taken, FOLLOWING)]


_DIGITS = "零一二三四五六七八九十"
#: How many things a question asks for: 哪三条, 四个方面.
_COUNTED = re.compile(rf"([{_DIGITS}])(?:大|个)?(?:[条项点种类步招句样个]|方面)")


def _lists(one: ReadSentence) -> bool:
    """Whether the reader sees several answers in a sentence, one behind the other: 甲、乙和丙."""
    text = one.sentence.text
    between = (text[a[1] : b[0]] for a, b in pairwise(one.items))
    return any(_AND.fullmatch(words) for words in between)


_AND = re.compile(r"[”》」）)]?(?:[、，；;]|以及|[和及与或]){1,2}[“《「（(]?")


def _items(part: Part, read: Sequence[ReadSentence], judgement: Judgement) -> list[ReadSentence]:
    """The items of the enumeration that the best sentence announces or is one of; none otherwise.

    One of as many items as are asked for is meant when the reader sees anything in it.
    """
    best = read[0]
    article, own = best.sentence.article, best.sentence.start
    if asked := _points(part, read) or _spread(part, read, judgement):
        return asked
    known = {one.sentence.start: one for one in read if one.sentence.article is article}
    least = SIBLING * judgement.bears(best)
    counted = [_DIGITS.index(m[1]) for m in _COUNTED.finditer(part.whole or part.text)]
    for start in [start for start, one in known.items() if judgement.bears(one) >= least]:
        found = enumeration(article, start)
        if found is None:
            continue
        shares = {
            s: judgement.bears(known[s]) / judgement.bears(best) for s in found.starts if s in known
        }
        several = asks_for_several(part) and own in found.starts
        if len(found.items) in counted or (several and _meant(part, best, found, shares)):
            told = (
                ()
                if found.lead is None or start != found.lead[0] or announces(article, found.lead)
                else (found.lead,)
            )
            return [known.get(a) or unread(best.sentence, a, b) for a, b in (*told, *found.items)]
    return []


def _one_point(part: Part, read: Sequence[ReadSentence]) -> list[ReadSentence]:
    """One point of those that are asked for, or that the best sentence explains, and what explains it.

    That is where a question names it: 「在人才方面有哪些建议」.
    """
    best = read[0].sentence
    if part.kind not in ("how", "list") or read[0].settled:
        return []
    found = points(part.text, [one.sentence.article for one in read], part.whole)
    held = item_of(best.article, best.start) if part.kind == "how" else None
    article = found.article if found else best.article
    several = found.points if found else held[0] if held and held[0].announced else None
    number = named_item(part.text, article, several) if several else None
    if several is None or number is None:
        return []
    if held and not found and held[1] != number and best.start not in several.starts:
        return []  # the reader sees what explains another one
    near = next(one.sentence for one in read if one.sentence.article is article)
    stretch = stretches(article, several)[number]
    told = list(islice(sentences(article.text, *stretch), MANY))
    while len(told) > 1 and told[-1][1] - told[0][0] > LONG:
        told.pop()
    known = {one.sentence.key: one for one in read}
    return [known.get((article.id, a)) or unread(near, a, b) for a, b in told] if told[1:] else []


def says_points(part: Part, read: Sequence[ReadSentence]) -> bool:
    """Whether somebody whom the question names says or writes points of the sort that it asks for."""
    if part.kind not in SEVERAL or not read:
        return False
    whole = part.whole or part.text
    found = points(part.text, [one.sentence.article for one in read], whole)
    says = (found.speaker, found.article.author) if found else ()
    return any(one and one in whole for one in says)


def _points(part: Part, read: Sequence[ReadSentence]) -> list[ReadSentence]:
    """The points that a question asks for; none where the best sentence is a list that names their sort."""
    if part.kind not in SEVERAL or read[0].settled:
        return []
    near = {one.sentence.article: one.sentence for one in reversed(read)}
    best, sort = read[0].sentence, sort_of(part.text)
    found = points(part.text, [one.sentence.article for one in read], part.whole)
    if found is None:
        return []
    listed = sort is not None and _lists(read[0]) and sort.told.search(best.text)
    if listed and best.start not in found.points.starts:
        return []
    known = {one.sentence.key: one for one in read}
    return [
        known.get((found.article.id, a)) or unread(near[found.article], a, b)
        for a, b in found.points.items
    ]


def _spread(part: Part, read: Sequence[ReadSentence], judgement: Judgement) -> list[ReadSentence]:
    """The items that the likeliest sentences of reasons and ways explain, where they explain several."""
    if part.kind not in _TOLD:
        return []
    least = TOGETHER * judgement.bears(read[0])
    likely = [one.sentence for one in read[:MANY] if judgement.bears(one) >= least]
    held = [item_of(s.article, s.start) for s in likely if s.article is likely[0].article]
    first = held[0]
    if (
        first is None
        or not first[0].announced
        or len({each for each in held if each and each[0] is first[0]}) < 2
    ):
        return []
    return [unread(likely[0], a, b) for a, b in first[0].items]


def _meant(part: Part, best: ReadSentence, found: Enumeration, shares: Mapping[int, float]) -> bool:
    """Whether an enumeration is meant whose lead or item is the best sentence.

    It is when that announces it; else the reader must see more of it, much more where the items
    only look alike or give reasons and ways. One line of it may itself be the list that is asked for,
    unless the reader sees something in the line above. ``shares``: how likely its sentences are beside
    the best, by where they start.
    """
    if _opens_notice(part, best.sentence.article, found):
        return False
    leads = found.lead is not None and found.lead[0] == best.sentence.start
    if leads and found.announced and _only_leads(best.sentence.article, found):
        return True
    above = shares.get(found.lead[0], 0.0) if found.lead else 0.0
    if part.kind == "list" and _lists(best) and (found.announced or above < SIBLING):
        return False
    if part.kind not in _TOLD and _is_short(best.sentence.article, found):
        return True
    least = SIBLING if part.kind == "list" and found.announced else TOGETHER
    return sum(share >= least for share in shares.values()) > 1


#: What opens a notice announces all that it has to say: 现将有关事项通知如下.
_NOTICE = re.compile(r"现将?[^。]{0,40}?(?:事项|事宜|安排|情况|内容|意见|规定)[^。]{0,20}如下")
_ALL_OF_IT = re.compile(r"事项|事宜|安排|内容|意见|规定|通知|公告|要点|主要")


def _opens_notice(part: Part, article: Article, found: Enumeration) -> bool:
    """Whether an enumeration is a whole notice, for which the question does not ask."""
    text = "" if found.lead is None else article.text[slice(*found.lead)]
    return _NOTICE.search(text) is not None and _ALL_OF_IT.search(part.text) is None


def _is_short(article: Article, found: Enumeration) -> bool:
    """Whether something announces lines so few and so short that they are told together: 开学要带的物品."""
    lines = [article.text[a:b] for a, b in found.items]
    terse = max(map(len, lines)) <= TERSE and sum(map(len, lines)) <= LONG
    return found.lead is not None and found.lead not in found.items and terse


def asks_for_several(part: Part) -> bool:
    """Whether several sentences may answer together: also what has something (有什么症状), and what all (带些啥)."""
    return part.kind in SEVERAL or (part.kind == "which" and bool(_WHAT_ALL.search(part.text)))


_WHAT_ALL = re.compile(r"[有带备交]些?(?:什么|啥)(?!时)|些(?:什么|啥)|(?:什么|啥)(?:情况|情形)")


def _only_leads(article: Article, found: Enumeration) -> bool:
    """Whether the lead need not be shown beside the items: it holds the first one, or is a mere announcement."""
    lead = found.lead
    return lead is None or lead in found.items or announces(article, lead)
