"""Two things asked for in one breath: 「甲和乙分别是多少」 is a question for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from server.question.asking import asking, asks
from server.question.subject import ATTRIBUTE, Words, is_noun, named_words, subject_of, words
from server.text.names import is_person

_AMOUNT = r"多少|几|哪|什么|啥|谁|多[大长高重久宽深远]"
_EACH = re.compile(
    rf"(?:分别|各自|各(?=[是有占为达需要在多由卖能可])|各(?=[^，？]{{0,5}}(?:{_AMOUNT})))(?:都)?"
)
_AND = frozenset({"和", "与", "跟", "及", "以及", "、"})
#: What only counts the things named before it: 甲和乙两个镇.
_COUNTED = re.compile(r"[这那]?[两三四五六七八九十][个家座位款支部种本只条项所名]\w{0,4}$")
#: What begins with one of these is no thing by itself: 青和里的热线 is of one place.
_WITHIN = tuple("里内上中")
#: Titles side by side, of which one thing is asked.
_TITLES = re.compile(r"(?P<items>(?:《[^》]+》[和与跟及、]?){2,})(?P<rest>[^《》]+)")
_MUTUAL = re.compile(r"哪|共同|之间|一起|关系|[区差]别|不同|相同|[相对]比|比较")
_WORD = 3  # characters of what is one word
LONGEST = 24  # characters of what something is called
FEW = 4  # people whose views are laid side by side
_EVERY = re.compile(r"每[年月天日周人次户]|一[年月天日次]")


def each(question: str) -> list[str]:
    """The question for each of the things that it asks for; itself alone when there is but one.

    >>> each("石门县和云雾县的茶园面积分别是多少？")
    ['石门县的茶园面积是多少？', '云雾县的茶园面积是多少？']
    """
    return [asked for _, asked in apiece(question)]


def apiece(question: str) -> list[tuple[str, str]]:
    """Each of the things that a question asks for, as it says it, and the question for it.

    >>> apiece("石门县和云雾县的茶园面积分别是多少？")[0]
    ('石门县', '石门县的茶园面积是多少？')
    """
    if titles := _titles(question):
        return titles
    if compared := viewed(question) or _compared(question):
        return compared
    match = _EACH.search(question)
    if match is None or not asks(question[match.end() :]):
        return [("", question)]
    before, comma, clause = question[: match.start()].rpartition("，")
    if not clause and (asked := asking(before)):
        before, comma, clause = "", "", before[: asked.start()]  # 甲和乙哪个高，各有多高
    elif not clause:
        before, comma, clause = before.rpartition("，")  # 甲和乙，各是多高
    items = _things(_COUNTED.sub("", clause))
    asked_of = ""
    if len(items) < 2 and before:  # 甲和乙，押金各是多少
        before, comma, things = before.rpartition("，")
        items, asked_of = _things(_COUNTED.sub("", things)), f"，{clause}"
    if len(items) < 2 or len(items) > 5 or any(not _is_phrase(item) for item in items):
        return [("", question)]
    rest = question[match.end() :]
    if asked_of:
        return [(item, f"{before}{comma}{item}{asked_of}{rest}") for item in items]
    wholes = [f"{before}{comma}{item}{rest}" for item in _whole(items)]
    return list(zip(_own(items), wholes, strict=True))


def _titles(question: str) -> list[tuple[str, str]]:
    """The question for each of several titles that stand side by side; none when there are no such.

    >>> _titles("《山路》《水巷》的作者是谁？")
    [('《山路》', '《山路》的作者是谁？'), ('《水巷》', '《水巷》的作者是谁？')]
    """
    match = _TITLES.fullmatch(question)
    if match is None or _MUTUAL.search(match["rest"]):
        return []
    rest = _EACH.sub("", _COUNTED_FIRST.sub("", match["rest"]))
    return [(title, title + rest) for title in re.findall("《[^》]+》", match["items"])]


_COUNTED_FIRST = re.compile(r"^[这那]?[两三四五六七八九十][个款支部种本](?:\w{1,2}(?=各|分别|的))?")


#: What is asked of each of two things that are compared, by how they are.
_DEGREES = (
    (re.compile(r"[轻重]"), "多重"),
    (re.compile(r"[长短]"), "多长"),
    (re.compile(r"[远近]"), "多远"),
    (re.compile(r"[高矮低]"), "多高"),
    (re.compile(r"[大小]"), "多大"),
    (re.compile(r"[宽窄]"), "多宽"),
    (re.compile(r"[深浅]"), "多深"),
    (re.compile(r"[快慢久]"), "要多久"),
    (re.compile(r"[早晚]"), "是什么时候"),
    (re.compile(r"便宜|贵|划算"), "多少钱"),
    (re.compile(r"[多少]"), "是多少"),
)
_ADJECTIVE = r"(?:便宜|划算|[轻重长短远近高矮低大小宽窄深浅快慢久早晚贵多少])"
_WHICH = r"(?:谁|哪[一]?[个条家款种座栋部台本处边])"
_COMPARED = re.compile(
    rf"(?P<two>[^，？]+?)(?:相比|比较|比起来|比一?比|比)，(?P<does>[^，？]*?){_WHICH}(?:花的|用的|要的)?(?:时间|工夫)(?:更|最|要)*[长短多少](?:一?些|一?点)?？?|"
    rf"(?P<lead>[^，？]*，)?(?P<items>[^，？]+?)，?(?:相比|比较|比起来)?，?{_WHICH}的?(?P<what>[^，？]{{2,6}}?)?"
    rf"(?:要|会|更|比较|最)*(?P<how>{_ADJECTIVE})(?:一?些|一?点)?(?:，?[^，？]{{0,6}}多少[^，？]{{0,2}})?？?|"
    r"(?:请?(?:比较|对比|比)(?:一?下)?)(?P<told>[^，？]+?)(?:的?(?:区别|差别|不同|异同|高低|大小|长短))?？?|"
    r"(?P<apart>[^，？]+?)(?:之间)?(?:相差|差了?|有)(?:多少|多大|什么(?:不同|差别|区别))[^，？]{0,4}？?"
)


def _compared(question: str) -> list[tuple[str, str]]:
    """The question for each of two things that are compared; none where none are.

    >>> _compared("石门县和云雾县的茶园面积哪个大？")[1]
    ('云雾县', '云雾县的茶园面积是多少？')
    >>> _compared("短笛和长笛哪个更重？")
    [('短笛', '短笛多重？'), ('长笛', '长笛多重？')]
    """
    match = _COMPARED.fullmatch(question)
    if match is None:
        return []
    clause = match["items"] or match["told"] or match["two"] or match["apart"]
    items = _things(clause)
    if len(items) != 2 or any(not _is_phrase(item) for item in items):
        return []
    mark = "？" * question.endswith("？")
    if done := _DONE.fullmatch(match["what"] or ""):
        much = "了多少" if match["how"] in "多少" else f"得多{match['how']}"
        return [(own, f"{own}{done[1]}{much}{mark}") for own in _own(items)]
    if match["two"]:
        asked = [f"{item}{match['does']}要多久{mark}" for item in _whole(items)]
        return list(zip(_own(items), asked, strict=True))
    wholes = [
        f"{item}{'的' if match['what'] else ''}{match['what'] or ''}" for item in _whole(items)
    ]
    measured = all(ATTRIBUTE.search(whole) for whole in wholes)
    how = match["how"]
    if not (how or measured):
        return []
    timed = _TIMED.search(wholes[0]) is not None
    ask = "是什么时候" if timed else "是多少"
    if not measured:
        ask = next(asked for degree, asked in _DEGREES if degree.search(how))
    lead = match["lead"] or ""
    return [
        (own, f"{lead}{whole}{ask}{mark}") for own, whole in zip(_own(items), wholes, strict=True)
    ]


_DONE = re.compile(r"([^的]{1,3})得")  # 卖得 of 谁卖得多
_VIEW = re.compile(r"看法|观点|意见|说法|态度|认识|见解|看待?")
#: What people make points of: the sorts of `server.question.sorts`, and other words for them.
_SIDE = re.compile(
    r"挑战|短板|弱项|难[题处点]|困难|不足|瓶颈|优势|长处|有利条件|作用|意义|好处|流程|步骤|打算|计划|设想|规划|建议|对策|主张|路子|"
    r"路径|举措|措施|做法|办法|主意|点子|原因"
)
#: What they put forward, rather than see.
_ADVICE = re.compile(
    r"(建议|对策|主张|路径|举措|措施|做法|办法|打算|计划|设想|规划)|路子|主意|点子"
)
#: What says that two are set side by side.
_APART = re.compile(
    r"不同|不一样|[差区]别|差异|异同|分歧|[一同]样吗|相同吗|一致吗|比较|对比|分别|各[自是有]?|怎么看|如何看|咋看"
)
#: What stands around the thing that two people speak of, and is no part of it.
_AROUND = (
    r"请|比较|对比|一下|都|分别|各自?|[两二三]个?[位名人](?:人|教授|专家|老师)?|所?(?:说到?|讲到?|谈到?|提到?|说起|谈起|认为|觉得)的?|眼[里中]的?|"
    r"有|[在对就给为]|关于|对于|看待?|怎么|如何|咋|的|问题|上|[里中]|[提出给]出?|，|？"
)
_LEADING, _TRAILING = re.compile(rf"(?:{_AROUND})+"), re.compile(rf"(?:{_AROUND})+$")
_TOPIC = 20  # characters of a thing that people speak of


def viewed(question: str) -> list[tuple[str, str]]:
    """The question for what each of two people says of something; none where none are named side by side.

    >>> viewed("比较一下王建国和李秀英对茶乡优势的看法")
    [('王建国', '王建国认为茶乡优势有哪些'), ('李秀英', '李秀英认为茶乡优势有哪些')]
    >>> viewed("王建国和李秀英给茶乡出的主意各是什么？")[1]
    ('李秀英', '李秀英对茶乡提出的建议有哪些？')
    """
    people, rest = _side_by_side(question)
    if not people or not _APART.search(question):
        return []
    mark = "？" * question.endswith("？")
    if side := _SIDE.search(rest):
        topic = _topic(rest[: side.start()])
        of = "的" * (bool(topic) and rest[: side.start()].endswith("的"))
        if advice := _ADVICE.fullmatch(side[0]):
            topic, of = f"{'对' * bool(topic)}{topic}提出", "的"
        verb, word = ("", advice[1] or "建议") if advice else ("认为", side[0])
        asked = f"{verb}{topic}{of}{word}有哪些{mark}"
    elif view := _VIEW.search(rest):
        asked = f"怎么看{_topic(rest[: view.start()]) or _topic(rest[view.end() :])}{mark}"
    else:
        return []
    return [(who, who + asked) for who in people]


def _side_by_side(question: str) -> tuple[list[str], str]:
    """The people whom a question names beside each other, and the rest of it."""
    found = words(question)
    at = 0
    starts = [at := at + len(word) for word, _ in found]
    for i, (word, _) in enumerate(found):
        first = starts[i] - len(word)
        people, end = [word], i + 1
        while end + 1 < len(found) and found[end][0] in _BESIDE:
            people.append(found[end + 1][0])
            end += 2
        if 1 < len(people) <= FEW and all(map(is_person, people)):
            return people, question[:first] + question[starts[end - 1] :]
    return [], question


_BESIDE = _AND | {"同"}


def _topic(text: str) -> str:
    """What people speak of, without what is said around it."""
    led = _LEADING.match(text)
    topic = _TRAILING.sub("", text[led.end() if led else 0 :])
    return topic if len(topic) <= _TOPIC and not asks(topic) else ""


_TIMED = re.compile(r"(?:[^续航]时间|日期)$")


def _things(clause: str) -> list[str]:
    """What stands between the words for "and"; those within names are none.

    A word that begins with one may be torn: 和春 of 「南山社区和春晓社区」. Then the things are parted
    where the first one ends as the other does.

    >>> _things("南山社区和春晓社区"), _things("和平县和石门县")
    (['南山社区', '春晓社区'], ['和平县', '石门县'])
    """
    cuts = list(_cuts(clause))
    sure = [cut for cut in cuts if cut.sure]
    if len(cuts) > len(sure):
        alike = [_ends_alike(clause[: cut.start], clause[cut.end :]) for cut in cuts]
        best = max(alike)
        sure = [cuts[alike.index(best)]] if best else sure or cuts[:1]
    starts = [0, *(cut.end for cut in sure)]
    ends = [*(cut.start for cut in sure), len(clause)]
    found = [clause[start:end] for start, end in zip(starts, ends, strict=True)]
    return [thing for thing in found if thing]


class _Cut(NamedTuple):
    """A word for "and" in a text; not ``sure`` where it is torn from what may be a name."""

    start: int
    end: int
    sure: bool


def _cuts(clause: str) -> Iterator[_Cut]:
    at = 0
    for word, tag in words(clause):
        if word in _AND and at:  # 和平县 begins with no "and"
            within = clause[at + len(word) : at + len(word) + 1] in _WITHIN
            if not within:
                yield _Cut(at, at + len(word), sure=True)
        elif at and word[0] in _AND and tag[0] in "nv":
            yield _Cut(at, at + 1, sure=False)
        at += len(word)


def _ends_alike(one: str, other: str) -> int:
    """How many characters with which a text ends another holds, too."""
    return next((n for n in range(len(one), 0, -1) if one[-n:] in other), 0)


def _own(items: Sequence[str]) -> list[str]:
    """The things by themselves, without what the last one says for all: 甲县 and 乙县, not 乙县的面积."""
    last = words(items[-1])
    cut = _behind(last, items[-2])
    own = "".join(word for word, _ in last[:cut]) if 0 < cut < len(last) else items[-1]
    return [*items[:-1], own]


def _whole(items: Sequence[str]) -> list[str]:
    """Each thing with what the first or the last one alone says for all.

    What the last one says behind a name, or behind what is like the thing before it, is asked of
    each (甲县和乙县的面积); what leads the first one says whose or when (甲县的面积和产值).
    """
    last = words(items[-1])
    cut = _behind(last, items[-2])
    if 0 < cut < len(last):
        after = "".join(word for word, _ in last[cut:])
        return [
            *(item.removesuffix("的" * after.startswith("的")) + after for item in items[:-1]),
            items[-1],
        ]
    if all("的" in item for item in items):
        return list(items)
    before = _leading(items[0])
    if not before or any(named_words(words(item)) for item in items[1:]):
        return list(items)
    return [items[0], *(before + item for item in items[1:])]


def _behind(last: Words, other: str) -> int:
    """How many words of the last thing are its own; the rest is asked of the others, too."""
    said = words(other)
    linked = next((i for i, (_, tag) in enumerate(last) if tag == "uj"), 0)
    if 0 < linked < len(last) - 1 and "的" not in other[:-1]:  # also 露天的 beside 地库的月租
        while linked > 1 and last[linked - 1][1] == "t":
            linked -= 1  # 现在的
        return linked
    alike = next((i + 1 for i, (word, _) in enumerate(last) if word[-1] == other[-1]), 0)
    if alike and len(other) <= _WORD:
        return alike  # 短款和长款大衣
    if len(said) == 1 and len(last) == 2 and last[-1][1] in ("v", "vn"):
        return 1  # 大衣和衬衫干洗
    own = named_words(last)
    if own and named_words(said) == len(said):
        shared = "".join(word for word, _ in last[own:])
        return len(last) if shared and other.endswith(shared) else own  # 东门市场和北关市场
    if len(last) > len(said) > 1 and _tags(last[: len(said)]) == _tags(said):
        return len(said)  # 青山小区 and 绿水花园 of 绿水花园车位月租
    timed = next((i for i, (word, _) in enumerate(last) if _EVERY.match(word) and i), 0)
    if timed or not ATTRIBUTE.search(last[-1][0]) or ATTRIBUTE.search(said[-1][0]):
        return timed
    return next((i + 1 for i, (word, _) in enumerate(last) if word[-1] == other[-1]), 1)


def _tags(found: Words) -> list[str]:
    return [tag[0] for _, tag in found]


def _leading(first: str) -> str:
    """What says whose or when at the beginning of the first thing."""
    found = words(first)
    name = "".join(word for word, _ in found[: named_words(found)])
    if name and name != first:
        return name + "的" * first[len(name) :].startswith("的")
    about = subject_of(f"{first}是多少？")
    for lead in (about.time + about.thing, about.thing + about.time, about.thing, about.time):
        rest = first.removeprefix(lead)
        owned = rest.startswith("的") or lead == about.time or named_words(words(about.thing)) > 0
        if lead and owned and rest and rest != first:
            return lead + "的" * rest.startswith("的")
    return ""


def _is_phrase(item: str) -> bool:
    """Whether a text is what something is called: short, no question, and not a verb alone."""
    found = words(item)
    named = any(is_noun(*word) or word[1] in ("t", "x", "m", "eng") for word in found)
    return len(item) <= LONGEST and named and not asks(item)
