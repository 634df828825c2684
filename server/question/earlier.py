"""Which earlier question is taken up again, or none, since the talk turns to something else.

「最开始问的那个园区」, 「前一个问题里的那座桥」, 「头一家涨了多少」; 「换个话题，」.
"""

from __future__ import annotations

import re

from server.question.subject import words

_FIRST = r"[最一]开始|最[初早先]|开头|起初|第一个(?=问题|问|，)|头一?[个家座项款条位种](?![月季])"
_BEFORE = r"前一个(?=问题)|上上个(?=问题)|(?:前面|之前|先前)那[个家座项款条位种]"
_TAKEN_UP = re.compile(
    rf"^(?:那|再说|再问|还是)?(?:(?P<first>{_FIRST})|(?P<before>{_BEFORE}))"
    r"(?:我?们?(?:问(?!题)|说|聊|提)[到起过]?的?)?(?:(?:的|那)?个?(?:问题|话题)(?:里[面头]?|中)?的?)?(?:，)?"
)
_TURNS = re.compile(
    r"^(?:(?:先?(?:不|别)(?:说|聊|问|管|谈|提)(?:这个|那个|它|这些|这)?了?|说点?别的吧?)(?=[，。：:])|"
    r"(?:换[个一]个?|另说?[个一]个?|转个)(?:(?:话题|问题|事儿?)(?:吧|说)?|(?=[，。：:]))|题外话)[，。：:]?(?=.{4})"
)
_INSTEAD = re.compile(r"^(?:要是)?(?:换成|改成|换|改问)(?P<what>[^，？]+?呢？?)$")


def turned(text: str) -> str:
    """What is asked where somebody says that he asks of something else; empty where he does not.

    >>> turned("不说这个了，滨河大桥有多长？"), turned("换个话题：谁修的桥？"), turned("换个灯泡要多少钱？")
    ('滨河大桥有多长？', '谁修的桥？', '')
    """
    match = _TURNS.match(text)
    return text[match.end() :] if match else ""


_ASIDE = re.compile(
    r"^(?:(?:咱们?|我们?)?先?[不别][说聊问管谈提][^，。：？]{1,8}|"
    r"[^，。：？]{1,8}?的?(?:事儿?)?就?先(?:到这|这样|放一边|不[说聊提问])[里儿吧了]{0,2}|(?:那|还有|然后){1,2}呢)"
    r"[，。：？](?=.{4})"
)


def without_aside(text: str) -> str:
    """A question without what somebody leaves first: it may lean on the talk all the same.

    >>> without_aside("先不说贷款，这个区有多少人？"), without_aside("大桥的先到这，渡口在哪？")
    ('这个区有多少人？', '渡口在哪？')
    >>> without_aside("还有呢？有多少人？")
    '有多少人？'
    """
    return _ASIDE.sub("", text)


def taken_up(text: str) -> tuple[int, str] | None:
    """Which turn a question takes up, as an index (0 the first, -2 the one before the last), and what it asks of it.

    None where it takes up none: 「头一家上市公司是谁」 says itself of what.

    >>> taken_up("第一个问题里的那个园区有多大？"), taken_up("头一家涨了多少？"), taken_up("头一家公司是谁？")
    ((0, '这个园区有多大？'), (0, '涨了多少？'), None)
    """
    match = _TAKEN_UP.match(text)
    if match is None:
        return None
    rest = text[match.end() :]
    if instead := _INSTEAD.match(rest):
        rest = instead["what"]
    elif not rest or (not re.match("[那这]", rest) and words(rest)[0][1][0] in "nu"):
        return None
    if rest.startswith("那"):  # in front it might only open the question
        rest = "这" + rest[1:]
    return (0 if match["first"] else -2), rest
