"""A question as it stands in a conversation: alone, or leaning on what was said before.

One that leans is rewritten so that it can be searched: a pronoun gives way to what it stands for,
what is left out is put back, 「那高新技术企业呢」 takes the place of what it is like in the question
before. A rewritten question has one subject and one predicate, however long the conversation is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from index import load_embedder
from server.question.leaning import leans
from server.question.subject import ATTRIBUTE, NAMES, TIME, subject_of, words
from server.question.understanding import MEASURES, asking, asks, kind_of, normalise, topic
from server.records import Turn

OPENING = re.compile(
    r"^(?:那么?|而|还有|另外|再说|然后|顺便问一?下|对了|哦|嗯)"
    r"(?![一二三两四五六七八九十几个些家位种里边儿])[，、]?"
)
_ONLY = re.compile(r"^(?P<what>[^？，]{1,20}?)呢[，？]?(?P<rest>.*)$")
_HOW_IS = re.compile(r"^(?P<what>[^？，]{1,12}?)(?:怎么样|又?如何)？?$")
_PERSON = re.compile(r"(?<!其)(?:他|她|此人|这个人|该名?男子|该名?女子)(?!们)")
_THING = re.compile(r"它们?|他们|她们|其(?![中他它实余次])")
_PLACE = re.compile(r"(?:在|从|到)?(?:那里|那边|那儿|这里|这边|这儿|当地|里面|里边|里头)")
_AMONG = re.compile(r"^其中的?|^里[头面]的?")
_POINTED = re.compile(r"(?:[这那该此](?:个|家|座|项|款|条|位|种|次|场|届|部|片|所|本|支|只|台)?|上述)(?=[\u4e00-\u9fff])")
_WHY = re.compile(r"^(?:这|那)?(?:又?是)?(?:为什么|为何|为啥|怎么回事|什么原因|怎么会这样|原因呢?)(?:呢)?？?$")
_CHANGES = re.compile(
    r"^(?:(?:比|较|同比|环比|又|共|一共|实际|目前|现在|大概|约|已经?|预计|去年|今年|上年)\S{0,6}?)?"
    r"(?:增|涨|降|跌|减|升|提高|扩大|缩小|下来|达到?|做到|完成|实现|高出?|多出?|少|翻|占)"
)
_NOW = re.compile(r"目前|现在|实际|如今|眼下")
_AIM = re.compile(r"(?:的?(?:目标|计划|规划)(?:值|数)?)$")
_LIGHT = re.compile(
    rf"(?:一共|总共|共|又|也|还|大概|约|已经?|现在)*(?:有|是|占|要|卖|花|用|得)?了?(?:多少|几)[{MEASURES}]?(?:钱|人)?？?$"
)
_FEW_MARKS = re.compile(r"\[\d+\]")
_NO_PART = frozenset({"x", "uj", "ul", "p", "c", "r", "y"})  # marks, particles, pronouns
_YEAR = re.compile(r"^(?:19|20)\d{2}年?$")
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

    ``leans``: how likely it leans on the conversation, as far as language tells.
    """

    alone: str
    rewritten: tuple[str, ...] = ()
    leans: float = 0.0

    @property
    def query(self) -> str:
        """What is searched when nobody asks the library."""
        return self.rewritten[0] if self.rewritten and self.leans >= 0.5 else self.alone


def condense(question: str, history: Sequence[Turn]) -> str:
    """The question as it is searched, as far as language alone tells."""
    return read(question, history).query


def read(question: str, history: Sequence[Turn]) -> Reading:
    """A question with the conversation before it."""
    text = normalise(question)
    talk = talk_of(history)
    return _read(text, talk) if talk.query else Reading(text)


def talk_of(history: Sequence[Turn]) -> Talk:
    """What a conversation has come to, turn by turn; what was searched is known for stored ones."""
    talk = Talk()
    for turn in history:
        text = normalise(turn.question)
        query = turn.query or (_read(text, talk).query if talk.query else text)
        talk = _after(talk, text, query, turn)
    return talk


def _after(talk: Talk, text: str, query: str, turn: Turn) -> Talk:
    answer = "" if turn.refused else _FEW_MARKS.sub("", turn.answer)
    if query != text and talk.thing and talk.thing in query:
        return replace(talk, query=query, answer=answer, attribute=subject_of(query).attribute)
    about = subject_of(query)
    thing = about.thing or talk.thing
    return Talk(thing, about.attribute, about.time, query, answer)


def _read(text: str, talk: Talk) -> Reading:
    bare = OPENING.sub("", text) or text
    only = _ONLY.match(bare)
    if only and only["rest"] and asks(only["rest"]):
        bare, only = only["what"] + only["rest"], None
    if only is None and (how := _HOW_IS.match(bare)) and _is_name(how["what"]):
        only = how
    if only and not asks(only["what"]):
        return Reading(text, tuple(dict.fromkeys(swapped(talk, only["what"]))), 1.0)
    rewritten = tuple(dict.fromkeys(r for r in _rewritten(bare, talk) if r))
    return Reading(text, rewritten, leans(bare, talk.query, opened=bare != text))


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


