"""A question as it stands in a conversation: alone, or leaning on what was said before.

One that leans is rewritten so that it can be searched: a pronoun gives way to what it stands for,
what is left out is put back, 「那高新技术企业呢」 takes the place of what it is like in the question
before. A rewritten question has one subject and one predicate, however long the conversation is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from index import load_embedder
from prompts import NO_ANSWER, language_of
from server.question.about_library import about_library
from server.question.asking import asking, asks, kind_of
from server.question.context import apart
from server.question.leaning import features, leans
from server.question.small_talk import small_talk, without_small_talk
from server.question.subject import ATTRIBUTE, NAMES, TIME, is_name, subject_of, words
from server.question.understanding import normalise, topic
from server.records import Turn
from server.text.names import is_term
from server.text.units import COUNTERS

OPENING = re.compile(
    r"^(?:那么?|而|还有|另外|再说|然后|顺便问一?下|对了|哦|嗯)"
    r"(?![一二三两四五六七八九十几个些家位种里边儿])[，、]?"
)
_POLITE = re.compile(r"^(?:麻烦|请问|请教|想问|我想问|我想知道|问)(?:一下|你|您)*[，：]?")
_ONLY = re.compile(r"^(?P<what>[^？，]{1,20}?)呢[，？]?(?P<rest>.*)$")
_HOW_IS = re.compile(r"^(?P<what>[^？，]{1,12}?)(?:怎么样|又?如何)？?$")
_PERSON = re.compile(r"(?<!其)(?:他|她|此人|这个人|该名?男子|该名?女子)(?!们)")
_THING = re.compile(r"它们?|他们|她们|其(?![中他它实余次])")
_PLACE = re.compile(r"(?:在|从|到)?(?:那里|那边|那儿|这里|这边|这儿|当地|里面|里边|里头)")
_AMONG = re.compile(r"^其中的?|^里[头面]的?")
_POINTED = re.compile(
    r"(?:[这那该此](?:个|家|座|项|款|条|位|种|次|场|届|部|片|所|本|支|只|台)?|上述)(?=[\u4e00-\u9fff])"
)
_WHY = re.compile(
    r"^(?:这|那)?(?:又?是)?(?:为什么|为何|为啥|怎么回事|什么原因|怎么会这样|原因呢?)(?:呢)?？?$"
)
_CHANGES = re.compile(
    r"^(?:为什么|为何|为啥|怎么)?(?:(?:比|较|同比|环比|又|共|一共|实际|目前|现在|大概|约|已经?|预计|去年|今年|上年)\S{0,6}?)?"
    r"(?:增|[上下]?[涨降跌升]|减|提高|扩大|缩小|下来|达到?|做到|完成|实现|高出?|多出?|少|翻|占)"
)
_NOW = re.compile(r"目前|现在|实际|如今|眼下")
_AIM = re.compile(r"(?:的?(?:目标|计划|规划)(?:值|数)?)$")
#: A question word whole, with what belongs to it.
_ASK = re.compile(
    r"(?:在|到|从|由|被)?(?:什么(?:时候|时间|地方|人|原因)|哪(?:里|儿|一?[年天月日位家个])|何[时处人]|谁|几[点号月]|"
    rf"为(?:什么|何|啥)|怎么|如何|(?:多少|几)[{COUNTERS}]?)"
)
_COUNTED = re.compile(rf"(?:多少|几)[{COUNTERS}]?(?P<noun>[\u4e00-\u9fff]{{2,12}})？?$")
_ATTRIBUTE_BEFORE = re.compile(
    r"(?:营业|业务|销售|经营|装机|总|净|(?<![今去前明每全])年|规划|建筑|占地|综合|平均|累计)*"
    + ATTRIBUTE.pattern.removesuffix("$")
    + r"(?=(?:一共|总共|共|大概|约|已经?|现在|目前)*(?:是|有|为|达到?了?)?$)"
)
_LIGHT = re.compile(
    rf"(?:一共|总共|共|又|也|还|大概|约|已经?|现在)*(?:有|是|占|要|卖|花|用|得)?了?(?:多少|几)[{COUNTERS}]?(?:钱|人)?？?$"
)
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
_FEW_MARKS = re.compile(r"\[\d+\]")
_NO_PART = frozenset({"x", "uj", "ul", "p", "c", "r", "y"})  # marks, particles, pronouns
_LIKE = 1.0  # the least likeness with which a word takes another's place
_SENSE = 5.0  # what a cosine counts for it


@dataclass(frozen=True, slots=True)
class Talk:
    """What a conversation has come to: its thing, the last question in full, who or what answered."""

    thing: str = ""
    attribute: str = ""
    time: str = ""
    query: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it stands, and rewritten: best first, none when it cannot lean on anything.

    ``leans``: how likely it leans on the conversation, as far as its ``words`` tell; they are empty
    where its form leaves no doubt. ``thing``: what the conversation is about.
    """

    alone: str
    rewritten: tuple[str, ...] = ()
    leans: float = 0.0
    words: Mapping[str, float] = field(default_factory=dict)
    thing: str = ""

    @property
    def query(self) -> str:
        """What is searched when nobody asks the library."""
        return self.rewritten[0] if self.rewritten and self.leans >= 0.5 else self.alone


