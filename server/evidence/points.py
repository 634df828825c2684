"""The enumeration whose points a question asks for: by who makes it, what announces it, what sort its items are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from index import Article, romanised
from index.analysis import fold
from index.pages.passages import sentences
from prompts import language_of
from server.evidence.enumerations import Bounds, Enumeration, enumerations, longest
from server.evidence.remembered import remembered
from server.evidence.sentences import Coverage, block_at
from server.evidence.speakers import turns
from server.question.asking import kind_of
from server.question.sorts import SORTS, Sort, sort_of
from server.question.subject import words
from server.text.clauses import SPEAKS
from server.text.names import persons

LEAST = 2  # how much must speak for the sort
ABOUT = (
    0.3  # share of a question that what announces the points must hold, the article's title with it
)
TITLED = 0.2  # the same where the heading right above is a word for the sort
ASKED = 0.7  # the same of a question that the article asks itself, or that is its title
ARTICLES = 3  # that are looked at, likeliest first
NEAR = 60  # characters from a heading to the list under it
FURTHER = 0.5  # what a less likely article must have in advance


@dataclass(frozen=True, slots=True)
class Announced:
    """An enumeration of an article, who makes it, and what stands above it."""

    article: Article
    points: Enumeration
    speaker: str
    lead: str
    question: str
    heading: str

    @property
    def asks(self) -> bool:
        """Whether a question announces it."""
        return self.lead.endswith(_MARKS)

    @property
    def above(self) -> str:
        return f"{self.lead}\n{self.question}\n{self.heading}"

    @property
    def title(self) -> str:
        """The heading right above it, without its number; empty where more stands between them."""
        near = self.heading and self.heading in self.article.text[: self.points.items[0][0]][-NEAR:]
        return _NUMBER.sub("", self.heading) if near else ""


_MARKS = ("？", "?")
#: What numbers a heading: 五、 (三) 2.1
_NUMBER = re.compile(r"^[（(]?[\d一二三四五六七八九十.]+[）)、.\s]+")


def points(text: str, articles: Sequence[Article], whole: str = "") -> Announced | None:
    """The points that a question asks for, of the sort that it names or under the question that it is.

    Where it names somebody, or the ``whole`` that it is a part of does, only what he says or writes counts.
    """
    articles = list(dict.fromkeys(articles))[:ARTICLES]
    sort = sort_of(text)
    if sort and (found := _of_a_sort(text, whole or text, sort, articles)):
        return found
    kind = kind_of(text)
    headed = _headed(text, articles) if kind in _LISTED else None
    return headed or (_asked_itself(text, articles) if kind in _TOLD else None)


_TOLD = frozenset({"why", "how"})
_LISTED = frozenset({"list", "how"})


def named_item(text: str, article: Article, several: Enumeration) -> int | None:
    """Which one of several points a question names, by words that neither another nor what is above them says."""
    if _ASKS_ALL.search(text):
        return None
    lead = article.text[slice(*several.lead)] if several.lead else ""
    items = [article.text[a:b].rpartition("：")[::2] for a, b in several.items]
    if several.lead in several.items:
        lead = ""  # what announces them in the first one stands before its colon
    above = "\n".join((article.title, article.author or "", lead, *(before for before, _ in items)))
    told = [(word, tag) for word, tag in words(text) if len(word) > 1 and tag[:2] != "nr"]
    nouns = [word for word, tag in told if tag[0] in _NOUNS] + _QUOTED.findall(text)
    for naming in (nouns, [word for word, tag in told if tag[0] in _OTHERS]):
        found = [
            [n for n, (_, item) in enumerate(items) if word in item]
            for word in naming
            if word not in above
        ]
        if named := {where[0] for where in found if len(where) == 1}:
            return named.pop() if len(named) == 1 else None
    return None


#: Kinds of words that name a point, those that may where none of them does, and what asks for all points.
_NOUNS, _OTHERS = "njli", "va"
_QUOTED = re.compile(r"“([^”]{2,8})”")
_ASKS_ALL = re.compile(
    r"哪?[几两二三四五六七八](?:大|个)?[点条项步]|哪?[几两二三四五六七八]个?方面|分别|各自?"
)


def _headed(text: str, articles: Sequence[Article]) -> Announced | None:
    """The list right under the heading that a question names, of the article that it is about."""
    coverage, how = Coverage(_WORDS.sub("", text)), kind_of(text) == "how"
    found = [
        one for article in articles for one in announced(article) if _calls(text, one.title, how)
    ]
    about = {one: coverage.of(f"{one.heading}\n{one.article.title}") for one in found}
    best = max(found, key=about.__getitem__, default=None)
    return best if best and about[best] >= ABOUT else None


def _calls(text: str, heading: str, how: bool) -> bool:
    """Whether a question says all that a heading does; asking how says what is done, not that there is a way."""
    if how and not _COURSE.search(heading):
        return False
    said = [
        word for word, _ in words(_COURSE.sub("", heading) if how else heading) if len(word) > 1
    ]
    return bool(said) and all(word in text for word in said)


#: What a heading calls the way that something is done.
_COURSE = re.compile(r"(?:操作)?(?:步骤|流程|方法|办法|程序)")


def _of_a_sort(text: str, whole: str, sort: Sort, articles: Sequence[Article]) -> Announced | None:
    coverage = Coverage(sort.asked.sub("", text))
    best, most = None, 0.0
    for rank, article in enumerate(articles):
        named = _named(whole, article)
        for one in announced(article):
            if named is not None and not _by(named, one):
                continue
            speaks = _speaks(sort, one)
            wrote = article.author is not None and article.author in whole
            about = 1.0 if wrote else coverage.of(f"{one.above}\n{article.title}\n{one.speaker}")
            needed = TITLED if sort.told.search(one.title) else ABOUT
            if speaks < LEAST or (about < needed and language_of(text) != "en"):
                continue
            worth = speaks + 2 * about - FURTHER * rank
            if worth > most:
                best, most = one, worth
    return best


def _asked_itself(text: str, articles: Sequence[Article]) -> Announced | None:
    """The points with which an article answers a question that it asks itself in nearly the same words.

    Its title is one for how something is to be done: then what it urges answers.
    """
    coverage, how = Coverage(_WORDS.sub("", text)), kind_of(text) == "how"
    for one in (one for article in articles for one in announced(article)):
        titled = how and coverage.of(f"{one.heading}\n{one.article.title}") >= ASKED
        urged = titled and len(one.points.items) > 2 and _urged(one.article, one.points.items)
        if urged or (one.asks and coverage.of(one.lead) >= ASKED):
            return one
    return None


#: What of a question no article says: that it asks, and that somebody said it.
_WORDS = re.compile(r"作者|文章|认为|怎么|怎样|如何|为何|为什么|应当?该?|[，。？]")


def _named(text: str, article: Article) -> frozenset[str] | None:
    """Who of those that speak in an article a question names, else whom it names at all; None for nobody.

    Who wrote the article says all of it.
    """
    spoken = {name for name in turns(article).values() if name}
    if language_of(text) == "en":
        patterns = romanised.names(text)
        return frozenset(n for n in spoken if any(p.search(fold(n)) for p in patterns)) or None
    named = frozenset(n for n in (*spoken, *persons(text)) if n in text)
    return None if not named or article.author in named else named


def _by(named: Collection[str], one: Announced) -> bool:
    if one.speaker in named or any(name in one.lead for name in named):
        return True
    others = one.speaker or _SAID.search(one.lead)
    return not others and any(name in one.article.text for name in named)


_SAID = re.compile(rf"{SPEAKS}|建议|认为|指出")


def _speaks(sort: Sort, one: Announced) -> int:
    """How much speaks for the points being of a sort: what announces them, what they say, what explains them.

    What stands before them announces nothing unless it says so, by its ordinals or its colon.
    """
    article, items = one.article, one.points.items
    other = any(s.told.search(one.lead) for s in SORTS if s is not sort)
    of_sort = bool(sort.told.search(one.lead))
    said = 2 * sum(bool(sort.told.search(article.text[a:b])) for a, b in items) >= len(items)
    if one.points.announced and other and not of_sort and not said:
        return 0
    leads = of_sort * (2 if one.points.announced or not other else 1)
    above = bool(sort.told.search(one.question)) or 2 * bool(sort.told.search(one.title))
    above = above or bool(sort.told.search(one.heading))
    thesis = items == longest(article)
    return (
        leads + 2 * said + above + (sort.name == "advice" and _urged(article, items)) * (1 + thesis)
    )


_URGES = re.compile(r"[^需主首重]要(?!求|素|点|闻)|应|须|可|[^发]推动|加快|加强|强化|建立|制定")


def _urged(article: Article, items: Sequence[Bounds]) -> bool:
    """Whether most items are explained by what ought to be done."""
    block = block_at(article, items[-1][0])
    ends = [*(start for start, _ in items[1:]), block.end if block else items[-1][1]]
    told = (article.text[start:end] for (start, _), end in zip(items, ends, strict=True))
    return 2 * sum(bool(_URGES.search(text)) for text in told) > len(items)


@remembered
def announced(article: Article) -> tuple[Announced, ...]:
    return tuple(_each(article))


def _each(article: Article) -> Iterator[Announced]:
    said = turns(article)
    for one in enumerations(article):
        at = one.starts[0]
        block = block_at(article, at)
        lead = article.text[slice(*one.lead)] if one.lead else ""
        headed = block is not None and block.kind in _HEADINGS  # the lead itself is the heading
        question, heading = _above(article, one.items[0][0] if headed else at)
        yield Announced(
            article, one, said.get(block.start, "") if block else "", lead, question, heading
        )


_HEADINGS = ("heading", "title")


def _above(article: Article, at: int) -> tuple[str, str]:
    """The last question asked before a place under its heading, and that heading."""
    question = heading = ""
    for block in article.blocks:
        if block.start >= at:
            break
        if block.kind in _HEADINGS:
            question, heading = "", article.text[block.start : block.end]
        for start, end in sentences(article.text, block.start, min(block.end, at)):
            if article.text[start:end].endswith(_MARKS):
                before = question if question and start > block.start else ""
                question = before + article.text[start:end]
    return question, heading
