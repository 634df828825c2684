"""What a question's pronoun stands for, put in its place."""

from __future__ import annotations

import re
from functools import lru_cache, partial

from server.question.asking import asks, kind_of
from server.question.ellipsis import completed, counted_noun
from server.question.subject import words
from server.question.talk import Talk
from server.text.names import bodies, is_term

_PERSON = re.compile(r"(?<!其)(?:他|她|此人|这个人|该名?男子|该名?女子)(?!们)")
_THING = re.compile(r"它们?家?|他们|她们|其(?![中他它实余次])")
_PLACE = re.compile(r"(?:在|从|到)?(?:[那这](?:里[头面边]?|边|儿)|当地|里面|里边|里头)")
_AMONG = re.compile(r"^其中的?|^里[头面]的?")
_POINTED = re.compile(
    r"(?:[这那该此](?!么|样)"
    r"(?:个|家|座|项|款|条|位|种|次|场|届|部|片|所|本|支|只|台|些|首|笔|门|幅|段|句|封|张|辆|件|套|批|份|级|栋|幢|间|户|队)?+|上述)"
    r"(?=[\u4e00-\u9fff])"
)
_PLACES = tuple("区县市省镇乡村厂店馆园院校桥")
_SAYS_WHICH = "nfs"  # kinds of words
_DAY = re.compile("几?[天年时阵]")
_POINTED_LAST = re.compile(r"[这那](?:[个家座项款件种]|件?事|东西)?(?=[？了呢吧]*$)")
#: What brings something back that was spoken of before, up to the comma behind it.
_BROUGHT = re.compile(
    r"^(?:(?:还是|再|又|接着|我们|咱们?)*(?:[说谈讲聊]回|回到|[说谈讲问]一?下?)到?(?:前面|刚才|之前|先前|开头)?(?:[说提讲]的)?|"
    r"(?:前面|之前|先前|刚刚?才?|上面|开头|最初|最早|[最一]开始)(?:[说提谈讲聊问]到?过?)?(?:的(?:那[个家座])?|那[个家座]))"
    r"(?P<what>[^，？]{2,16})，(?P<rest>.+)$"
)
_OWN = re.compile(r"^(?:[它他她]们?的?|其)(?=[\u4e00-\u9fff]{2})")


def replaced(bare: str, talk: Talk) -> list[str]:
    """The question with what its pronoun stands for; none when it has no pronoun."""
    if _AMONG.search(bare):
        counted = counted_noun(talk.query)
        return [_AMONG.sub(f"{talk.thing}{counted}", bare, count=1)]
    if match := _PERSON.search(bare):
        return [put(bare, match, person) for person in _persons(talk)] or [completed(bare, talk)]
    if match := _THING.search(bare):
        return [put(bare, match, thing) for thing in _things(talk)]
    pointed = next(filter(partial(_points_back, bare), _POINTED.finditer(bare)), None)
    match = _PLACE.search(bare)
    if match and not (pointed and pointed.start() < match.start()):  # 这张卡，里面的钱
        return [put(bare, match, thing) for thing in _things(talk)]
    if pointed:
        return [_pointed(bare, pointed, talk)]
    if match := _POINTED_LAST.search(bare):
        return [put(bare, match, thing) for thing in _things(talk)]
    return []


def _points_back(bare: str, match: re.Match[str]) -> bool:
    """Whether a pointer points at the talk: not in 巡演那天, 右边那条腿, 没投票的那个人, which say themselves which."""
    before = words(bare[: match.start()])
    if _DAY.match(bare, match.end()):
        return False  # 那几天: what the talk is of stands before it
    return not before or (before[-1][1][0] not in _SAYS_WHICH and before[-1][0] != "的")


def brought_back(bare: str) -> str:
    """A question about what it names first and comes back to: 「还是说老桥，它有多长」; empty where it does not.

    >>> brought_back("还是说老桥，它有多长？"), brought_back("再问茶园，有多少亩？"), brought_back("老桥有多长？")
    ('老桥有多长？', '茶园有多少亩？', '')
    """
    match = _BROUGHT.match(bare)
    if match is None or re.match("[那这]", match["what"]) or asks(match["what"]):
        return ""
    what, rest = match["what"], match["rest"]
    pronoun = _PERSON.search(rest) or _THING.search(rest) or _PLACE.search(rest)
    return put(rest, pronoun, what) if pronoun else what + rest


def disowned(text: str) -> str:
    """What something has without the pronoun for whose it is: 投资 of 它的投资."""
    return _OWN.sub("", text)


def place_inside(bare: str, thing: str) -> str:
    """The question with a place that is told by its last character alone: 馆里 of a 博物馆."""
    match = (
        re.search(rf"(?<![\u4e00-\u9fff]){re.escape(thing[-1:])}[里内]的?", bare) if thing else None
    )
    return f"{bare[: match.start()]}{thing}{bare[match.end() :]}" if match else ""


def put(text: str, match: re.Match[str], what: str) -> str:
    return text[: match.start()] + what + text[match.end() :]


def _things(talk: Talk) -> list[str]:
    """What 它 may stand for: what the talk is about, and what the last answer named."""
    named = talk.answer.strip("。 ")
    short = 1 < len(named) <= 16 and not re.search(r"[\d，。、；]", named) and is_term(named)
    short = short and person_in(named) != named
    asked_name = kind_of(talk.query) in ("which", "who", "list", "definition")
    found = [named, talk.thing] if short and asked_name else [talk.thing]
    return [thing for thing in found if thing]


def _persons(talk: Talk) -> list[str]:
    """Whom 他 may stand for: who the talk is about, or whom the last answer named first."""
    about = person_in(talk.thing) or person_in(talk.query)
    answered = person_in(talk.answer)
    found = [answered, about] if kind_of(talk.query) == "who" else [about, answered]
    return [person for person in (*found, talk.person) if person][:2]


@lru_cache(maxsize=256)
def person_in(text: str) -> str:
    """The first person that a text names."""
    people = (word for word, tag in words(text) if tag in ("nr", "nrt", "nrfg"))
    return next((word for word in people if 1 < len(word) <= 4), "")


def points_at(bare: str, thing: str) -> bool:
    """Whether a question begins by pointing at what the talk is about, as what that is: 这个区 of 渝北区."""
    match = _POINTED.match(bare)
    place = bare[match.end() : match.end() + 1] if match else ""
    return place in _PLACES and place in thing


def _pointed(bare: str, match: re.Match[str], talk: Talk) -> str:
    """这个中心 is the last thing called so; 这些企业, 这条规矩 are those of what the talk is about.

    那个区 is the district that the last answer names; that of what the talk is about where it names none.
    """
    noun = next((w for w, tag in words(bare[match.end() :]) if tag[0] in "nvjl"), "")
    if (place := bare[match.end() : match.end() + 1]) in _PLACES and place in talk.thing:
        noun = place  # 那个区造车的是哪家
    elif place in _PLACES:
        named = [body for body in bodies(f"{talk.query}\n{talk.answer}") if body.endswith(place)]
        if not named:
            return talk.thing + bare
        return bare[: match.start()] + named[-1] + bare[match.end() + 1 :]
    end = match.end() + len(noun)
    if noun and bare[match.end() : end] == noun:
        at = talk.thing.rfind(noun)
        what = talk.thing[: at + len(noun)] if at >= 0 else talk.thing + noun
        return bare[: match.start()] + what + bare[end:]
    return put(bare, match, talk.thing)
