"""What sort of points a question asks for: advice, plans, a course, difficulties, advantages or effects."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sort:
    """How a question names the points, and how an article does that announces or gives them."""

    name: str
    asked: re.Pattern[str]
    told: re.Pattern[str]


#: What stands before the word for the points that are asked for, and behind it.
_BEFORE = r"(?:哪些|哪[一二两三四五六几]?[条点项个类]?|什么|啥|[几两三四五六]大?[条点项个])[^，？“”]{0,4}?"
_BEHIND = r"(?:(?:分别|都|主要)*[有是](?:什么|啥|哪)|(?:要|该)?(?:怎么|咋|如何)[走办])"


def _sort(name: str, asked: str, english: str, told: str) -> Sort:
    pattern = rf"{_BEFORE}(?:{asked})|(?:{asked}){_BEHIND}|\b(?:{english})\b"
    return Sort(name, re.compile(pattern, re.IGNORECASE), re.compile(told))


SORTS = (
    _sort(
        "difficulty",
        r"挑战|短板|弱项|难题|困难|不足|问题|瓶颈",
        r"challenges|problems|difficulties|weaknesses|shortcomings",
        r"挑战|短板|弱项|难题|困难|不足|问题|瓶颈|缺乏",
    ),
    _sort("advantage", r"优势|长处|有利条件", r"advantages|strengths", r"优势|有利"),
    _sort(
        "effect",
        r"作用|意义|好处|用意",
        r"benefits|effects|significance",
        r"作用|意义|好处|用意|有助于|有利于",
    ),
    _sort("course", r"流程|步骤|程序|手续", r"steps|procedures?", r"流程|步骤|程序|手续"),
    _sort(
        "plan",
        r"打算|计划|安排|规划|设想",
        r"plans",
        r"打算|计划|安排|规划|设想|今后|下一步|接下来|以后",
    ),
    _sort(
        "advice",
        r"建议|对策|主张|路子|路径|举措|措施|做法|办法|工作|方面|招|点子|药方",
        r"suggestions|recommendations|advice|proposals|measures",
        r"建议|对策|如何|怎样|怎么|发力|举措|措施|做法|做好|多措并举|以下|[一二三四五六]要",
    ),
)  # fmt: skip


def sort_of(text: str) -> Sort | None:
    """The sort of points that a question asks for; None when it asks for none.

    >>> sort_of("王建国提出了哪些建议？").name, sort_of("他们破解难题的措施有哪些？").name
    ('advice', 'advice')
    >>> sort_of("石门县有哪些茶园？")
    """
    found = [(m.end(), sort) for sort in SORTS for m in sort.asked.finditer(text)]
    return max(found, key=lambda one: one[0])[1] if found else None
