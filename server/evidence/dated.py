"""When a sentence and its amounts are of, and whether that is when a question asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from index import Article
from server.evidence.answer_kinds import wanted_units
from server.evidence.remembered import remembered
from server.evidence.sentences import Sentence
from server.question.understanding import Part
from server.text.facts import Fact, numbers
from server.text.periods import SOME_YEAR, Period, Stated, stated
from server.text.words import PLANNED


def another_period(part: Part, sentence: Sentence) -> str:
    """The period asked for, when the sentence speaks of others: a short Chinese phrase, or nothing.

    Amounts are of the periods named before them; what names none itself is of those nearest to it:
    before it in the paragraph, in the heading and the title, or else anywhere in the article. Where
    nothing is known, nothing clashes.
    """
    asked = asked_periods(part, day_of(sentence.article))
    if not asked:
        return ""
    own, framed = _own(part, sentence)
    if any(_answers(a, s, amount=part.kind == "count") for a in asked for s in own):
        return ""
    near = _nearest(sentence)
    if own and framed:
        beside = part.kind != "count" and _any_overlaps(asked, _as_close(asked, near))
        return "" if beside else f"说的是{own[0].text}，不是{asked[0].text}"
    return "" if not near or _any_overlaps(asked, near) else f"没有{asked[0].text}的说法"


def _as_close(asked: Sequence[Stated], given: Iterable[Stated]) -> list[Stated]:
    """The periods that say something of those asked for: a year says nothing of one of its days."""
    year = any(s.period and _days(s.period) > _YEARLY for s in asked)
    return [s for s in given if year or (s.period and _days(s.period) <= _YEARLY)]


def _days(period: Period) -> int:
    return (period.end - period.start).days


_YEARLY = 360


def _nearest(sentence: Sentence) -> Sequence[Stated]:
    """The periods nearest to a sentence that are known: of one year, and not of any."""
    article = sentence.article
    leading = f"{sentence.before}\n{sentence.passage.heading}\n{article.title}"
    near = [s for s in stated(leading, day_of(article)) if _is_dated(s)]
    return near or [s for s in _of_article(article) if _is_dated(s)]


#: The weekday that a line is about: 「周一，…」, 「日期：周一，…」; 「周一至周五」 is none.
_OF_WEEKDAY = re.compile(
    r"(?:[^，：]{1,4}：)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])(?=[，：。]|$)"
)
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)(?P<day>[一二三四五六日天])(?!至|到)")


def another_weekday(part: Part, sentence: Sentence) -> str:
    """What a line about one weekday says is not asked of another one: a short Chinese phrase, or nothing."""
    asked = {_day(match) for match in _WEEKDAY.finditer(part.text)}
    line = _OF_WEEKDAY.match(sentence.text)
    if part.kind == "when" or not asked or line is None or _day(line) in asked:
        return ""
    return f"说的是周{_day(line)}，不是周{'、周'.join(sorted(asked))}"


def _day(match: re.Match[str]) -> str:
    return match["day"].replace("天", "日")


def only_planned(part: Part, sentence: Sentence) -> str:
    """What is aimed at, where a question asks for what is: a short Chinese phrase, or nothing."""
    if part.kind != "count" or not _ASKS_NOW.search(part.text) or PLANNED.search(part.whole):
        return ""
    amounts = _amounts(part, sentence)
    planned = amounts and all(PLANNED.search(sentence.text[: f.start]) for f in amounts)
    return "说的是目标，不是现在" if planned else ""


_ASKS_NOW = re.compile(r"目前|现在|实际|如今|眼下")


def asked_periods(part: Part, published: date | None) -> list[Stated]:
    """The periods that a part asks for, or else the whole question, as far as they can be known.

    A number that looks like a year is one there: 「临澜 2022 茶叶产量」.
    """
    own = stated(part.text, published) or stated(part.whole, published)
    said = [s for s in own if s.period]
    bare = [year for year in part.years if not any(year in s.text for s in said)]
    return said + [s for year in bare for s in stated(f"{year}年", published)]


def same_times(one: Sentence, other: Sentence) -> bool:
    """Whether two sentences name the same periods, as far as they are known."""
    return [s.period for s in times(one)] == [s.period for s in times(other)]


def time_of(sentence: Sentence, fact: Fact) -> Stated | None:
    """The period that an amount of a sentence is of: the last one named before it, else the next."""
    own = times(sentence)
    before = [s for s in own if s.start < fact.start]
    return before[-1] if before else own[0] if own else None


def times(sentence: Sentence) -> tuple[Stated, ...]:
    """The periods that a sentence names; a month is of the year named before it in the paragraph."""
    known = _of_places(sentence.article)
    place = sentence.block.start, sentence.start, sentence.end
    if place not in known:
        known[place] = _times(sentence)
    return known[place]


@remembered
def _of_places(_: Article) -> dict[tuple[int, int, int], tuple[Stated, ...]]:
    return {}


def _times(sentence: Sentence) -> tuple[Stated, ...]:
    before = len(sentence.before)
    whole = stated(sentence.before + sentence.text, day_of(sentence.article))
    return tuple(Stated(s.period, s.text, s.start - before) for s in whole if s.start >= before)


@remembered
def _of_article(article: Article) -> tuple[Stated, ...]:
    """The periods that an article names, and the year and the day that it is of."""
    published = day_of(article)
    own = stated(f"{published.year}年，{published}", published) if published else ()
    return own + stated(article.text, published)


def day_of(article: Article) -> date | None:
    """The day on which an article was published; None when it is not known."""
    try:
        return date.fromisoformat((article.published or "")[:10])
    except ValueError:
        return None


def _own(part: Part, sentence: Sentence) -> tuple[Sequence[Stated], bool]:
    """The periods of what a sentence may answer with, and whether all of that stands behind one."""
    own = times(sentence)
    amounts = _amounts(part, sentence) if part.kind == "count" else []
    if not amounts:
        return own, True
    framed = [s for s in own if s.start < amounts[-1].start]
    return framed, bool(framed) and framed[0].start < amounts[0].start


def _amounts(part: Part, sentence: Sentence) -> list[Fact]:
    """The amounts of a sentence that may answer: of the unit asked for, and new to the question."""
    wanted = wanted_units(part)
    return [
        fact
        for fact in numbers(sentence.text)
        if fact.kind == "number"
        and fact.text not in part.text
        and (not wanted or fact.unit in wanted)
    ]


def _is_dated(given: Stated) -> bool:
    """Whether a period is known to lie in one year; a plan's five years say nothing of each."""
    period = given.period
    return period is not None and SOME_YEAR != period.start.year == period.end.year


def _answers(asked: Stated, given: Stated, *, amount: bool) -> bool:
    """Whether what is of a period answers for the one asked for; it may where either is not known.

    A year's amounts are not those of one of its months, nor a half's those of the whole, nor
    those of one of its quarters.
    """
    if asked.period is None or given.period is None:
        return True
    if not amount:
        return given.period.overlaps(asked.period)
    whole = asked.text.endswith("全年") or (
        _MONTHS.search(asked.text) and _MONTHS.search(given.text)
    )
    return given.period.within(asked.period) and not (
        whole and not asked.period.within(given.period)
    )


#: Several months that are told of together.
_MONTHS = re.compile("季度|半年|个月|[—–~～至到-].*月")


def _any_overlaps(asked: Iterable[Stated], given: Iterable[Stated]) -> bool:
    given = list(given)
    return any(_answers(a, g, amount=False) for a in asked for g in given)
