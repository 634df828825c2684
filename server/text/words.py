"""Words that turn a statement round: negation, direction, time of day or year.

Two statements that differ in one of these differ in what they say, however alike they look.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_NO_NEGATION = re.compile(
    r"不[断仅少同足久过但管论乏妨愧惜禁懈及得已料错停]|不得不|无[人线论锡数比疑形缝障偿菌烟]|非[常洲遗凡金营法物]|"
    r"未[来婚成名知]|没[收落入]|莫(?:斯|高|干|氏)|并购|别[墅的人名样具]|特别|区别|类别|级别|性别|个别|分别|"
    r"识别|告别|差别|各别|甄别|否则"
)
#: Whether or not: what is asked is not denied.
_WHETHER = re.compile(r"是否|能否|可否|与否|([\u4e00-\u9fff])不\1|有没有")
_NEGATION = re.compile(
    r"没有|并非|并未|从未|尚未|绝非|毫无|不再|不会|不能|[不没未无非勿莫否]|停止|取消|禁止|拒绝"
)

#: Words that exclude each other: a claim that has one where its source has another is wrong.
_OPPOSED: tuple[tuple[str, ...], ...] = (
    (r"增长|增加|上升|上涨|提高|提升|回升|攀升|走高|增至|升至|扩大|增幅|涨幅",
     r"下降|减少|下跌|降低|回落|下滑|走低|降至|缩小|缩减|降幅|跌幅|减少"),
    (r"高于|超过|超出|大于|多于|高出|突破|以上|逾", r"低于|不足|不到|小于|少于|以下"),
    (r"高", r"低"), (r"盈利", r"亏损"), (r"支持|同意|赞成", r"反对"), (r"成功", r"失败"),
    (r"进口", r"出口"), (r"最[大高多早好强快长]", r"最[小低少晚差弱慢短]"), (r"加快|加速", r"放缓|减缓|减速"),
    (r"扩[大张]|扩建", r"收缩|缩小"), (r"加强|增强", r"减弱|削弱"), (r"开放|开通|启用", r"关闭|停用"),
    (r"流入", r"流出"), (r"顺差", r"逆差"), (r"买入|购入", r"卖出|售出"), (r"上调", r"下调"),
    (r"获批|通过", r"驳回|否决"), (r"允许", r"禁止"), (r"胜", r"负"), (r"首[次个家款]", r"末[次个]|最后一"),
    (r"之前|以前", r"之后|以后"), (r"已经?", r"即将|将要|拟|计划"), (r"正式", r"非正式|暂时"),
    (r"全部", r"部分"), (r"国内", r"国外|境外|海外"), (r"东部", r"西部", r"南部", r"北部"),
    (r"有利", r"不利"), (r"东南", r"西北", r"东北", r"西南"),
)  # fmt: skip
_OPPOSED_PATTERNS = tuple(tuple(map(re.compile, group)) for group in _OPPOSED)

#: What says that something is aimed at and has not come true.
PLANNED = re.compile(r"[到至]20\d\d年|力争|计划|目标|规划|拟|预计|预期|有望|将")

TIMES = re.compile(
    r"今年|去年|前年|明年|上半年|下半年|全年|年初|年中|年底|年末|上个?月|下个?月|本月|月初|月中|月底|月末|"
    r"上旬|中旬|下旬|第?[一二三四1-4]季度|昨[天日晚]|今[天日晚]|明[天日晚]|凌晨|早上|上午|中午|下午|傍晚|晚上|夜间|"
    r"(?:周|星期|礼拜)[一二三四五六日天末]|春[天季节]|夏[天季]|秋[天季]|冬[天季]|近日|同期|上周|下周|本周"
)


@lru_cache(maxsize=8192)
def negations(text: str) -> int:
    """How many words of a text deny; 「不断」 and 「无人机」 do not.

    >>> negations("并未停止，也不断改进")
    2
    """
    return len(_NEGATION.findall(_NO_NEGATION.sub("＿", undecided(text))))


@lru_cache(maxsize=8192)
def undecided(text: str) -> str:
    """A text with each 「是否」 blotted out, character for character.

    Before a text is cut in pieces, that is: 「否」 denies nothing where 「是」 was cut off it.

    >>> undecided("是否被召回")
    '＿＿被召回'
    """
    return _WHETHER.sub(lambda match: "＿" * len(match[0]), text)


def opposed(claim: str, source: str) -> bool:
    """Whether the claim has a word where the source has only its opposite."""
    return any(_opposed(claim, source, group) for group in _OPPOSED_PATTERNS)


def _opposed(claim: str, source: str, group: Sequence[re.Pattern[str]]) -> bool:
    said = {i for i, pattern in enumerate(group) if pattern.search(claim)}
    held = {i for i, pattern in enumerate(group) if pattern.search(source)}
    return bool(said and held and not said & held)


def times(text: str) -> set[str]:
    """The words for a time that stand in a text without a figure, such as 「去年」."""
    return {match.group().replace("第", "") for match in TIMES.finditer(text)}
