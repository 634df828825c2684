"""How well what a text offers fits the kind of answer that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from server.question.asking import defined
from server.question.understanding import Part
from server.text.facts import Fact, numbers
from server.text.units import answering

_PERSON = re.compile(
    r"[\u4e00-\u9fff]{2,4}(?:说|表示|介绍|告诉|认为|指出|建议|坦言|称|透露|强调|教授|先生|女士)|"
    r"(?:主任|局长|书记|教授|董事长|总经理|经理|负责人|院长|区长|市长|部长|记者|作者|专家|院士|主席|总裁|CEO)"
)
_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,}(?:省|市|区|县|镇|乡|村|国|州|路|街道|园|城|港|岛|山|湖|海|校|馆|中心)"
)
_WHEN = re.compile(
    r"\d{4}年|\d{1,2}月|\d{1,2}日|世纪|年代|季度|上半年|下半年|去年|今年|昨|今日|当天|凌晨|上午|下午|晚"
)
_WHY = re.compile(
    r"因为|由于|原因|因此|所以|旨在|为了|得益于|在于|使得|导致|背后|离不开|缘于|源于|受.{1,12}影响|目的"
)
_HOW = re.compile(
    r"通过|采取|采用|利用|推动|建立|加强|实施|开展|设立|推进|依托|引入|要|组建|构建|鼓励|支持"
)
_LIST = re.compile(r"、")


def fits(part: Part, text: str) -> float:
    """How well what a text offers fits the kind of answer asked for, between 0 and 1.

    What the question says itself is no answer to it.
    """
    kind = part.kind
    if kind == "count":
        return _fits_count(part, text)
    if kind == "list":
        enumerated = min(1.0, len(_LIST.findall(text)) / 2)
        return max(enumerated, 0.8 * _fits_count(part, text) if part.unit else 0.0)
    if kind in {"which", "where"} and (named := _SORT.search(part.text)):
        pattern = _sort_pattern(named["sort"])
        return float(pattern is not None and _offers(pattern, text, part.text))
    if kind in _NEW and (pattern := _FITTING.get(kind)):
        return float(_offers(pattern, text, part.text))
    if kind == "definition":
        return _fits_definition(defined(part.text), text)
    pattern = _FITTING.get(kind)
    return 0.5 if pattern is None else float(bool(pattern.search(text)))


def _fits_definition(word: str, text: str) -> float:
    if defines(word, text):
        return 1.0
    return 0.5 * float(bool(word) and _bare(word) in _bare(text))


def defines(word: str, text: str) -> bool:
    """Whether a text says what a word means: 「X，是指…」, 「所谓X，就是…」, 「X体系，包括…」."""
    said = rf"{re.escape(_bare(word))}[^，。；]{{0,12}}，?(?:{_MEANS})"
    return bool(word) and bool(re.search(said, _bare(text)))


_MEANS = r"也?就?是指|指的?是?|即|意味|就是|是一|是以|包括|包含|由.{2,30}(?:组成|构成)"
_MARKS = re.compile(r"[“”《》「」‘’]|所谓")


def _bare(text: str) -> str:
    return _MARKS.sub("", text)


def _offers(pattern: re.Pattern[str], text: str, question: str) -> bool:
    """Whether a pattern finds a thing that is not in the question."""
    return any(m.group() not in question for m in pattern.finditer(text))


#: Kinds whose answer names something: it must be new to the question.
_NEW = frozenset({"who", "where", "when"})


_SORT = re.compile(
    r"(?:哪|什么)(?![里儿]|地方)(?:[一二两三几]?[个款种类项座条家所位名颗支部本只台辆架届场样]|样的)?(?P<sort>[\u4e00-\u9fff]{1,6}?)"
    r"(?=的|是|在|有|被|把|为|里|上|来|去|做|办|建|开|进|，|？|$)"
)
_ORGANISATIONS = (
    r"公司|集团|企业|大学|学院|研究院|研究所|医院|实验室|银行|科技|股份|机构|协会|局|委|院|所|厂"
)


@lru_cache(maxsize=256)
def _sort_pattern(sort: str) -> re.Pattern[str] | None:
    """What a text must hold to name a thing of the sort that is asked for; None where nobody knows."""
    if sort[-1] in "区县市省镇乡村国":
        return re.compile(rf"[\u4e00-\u9fff]{{2,}}{sort[-1]}")
    if re.search(r"公司|企业|单位|机构|药企|车企|高校|大学|学校|部门|银行|医院", sort):
        return re.compile(rf"[\u4e00-\u9fffA-Za-z]{{2,}}(?:{_ORGANISATIONS})")
    return None


_FITTING: Mapping[str, re.Pattern[str]] = {
    "who": _PERSON,
    "where": _PLACE,
    "when": _WHEN,
    "why": _WHY,
    "how": _HOW,
}


def wanted_units(part: Part) -> frozenset[str]:
    """The units that an amount may have to answer a part; empty when any may."""
    return answering(part.unit) if part.unit else frozenset()


def _fits_count(part: Part, text: str) -> float:
    wanted = wanted_units(part)
    amounts = [
        fact
        for fact in numbers(text)
        if (fact.kind == "number" or _lasts(fact, text, wanted)) and fact.text not in part.text
    ]
    if not part.unit:
        return 0.7 if amounts else 0.0
    if any(fact.unit in wanted and not _A.fullmatch(fact.text) for fact in amounts):
        return 1.0
    if part.unit == "比率" and _RATIO.search(text):
        return 1.0
    if "元" in wanted and any(not (fact.unit or fact.text.isascii()) for fact in amounts):
        return 1.0  # 要一百八
    return 0.3 if amounts else 0.0


_A = re.compile(r"一[个家项款种台座条名位所]")  # 一家从事芯片检测的企业 is no count of firms
_RATIO = re.compile(
    r"\d[:：∶比]\d|[一二三四五六七八九十]比[一二三四五六七八九十]|[一二三四五六七八九]成|分之"
)


def _lasts(fact: Fact, text: str, wanted: frozenset[str]) -> bool:
    """Whether a date is none but a length of time: 3年, 60日内, 期满前45日."""
    if fact.kind != "date" or fact.unit not in wanted:
        return False
    if fact.unit == "年":
        return len(fact.value) < 3
    behind = text[fact.start + len(fact.text) :][:2]
    return bool(_WITHIN.match(behind) or _AHEAD.search(text[: fact.start]))


_WITHIN = re.compile(r"之?[内后前]|以[内上]")
_AHEAD = re.compile(r"(?:[前满]|至少|不[少多]于|不超过|延长|顺延)$")
