"""A question as it stands in a conversation: alone, or leaning on what was said before.

One that leans is rewritten so that it can be searched: a pronoun gives way to what it stands for,
what is left out is put back, 「那高新技术企业呢」 takes the place of what it is like in the question
before. A rewritten question has one subject and one predicate, however long the conversation is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from prompts import NO_ANSWER, language_of
from server.question.about_library import about_library
from server.question.asking import OPENING, asks, topic
from server.question.context import apart
from server.question.earlier import taken_up, turned, without_aside
from server.question.ellipsis import asked_otherwise, completed, subject_of_light
from server.question.leaning import features, leans
from server.question.pronouns import (
    brought_back,
    disowned,
    person_in,
    place_inside,
    points_at,
    put,
    replaced,
)
from server.question.small_talk import small_talk, without_small_talk
from server.question.subject import ATTRIBUTE, is_name, subject_of, words
from server.question.substitution import swapped
from server.question.talk import Reading, Talk
from server.question.understanding import normalise
from server.records import Turn

_POLITE = re.compile(r"^(?:麻烦|请问|请教|想问|我想问|我想知道|问)(?:一下|你|您)*[，：]?")
#: 大足那边 is 大足, and points at nothing.
_ITS_PLACE = re.compile(
    r"(?<=[\u4e00-\u9fff])(?<![在从到去给跟和往是])(?:[那这][边儿头]|[那这][套家间栋](?=[呢嘞咧，的]))"
)
_ONLY = re.compile(r"^(?P<what>[^？，]{1,20}?)[呢嘞咧][，？]?(?P<rest>.*)$")
#: 2020年的时候 is 2020年.
_AT_THAT_TIME = re.compile(r"(?<=[年月日初末底])(?:的?时候|那时|那会儿?|那一?年)$")
_HOW_IS = re.compile(r"^(?P<what>[^？，]{1,12}?)(?:怎么样|又?如何)？?$")
_WHY = re.compile(
    r"^(?:这|那)?(?:又?是)?(?:(?:为什么|为何|为啥|干嘛|干吗)(?:又?[要会得能]?(?:这样|这么(?:[做说干弄搞]|定|规定)))?|"
    r"怎么回事|什么原因|怎么会这样|原因呢?)(?:[呢呀啊])?？?$"
)
#: What only asks for more of the same, and what asks for one point of several.
_MORE = re.compile(
    r"(?:那么?|除此之外|除了这[个些])?，?(?:还有|别的|其[他它余]的?)(?:什么|别的|哪些|其他的?)*[呢吗么吧]?？?"
)
#: One point of the last answer; what asks for no more than to be told more of it; what else asks of it.
_NTH = re.compile(r"(?:第(?P<nth>[一二三四五六])|最后一)(?:[点个条项]|方面)(?:呢(?=[，？])，?)?")
_TELL = re.compile(
    r"(?:请|能不?能|可不?可以|麻烦|帮我|给我|再|地|吗|呢|的|吧|一下|看|，|具体|详细|进一步|展开|怎么|如何|咋|解释|介绍|理解|指什么|[细多]?[讲说谈])*"
)
_OF_IT = re.compile(r"具体|详细|怎么|咋|如何|为什么|为啥")
_ORDINALS = "一二三四五六"
_POINTS = re.compile(
    rf"(?:(?<=[。；;，,：:\n])|^)\s{{0,500}}(?:[{_ORDINALS}][是要、]|第[{_ORDINALS}][，、]?|首先，?|其次，?|再次，?|最后，?|\d[.、])"
)
#: What asks behind another's name for the same of him: 「何远呢，他认为有哪些？」.
_ECHO = re.compile(
    r"，?[他她它]们?(?:觉得|认为|以为|说|提|讲|看|谈)?[到了]?[有是]?(?:哪些|什么|啥|怎么[看说讲想]|如何看)[呢的]?？?"
)
_PERSON = re.compile(r"^[他她它]们?(?!的)")
_FIRST = re.compile(r"，?第[一二三四五](?:[个点条项]|方面)?(?:又?是什么|是啥|呢)？?$")
_POINTER = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|there)\b(?! (?:is|are|was|were) (?:a|an|any|no)\b)",
    re.I,
)
_ENGLISH = re.compile(
    r"(?:what|who|when|where|why|which|how(?: (?:many|much|long|far|old|big|large|high))?)"
    r"(?: (?:is|are|was|were|does|do|did|has|have|will|can))? "
    r"(?P<thing>[^？?]*?)"
    r"(?: (?:open|built|cost|start|begin|end|located|called|made|held|have|take|sell|sold|weigh)\w*.*)?[？?]?$",
    re.I,
)
_LINE = re.compile(r"(?<![。！？；，：、.!?;,:])\s*\n\s*")
#: What is come back to, parted by a space alone: 再说回大足 积分贷有多少.
_BACK_TO = re.compile(r"^((?:那|还是|再|又)*(?:[说谈讲聊]回|回到)\S{1,12})\s+(?=\S)")
#: A side of what is spoken of: 不足的地方, 难处.
_SIDE_NOUN = r"[优劣]势|[优缺弱]点|[好坏难]处|难[点题]|困难|短板|不足|挑战|风险|前景|亮点|瓶颈|隐患"
_SIDE = re.compile(rf"[^，？]{{1,6}}的(?:地方|问题|方面)|(?:[^，？]{{0,4}}的)?(?:{_SIDE_NOUN})")
_ASKING = re.compile(r"哪|什么|啥|多少|几|怎")
_THINKS = re.compile(r"认为|觉得|看来|[说讲]")
#: What is said of something before one of its sides.
_HAS = re.compile(
    rf"(?:的?(?:{_SIDE_NOUN})(?:都?是)?|(?:占|面临|存在|具[有备]|拥有|遇到|碰到|都?有)[着了过]?)$"
)
_FEW_MARKS = re.compile(r"\[\d+\]")


def condense(question: str, history: Sequence[Turn]) -> str:
    """The question as it is searched, as far as language alone tells."""
    return read(question, history).query


def read(question: str, history: Sequence[Turn]) -> Reading:
    """A question with the conversation before it, and with what is told before it asks."""
    lines = _BACK_TO.sub(r"\1，", _LINE.sub("。", question.strip()))
    told, text = apart(without_small_talk(normalise(lines)))
    if told:
        history = [*history, Turn(told, "", query=told)]
    if asked := turned(text):
        return Reading(asked)
    text = without_aside(text)
    talks = talks_of(history)
    if len(talks) > 1 and (earlier := taken_up(text)):
        turn, asked = earlier
        return replace(_read(asked, talks[turn]), leans=1.0)
    return _read(*_of_whom(text, talks)) if talks else Reading(text)


def _of_whom(text: str, talks: Sequence[Talk]) -> tuple[str, Talk]:
    """A question on a point of what somebody said, without his name, and the last talk about him; else the last one.

    「刚才那位王建国说的第一条具体怎么做」 is about his points, whoever was spoken of since.
    """
    if _NTH.search(text):
        for talk in reversed(talks):
            who = next((one for one in (talk.person, talk.thing) if one and one in text), "")
            if who and is_name(who):
                return re.sub(rf"{_EARLIER}{re.escape(who)}(?:[说讲提]到?)?的?，?", "", text), talk
    return text, talks[-1]


_EARLIER = r"(?:刚才|前面|之前|刚刚)?(?:那|这)?(?:一?[位个])?"


def talks_of(history: Sequence[Turn]) -> list[Talk]:
    """What a conversation has come to, turn by turn; what was searched is known for stored ones."""
    talks: list[Talk] = []
    talk = Talk()
    for turn in history:
        text = normalise(turn.question)
        if small_talk(text) or about_library(text):
            continue
        query = turn.query or (_read(text, talk).query if talk.query else text)
        talk = _after(talk, text, query, turn)
        talks.append(talk)
    return talks


def _after(talk: Talk, text: str, query: str, turn: Turn) -> Talk:
    refused = turn.refused or turn.answer.strip() in NO_ANSWER.values()
    answer = "" if refused else _FEW_MARKS.sub("", turn.answer)
    about = subject_of(query)
    person = person_in(answer) or person_in(query) or talk.person
    only = _ONLY.match(_ITS_PLACE.sub("", OPENING.sub("", text)))
    if (
        query != text
        and talk.thing
        and (talk.thing in query or not (only and is_name(only["what"])))
    ):
        return replace(talk, person=person, query=query, answer=answer, attribute=about.attribute)
    thing = about.thing
    if not _is_thing(thing) or (ATTRIBUTE.search(thing) and not is_name(thing)):
        thing = talk.thing or thing  # what something has is not what one goes on about
    return Talk(thing, person, about.attribute, about.time, query, answer)


def _is_thing(text: str) -> bool:
    """Whether a text has a noun; the tagger takes 一共 for one."""
    return any((tag[0] in "nj" or tag == "vn") and word != "一共" for word, tag in words(text))


def _read(text: str, talk: Talk) -> Reading:
    if language_of(text) == "en":
        return _read_english(text, talk)
    if _MORE.fullmatch(text):
        return Reading(text, (_FIRST.sub("有哪些？", talk.query),), 1.0)
    if (nth := _NTH.search(text)) and (point := _point(talk.answer, nth)):
        of, bare = _of_point(text, nth, talk.thing, point), _of_point(text, nth, "", point)
        if of:
            return Reading(text, (of,), 1.0, otherwise=(bare,))
    opened = OPENING.sub("", text) or text
    bare = _ITS_PLACE.sub("", _POLITE.sub("", opened)) or opened
    only, itself = _ONLY.match(bare), ""
    if only and only["rest"] and asks(only["rest"]) and not _ECHO.fullmatch(only["rest"]):
        what = only["what"]
        bare = what + _PERSON.sub("", only["rest"])  # 李厂长呢，他怎么看
        if sibling := _sibling(what, talk.thing):
            return Reading(text, (bare.replace(what, sibling, 1),), 1.0)  # 丙号库呢，租金多少
        text, only, itself = bare, None, what
    if only is None and (how := _HOW_IS.match(bare)) and is_name(how["what"]):
        only = how
    if only and not asks(only["what"]):
        put_in = tuple(dict.fromkeys(_put_in(talk, _AT_THAT_TIME.sub("", only["what"]))))
        timeless = (query.replace(talk.time, "", 1) for query in put_in if talk.time in query)
        return Reading(text, put_in, 1.0, otherwise=tuple(timeless) if talk.time else ())
    if again := brought_back(bare) or brought_back(text):
        return Reading(text, (again,), 1.0)
    if inside := place_inside(bare, talk.thing):
        return Reading(text, (inside,), 1.0)
    rewritten = tuple(dict.fromkeys(r for r in _rewritten(bare, talk) if r and r != text))
    known = features(bare, talk.query, opened=opened != text)
    if not rewritten:
        return Reading(text)
    sure = points_at(bare, talk.thing)
    likely = 1.0 if sure else leans(known)
    # 未来工厂呢，要建几个: it may be asked of something new
    alone = (bare,) if itself and not ATTRIBUTE.search(itself) else ()
    return Reading(text, rewritten, likely, known, talk.thing, otherwise=alone)


def _sibling(what: str, thing: str) -> str:
    """Another of what the talk is about, with what stands before both; empty where it is none.

    >>> _sibling("丙号库", "北园甲号冷库"), _sibling("北园的门卫", "北园甲号冷库")
    ('北园丙号库', '')
    """
    if len(what) < 3 or what in thing or what[-1] != thing[-1:]:
        return ""
    at = thing.rfind(what[1])  # 号 of 甲号冷库
    return thing[: at - 1] + what if at > 0 else ""


def _of_point(text: str, nth: re.Match[str], thing: str, point: str) -> str:
    """What is asked of one point; empty where something else is asked."""
    bare = OPENING.sub("", put(text, nth, "")).strip("，？")
    if _TELL.fullmatch(bare):
        return f"{thing}“{point}”具体怎么讲？"
    return f"{thing}“{point}”{bare}？" if _OF_IT.search(bare) else ""


def _put_in(talk: Talk, what: str) -> Iterator[str]:
    """What 「那…呢」 asks: the same of another thing, or something else of the same (它的投资)."""
    own = disowned(what)
    if (sibling := _sibling(what, talk.thing)) and talk.thing in talk.query:
        yield talk.query.replace(talk.thing, sibling, 1)
    if talk.thing and _SIDE.fullmatch(own):
        said, *_ = _ASKING.split(talk.query)
        about = _HAS.sub("", said)
        whole = talk.thing in about and (about != said or _THINKS.search(about))
        yield f"{about if whole else talk.thing}有哪些{own}？"
    elif own != what and talk.thing and ATTRIBUTE.search(own):
        yield f"{talk.thing}的{own}是多少？"
    else:
        yield from swapped(talk, own)


def _point(answer: str, nth: re.Match[str]) -> str:
    """The point of an answer that a question counts out; empty where it has no such point."""
    _, *told = _POINTS.split(answer)
    told = told or re.split(r"[、；;\n]", answer)
    number = _ORDINALS.index(nth["nth"]) if nth["nth"] else len(told) - 1
    point = re.split(r"[。；;，\n]", told[number].strip())[0] if number < len(told) > 1 else ""
    return point.partition("：")[2] or point


def _read_english(text: str, talk: Talk) -> Reading:
    """An English question leans where it points back; the last one's thing takes the pointer's place."""
    pointer = _POINTER.search(text)
    last = _ENGLISH.match(talk.query)
    if pointer is None or last is None:
        return Reading(text)
    owner = "'s" if pointer.group().lower() in ("its", "their", "his") else ""
    return Reading(text, (put(text, pointer, last["thing"] + owner),), 1.0)


def _rewritten(bare: str, talk: Talk) -> Iterator[str]:
    """The ways in which a question may lean on a conversation, the likeliest first."""
    if _WHY.match(bare):
        yield f"{re.sub('了?$', '', topic(talk.query))}的原因是什么？"
        return
    if pointed := replaced(bare, talk):
        yield from pointed
        return
    if asked := asked_otherwise(bare, talk):
        yield asked
    if light := subject_of_light(bare):
        yield from swapped(talk, light)
    yield completed(bare, talk)
