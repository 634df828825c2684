"""What a question is about: the thing that 它 would stand for in the next one, what of it, and when.

The thing is the span of words that learned weights like best; ``training/follow_ups.py`` learns them
from questions over news whose thing is marked by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from index.background import background
from index.shipped import shipped
from server.question.asking import asking
from server.text.names import tagged

WEIGHTS = Path(__file__).parent / "models" / "subject.json"
NAMES = frozenset({"nr", "ns", "nt", "nz", "nrt", "nrfg", "eng"})
LONGEST = 9  # words of a thing
_NOUNS = frozenset({"vn", "an", "j", "l", "i", "b", "zg", "m", "q", "mq", "s", "x", "k", "h", "a"})
_QUOTED = re.compile(r"《[^》]{1,40}》|“[^”]{1,30}”|「[^」]{1,30}」|‘[^’]{1,30}’")
_PLACE = re.compile(r"[区县市省镇乡村州国]")
_EACH = re.compile(r"(?:[每一](?:小时|年|天|月|日|次|人|户|吨))+$")
_MARKS = frozenset("，。？、；：")
TIME = re.compile(
    r"(?:19|20)\d{2}年(?:\d{1,2}月(?:\d{1,2}[日号])?|[上下]半年|第?[一二三四]季度|年?底)?|\d{1,2}月(?:\d{1,2}[日号]|份)?|"
    r"[今去前明]年(?:\d{1,2}月|[上下]半年|第?[一二三四]季度|年?底)?|[上下]半年|第?[一二三四]季度|前[一二三四]个?季度|"
    r"前[\d一二三四五六七八九十]+个?月|年底|年末|年初|(?:去年)?同期|目前|现在|截至|上个?月|本月|当天|眼下|如今"
)
#: What a thing has, and one asks for: these words end it.
#: What is no part of the thing before, for it has that as a part: 全市, 整个重庆.
WHOLE = re.compile(r"(?:全(?:[市省国球县州镇]|区(?!域))|整个)(?![面体])")
ATTRIBUTE = re.compile(
    r"(?:面积|规模|收入|营收|利润|成本|投资|投入|资金|奖金|罚款|费用|价格|单价|售价|产值|产能|产量|销量|金额|总[额量值数]|数量|人数|人口|余额|"
    r"(?:吞吐|客流|[发用]电|用水|运|流|储|含|存|增|保有|成交|交易|接待)量|"
    r"容量|库容|长度|高度|宽度|深度|重量|全长|里程|速度|时速|工期|时间|日期|时长|期限|[^假学时星日]期|年限|地点|地址|位置|"
    r"名[字称]|[全简]称|代号|原因|目标|特[点色]|作用|意义|优势|计划|任务|条件|待遇|工资|分数线|门票|电话|比[例重]|占比|"
    r"增[速幅长]|[涨降]幅|[率额值费价]|密度|强度|等级|级别|型号|指数|负责人|主题|口号|定位|功率|[首末]班车|净利|看法|建议|反应)$"
)
_OF_ATTRIBUTE = frozenset(
    [
        "总",
        "年",
        "净",
        "规划",
        "设计",
        "建筑",
        "占地",
        "计划",
        "综合",
        "平均",
        "累计",
        "营业",
        "业务",
        "每小时",
        "一年",
    ]
)

Words = Sequence[tuple[str, str]]
Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Subject:
    """``thing`` is what a question is about, ``attribute`` what of it, ``time`` when.

    Each is empty where the question does not say; all are words of the question.
    """

    thing: str = ""
    attribute: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A question as its words: where each begins, what kind it is, and where the question word is."""

    text: str
    words: tuple[tuple[str, str], ...]
    starts: tuple[int, ...]
    kinds: tuple[str, ...]
    ask: tuple[int, int]

    @classmethod
    def of(cls, question: str) -> Clause:
        found = words(question)
        starts = [0]
        for word, _ in found:
            starts.append(starts[-1] + len(word))
        asks = asking(question)
        ask = asks.span() if asks else (len(question), len(question))
        return cls(question, tuple(found), tuple(starts), tuple(_kind(*w) for w in found), ask)

    def between(self, first: int, end: int) -> str:
        return self.text[self.starts[first] : self.starts[end]]

    def spans(self) -> Iterator[tuple[int, int]]:
        """Runs of words that may be a thing: no marks in them, and no question word."""
        for first in range(len(self.words)):
            for end in range(first + 1, min(len(self.words), first + LONGEST) + 1):
                start, stop = self.starts[first], self.starts[end]
                asks = start < self.ask[1] and stop > self.ask[0]
                if self.kinds[end - 1] == "mark" or asks:
                    break
                if stop - start > 1:
                    yield first, end


