"""Facts that a sentence must hold to answer: the unit and the period that are asked for.

Beside them, which names of a question stand where: the ranking weighs that, and a refusal says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.analysis import fold
from prompts import language_of
from server.evidence.answer_kinds import fits, wanted_units
from server.evidence.antecedent import subject
from server.evidence.dated import another_period, another_weekday, only_planned
from server.evidence.ranges import another_range
from server.evidence.sentences import Sentence, block_at, folded_text
from server.evidence.speakers import another_speaker
from server.question.asking import asks, defined
from server.question.role import introduced
from server.question.understanding import Part
from server.text.clauses import SPEAKS
from server.text.districts import PROVINCES
from server.text.facts import numbers
from server.text.names import SUFFIX, bodies, names
from server.text.units import is_measured

#: A letter with a number, and the word for what it is.
_CODE = re.compile(r"([a-z]{1,3}-?\d{1,4})[\u4e00-\u9fff]{1,4}")


_SCHOOLS = ("大学", "学院")


@lru_cache(maxsize=16_384)
def names_name(text: str, name: str) -> bool:
    """Whether a text holds a name, with or without the word for what it is (江津, 江津区; P3, P3水泵)."""
    folded, sought = folded_text(text), fold(name)
    if sought in folded:
        return True
    if code := _CODE.fullmatch(sought):
        return re.search(rf"(?<![a-z\d]){re.escape(code[1])}(?![\d])", folded) is not None
    if sought.endswith(_SCHOOLS):
        return False  # 重庆大学 is none of the other universities of its town
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


def clash(part: Part, sentence: Sentence, *, bare: bool = False) -> str:
    """Why a sentence cannot answer, however alike it reads: a short Chinese phrase; empty when it may.

    ``bare``: the amount stands in a table that leaves its unit out.
    """
    checks = (check for check in CHECKS if not (bare and check is another_unit))
    return next(filter(None, (check(part, sentence) for check in checks)), "")


#: Says why a sentence cannot answer a part; nothing when it may.
Check = Callable[[Part, Sentence], str]


def only_asks(part: Part, sentence: Sentence) -> str:
    """What asks does not answer, but for the amount that it takes for granted: 「建七座桥的用意何在？」."""
    granted = part.kind == "count" and fits(part, sentence.text) == 1
    return "只是一句问话" if is_asked(sentence) and not granted else ""


def is_asked(sentence: Sentence) -> bool:
    """Whether a sentence of an article is a question."""
    return _ASKS.search(sentence.text) is not None


def only_speaks(part: Part, sentence: Sentence) -> str:
    """Nor does what only says who spoke, unless that is asked, or who has the office that it names."""
    if not _SPEAKS.fullmatch(sentence.text):
        return ""
    office = any(office in sentence.text for office in _OFFICE.findall(part.text))
    asked = office or _SPEAKING.search(part.text) or introduced(part.text)
    return "" if asked else "只说了是谁说的"


def another_unit(part: Part, sentence: Sentence) -> str:
    """An amount must come in the unit that is asked for."""
    strict = part.kind == "count" and is_measured(part.unit)
    lacking = strict and fits(part, sentence.text) < 1
    return "没有给出所问的数字" if lacking else ""


def no_year(part: Part, sentence: Sentence) -> str:
    """Nor does what names no year say in which one; a month is of the year of its article."""
    asked = part.kind == "when" and _WHICH_YEAR.search(part.text)
    return "没有说到是哪一年" if asked and not _YEAR.search(sentence.text) else ""


_WHICH_YEAR = re.compile(r"哪一?年")
_YEAR = re.compile(r"[年月]|\d{4}|世纪")


def no_hour(part: Part, sentence: Sentence) -> str:
    """Nor does what names no time of day say at what time of it something is."""
    asked = part.kind == "when" and _WHICH_HOUR.search(part.text)
    return "没有说到是几点" if asked and not _TIME_OF_DAY.search(sentence.text) else ""


_WHICH_HOUR = re.compile(r"几点(?!意见|建议|要求|原因|[：:])|几时几分")
_TIME_OF_DAY = re.compile(
    r"\d[:：]\d\d|[\d一二两三四五六七八九十][点时](?!间|候)|[早中晚][上午饭间]|凌晨|傍晚|半夜|夜里|正午|[上下]午|全天|通宵|小时|随时|[上下放]课|[上下]班"
)


def another_number(part: Part, sentence: Sentence) -> str:
    """What a number stands for is told where that number stands, not another one of its name."""
    word = defined(part.text) if part.kind == "definition" else ""
    if not word.isdigit():
        return ""
    told = re.search(rf"(?<![\d.]){word}(?![\d.])", sentence.around)
    return "" if told else f"没有解释「{word}」"


def another_person(part: Part, sentence: Sentence) -> str:
    """Whose role is asked for must be named."""
    person = introduced(part.text)
    return f"没有提到「{person}」" if person and person not in sentence.text else ""


def another_office(part: Part, sentence: Sentence) -> str:
    """Who has an office is told where that office stands, not another one."""
    office = _held(part.text)
    return f"没有提到「{office}」" if office and office not in sentence.around else ""


@lru_cache(maxsize=64)
def _held(question: str) -> str:
    """The office whose holder a question asks for; empty when it asks for none."""
    asked = _HOLDER.search(question.rstrip("？?。 "))
    return str(asked["behind"] or asked["before"]) if asked else ""


def another_holder(part: Part, sentence: Sentence) -> str:
    """Who has an office now is not who had it first, nor the other way round."""
    asked = _turn(_ASKED_TURN, part.text)
    said = _turn(_TOLD_TURN, sentence.text)
    return f"说的是{said}，不是{asked}" if asked and said and asked != said else ""


def _turn(pattern: re.Pattern[str], text: str) -> str:
    """Which holder of an office a text speaks of: 现任, 首任 or 前任; empty where of none, or of several."""
    turns = {name for match in pattern.finditer(text) for name in [match.lastgroup] if name}
    return _TURNS[turns.pop()] if len(turns) == 1 else ""


_TURNS = {"now": "现任", "first": "首任", "before": "前任"}
_HELD = r"[的\u4e00-\u9fff]{0,8}?(?:长|书记|主任|经理|总裁|主席|教练|负责人)"
_ASKED_TURN = re.compile(
    rf"(?:(?P<now>现任|现在|目前|如今|眼下)|(?P<first>首任|第一任|首位|第一位)|(?P<before>前任|上一?任)){_HELD}"
)
_TOLD_TURN = re.compile(
    rf"(?:(?P<now>现任)|(?P<first>首任|第一任)|(?P<before>前任|上一任|曾任|原任)){_HELD}"
)


def another_thing(part: Part, sentence: Sentence) -> str:
    """What sets one part apart from the others must stand where that part is answered."""
    if not part.label or asks(part.label) or language_of(part.label) == "en":
        return ""
    lacking = [name for name in names(part.label) if not names_name(sentence.around, name)]
    if lacking:  # only then: the names of a paragraph take the tagger a tenth of a question
        around = f"{sentence.around}\n{_before(sentence)}\n{_lead(sentence)}"
        lacking = [name for name in lacking if not names_name(around, name)]
    return f"那一段说的不是「{lacking[0]}」" if lacking else ""


def another_place(part: Part, sentence: Sentence) -> str:
    """What is told of 该区 is told of the place that it points at, not of the one that is asked for."""
    if not _POINTS.search(sentence.text):
        return ""
    asked = bodies(part.text)
    pointed = subject(sentence.article, sentence.start, sentence.end) if asked else None
    if pointed is None or names_name(part.text, pointed.name):
        return ""
    like = [name for name in asked if name[-1] == pointed.name[-1] and name not in sentence.around]
    return f"说的是「{pointed.name}」，不是「{like[0]}」" if like else ""


_POINTS = re.compile(r"[该本此][区县市省镇乡村]|当地")


def _before(sentence: Sentence) -> str:
    """The paragraph before, where its own names no other place: 「当地…」."""
    named = any(name[-1] in SUFFIX for name in bodies(sentence.paragraph))
    if named or sentence.block.kind == "row":
        return ""
    at = max(0, sentence.block.start - 1)
    before = block_at(sentence.article, max(0, at - 1))
    return sentence.article.text[before.start : before.end] if before else ""


def _lead(sentence: Sentence) -> str:
    """Where its article begins, which says what all of it is of, where its own paragraph names no other body."""
    return "" if bodies(sentence.paragraph) else sentence.article.text[:_LEAD]


_LEAD = 120  # characters


def of_a_part(part: Part, sentence: Sentence) -> str:
    """Where the whole is asked for, an amount of one of its parts is another one."""
    if part.kind != "count" or not _WHOLE.search(part.text):
        return ""
    if _OWNER.search(part.text) or bodies(part.text):
        return ""
    before = _leading(sentence.before)
    told = before + sentence.text
    amounts = [f for f in numbers(sentence.text) if f.kind == "number"]
    wanted = [f for f in amounts if f.unit in wanted_units(part)]
    first = next(iter(wanted or amounts), None)
    until = len(before) + (first.start if first else len(sentence.text))
    owners = [m.end() for m in _OWNER.finditer(told, 0, until)]
    whole = [m.end() for m in _WHOLE.finditer(told, 0, until)]
    of = [told.rfind(name, 0, until) for name in part.names if name not in PROVINCES]
    if owners and max(owners) > max((*whole, *of), default=0) and not _is_owner(part, told, owners):
        return "说的只是其中一部分"
    return ""


def _leading(before: str) -> str:
    """What stands before a sentence in its paragraph: whom that begins with, and the sentence right before."""
    *earlier, last = _STOP.split(before.rstrip("。！？")) if before else [""]
    return f"{earlier[0][:_OPENS]}，{last}。" if earlier else before


_STOP = re.compile(r"[。！？]")
_OPENS = 30  # characters of a paragraph that say whom it is about


def _is_owner(part: Part, told: str, owners: Sequence[int]) -> bool:
    """Whether what an amount is of is what the question names: 璧山 for 璧山区."""
    last = told[: max(owners)]
    return any(last[:-1].endswith(name) or last.endswith(name) for name in part.names)


_WHOLE = re.compile(r"全[市省国](?!重点|第)|(?:一共|总共|共计)|(?:市|省|[\u4e00-\u9fff]{2})全社会")
_OWNER = re.compile(
    r"[\u4e00-\u9fff]{2}(?:区|(?<!区)县|[镇乡]|街道|园区|新区|高新区)(?![\u4e00-\u9fff]?重点|[县级域])|全[区县镇]"
)


def no_author(part: Part, sentence: Sentence) -> str:
    """Who wrote a text is said where it is signed, or where somebody writes; who is quoted in it wrote nothing."""
    if not _WHO_WROTE.search(part.text) or sentence.block.kind == "byline":
        return ""
    return "" if _WRITES.search(sentence.text) else "没有说到是谁写的"


_WHO_WROTE = re.compile(r"谁[写撰]|谁是作者|作者(?:是|叫|姓)|》[^，？]{0,4}作者")
_WRITES = re.compile(r"[写撰]|著(?!名)|作者|创作|执笔|作词|作曲|编[著剧]|本报记者")


CHECKS: tuple[Check, ...] = (
    only_asks,
    only_speaks,
    another_period,
    another_weekday,
    only_planned,
    another_unit,
    no_year,
    no_hour,
    another_number,
    another_range,
    another_speaker,
    another_person,
    another_office,
    another_holder,
    another_thing,
    another_place,
    of_a_part,
    no_author,
)


_ASKS = re.compile(r"[？?][”’」』]?\s*$")
#: A sentence that only says who spoke: 「“…。”负责人某某说。」 is cut before it.
_SPEAKS = re.compile(rf"[^，。“”：]{{2,40}}(?:{SPEAKS})。?\s*")
_SPEAKING = re.compile(rf"{SPEAKS}|[讲谈称]")
#: Offices that one person has; and what else calls whoever speaks.
_TITLED = (
    r"[总副]?经理|董事长|(?:[省市县区镇乡]委|党[委组]|党?支部)?书记|秘书长|主任|总裁|主席|"
    r"[市县区镇村局院厅部校厂店]长"
)
_OFFICE = re.compile(rf"{_TITLED}|负责人|教授|[\u4e00-\u9fff]长(?=[是叫姓又还，。]|$)")
_HOLDER = re.compile(
    rf"谁(?:是|任|担任|当)[^，。？]*?(?P<behind>{_TITLED})$|(?P<before>{_TITLED})(?:是谁|叫|姓)"
)
