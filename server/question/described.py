"""Things that a question does not name, but describes: 「执导《山路》的那位导演是哪里人」."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from server.question.asking import asking, asks
from server.question.subject import Words, words

MOST = 2  # descriptions of a question that are looked up
_SHORTEST = 4  # characters before what is described
_POINTER = re.compile(r"[那这](?:[一两几]?[位个家座款种部本条支只所名间处篇首场届台])?")
_NOUN = re.compile(r"n(?!r)|nr[^t]?$|vn|l|j|b|i|q|a$")
_PERSON = re.compile(
    r"(?:[人者员师手匠]|(?<!增)长|(?<![国大人])家|导演|编剧|教授|博士|院士|书记|主任|经理|总监|博主|主播|主编|老板|将军|冠军|"
    r"老[汉伯]|大[爷妈叔姐]|姑娘|小伙|女士|先生|父亲|母亲|妻子|丈夫|儿子|女儿)$"
)
#: What has a name, and is often described.
_NAMED = re.compile(
    r"(?:单位|部门|公司|集团|厂家?|企业|品牌|厂商|学校|[大中小]学|学院|医院|[研究]所|机构|俱乐部|协会|[球车乐战]队|团队|银行|[饭商书酒]?店|"
    r"[馆寺庙镇村县市岛山湖河省国州]|城市|景区|保护区|公园|乐园|电影|影片|[小]说|[话短戏]?剧|[原]著|[书歌曲]|专辑|游戏|软件|网站|平台|"
    r"节目|杂志|报纸|展览|纪录片|船|品种)$"
)
#: What asks for the thing itself, not for anything of it.
_ITSELF = re.compile(
    r"[，的]?(?:是|叫做?|有|为|一?共有?)*(?:谁|什么|啥|哪[位些家几]|多少|几|怎么样|吗|呢)"
)


@dataclass(frozen=True, slots=True)
class Description:
    """What a question begins with as a ``phrase``, and asks ``after`` it; ``pointed``: with 那位, 那家."""

    phrase: str
    after: str
    pointed: bool

    @property
    def who(self) -> str:
        """The question who or what that is."""
        return f"{self.phrase}{'是谁' if self.is_person else '叫什么名字'}？"

    @property
    def is_person(self) -> bool:
        return bool(_PERSON.search(self.phrase))

    def named(self, name: str) -> str:
        """The question with a name in its place.

        >>> next(descriptions("执导《山路》的那位导演是哪里人？")).named("王建国")
        '王建国是哪里人？'
        """
        return f"{name}{self.after}"


@lru_cache(maxsize=256)
def _descriptions(question: str) -> tuple[Description, ...]:
    first = asking(question)
    if first is None:
        return ()
    found = []
    for start, noun, pointed in _nouns(question):
        high = start + len(noun)
        phrase, after = question[:high], question[high:]
        named = pointed or _NAMED.search(noun) or (len(noun) > 1 and _PERSON.search(noun))
        of_it = asks(after) and not _ITSELF.match(after)
        if named and of_it and high <= first.start():
            found.append(Description(phrase, after, pointed))
    found.sort(key=lambda one: (one.pointed, len(one.phrase)), reverse=True)
    return tuple(dict.fromkeys(found))


def _nouns(question: str) -> Iterator[tuple[int, str, bool]]:
    """The nouns behind 的, or behind what points at them: where each begins, and whether it is pointed at."""
    known = words(question)
    at = 0
    ends = [at := at + len(word) for word, _ in known]
    for i, (word, _) in enumerate(known):
        linked = int(word == "的")
        pointer = _pointed(known, i + linked)
        first = end = i + linked + pointer
        while end < len(known) and _is_noun(*known[end]):
            end += 1
        before = ends[i] - len(word)
        if (linked or pointer) and end > first and before >= _SHORTEST:
            start = ends[first - 1]
            yield start, question[start : ends[_up_to_its_sort(known, first, end) - 1]], pointer > 0


def _up_to_its_sort(known: Words, first: int, end: int) -> int:
    """The end of a run of nouns without those behind the last that says what it is: 岛 of 岛|面积."""
    sorts = [
        i for i in range(first, end) if _NAMED.search(known[i][0]) or _PERSON.search(known[i][0])
    ]
    return sorts[-1] + 1 if sorts else end


def _is_noun(word: str, tag: str) -> bool:
    named = _PERSON.search(word) or (len(word) > 1 and _NAMED.search(word))
    return bool(_NOUN.match(tag) or named) and not asks(word)


def _pointed(known: Words, at: int) -> int:
    """How many words from one on point at a thing: 那位, 那|家."""
    for size in (2, 1):
        text = "".join(word for word, _ in known[at : at + size])
        if len(text) > 1 and _POINTER.fullmatch(text):
            return size
    return 0


def descriptions(question: str) -> Iterator[Description]:
    """What a normalised question describes without naming it, what it points at first; at most ``MOST``.

    >>> [one.who for one in descriptions("生产小泉净水器那家公司的创始人多大年纪？")]
    ['生产小泉净水器那家公司叫什么名字？', '生产小泉净水器那家公司的创始人是谁？']
    >>> list(descriptions("重庆的汽车产量是多少？"))
    []
    """
    yield from _descriptions(question)[:MOST]