def _put(text: str, match: re.Match[str], what: str) -> str:
    return text[: match.start()] + what + text[match.end() :]


def _things(talk: Talk) -> list[str]:
    """What 它 may stand for: what the talk is about, and what the last answer named."""
    named = talk.answer.strip("。 ")
    short = 1 < len(named) <= 16 and not re.search(r"[\d，。、；]", named) and _is_name(named)
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
    """The first person that a text names; a surname and a given name are one."""
    found = words(text)
    for at, (word, tag) in enumerate(found):
        if tag not in ("nr", "nrt", "nrfg"):
            continue
        if len(word) == 1 and at + 1 < len(found) and len(found[at + 1][0]) <= 2:
            return word + found[at + 1][0]
        if 1 < len(word) <= 4:
            return word
    return ""


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
    ask, old = asking(bare), asking(talk.query)
    if ask is None or old is None:
        return ""
    verbs = [w for w, tag in words(bare.replace(ask.group(), "")) if tag[0] in "vn" and w not in "是有在了要"]
    if not verbs or not all(verb in talk.query for verb in verbs):
        return ""
    before = "在" if bare[: ask.start()].endswith("在") and not talk.query[: old.start()].endswith("在") else ""
    return talk.query[: old.start()] + before + ask.group() + talk.query[old.end() :]


def _subject_of_light(bare: str) -> str:
    """What is asked of when nothing else is said: 宁波 in 「宁波有多少艘？」."""
    match = _LIGHT.search(bare)
    what = bare[: match.start()] if match else ""
    return what if what and not ATTRIBUTE.search(what) and _is_name(what) else ""


def _counted(query: str) -> str:
    """What a question counts: 新药 in 在研新药有多少个."""
    ask = asking(query)
    if ask is None:
        return ""
    after = re.match(rf"[{MEASURES}]?(?P<noun>[\u4e00-\u9fff]{{2,8}})？?$", query[ask.end() :])
    if after:
        return after["noun"]
    about = subject_of(query)
    before = re.sub(r"(?:一共|总共|共|有|是|达到?|了)+$", "", query[: ask.start()])
    return before.removeprefix(about.time).partition(about.thing)[2] if about.thing in before else ""


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
    parted = list(_parted(words(talk.query), found[-1][0]))
    best, where = 0.0, (0, 0)
    for i in range(len(parted)):
        for j in range(i + 1, min(i + 5, len(parted)) + 1):
            likeness = _likeness(parted[i:j], found)
            if likeness > best:
                best, where = likeness, (i, j)
    if best >= _LIKE:
        before = "".join(word for word, _ in parted[: where[0]])
        yield before + what + "".join(word for word, _ in parted[where[1] :])
    if _is_name(what) and not TIME.fullmatch(what):
        if talk.thing and talk.thing in talk.query:
            yield talk.query.replace(talk.thing, what, 1)
    elif best < _LIKE or belongs:
        yield from _asked_instead(talk, what)


def _asked_instead(talk: Talk, new: str) -> Iterator[str]:
    """The last question asked of something that belongs to the same thing."""
    ask = asking(talk.query)
    before = talk.query[: ask.start()] if ask else talk.query
    verb = _last_verb(before)
    if words(new)[0][1][0] in "vp" and verb >= 0 and ask:
        yield f"{new}{talk.query[verb:]}"
        return
    amount = bool(ask) and kind_of(talk.query) == "count"
    if ATTRIBUTE.search(new) and amount:
        yield f"{talk.thing}{new}是多少？"
        return
    rest = talk.query.partition(talk.thing)[2]
    counted = _counted(talk.query)
    if amount and counted and ask and talk.query[: ask.start()].endswith("有"):
        yield f"{talk.thing}有多少{new}？"
    yield f"{talk.time if talk.time not in rest else ''}{talk.thing}{new}{rest}"


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


def _likeness(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> float:
    """How well some words of the last question could be the ones that are replaced."""
    was = "".join(word for word, _ in old)
    now = "".join(word for word, _ in new)
    if any(tag in _NO_PART for _, tag in old) or asks(was) or was == now:
        return 0.0
    if len(old) > 1 and any(tag in NAMES for _, tag in old[:-1]) and old[-1][0][-1] not in "区县市省镇乡村":
        return 0.0  # 重庆汽车 is of 重庆, and so is what comes for 汽车
    if _YEAR.match(was) and _YEAR.match(now):
        return 4.0
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
    score += _SENSE * max(0.0, _sense(was, now))
    return score - 0.05 * abs(len(was) - len(now)) if score else 0.0


@lru_cache(maxsize=4096)
def _sense(a: str, b: str) -> float:
    """The cosine of two phrases, by the built-in embedder."""
    first, second = load_embedder("builtin").embed([a, b])
    return float(first @ second)


def _is_name(text: str) -> bool:
    """Whether a text is what something is called: a name, or words around one, no verb in them."""
    found = words(text)
    return any(tag in NAMES or tag == "j" for _, tag in found) and not any(
        tag[0] in "vdr" for _, tag in found
    )