def condense(question: str, history: Sequence[Turn]) -> str:
    """The question as it is searched, as far as language alone tells."""
    return read(question, history).query


def read(question: str, history: Sequence[Turn]) -> Reading:
    """A question with the conversation before it, and with what is told before it asks."""
    lines = _LINE.sub("。", question.strip())
    told, text = apart(without_small_talk(normalise(lines)))
    if told:
        history = [*history, Turn(told, "", query=told)]
    talk = talk_of(history)
    return _read(text, talk) if talk.query else Reading(text)


def talk_of(history: Sequence[Turn]) -> Talk:
    """What a conversation has come to, turn by turn; what was searched is known for stored ones."""
    talk = Talk()
    for turn in history:
        text = normalise(turn.question)
        if small_talk(text) or about_library(text):
            continue
        query = turn.query or (_read(text, talk).query if talk.query else text)
        talk = _after(talk, text, query, turn)
    return talk


def _after(talk: Talk, text: str, query: str, turn: Turn) -> Talk:
    refused = turn.refused or turn.answer.strip() in NO_ANSWER.values()
    answer = "" if refused else _FEW_MARKS.sub("", turn.answer)
    about = subject_of(query)
    only = _ONLY.match(OPENING.sub("", text))
    if (
        query != text
        and talk.thing
        and (talk.thing in query or not (only and is_name(only["what"])))
    ):
        return replace(talk, query=query, answer=answer, attribute=about.attribute)
    thing = about.thing
    if not thing or (ATTRIBUTE.search(thing) and not is_name(thing)):
        thing = talk.thing or thing  # what something has is not what one goes on about
    return Talk(thing, about.attribute, about.time, query, answer)


def _read(text: str, talk: Talk) -> Reading:
    if language_of(text) == "en":
        return _read_english(text, talk)
    opened = OPENING.sub("", text) or text
    bare = _POLITE.sub("", opened) or opened
    only = _ONLY.match(bare)
    if only and only["rest"] and asks(only["rest"]):
        bare, only = only["what"] + only["rest"], None
    if only is None and (how := _HOW_IS.match(bare)) and is_name(how["what"]):
        only = how
    if only and not asks(only["what"]):
        return Reading(text, tuple(dict.fromkeys(swapped(talk, only["what"]))), 1.0)
    if inside := _inside(bare, talk.thing):
        return Reading(text, (inside,), 1.0)
    rewritten = tuple(dict.fromkeys(r for r in _rewritten(bare, talk) if r and r != text))
    known = features(bare, talk.query, opened=opened != text)
    if not rewritten:
        return Reading(text)
    return Reading(text, rewritten, leans(known), known, talk.thing)