@lru_cache(maxsize=512)
def subject_of(question: str) -> Subject:
    """The subject of a normalised question.

    >>> subject_of("上半年云雾县的茶叶产量是多少？")
    Subject(thing='云雾县', attribute='茶叶产量', time='上半年')
    """
    clause = Clause.of(question)
    time = TIME.search(question)
    when = time.group() if time else ""
    weights = _weights()
    rated = [(_score(features(clause, *span), weights), span) for span in clause.spans()]
    if not rated:
        return Subject(time=when)
    first, end = _whole(clause, *max(rated, key=lambda r: r[0])[1])
    thing = _EACH.sub("", clause.between(first, end).strip())
    return Subject(thing, _attribute(clause, end), when)


_MODEL = re.compile(r"[A-Za-z]+(?:-|-?\d+[A-Za-z]*)?")


def words(text: str) -> list[tuple[str, str]]:
    """The words of a text with their parts of speech; years and what is in quotes stay whole."""
    found: list[tuple[str, str]] = []
    at = 0
    for match in _QUOTED.finditer(text):
        found += tagged(text[at : match.start()]) if match.start() > at else ()
        found.append((match.group(), "nz"))
        at = match.end()
    found += tagged(text[at:]) if at < len(text) else ()
    joined: list[tuple[str, str]] = []
    for word, tag in found:
        last, kind = joined[-1] if joined else ("", "")
        if last and _MODEL.fullmatch(last + word):
            joined[-1] = (last + word, "eng")  # a model: QL-350
        elif word == "年" and re.fullmatch(r"(?:19|20)\d{2}", last):
            joined[-1] = (last + "年", "t")
        elif kind == "nr" and len(last) == 1 and len(word) < 3 and tag[0] in "na":
            joined[-1] = (last + word, "nr")  # a surname and the given name
        else:
            joined.append((word, tag))
    return joined


def is_name(text: str) -> bool:
    """Whether a text is what something is called: a name, or words around one, no verb in them."""
    found = words(text)
    if named_words(found) == len(found):
        return True
    return any(tag in NAMES for _, tag in found) and not any(tag[0] in "vdr" for _, tag in found)


def named_words(found: Words) -> int:
    """How many words at the beginning are a name or a time: 云雾县, 7号线, 2024年."""
    at = 0
    while at < len(found) and _goes_on(found, at):
        at += 1
    return at


def _goes_on(found: Words, at: int) -> bool:
    word, tag = found[at]
    if tag[0] == "r":
        return False
    if tag in NAMES or tag in ("m", "t") or TIME.fullmatch(word):
        return True
    numbered = at > 0 and found[at - 1][1] == "m" and is_noun(word, tag)
    beside = found[at + 1 : at + 2] if at == 0 else [found[at]]
    return numbered or any(_PLACE.fullmatch(other) for other, _ in beside)


def is_noun(word: str, tag: str) -> bool:
    """Whether a word can be part of what something is called."""
    return word not in _MARKS and (tag[0] == "n" or tag in _NOUNS or tag in NAMES)


def features(clause: Clause, first: int, end: int) -> Features:
    """What speaks for a run of words, or against it, as the thing that a question is about."""
    kinds, found = clause.kinds, clause.words
    inner = kinds[first:end]
    before = kinds[first - 1] if first else "^"
    after = kinds[end] if end < len(kinds) else "$"
    text = clause.between(first, end)
    known: Features = {
        f"first:{inner[0]}": 1,
        f"last:{inner[-1]}": 1,
        f"prev:{before}": 1,
        f"next:{after}": 1,
        f"pn:{before}>{after}": 1,
        f"fl:{inner[0]}>{inner[-1]}": 1,
        f"ln:{inner[-1]}>{after}": 1,
        f"pf:{before}>{inner[0]}": 1,
        f"n:{min(6, end - first)}": 1,
        f"len:{min(12, len(text))}": 1,
        f"end:{text[-1]}": 1,
        f"before:{min(5, sum(is_noun(*w) for w in found[:first]))}": 1,
        "begin" if first == 0 else "inside": 1,
        "before_ask" if clause.starts[end] <= clause.ask[0] else "after_ask": 1,
    }
    known |= {f"in:{kind}": 1 for kind in set(inner)}
    if first:
        known[f"pw:{found[first - 1][0]}"] = 1
    if end < len(found):
        known[f"nw:{found[end][0]}"] = 1
    leads = all(word in "在到" for word, _ in found[:first])
    named = any(kind in NAMES or kind == "quoted" for kind in inner)
    if leads:
        known |= {"leads": 1, f"leads:{after}": 1, f"leads_n:{min(6, end - first)}": 1}
    known |= _told(
        name=named,
        names=all(kind in NAMES or kind == "quoted" for kind in inner),
        leads_name=leads and named,
        verbal=any(kind in ("v", "d", "r") for kind in inner),
        timed=any(kind in ("time", "t", "mq") for kind in inner),
        noun_prev=first > 0 and is_noun(*found[first - 1]),
        attr_last=bool(ATTRIBUTE.search(found[end - 1][0])),
        attr_in=any(ATTRIBUTE.search(word) for word, _ in found[first : end - 1]),
    )
    return known | _following(clause, end) | _rarity(clause, first, end)


