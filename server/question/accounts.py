"""What asks for one amount as several accounts tell it: 「两篇报道各说是多少」, 「纪要和公告里的日期一致吗」."""

from __future__ import annotations

import re

from server.question.asking import asks
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
_AMOUNTS = re.compile(r"多少|几(?=[" + COUNTERS + r"])|还是\d")
#: Whether accounts agree is answered by giving each.
_ON_ACCOUNTS = re.compile(
    rf"(?:{_ACCOUNT}|[说写]的|的|之间|是否|都|是){{1,6}}[不有]?(?:{_AGREE})吗?"
)


def of_accounts(text: str) -> bool:
    """Whether a question asks what several accounts say, or whether they agree."""
    return _CONFLICT.search(text) is not None


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
    text = _EITHER_AMOUNT.sub(r"\g<how>几\g<unit>", text)
    bare = _IN_ACCOUNTS.sub("", _WHETHER_SAME.sub("", text)).strip("，？ ")
    if bare == text.strip("，？ ") or len(bare) < _LEAST_TOPIC:
        return text
    bare = _EITHER.sub(r"几\g<unit>", bare)
    if asks(bare):
        return f"{bare}？"
    return f"{bare}是{'什么时候' if _TIMES.search(bare) else '多少'}？"


_LEAST_TOPIC = 2  # characters
#: 究竟是7个还是18个; not the year or the day on which something is.
_EITHER_AMOUNT = re.compile(
    r"(?:到底|究竟)?(?P<how>是|有)\d+(?P<unit>[个家件座条名人种项台辆])还是\d+(?P=unit)"
)
#: 提前3天还是5天
_EITHER = re.compile(r"\d+(?P<unit>[\u4e00-\u9fff]?)还是\d+(?P=unit)")
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