def _read_english(text: str, talk: Talk) -> Reading:
    """An English question leans where it points back; the last one's thing takes the pointer's place."""
    pointer = _POINTER.search(text)
    last = _ENGLISH.match(talk.query)
    if pointer is None or last is None:
        return Reading(text)
    owner = "'s" if pointer.group().lower() in ("its", "their", "his") else ""
    return Reading(text, (_put(text, pointer, last["thing"] + owner),), 1.0)


def _rewritten(bare: str, talk: Talk) -> Iterator[str]:
    """The ways in which a question may lean on a conversation, the likeliest first."""
    if _WHY.match(bare):
        yield f"{re.sub('了?$', '', topic(talk.query))}的原因是什么？"
        return
    if pointed := _replaced(bare, talk):
        yield from pointed
        return
    if asked := _asked_otherwise(bare, talk):
        yield asked
    if light := _subject_of_light(bare):
        yield from swapped(talk, light)
    yield _completed(bare, talk)


# ---- pronouns -----------------------------------------------------------------------------------


def _replaced(bare: str, talk: Talk) -> list[str]:
    """The question with what its pronoun stands for; none when it has no pronoun."""
    if _AMONG.search(bare):
        counted = _counted(talk.query)
        return [_AMONG.sub(f"{talk.thing}{counted}", bare, count=1)]
    if match := _PERSON.search(bare):
        return [_put(bare, match, person) for person in _persons(talk)] or [_completed(bare, talk)]
    if match := _THING.search(bare):
        return [_put(bare, match, thing) for thing in _things(talk)]
    if match := _PLACE.search(bare):
        return [_put(bare, match, thing) for thing in _things(talk)]
    if match := _POINTED.search(bare):
        return [_pointed(bare, match, talk)]
    return []


def _inside(bare: str, thing: str) -> str:
    """The question with a place that is told by its last character alone: 馆里 of a 博物馆."""
    match = (
        re.search(rf"(?<![\u4e00-\u9fff]){re.escape(thing[-1:])}[里内]的?", bare) if thing else None
    )
    return f"{bare[: match.start()]}{thing}{bare[match.end() :]}" if match else ""


def _put(text: str, match: re.Match[str], what: str) -> str:
    return text[: match.start()] + what + text[match.end() :]


def _things(talk: Talk) -> list[str]:
    """What 它 may stand for: what the talk is about, and what the last answer named."""
    named = talk.answer.strip("。 ")
    short = 1 < len(named) <= 16 and not re.search(r"[\d，。、；]", named) and is_term(named)
    asked_name = kind_of(talk.query) in ("which", "who", "list", "definition")
    found = [named, talk.thing] if short and asked_name else [talk.thing]
    return [thing for thing in found if thing]


def _persons(talk: Talk) -> list[str]:
    """Whom 他 may stand for: who the talk is about, or whom the last answer named first."""
    about = person_in(talk.thing) or person_in(talk.query)
    answered = person_in(talk.answer)
    found = [answered, about] if kind_of(talk.query) == "who" else [about, answered]
    return [person for person in found if person]


@lru_cache(maxsize=256)
def person_in(text: str) -> str:
    """The first person that a text names."""
    people = (word for word, tag in words(text) if tag in ("nr", "nrt", "nrfg"))
    return next((word for word in people if 1 < len(word) <= 4), "")


def _pointed(bare: str, match: re.Match[str], talk: Talk) -> str:
    """这个中心 is the last thing called so; else 这 stands for what the talk is about."""
    noun = next((w for w, tag in words(bare[match.end() :]) if tag[0] in "nvjl"), "")
    end = match.end() + len(noun)
    if noun and bare[match.end() : end] == noun:
        at = talk.thing.rfind(noun)
        what = talk.thing[: at + len(noun)] if at >= 0 else talk.thing
        return bare[: match.start()] + what + bare[end:]
    return _put(bare, match, talk.thing)


# ---- what is left out ---------------------------------------------------------------------------