def _told(**facts: bool) -> Features:
    return {name: 1 for name, true in facts.items() if true}


def _following(clause: Clause, end: int) -> Features:
    """The nouns right behind: whether a thing would be cut off, or ends before what it has."""
    stop = end
    while stop < len(clause.words) and is_noun(*clause.words[stop]):
        stop += 1
    known: Features = {f"rest:{min(4, stop - end)}": 1}
    if stop > end:
        attribute = bool(ATTRIBUTE.search(clause.words[end][0]))
        known |= _told(
            noun_next=True,
            attr_next=attribute,
            attr_rest=bool(ATTRIBUTE.search(clause.words[stop - 1][0])),
        )
        if not attribute:
            known[f"cuts:{clause.kinds[end]}"] = 1
    return known


def _rarity(clause: Clause, first: int, end: int) -> Features:
    """How rare the pairs of characters are within, and across either edge."""
    start, stop = clause.starts[first], clause.starts[end]
    idf = background()
    shares = [idf.share(clause.text[i : i + 2]) for i in range(start, stop - 1)]
    return {
        "rare": max(shares, default=0.0),
        "mean": sum(shares) / max(1, len(shares)),
        "edge_left": idf.share(clause.text[start - 1 : start + 1]) if start else 1.0,
        "edge_right": idf.share(clause.text[stop - 1 : stop + 1])
        if stop < len(clause.text)
        else 1.0,
    }


def _kind(word: str, tag: str) -> str:
    if word[0] in "《“「‘" and len(word) > 1:
        return "quoted"
    if TIME.fullmatch(word):
        return "time"
    if word in _MARKS:
        return "mark"
    return word if word == "的" else tag


def _whole(clause: Clause, first: int, end: int) -> tuple[int, int]:
    """A run of words with the name before it and what is 的 it, less what it has of the thing."""
    while first and (clause.kinds[first - 1][0] == "n" or clause.kinds[first - 1] in NAMES):
        first -= 1
    if any(kind in NAMES for kind in clause.kinds[first:end]):
        while end < len(clause.words) and _part_of_name(clause, end):
            end += 1
    if clause.kinds[end : end + 1] == ("的",):
        stop = end + 1
        while stop < len(clause.words) and _names_on(clause, stop):
            stop += 1
        owned = clause.words[end + 1 : stop]
        if owned and not ATTRIBUTE.search(owned[-1][0]) and clause.starts[stop] <= clause.ask[0]:
            end = stop
    while end - first > 1 and _leads_on(clause, end):
        end -= 1
    while end - first > 1 and clause.words[end - 1][0] in _OF_ATTRIBUTE:
        end -= 1
    if end - first > 1 and ATTRIBUTE.search(clause.words[end - 1][0]):
        end -= 1
        while end - first > 1 and clause.words[end - 1][0] in _OF_ATTRIBUTE:
            end -= 1
    return first, end


def _leads_on(clause: Clause, end: int) -> bool:
    """Whether a run of words ends in one that leads on to what is asked: 苹果要种 of 苹果要种几年."""
    last, before = clause.kinds[end - 1], clause.kinds[end - 2]
    return last in ("v", "d", "p", "c") or (last == "q" and before == "v")


def _part_of_name(clause: Clause, at: int) -> bool:
    """Whether a noun behind a name goes on with it: 沙河半程马拉松."""
    word, tag = clause.words[at]
    noun = tag[0] == "n" or tag in ("j", "b", "l") or (tag == "m" and not re.search(r"\d|多", word))
    behind = clause.starts[at + 1] <= clause.ask[0]
    return noun and behind and not ATTRIBUTE.search(word) and word not in _OF_ATTRIBUTE


def _names_on(clause: Clause, at: int) -> bool:
    """Whether a word goes on naming something; a verb may before a noun: 转型中心."""
    word, tag = clause.words[at]
    after = clause.words[at + 1 : at + 2]
    return is_noun(word, tag) or (
        tag[0] == "v" and len(word) > 1 and any(is_noun(*w) or w[1][0] == "v" for w in after)
    )


def _attribute(clause: Clause, end: int) -> str:
    """The nouns behind a thing, a time between them left out, when they end as what a thing has."""
    at = end
    while at < len(clause.words) and (clause.kinds[at] in ("的", "time", "t", "f", "mq")):
        at += 1
    stop = at
    while stop < len(clause.words) and is_noun(*clause.words[stop]):
        if clause.starts[stop] >= clause.ask[0]:
            break
        stop += 1
    while stop > at and not ATTRIBUTE.search(clause.words[stop - 1][0]):
        stop -= 1
    return clause.between(at, stop)


def _score(known: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in known.items())


@lru_cache(maxsize=1)
@shipped(WEIGHTS)
def _weights() -> dict[str, float]:
    """The shipped weights, read once."""
    return dict(json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"])
