"""Sources that give different values for the same thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.reading.dates import published_date
from server.evidence.answer_kinds import wanted_units
from server.evidence.dated import time_of, times
from server.evidence.must_hold import names_name
from server.evidence.reading import ReadSentence
from server.evidence.sentences import Sentence
from server.question.understanding import Part
from server.text.clauses import clauses
from server.text.comparison import pairs, squash
from server.text.counted import named, nouns
from server.text.facts import Fact, numbers
from server.text.names import SUFFIX, bodies
from server.text.periods import Period, Stated, stated
from server.text.units import is_length_of_time
from server.text.words import PLANNED

SEARCHED = 5  # sentences in which the amount is looked for when a question asks for several
DEPTH = 12  # sentences that are compared with it


@dataclass(frozen=True, slots=True)
class Value:
    """An amount that a sentence gives for a thing: ``about`` as the question, ``noun`` as the text
    has it.
    """

    about: str
    noun: str
    fact: Fact
    sentence: Sentence

    @property
    def planned(self) -> bool:
        """Whether the amount is aimed at rather than reached."""
        return bool(PLANNED.search(self.before))

    @property
    def added(self) -> bool:
        """Whether the amount is what came to others: 新增高新技术企业3125家."""
        return bool(_ADDED.search(re.split(r"[，。；：、]", self.before)[-1]))

    @property
    def sort(self) -> str:
        """What the noun behind the number is besides ``about``: 新星 of 18个新星集群."""
        behind = self.sentence.text[self.fact.start + len(self.fact.text) :]
        return self.noun.removesuffix(self.about) if behind.startswith(self.noun) else ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The bodies that its sentence names before it, or points at; those of the article's title when none."""
        own = bodies(self.before) or self._pointed_at or bodies(self.sentence.article.title)
        return tuple(name for name in own if len(name) > 2 or name[-1] != "市")  # 城市 is none

    @property
    def before(self) -> str:
        return self.sentence.text[: self.fact.start]

    @property
    def _pointed_at(self) -> tuple[str, ...]:
        """The place that 当地 stands for: the first one that the sentence before names."""
        if not _LOCAL.search(self.before):
            return ()
        before = _STOPS.split(self.sentence.article.text[: self.sentence.start].rstrip("。！？\n"))[
            -1
        ]
        return tuple(name for name in bodies(before) if name[-1] in SUFFIX)[:1]


_STOPS = re.compile(r"[。！？\n]")
_LOCAL = re.compile(r"当地|[该本][省市区县镇乡村]")
_ADDED = re.compile(r"新增|净增|增加(?![值到至为])")


def accounts_of(part: Part, ranked: Sequence[Sentence]) -> list[Value]:
    """The values of an amount as accounts give it, newest first, where a question asks for these; empty for one.

    The first of the best sentences that gives an amount counts as the best. Another one is another amount of
    the same thing, of the same subject; of other periods, plans and the same article, too.
    """
    given = (_value(part, sentence) for sentence in ranked[:SEARCHED])
    best = next((value for value in given if value is not None), None)
    if best is None:
        return []
    values = [best]
    for sentence in ranked[:DEPTH]:
        other = _same_thing(best, sentence)
        if other is None or not _same_subject(part, best, other):
            continue
        if all(other.fact.key != v.fact.key for v in values):
            values.append(other)
    return newest_first(values) if len(values) > 1 else []


# -- one that reprints another, corrected


def reprints(one: Sentence, other: Sentence) -> bool:
    """Whether two sentences say the same but for their figures.

    昨日 of two days is two facts, and so is what is told of two years.
    """
    if _masked(one.text) != _masked(other.text):
        return False
    pairs = zip(times(one), times(other), strict=False)
    return not any(a.period != b.period and (a.text == b.text or _is_long(a)) for a, b in pairs)


def _is_long(said: Stated) -> bool:
    return said.period is not None and _span(said.period) > 1