def _completed(bare: str, talk: Talk) -> str:
    """The question with the thing in front, or in the place of the word that means it.

    What it asks for of the thing is kept when it only asks how that changes: 增长了多少.
    """
    for word, tag in words(bare):
        at = talk.thing.rfind(word)
        if at >= 0 and len(word) > 1 and tag[0] == "n" and not asks(word):
            return bare.replace(word, talk.thing[: at + len(word)], 1)
    thing = talk.thing
    if _CHANGES.match(bare) or _NOW.match(bare):
        thing += _AIM.sub("", talk.attribute)
    time = talk.time if kind_of(bare) == "count" and not TIME.search(bare) else ""
    return f"{time}{thing}{bare}"


def _asked_otherwise(bare: str, talk: Talk) -> str:
    """The last question with another question word: 在哪儿领 after 什么时候领参赛物品."""
    ask, old = _ASK.search(bare), _ASK.search(talk.query)
    if ask is None or old is None:
        return ""
    rest = (bare[: ask.start()] + bare[ask.end() :]).strip("？了的")
    if not rest or rest in "是有在要" or rest not in talk.query:
        return ""
    return talk.query[: old.start()] + ask.group() + talk.query[old.end() :]


def _subject_of_light(bare: str) -> str:
    """What is asked of when nothing else is said: 宁波 in 「宁波有多少艘？」."""
    match = _LIGHT.search(bare)
    what = bare[: match.start()] if match else ""
    return what if what and not ATTRIBUTE.search(what) and is_name(what) else ""


def _counted(query: str) -> str:
    """What a question counts: 新药 in 在研新药有多少个."""
    ask = asking(query)
    if ask is None:
        return ""
    if after := _COUNTED.match(query[ask.start() :]):
        return after["noun"]
    thing = subject_of(query).thing
    before = re.sub(r"(?:一共|总共|共|有|是|达到?|了)+$", "", query[: ask.start()])
    return before.partition(thing)[2] if thing else ""


# ---- one thing in the place of another ----------------------------------------------------------


def swapped(talk: Talk, new: str) -> Iterator[str]:
    """The last question with ``new`` in the place of what it is like, the likeliest way first.

    Like are words that end alike (科技型企业 and 高新技术企业), begin alike, are of the same kind of
    name (渝北区 and 九龙坡, 2026年 and 2027年) or near in sense. With none, a name takes the place of
    what the talk is about, and anything else is asked for of that.
    """
    belongs = new.endswith("的")
    what = new.removesuffix("的")
    found = words(what)
    named = is_name(what) and not TIME.fullmatch(what)
    parted = list(_parted(words(talk.query), found[-1][0]))
    best, where = 0.0, (0, 0)
    for i, j, within in _slots(parted, talk.thing, named=named):
        if belongs and ATTRIBUTE.search(parted[j - 1][0]):
            continue  # 健康跑的 asks for the same of another
        likeness = _likeness(parted[i:j], found, sense=not within)
        if likeness > best:
            best, where = likeness, (i, j)
    if best >= (_LIKE / 2 if belongs else _LIKE):
        before = "".join(word for word, _ in parted[: where[0]])
        yield before + what + "".join(word for word, _ in parted[where[1] :])
    if named:
        if talk.thing and talk.thing in talk.query:
            yield talk.query.replace(talk.thing, what, 1)
    elif best < _LIKE:
        yield from _asked_instead(talk, what, part=belongs)


def _slots(
    found: Sequence[tuple[str, str]], thing: str, *, named: bool
) -> Iterator[tuple[int, int, bool]]:
    """The runs of words that another may replace, and whether each is a part of what the talk is about.

    A part of it only gives way to a name, or to what ends alike: 进口 for 出口 of 出口货物.
    """
    starts = [0]
    for word, _ in found:
        starts.append(starts[-1] + len(word))
    text = "".join(word for word, _ in found)
    first = text.find(thing) if thing else -1
    kept = range(first, first + len(thing)) if first >= 0 and not named else range(0)
    for i in range(len(found)):
        if i and found[i - 1][0].isdecimal():
            continue  # 号线 of 7号线
        for j in range(i + 1, min(i + 5, len(found)) + 1):
            overlaps = starts[i] < kept.stop and starts[j] > kept.start
            whole = (starts[i], starts[j]) == (kept.start, kept.stop)
            yield i, j, overlaps and not whole


