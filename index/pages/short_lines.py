"""What a short line is when it ends without a full stop: a heading, a statement, or neither.

Notices, minutes and forms are made of short lines: 「报名时间：3月1日至3月15日」 says something
although it looks like a heading. Page numbers, paths of navigation and remarks on where a text is
from look like one, too, and head nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMERAL = r"[一二三四五六七八九十百\d]+"
_COUNT = "[一二三四五六七八九十]+"
#: A sign before an item, the outermost first.
_SIGNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"第{_NUMERAL}[编章]",
        rf"第{_NUMERAL}节",
        rf"第{_NUMERAL}条",
        rf"{_COUNT}、",
        rf"[（(]{_COUNT}[）)]",
        r"\d{1,2}(?:[.．、](?!\d)| )",
        r"\d{1,2}(?:\.\d+)+ ?(?=[^\d%])",
        r"[（(]?\d{1,2}[）)]",
        r"[①-⑳]",
        r"[-*+•·●○▪◦]",
    )
)
_KEY = r"[^，。；：:！？“”《》\d]{1,14}?(?:[（(][^（()）]+[）)])?"
_FIELD = re.compile(rf"{_KEY}[：:](?=\S)|【{_KEY}】(?=\S)")
_DATED = re.compile(
    r"(?:\d+年)?\d+月(?:\d+日?(?![\d日])|底|初|[上中下]旬)[^，]{2,}|(?:周|星期)[一二三四五六日天][^，]{2,}"
)
_NAVIGATION = re.compile(
    r"(?:当前|您的?|所在)?位置[：:]|(?:上|下)一[篇页条]|返回|首页|分享到?|打印|关闭|字号|字体|点击|阅读量|浏览量|"
    r"版权所有|主办单位|备案号|扫一扫|关注我们|[^|｜›»]+(?:[|｜›»][^|｜›»]+){2,}$|[^>]+(?:>[^>]+){2,}$"
)
_REMARK = re.compile(
    r"(?:本报讯|\D+(?:\d+年)?\d+月\d+日(?:电|讯|消息))$|"
    r"[（(](?!\d)[^（()）]{4,}[）)]$|"
    r"(?:本文)?(?:整理自|转载?自|摘自|选自|原载|据)[^，]{2,}$|.*[〔\[（(](?:19|20)\d\d[〕\]）)]\d+号$|"
    r"附件\d*[：:]?$|第?\d++页?(?:[/ ]?共?\d+页?)?$"
)
_CONTENTS = re.compile("目录|目次|contents", re.IGNORECASE)
_LEADER = re.compile(r"(?:[.…·]{2}|\s)\d+$")
_WORDS = re.compile(r"[^\W\d_]")


def is_furniture(spaced: str) -> bool:
    """Whether a line belongs to the page and not to its text: a number, a path, a remark."""
    if not _WORDS.search(spaced):
        return True
    remark = _REMARK.match(spaced.replace(" ", ""))
    return _NAVIGATION.match(spaced) is not None or remark is not None


def field(spaced: str) -> bool:
    """Whether a line gives a value to a name: 「地点：二楼会议室」, 「（一）报名时间：3月1日」."""
    return _FIELD.match(_bare(spaced)) is not None


def states(spaced: str) -> bool:
    """Whether a line says something by its form: clauses, cells with figures, a date and more."""
    text = _bare(spaced)
    row = _gaps(text) > 2 or (_gaps(text) == 2 and any(char.isdigit() for char in text))
    return text.count("，") > 1 or row or _DATED.match(text) is not None


def tells(spaced: str) -> bool:
    """Whether a line inside a text says something: an amount, a score, cells."""
    if rank(spaced) is not None:
        return False  # an item, which is a heading if others belong under it
    return _AMOUNT.search(spaced) is not None or _gaps(spaced) > 1


def _bare(spaced: str) -> str:
    """A line without the sign before it."""
    sign = _sign(spaced)
    return spaced[sign[1] if sign else 0 :].strip()


def _gaps(text: str) -> int:
    return text.count(" ") - len(_BESIDE_FIGURE.findall(text))


#: An amount, and no year, edition or round, which headings name.
_AMOUNT = re.compile(
    r"\d[.,]*\s?(?![年届级强大后版批轮期季型代章条款讲课])[\u4e00-\u9fff%‰℃]|\d[:：]\d"
)
#: 「汇聚 24 个」: a space that only sets a figure off.
_BESIDE_FIGURE = re.compile(
    r"(?<=[\u4e00-\u9fff]) (?=[\dA-Za-z])|(?<=[\dA-Za-z%]) (?=[\u4e00-\u9fff])"
)


def names_text(spaced: str) -> bool:
    """Whether a text's first line names it; a time, a place or a number does not."""
    return not (field(spaced) and _ABOUT.search(spaced.split("：")[0].replace(" ", "")))


_ABOUT = re.compile(r"时间|日期|地点|地址|电话|编号|单位|部门|人$")


def rank(spaced: str) -> int | None:
    """How far in an item stands by its sign, from 0; None without a sign."""
    sign = _sign(spaced)
    return sign[0] if sign else None


def _sign(spaced: str) -> tuple[int, int] | None:
    """Which sign a line begins with, and where it ends."""
    found = ((i, pattern.match(spaced)) for i, pattern in enumerate(_SIGNS))
    return next(((i, match.end()) for i, match in found if match), None)


#: The rank of a short line without a sign that stands under one with a sign.
UNDER = len(_SIGNS)


def outline(texts: Sequence[str], short: Sequence[bool]) -> list[int | None]:
    """The rank of each line by its sign; of short ones that stand under such a line ``UNDER``.

    A field is under whatever stands above it: 「一、型号」「甲型」「功率：45瓦」.
    """
    ranks: list[int | None] = []
    for text, is_short in zip(texts, short, strict=True):
        signed = rank(text)
        under = is_short and ranks and ranks[-1] is not None and not field(text)
        ranks.append(UNDER if signed is None and under else signed)
    return ranks


def is_leaf(ranks: Sequence[int | None], i: int) -> bool:
    """Whether a line stands in an outline with no line under it.

    Of 「一、时间」「（一）报名：3月」「二、费用」「每人10元」「凭票入场」「三、地点」 the second, the fourth
    and the fifth do. A line that is marked as a heading has the rank -1, one without a place None.
    """
    own = ranks[i]
    if own is None or own < 0:
        return False
    if i + 1 == len(ranks):
        return True
    after = ranks[i + 1]
    return after is not None and after <= own


def in_contents(texts: Sequence[str]) -> set[int]:
    """The places of a table of contents: the word for it, and the entries under it."""
    found: set[int] = set()
    for i, text in enumerate(texts):
        if not _CONTENTS.fullmatch(text.replace(" ", "")):
            continue
        found.add(i)
        for j in range(i + 1, len(texts)):
            if rank(texts[j]) is None and not _LEADER.search(texts[j]):
                break
            found.add(j)
    return found