def amended(part: Part, one: Sentence, other: Sentence) -> tuple[Value, Value] | None:
    """What a part asks for, as both of two such sentences give it; none where these agree in it."""
    pairs = [
        pair
        for pair in zip(_asked(part, one), _asked(part, other), strict=False)
        if pair[0].key != pair[1].key
    ]
    if not pairs or not reprints(one, other):
        return None
    mine, theirs = next((p for p in pairs if named(one.text, p[0], part.text)), pairs[0])
    about = named(one.text, mine, part.text) or ABOUT["when" if part.kind == "when" else "count"]
    return Value(about, "", mine, one), Value(about, "", theirs, other)


def other_figures(one: Sentence, answer: tuple[int, int], other: Sentence) -> bool:
    """Whether another sentence says a clause with an answer, or the one beside it, but for its figures."""
    spans = [one.text[start:end] for start, end in clauses(one.text)]
    here = [i for i, (a, b) in enumerate(clauses(one.text)) if a < answer[1] and answer[0] < b]
    told = {_masked(text): text for text in (other.text[a:b] for a, b in clauses(other.text))}
    near = spans[max(0, min(here, default=1) - 1) : max(here, default=-1) + 2]
    return any(
        _FIGURES.findall(mine) != _FIGURES.findall(told[_masked(mine)])
        for mine in near
        if len(_masked(mine)) >= _LONG and _masked(mine) in told
    )


_LONG = 8  # characters of a clause that is not said of anything else
_FIGURES = re.compile(r"[\d零〇一二两三四五六七八九十百千万亿.,]+")


def _masked(text: str) -> str:
    """A sentence without its figures, and without the signs that reprints set otherwise."""
    return squash(_FIGURES.sub("0", text))


def _asked(part: Part, sentence: Sentence) -> list[Fact]:
    """What of a sentence may answer, in its order: amounts of the unit, or times."""
    if part.kind == "when":
        return [Fact("date", s.text, "", s.text, s.start) for s in stated(sentence.text)]
    wanted = wanted_units(part)
    return [
        fact
        for fact in numbers(sentence.text)
        if fact.kind == "number" and (not wanted or fact.unit in wanted)
    ]


# -- what the reader sees answered


def answered_value(part: Part, one: ReadSentence) -> Value | None:
    """The amount, or the day, with which the reader sees a sentence answer; none where it does with words."""
    start, end = one.answer
    text = one.sentence.text
    days = [s for s in times(one.sentence) if s.period and start <= s.start < end]
    if part.kind == "when" and days:
        return None if days[0].text in part.text else _dated(days[0], one.sentence)
    wanted = wanted_units(part)
    for fact in numbers(text):
        inside = start <= fact.start < end and fact.text not in part.text
        whole = part.kind in ("count", "when") or end - start <= len(fact.text) + _AROUND
        if fact.kind == "number" and inside and whole and (not wanted or fact.unit in wanted):
            fact = _of_what_is_asked(part, text, fact)
            beside = (noun for noun in reversed(nouns(text, fact)) if noun != _THEREOF)
            about = named(text, fact, part.text) or next(beside, ABOUT["count"])
            return Value(about, "", fact, one.sentence)
    return None


def _of_what_is_asked(part: Part, text: str, fact: Fact) -> Fact:
    """An amount; where its clause says nothing of the question, that of its unit whose clause does: 其中11人住院."""
    asked = pairs(_ALL.sub("", part.text))

    def said(one: Fact) -> int:
        clause = next(text[a:b] for a, b in clauses(text) if a <= one.start < b)
        return len(asked & pairs(clause))

    alike = (f for f in numbers(text) if f.kind == fact.kind and f.unit == fact.unit)
    best = max(alike, key=said, default=fact)
    return best if not said(fact) and said(best) > 1 else fact


#: Asks for an amount, and says nothing of what.
_ALL = re.compile(r"一共|总共|共有|多少|[几有]")


