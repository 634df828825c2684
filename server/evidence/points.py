"""The enumeration whose points a question asks for: by who makes it, what announces it, what sort its items are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index import Article, romanised
from index.analysis import fold
from index.pages.passages import sentences
from prompts import language_of
from server.evidence.enumerations import Bounds, Enumeration, enumerations, longest
from server.evidence.sentences import Coverage, block_at
from server.evidence.speakers import turns
from server.question.asking import kind_of
from server.question.sorts import SORTS, Sort, sort_of
from server.text.clauses import SPEAKS
from server.text.names import persons

LEAST = 2  # how much must speak for the sort
ABOUT = (
    0.3  # share of a question that what announces the points must hold, the article's title with it
)
ASKED = 0.7  # the same of a question that the article asks itself, or that is its title
ARTICLES = 3  # that are looked at, likeliest first
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


_MARKS = ("？", "?")


def points(text: str, articles: Sequence[Article], whole: str = "") -> Announced | None:
    """The points that a question asks for, of the sort that it names or under the question that it is.

    Where it names somebody, or the ``whole`` that it is a part of does, only what he says or writes counts.
    """
    articles = list(dict.fromkeys(articles))[:ARTICLES]
    sort = sort_of(text)
    found = _of_a_sort(text, whole or text, sort, articles) if sort else None
    return found or (_asked_itself(text, articles) if kind_of(text) in _TOLD else None)


_TOLD = frozenset({"why", "how"})


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
            if speaks < LEAST or (about < ABOUT and language_of(text) != "en"):
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
    above = bool(sort.told.search(one.question) or sort.told.search(one.heading))
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


@lru_cache(maxsize=64)
def announced(article: Article) -> tuple[Announced, ...]:
    return tuple(_each(article))


def _each(article: Article) -> Iterator[Announced]:
    said = turns(article)
    for one in enumerations(article):
        at = one.starts[0]
        block = block_at(article, at)
        lead = article.text[slice(*one.lead)] if one.lead else ""
        question, heading = _above(article, at)
        yield Announced(
            article, one, said.get(block.start, "") if block else "", lead, question, heading
        )


def _above(article: Article, at: int) -> tuple[str, str]:
    """The last question asked before a place under its heading, and that heading."""
    question = heading = ""
    for block in article.blocks:
        if block.start >= at:
            break
        if block.kind in ("heading", "title"):
            question, heading = "", article.text[block.start : block.end]
        for start, end in sentences(article.text, block.start, min(block.end, at)):
            if article.text[start:end].endswith(_MARKS):
                before = question if question and start > block.start else ""
                question = before + article.text[start:end]
    return question, heading
