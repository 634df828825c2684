"""What asks for one amount as several accounts tell it: 「两篇报道各说是多少」, 「纪要和公告里的日期一致吗」."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from server.question.asking import asks
from server.text.facts import Fact, numbers
from server.text.units import COUNTERS

#: Two texts side by side: 「纪要和公告里」.
_BOTH = r"[^，？]{1,10}[和与跟][^，？]{1,10}?(?:[里中上](?:面)?的?|[说写讲记]的?|对)"
_ACCOUNT = (
    r"[各几两](?:篇|份|处|边|个?人|家(?:报纸|媒体))|(?:两份)?(?:材料|文件|文档|通知|资料|说明)(?=[说写讲])|"
    r"报道|报纸|文章|说法|数字|口径"
)
_AGREE = r"一样|一致|相同|矛盾|出入|对得上|对不上"
#: What asks for an amount as several accounts tell it.
_CONFLICT = re.compile(
    rf"(?:[各几两]篇|不同的?)(?:报道|文章)|(?:{_ACCOUNT})[^，？]{{0,8}}(?:{_AGREE})|是\d+\S{{0,3}}还是\d|"
    rf"(?:各|不同[^，？]{{0,4}}|几)(?:篇|处|家)?(?:的?(?:报道|文章|说法|材料|文件))[^，？]{{0,4}}(?:分别|各自|各|怎么说)|"
    rf"(?:^|[，？]){_BOTH}[^，？]*(?:{_AGREE})(?:吗|么|呢)?？?$"
)
#: 有的说甲有的说乙, 到底听谁的, 新旧规定有什么不同
_WHICH_HOLDS = (
    r"有(?:的|人|些人?)说[^，？]{0,20}[，、]?(?:也|又)?有(?:的|人|些人?)说|哪(?:个|种|一个)(?:说法|数字?|才|是|更){0,3}(?:对|准)|"
    r"[听信](?:谁|哪[个边家])的|"
    r"新旧[^，？]{0,6}?(?:哪里|哪些|有什么|有何|有啥|怎么|差)[^，？]{0,4}?(?:变|不同|不一样|区别|差|改)"
)
_HOLDS = re.compile(rf"，?(?:到底|究竟|现在|应该|该){{0,2}}(?:{_WHICH_HOLDS})")
_AMOUNTS = re.compile(r"多少|几(?=[" + COUNTERS + r"])|还是\d")
#: Whether accounts agree is answered by giving each.
_ON_ACCOUNTS = re.compile(
    rf"(?:{_ACCOUNT}|[说写]的|的|之间|是否|都|是){{1,6}}[不有]?(?:{_AGREE})吗?"
)


def of_accounts(text: str) -> bool:
    """Whether a question asks what several accounts say, or whether they agree."""
    return bool(_CONFLICT.search(text) or _HOLDS.search(text) or offered(text))


def offered(text: str) -> tuple[Fact, ...]:
    """The amounts, or days, of which a question asks which one holds; none where it offers fewer than two.

    >>> [fact.text for fact in offered("展品到底是80件还是95件？")], offered("80件展品有多重？")
    (['80件', '95件'], ())
    """
    facts = [f for f in numbers(text) if f.kind in ("number", "date") and f.unit != "月"]
    found: dict[Fact, None] = {}
    for one, other in pairwise(facts):
        between = text[one.start + len(one.text) : other.start]
        alike = one.unit == other.unit or not (one.unit and other.unit)
        if one.kind == other.kind and alike and _OR.fullmatch(between):
            found |= {one: None, other: None}
    chosen = tuple(found)
    behind = text[chosen[-1].start + len(chosen[-1].text) :] if chosen else ""
    ends = _COUNTED.match(behind) if _DOUBTED.search(text) else _ENDS.match(behind)
    return chosen if _CHOSEN.search(text) and ends else ()


#: What stands between two that are offered: 5个、7个还是8个, 有的说20分钟有的说30分钟, 60个号，有人说40个.
_OR = re.compile(
    r"[^，？\d]{0,2}(?:、|还是|或|，?(?:也|又)?有(?:的|人|些人?)说)(?:是|要|有)?(?:\d+月)?"
)
_CHOSEN = re.compile(r"还是|有(?:的|人)说|听谁|哪个")
#: Behind the last one offered the question ends, or says what makes it doubt.
_ENDS = re.compile(r"[^，？]{0,2}(?:[，？]|$)")


#: 到底建成了183个还是144个智能工厂: behind the last one stands what is counted.
_DOUBTED = re.compile(r"到底|究竟")
_COUNTED = re.compile(r"[\u4e00-\u9fff]{0,10}(?:[，？]|$)")


def of_an_amount(text: str) -> bool:
    """Whether what is asked for is an amount, as far as its words tell."""
    return _AMOUNTS.search(text) is not None


def on_accounts(sentence: str) -> bool:
    """Whether a sentence only asks whether accounts agree: it is answered by giving each."""
    return _ON_ACCOUNTS.fullmatch(sentence) is not None


def of_what(text: str) -> str:
    """What a question asks several accounts about, where it asks only whether they agree.

    >>> of_what("青山隧道的长度，两篇报道有出入吗？"), of_what("展品到底是80件还是95件？")
    ('青山隧道的长度是多少？', '展品是几件？')
    """
    if choice := offered(text):
        text = _asked_openly(text, choice)
    bare = _IN_ACCOUNTS.sub("", _WHETHER_SAME.sub("", _undoubted(text))).strip("，？ ")
    if bare == text.strip("，？ ") or len(bare) < _LEAST_TOPIC:
        return text
    if asks(bare):
        return f"{bare}？"
    return f"{bare}是{'什么时候' if _TIMES.search(bare) else '多少'}？"


_LEAST_TOPIC = 2  # characters
_LEAD = re.compile(
    r"(?:[，、]|到底|究竟|有(?:的|人|些人?)说|\d{1,2}月|是|要){1,6}$|^有(?:的|人|些人?)说"
)


def _asked_openly(text: str, choice: Sequence[Fact]) -> str:
    """What a question asks that offers some amounts, without them."""
    lead, last = text[: choice[0].start], choice[-1]
    behind = text[last.start + len(last.text) :]
    how = "" if lead.endswith(("有", "提前", "了")) else "是"
    if last.kind == "date":
        ask = f"{how}什么时候"
    else:
        ask = f"{how}几{last.unit}" if last.unit and last.unit in COUNTERS else f"{how}多少"
    kept = [clause for clause in re.split(r"(?<=[，？])", behind) if not _DOUBTS.search(clause)]
    return f"{_DOUBTED.sub('', _LEAD.sub('', lead))}{ask}{''.join(kept)}"


def _undoubted(text: str) -> str:
    """A question without asking which of several holds, and what follows that."""
    doubt = _HOLDS.search(text)
    return text[: doubt.start()] if doubt and doubt.start() >= _LEAST_TOPIC else text


_DOUBTS = re.compile(rf"说法|材料|文章|报道|{_AGREE}|{_WHICH_HOLDS}")


_TIMES = re.compile(r"(?:时间|日期)$")
#: That a question asks whether accounts agree, and not only what they say.
_WHETHER_SAME = re.compile(
    rf"[，？]{_BOTH}[^，？]*(?:{_AGREE})(?:吗|么|呢)?？?$|"
    r"[，？]?(?:各|不同[^，？]{0,4}|几)(?:篇|处|家)?(?:的?(?:报道|文章|说法|材料|文件))(?:里|中|的|又)*(?:分别|各自?|都)*(?:怎么[说写讲提]|是多少|是|说)(?:的)?？?$|"
    rf"，?(?:在?[各几两](?:篇|份|处|边|个?人)|材料|文件|文档|通知|资料|说明|不同|前后|之间|文章|报道|说法|数[字目]|口径|里|中|的|说|都|是否|是不是|能否|能不能)*"
    rf"(?:有没有|有无|[不有])?(?:{_AGREE})(?:吗|么|呢)?？?$|(?:到底|究竟)?是\d+[^，？]{{0,5}}还是\d[^，？]*？?$"
)
_IN_ACCOUNTS = re.compile(
    rf"^(?:(?:在?[各几两]篇|不同的?)(?:文章|报道)(?:[里中]|[说写]的)?的?|{_BOTH})"
)
