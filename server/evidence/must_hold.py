"""What evidence must meet to answer a question: the names, years and units that it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index import Article
from index.analysis import fold
from server.evidence.answer_kinds import fits
from server.evidence.sentences import Sentence, folded_text
from server.question.asking import defined
from server.question.understanding import Part
from server.text.clauses import SPEAKS
from server.text.facts import numbers
from server.text.names import DISTRICT, SUFFIX, names, places, subjects


@lru_cache(maxsize=16_384)
def names_name(text: str, name: str) -> bool:
    """Whether a text holds a name, with or without the word for what it is (江津, 江津区)."""
    folded, sought = folded_text(text), fold(name)
    if sought in folded:
        return True
    core = sought[:-1] if sought[-1] in SUFFIX and len(sought) > 2 else sought
    if core in folded:
        return True
    pairs = [core[i : i + 2] for i in range(len(core) - 1)]
    return len(pairs) > 2 and sum(p in folded for p in pairs) >= 0.6 * len(pairs)


@dataclass(frozen=True, slots=True)
class Unmet:
    """Which names of a question a sentence, its paragraph and its article do not hold."""

    sentence: tuple[str, ...]
    paragraph: tuple[str, ...]
    article: tuple[str, ...]


def unmet(asked: Sequence[str], sentence: Sentence) -> Unmet:
    """The asked names missing at each distance from a sentence."""
    return Unmet(
        *(
            tuple(name for name in asked if not names_name(text, name))
            for text in (sentence.text, sentence.around, sentence.article.text)
        )
    )


_SHORTLY = 80  # characters before a sentence in which the word that it explains may stand
_LEAD = 200  # characters in which an article says what it is about
_NAMED_DISTRICT = re.compile(r"[\u4e00-\u9fff]{2,3}?(?:区|县)(?!域|块|间|别|分|级|长|委)")
_NO_DISTRICT = re.compile(
    r"(?:[地园市城社景校山库片辖专特各全该新灾赛战病疫牧林矿雷盲误禁时郊]|开发|功能|示范|聚集|集聚|服务|保护|"
    r"休息|经济|工业|商业|住宅|办公|生活)区$|[各全该]县$"
)


def elsewhere(known: str, sentence: Sentence) -> bool:
    """Whether a sentence, or what leads up to it, speaks of a district that ``known`` does not name."""
    return any(
        name[:2] not in known
        for name in _NAMED_DISTRICT.findall(sentence.text + sentence.before[-80:])
        if not _NO_DISTRICT.search(name)
    )


def in_zones(part: Part, sentence: Sentence) -> bool:
    """Whether a sentence may speak of the zone that a question names: 高新区, 两江新区, 渝北区."""
    around = sentence.around
    zones = [name for name in names(part.text) if name.endswith(_ZONES)]
    return all(
        zone in around if _NO_DISTRICT.search(zone) else names_name(around, zone) for zone in zones
    )


_ZONES = ("区", "县", "园", "基地", "镇")
_NEW_DISTRICT = re.compile(r"(?!国家|城市|各个|多个|这个)[\u4e00-\u9fff]{2}新区")  # 两江新区


def narrower(question: str, sentence: Sentence) -> bool:
    """Whether a sentence speaks of a province or a city where the whole country is asked for."""
    said = sentence.text
    return bool(_COUNTRY.search(question) and _REGION.search(said) and not _COUNTRY.search(said))


_COUNTRY = re.compile(r"全国|我国|中国")
_REGION = re.compile(r"[全我本][省市区县州]")
_RELATIVE = re.compile(r"今年|去年|目前|截至|日前|近日|同比|今[日天]|本月|[昨明]天|记者")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|[-—~至])")
_AHEAD = re.compile(r"(?:到|至|力争|预计|计划|目标|[-—~])\s*$")
#: Units that no other word stands for: an answer in them must hold one.
_STRICT = frozenset(
    {
        "元", "平方", "平方公里", "平方米", "公里", "米", "吨", "公斤", "时间", "秒", "分钟", "小时",
        "%", "岁", "度", "亩",
    }
)  # fmt: skip


def clash(part: Part, asked: Sequence[str], sentence: Sentence) -> str:
    """Why a sentence cannot answer, however alike it reads: a short Chinese phrase; empty when it may.

    A district or Latin name of the question must stand in the sentence's paragraph, heading or
    title, and so must an office (市长); any other place there or shortly before or where the article
    begins, and what the question is about anywhere in the article; a year must not lie after all
    that the article can know, nor beside another one; an amount must come in the unit that is
    asked for. What asks does not answer, nor does what only says who spoke, unless that is asked.
    """
    if _ASKS.search(sentence.text):
        return "只是一句问话"
    if _SPEAKS.fullmatch(sentence.text) and not _SPEAKING.search(part.text):
        return "只说了是谁说的"
    around = sentence.around
    for name in asked:
        if _is_strict(name) and not names_name(around, name) and not _about(name, part, sentence):
            return f"没有说到「{name}」"
    for place in places(part.text):
        if not names_name(_surroundings(sentence, around), place):
            return f"没有说到「{place}」"
    for name in subjects(part.text):
        if not names_name(f"{sentence.article.title}\n{sentence.article.text}", name):
            return f"没有提到「{name}」"
    for office in _OFFICE.findall(part.text):
        if office not in around:
            return f"没有说到「{office}」"
    word = defined(part.text) if part.kind == "definition" else ""
    if word and not names_name(sentence.before[-_SHORTLY:] + sentence.text, word):
        return f"没有解释「{word}」"
    year = _clashing_year(part, sentence, around)
    if year:
        return f"没有{year}年的说法"
    if (
        part.kind == "count"
        and part.unit in _STRICT
        and fits(part, sentence.text, numbers(sentence.text)) < 1
    ):
        return "没有给出所问的数字"
    return ""


def _surroundings(sentence: Sentence, around: str) -> str:
    """Where the place that a sentence speaks of may stand."""
    article = sentence.article
    before = article.text[max(0, sentence.block.start - _LEAD) : sentence.block.start]
    return f"{around}\n{article.text[:_LEAD]}\n{before}"


def _about(name: str, part: Part, sentence: Sentence) -> bool:
    """Whether the article begins with a name, and the paragraph speaks of no other district."""
    if not names_name(sentence.article.text[:_LEAD], name):
        return False
    return not any(
        other[:2] not in part.text
        for other in _NAMED_DISTRICT.findall(sentence.paragraph)
        if not _NO_DISTRICT.search(other)
    )


def _is_strict(name: str) -> bool:
    """Whether nothing else can be meant: a district, or a Latin name that is no abbreviation."""
    if _NEW_DISTRICT.fullmatch(name):
        return True
    if DISTRICT.fullmatch(name) and not _NO_DISTRICT.search(name):
        return True
    return bool(re.fullmatch(r"(?![A-Z]{2,4}$)[!-~]{2,}", name))


def _clashing_year(part: Part, sentence: Sentence, around: str) -> str:
    """The year that a sentence cannot speak of; of several asked for one will do."""
    beside = bool(_YEARS.search(sentence.text)) and not _RELATIVE.search(sentence.text)
    planned = bool(_ASKS_PLAN.search(part.text))  # a goal is always told with its year
    for year in part.years:
        told = not beside and not planned and _may_report(int(year), sentence.article, around)
        if year in around or told:
            return ""
    return part.years[0] if part.years else ""


def _may_report(year: int, article: Article, around: str) -> bool:
    """Whether an article may speak of a year that it does not name beside what it says.

    One with a date may of that date's year, of the year before where it says 去年, and of those it
    names elsewhere. One without may when it names fewer than two years that have passed, and else
    of the last one it looks back on and of the next.
    """
    if article.published:
        dated = int(article.published[:4])
        last = year == dated - 1 and bool(_LAST_YEAR.search(around))
        return year == dated or last or str(year) in article.text
    past = [
        int(m.group(1))
        for m in _YEARS.finditer(article.text)
        if not _AHEAD.search(article.text[max(0, m.start() - 3) : m.start()])
    ]
    return len(past) < 2 or year in (max(past), max(past) + 1)


_ASKS = re.compile(r"[？?][”’」』]?\s*$")
#: A sentence that only says who spoke: 「“…。”负责人某某说。」 is cut before it.
_SPEAKS = re.compile(rf"[^，。“”：]{{2,40}}(?:{SPEAKS})。?\s*")
_SPEAKING = re.compile(rf"{SPEAKS}|[讲谈称]")
_OFFICE = re.compile(
    r"[市区县省州镇乡村]长|书记|局长|董事长|总经理|院长|校长|部长|主席|总统|总理(?!事)|厅长|处长|会长|理事长|秘书长"
)
_ASKS_PLAN = re.compile(r"目标|计划|规划|打算|力争|预计|预期")
_LAST_YEAR = re.compile(r"去年|上一?年")
