"""One thing in the place of another that it is like: 「那高新技术企业呢？」."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from index import load_embedder
from server.question.asking import asking, asks, kind_of, topic
from server.question.ellipsis import COUNTED
from server.question.sorts import SORTS, sort_of
from server.question.subject import ATTRIBUTE, NAMES, TIME, WHOLE, is_name, words
from server.question.talk import Talk

_ATTRIBUTE_BEFORE = re.compile(
    r"(?:营业|业务|销售|经营|装机|总|净|(?<![今去前明每全])年|规划|建筑|占地|综合|平均|累计)*"
    + ATTRIBUTE.pattern.removesuffix("$")
    + r"(?=(?:一共|总共|共|大概|约|已经?|现在|目前)*(?:是|有|为|达到?了?)?$)"
)
_NO_PART = frozenset({"x", "uj", "ul", "p", "c", "r", "y"})  # marks, particles, pronouns
_LIKE = 1.0  # the least likeness with which a word takes another's place
_SENSE = 5.0  # what a cosine counts for it


def swapped(talk: Talk, new: str) -> Iterator[str]:
    """The last question with ``new`` in the place of what it is like, the likeliest way first.

    Like are words that end alike (科技型企业 and 高新技术企业), begin alike, are of the same kind of
    name (渝北区 and 九龙坡, 2026年 and 2027年) or near in sense. With none, a name takes the place of
    what the talk is about, and anything else is asked for of that.
    """
    belongs = new.endswith("的")
    what = new.removesuffix("的")
    if other := _in_office(talk.query, what) or _of_another_sort(talk.query, what):
        yield other
        return
    found = words(what)
    named = _takes_its_place(what, talk.thing)
    if named and _ends_alike(what, talk.thing) and talk.thing in talk.query:
        before, _, after = talk.query.partition(talk.thing)
        yield before + _joined(what, after)  # 东江大桥 for the whole of 滨河大桥
    parted = list(_parted(words(talk.query), found[-1][0]))
    best, where = 0.0, (0, 0)
    for i, j, within in _slots(parted, talk.thing, named=named):
        if belongs and ATTRIBUTE.search(parted[j - 1][0]):
            continue  # 健康跑的 asks for the same of another
        if named and is_name(talk.thing) and not _names(parted[i:j]):
            continue  # a firm takes the place of a firm, not of what it sells
        if ATTRIBUTE.search(what) and not ATTRIBUTE.search(parted[j - 1][0]):
            continue  # what something has is not what has it
        likeness = _likeness(parted[i:j], found, sense=not within)
        if likeness > best:
            best, where = likeness, (i, j)
    if best >= (_LIKE / 2 if belongs else _LIKE):
        before = "".join(word for word, _ in parted[: where[0]])
        yield before + _joined(what, "".join(word for word, _ in parted[where[1] :]))
    if named:
        if talk.thing and talk.thing in talk.query:
            before, _, after = talk.query.partition(talk.thing)
            yield before + _joined(what, after)
    elif best < _LIKE:
        yield from _asked_instead(talk, what, part=belongs)


def _takes_its_place(what: str, thing: str) -> bool:
    """Whether something is no part of the thing but another: a name, what begins with one, 全市."""
    if TIME.fullmatch(what):
        return False
    first, tag = words(what)[0]
    others = tag in NAMES and len(first) > 1 and first not in thing and is_name(thing)
    return is_name(what) or others or bool(WHOLE.match(what))


def _ends_alike(what: str, thing: str) -> bool:
    """Whether two names end in the same word: 大桥, 公司."""
    if not thing or not is_name(thing):
        return False
    last = words(what)[-1][0]
    return len(last) > 1 and last != what and words(thing)[-1][0] == last


#: Who has an office, and of whom: 「谁是水泵厂的厂长」, 「水泵厂厂长是谁」.
_OFFICE = (
    r"(?:(?:[省市区县]委)?(?:副?书记|秘书长)|(?:总|副总)?经理|董事长|总裁|主席|主任|负责人|店主|会长|"
    r"[校院馆所局厅部厂店站队社区县市镇乡村]长)"
)
_HOLDER = re.compile(
    rf"(?P<lead>谁是)?(?P<owner>[^，？]+?)(?P<office>的?{_OFFICE})(?P<rest>(?:又?(?:是|叫)(?:谁|哪位|什么(?:名字)?))?？?)"
)


def _in_office(query: str, what: str) -> str:
    """The last question for who has an office, asked of another body or for another office; empty when it is none."""
    match = _HOLDER.fullmatch(query)
    if match is None or not (match["lead"] or match["rest"].strip("？")):
        return ""
    owner, office = match["owner"], match["office"]
    if re.fullmatch(_OFFICE, what):
        office = "的" * office.startswith("的") + what
    elif not (TIME.fullmatch(what) or any(tag[0] in "vdrpt" for _, tag in words(what))):
        owner = what
    else:
        return ""
    return f"{match['lead'] or ''}{owner}{office}{match['rest']}"


def _joined(what: str, after: str) -> str:
    """What takes a place and what stands behind it, a word that both say once: 资金问题 before 问题怎么化解."""
    twice = (n for n in range(min(len(what), len(after)), 1, -1) if what.endswith(after[:n]))
    return what + after[next(twice, 0) :]


def _of_another_sort(query: str, what: str) -> str:
    """The last question for points of another sort: 「那挑战呢」 after 「有哪些优势」; empty when it asks for none."""
    sort = sort_of(query)
    if sort is None or not any(one.told.fullmatch(what) for one in SORTS if one is not sort):
        return ""
    asked = list(sort.told.finditer(query))
    return f"{query[: asked[-1].start()]}{what}{query[asked[-1].end() :]}" if asked else ""


def _names(found: Sequence[tuple[str, str]]) -> bool:
    return is_name("".join(word for word, _ in found))


def _is_surname(word: str, tag: str) -> bool:
    return len(word) == 1 and tag == "nr"


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
        if i and (found[i - 1][0].isdecimal() or _is_surname(*found[i - 1])):
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
    counted = COUNTED.match(after)
    if counted and re.search("[才就能了要会]", counted["noun"]):
        counted = None  # 几年才能收 counts years
    if attribute and ATTRIBUTE.search(new):
        yield f"{before[: attribute.start()]}{new}是多少？"
    elif ATTRIBUTE.search(new):
        if counted and before.endswith("有"):
            yield f"{talk.thing}{counted['noun']}{new}是多少？"
        own = topic(talk.query) if len(words(new)) == 1 and not counted else talk.thing
        yield f"{own}{new}是多少？"
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