def _asked_instead(talk: Talk, new: str, *, part: bool) -> Iterator[str]:
    """The last question asked of something that belongs to the same thing."""
    ask = asking(talk.query)
    before, after = (
        (talk.query[: ask.start()], talk.query[ask.start() :]) if ask else (talk.query, "")
    )
    verb = _last_verb(before)
    if not part and verb >= 0 and words(new)[0][1][0] in "vp":
        yield f"{new}{talk.query[verb:]}"
        return
    rest = talk.query.partition(talk.thing)[2]
    inserted = f"{talk.time if talk.time not in rest else ''}{talk.thing}{new}{rest}"
    if part or kind_of(talk.query) != "count":
        yield inserted
        return
    attribute = _ATTRIBUTE_BEFORE.search(before)
    counted = _COUNTED.match(after)
    if counted and re.search("[才就能了要会]", counted["noun"]):
        counted = None  # 几年才能收 counts years
    if attribute and ATTRIBUTE.search(new):
        yield f"{before[: attribute.start()]}{new}是多少？"
    elif ATTRIBUTE.search(new):
        if counted and before.endswith("有"):
            yield f"{talk.thing}{counted['noun']}{new}是多少？"
        yield f"{talk.thing}{new}是多少？"
    elif counted:
        yield f"{before}多少{new}？"
    elif attribute and before.endswith(("是", "有", "为", "达到", "达")):
        yield f"{before[: attribute.start()]}{new}是多少？"
    else:
        if len(words(talk.thing)) == len(words(new)) == 1 and not is_name(talk.thing):
            yield talk.query.replace(talk.thing, new, 1)  # 桃树 for 苹果
        else:
            yield inserted


def _last_verb(text: str) -> int:
    """Where the last verb of a text begins; -1 without one."""
    at, found = 0, -1
    for word, tag in words(text):
        if tag[0] == "v" or word == "罚":
            found = at
        at += len(word)
    return found


def _parted(found: Sequence[tuple[str, str]], head: str) -> Iterator[tuple[str, str]]:
    """The words, those that begin with ``head`` in two: 汽车产量 is 汽车 and 产量."""
    for word, tag in found:
        if len(head) > 1 and word != head and word.startswith(head):
            yield head, tag
            yield word[len(head) :], tag
        else:
            yield word, tag


def _likeness(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]], *, sense: bool
) -> float:
    """How well some words of the last question could be the ones that are replaced."""
    was = "".join(word for word, _ in old)
    now = "".join(word for word, _ in new)
    if any(tag in _NO_PART for _, tag in old) or asks(was) or was == now:
        return 0.0
    if (
        len(old) > 1
        and any(tag in NAMES for _, tag in old[:-1])
        and old[-1][0][-1] not in "区县市省镇乡村"
    ):
        return 0.0  # 重庆汽车 is of 重庆, and so is what comes for 汽车
    if TIME.fullmatch(now):
        return 4.0 + 0.1 * len(was) if TIME.fullmatch(was) else 0.0
    last_old, last_new = old[-1], new[-1]
    score = 0.0
    if last_old[0] == last_new[0]:
        score += 1.0 + len(last_old[0])
    elif last_old[1] == last_new[1] and last_old[1] in NAMES:
        score += 2.0
    elif last_old[0][-1] == last_new[0][-1]:
        score += 1.0
    if sense and was not in now:  # 企业 is like every 企业
        score += _SENSE * max(0.0, _sense(was, now))
    return score - 0.05 * abs(len(was) - len(now)) if score else 0.0


@lru_cache(maxsize=4096)
def _sense(a: str, b: str) -> float:
    """The cosine of two phrases, by the built-in embedder."""
    first, second = load_embedder("static").embed([a, b])
    return float(first @ second)
