"""What a question leaves out, put back: its thing, its time, the rest of the question before."""

from __future__ import annotations

import re

from server.question.asking import asking, asks, kind_of
from server.question.subject import (
    ATTRIBUTE,
    NAMES,
    TIME,
    WHOLE,
    Words,
    is_name,
    subject_of,
    words,
)
from server.question.talk import Talk
from server.text.units import COUNTERS

_CHANGES = re.compile(
    r"^(?:为什么|为何|为啥|怎么)?(?:(?:比|较|同比|环比|又|共|一共|实际|目前|现在|大概|约|已经?|预计|去年|今年|上年)\S{0,6}?)?"
    r"(?:增|[上下]?[涨降跌升]|减|提高|扩大|缩小|下来|达到?|做到|完成|实现|高出?|多出?|少|翻|占|排(?=第|名|在))"
)
_NOW = re.compile(r"目前|现在|实际|如今|眼下")
_AIM = re.compile(r"(?:的?(?:目标|计划|规划)(?:值|数)?)$")

#: What a question names as what it is about: 元宇宙这块.
_AREA = re.compile(r"(?P<what>[\u4e00-\u9fff]{2,8}?)[这那]一?块(?!钱|地|表)")

#: A question word whole, with what belongs to it.
_ASK = re.compile(
    r"(?:在|到|从|由|被)?(?:什么(?:时候|时间|地方|人|原因)|哪(?:里|儿|一?[年天月日位家个])|何[时处人]|谁|几[点号月]|"
    rf"为(?:什么|何|啥)|怎么|如何|(?:多少|几)[{COUNTERS}]?)"
)
COUNTED = re.compile(rf"(?:多少|几)[{COUNTERS}]?(?P<noun>[\u4e00-\u9fff]{{2,12}})？?$")
_LIGHT = re.compile(
    rf"(?:一共|总共|共|又|也|还|大概|约|已经?|现在)*(?:有|是|占|要|卖|花|用|得)?了?(?:多少|几)[{COUNTERS}]?(?:钱|人)?？?$"
)


def completed(bare: str, talk: Talk) -> str:
    """The question with the thing in front, or in the place of the word that means it.

    What it asks for of the thing is kept when it only asks how that changes: 增长了多少.
    """
    if (area := _AREA.match(bare)) and area["what"] not in talk.thing:
        return bare  # 元宇宙这块要攻哪些技术
    said = words(bare)
    if said and _is_another(*said[0], talk.thing):
        return bare  # 万州贷款涨了多少 asks of 万州, whatever the talk is about
    for word, tag in said:
        at = talk.thing.rfind(word)
        if at >= 0 and len(word) > 1 and tag[0] == "n" and not asks(word):
            if _is_of_another(said, word):
                return bare
            return bare.replace(word, talk.thing[: at + len(word)], 1)
    if WHOLE.match(bare):
        return bare
    thing = talk.thing
    if _CHANGES.match(bare) or _NOW.match(bare):
        thing += _AIM.sub("", talk.attribute)
    time = talk.time if kind_of(bare) == "count" and not TIME.search(bare) else ""
    return f"{time}{thing}{bare}"


def _is_another(word: str, tag: str, thing: str) -> bool:
    """Whether a word names something else; the tagger takes 东西 and 周几闭 for names."""
    names = tag in NAMES and len(word) > 1 and word != "东西" and not re.search("[几谁哪]", word)
    return names and word not in thing


def _is_of_another(said: Words, word: str) -> bool:
    """Whether what stands right before a word makes another thing of it: 矿山分馆 beside 桥东分馆."""
    at = next(i for i, (one, _) in enumerate(said) if one == word)
    return at > 0 and said[at - 1][1][0] == "n" and len(said[at - 1][0]) > 1


def asked_otherwise(bare: str, talk: Talk) -> str:
    """The last question with another question word: 在哪儿领 after 什么时候领参赛物品."""
    ask, old = _ASK.search(bare), _ASK.search(talk.query)
    if ask is None or old is None:
        return ""
    rest = (bare[: ask.start()] + bare[ask.end() :]).strip("？了的")
    if not rest or rest in "是有在要" or rest not in talk.query:
        return ""
    return talk.query[: old.start()] + ask.group() + talk.query[old.end() :]


def subject_of_light(bare: str) -> str:
    """What is asked of when nothing else is said: 宁波 in 「宁波有多少艘？」."""
    match = _LIGHT.search(bare)
    what = bare[: match.start()] if match else ""
    if not what or _NOW.fullmatch(what) or ATTRIBUTE.search(what):
        return ""
    if all(tag in ("m", "q", "mq") for _, tag in words(what)):
        return ""  # 一辆 of that, and not the same of 一辆
    return what if is_name(what) else ""


def counted_noun(query: str) -> str:
    """What a question counts: 新药 in 在研新药有多少个."""
    ask = asking(query)
    if ask is None:
        return ""
    if after := COUNTED.match(query[ask.start() :]):
        return after["noun"]
    thing = subject_of(query).thing
    before = re.sub(r"(?:一共|总共|共|有|是|达到?|了)+$", "", query[: ask.start()])
    return before.partition(thing)[2] if thing else ""