def same_amount(one: Value, other: Value) -> bool:
    """Whether two amounts may be of one thing: of one unit, of one time, both reached or both aimed at."""
    times = {period for v in (one, other) if (period := _of_period(v))}
    same = len(times) < 2 and one.planned == other.planned and one.added == other.added
    units = one.fact.key[2], other.fact.key[2]
    return same and (
        units[0] == units[1] or (is_length_of_time(units[0]) and is_length_of_time(units[1]))
    )


def _of_period(value: Value) -> Period | None:
    """The period that an amount is of; none where it is not known, or only says from when on it holds."""
    time = time_of(value.sentence, value.fact)
    if time is None or _IN_FORCE.match(value.sentence.text, time.start + len(time.text)):
        return None
    return time.period


#: Behind a day from which on something holds: 自6月1日起, 从6月1日开始收取.
_IN_FORCE = re.compile(r"[^，。；]{0,3}?(?:起|开始|[以之]后|[执施]行|实施|生效)")


def same_day(one: Value, other: Value) -> bool:
    """Whether two days, or months, or years, may be told of one thing, and are not the same."""
    a, b = (_period(value) for value in (one, other))
    if a is None or b is None:
        return same_amount(one, other)  # 15个工作日内
    return not a.overlaps(b) and (_span(a) == _span(b) or max(_span(a), _span(b)) < _OF_A_YEAR)


def _dated(stated_: Stated, sentence: Sentence) -> Value:
    fact = Fact("date", stated_.text, "", stated_.text, stated_.start)
    return Value(ABOUT["when"], "", fact, sentence)


def _period(value: Value) -> Period | None:
    return next((s.period for s in times(value.sentence) if s.start == value.fact.start), None)


def _span(period: Period) -> int:
    """1 for a day, 2 for what is longer, 3 for a year."""
    days = (period.end - period.start).days
    return 1 if not days else 2 if days < _YEAR else _OF_A_YEAR


_YEAR = 360  # days
_OF_A_YEAR = 3
_THEREOF = "其中"  # stands before an amount, and is none of a thing
_AROUND = 4  # characters of an answer that is an amount, beside it


ABOUT = {"count": "数值", "when": "时间"}


def _value(part: Part, sentence: Sentence) -> Value | None:
    """The amount of a sentence that a part asks for: of its unit, its thing named in the question."""
    wanted = wanted_units(part)
    for fact in numbers(sentence.text):
        if fact.kind != "number" or (wanted and fact.unit not in wanted):
            continue
        if about := named(sentence.text, fact, part.text):
            return Value(about, _noun(sentence, fact, about), fact, sentence)
    return None


def _noun(sentence: Sentence, fact: Fact, about: str) -> str:
    """The noun beside an amount that ends with ``about``; empty when none does."""
    return next((noun for noun in nouns(sentence.text, fact) if noun.endswith(about)), "")


def _same_thing(best: Value, sentence: Sentence) -> Value | None:
    """What a sentence says of the same thing, if it does: 18个新星集群 are not 3个主导集群."""
    for fact in numbers(sentence.text):
        if fact.kind == "number" and fact.key[2] == best.fact.key[2]:
            noun = _noun(sentence, fact, best.about)
            other = Value(best.about, noun, fact, sentence)
            if noun and other.sort == best.sort:
                return other
    return None


def _same_subject(part: Part, best: Value, other: Value) -> bool:
    """Whether two values may be of one subject: each one's bodies are named around the other."""
    return _speaks_of(best.subjects, part, other.sentence) and _speaks_of(
        other.subjects, part, best.sentence
    )


def _speaks_of(subjects: Sequence[str], part: Part, sentence: Sentence) -> bool:
    known = f"{part.text}\n{sentence.around}"
    return all(names_name(known, name) for name in subjects)


def newest_first(values: list[Value]) -> list[Value]:
    """By the articles' dates; as they came when one has none that is certain."""
    dates = [published_date(value.sentence.article.published or "") for value in values]
    if None in dates:
        return values
    order = sorted(range(len(values)), key=lambda i: dates[i] or "", reverse=True)
    return [values[i] for i in order]
