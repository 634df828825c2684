"""What a question asks for: its parts, the kind of answer, the unit, the times and the focus."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from index.analysis import simplify
from server.text.names import QUOTED, is_term, names

MEASURES = (
    "个家项款种台辆架艘套件座条名位人户所批次期倍层岁天年成分号级类大米公点栋幢间块片颗枚粒株头只匹支张份本册篇首集部"
    "例宗起笔单道处站场届杯吨亩度"
)

#: Kinds of answer, tried in this order: the first pattern that fits names the kind.
_KINDS: tuple[tuple[str, str], ...] = (
    ("why", r"为什么|为何|为啥|因为什么|因何|凭什么|凭啥|什么原因|原因[是在]|怎么会|缘故"),
    ("list", r"哪些|哪几|哪[二两三四五六七八九十]|分别|各自?是|各有|各[占为达]|都有[什谁哪啥]|"
             r"有[二两三四五六七八九十几]\S{0,12}[是叫][什啥哪]|几[类个项条方][^？]{0,6}[是叫][什啥]|"
             r"包括什么|包含什么|具体指|哪\S类|(?:差|体现|表现|难|卡|好)在(?:什么|哪)|什么(?:短板|不足|问题|困难|挑战|好处)"),
    ("count", r"多少|几(?=[" + MEASURES + r"])|几成|"
              r"多大|多长|多高|多宽|多重|多远|多久|多快|多厚|百分之几|几何|幅度|涨幅|增幅|占比是|比重是"),
    ("when", r"什么时候|什么时间|何时|哪一?年|哪一?天|哪一?日|哪个?月|几月|几号|几点|啥时候|多会儿|哪个?季度"),
    ("who", r"谁|哪一?位|什么人|哪个人|何人|哪名"),
    ("where", r"哪里|哪儿|什么地方|何处|在哪|啥地方|到哪|从哪|"
              r"哪个?一?个?(?:国家?|省|市|区|县|镇|乡|村|城市|城区|地方|地区|园区|区县)"),
    ("how", r"怎么|该[^，？]{0,8}什么|要[^，？]{0,4}做什么|干什么|干啥|怎样|如何|咋|怎[会能]|"
            r"哪些?(?:办法|措施|做法|路子)|什么(?:办法|措施|做法|手段|方式|招)"),
    ("yesno", r"吗|是不是|是否|有没有|有无|能不能|能否|会不会|对不对|可不可以"),
    ("definition", r"指(?:的是)?什么|指啥|什么是|是什么意思|啥意思|含义|是指|什么叫|"
                   r"[”》]到?底?是(?:什么|啥)(?:$|？|东西)"),
    ("which", r"哪|什么|啥|何"),
)  # fmt: skip
_KIND_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_ASKING = re.compile("|".join(pattern for _, pattern in _KINDS))

_UNIT_AFTER = re.compile(
    r"(?:多少|几)(?:个)?(?P<unit>百分点|平方公里|平方千米|平方米|立方米|公里|千米|万亿|亿|"
    r"美元|元|块|钱|吨|公斤|分钟|秒|小时|年|岁|天|月|[" + MEASURES + r"])"
)
_UNIT_WORDS: tuple[tuple[str, str], ...] = (
    (r"(?:[增上]?[涨长]|增加|[提升][高升]|下?[降跌]低?|减少?|回落|贵|便宜|翻)了?"
     r"(?:百分之)?(?:多少|几何)(?!钱)", "增幅"),
    (r"百分之几|百分比|比例|比重|占比|涨幅|增幅|增速|降幅|[率]是?多少|增长了?多少$|下来了百分", "%"),
    (r"多少钱|金额|投资[额是]|产值|营收|收入|总产值|资金|多少块|多少亿|总投资|花了多少|贵", "元"),
    (r"面积|地盘|占地|多大地|多大的地方|场地", "平方"),
    (r"多长时间|多久|隔多|几秒|几分钟|几小时|几天", "时间"),
    (r"多长|多远|里程|公里", "公里"),
)  # fmt: skip
_UNIT_PATTERNS = tuple((re.compile(pattern), unit) for pattern, unit in _UNIT_WORDS)

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_PERIOD = re.compile(
    r"前[一二三四]个?季度|头[一二三四]个?季度|第?[一二三四]季度|上半年|下半年|全年|年底|年末|年初|"
    r"前\d{1,2}个?月|前[一二三四五六七八九十]+个?月|\d{1,2}月份?|今年|去年|前年|明年"
)
_LIST_SIZE = re.compile(
    r"(?:哪|那|这|有|的|了|开|建|个|类)?(?P<n>[二两三四五六七八九十]|\d{1,2})(?=[个类项家种条大款方座所位样])"
)
_CONFLICT = re.compile(
    r"前后|不一样|不同年份|两[篇处种份家]|说法|出入|矛盾|对不上|(?:到底|究竟)[^，？]{0,12}(?:多少|几)|现状.*目标|目标.*实际|实际.*目标|"
    r"是\d+\S{0,3}还是\d|规划.*实际|实际.*规划|差很多|早些时候.*最近|一个说|各说"
)
_AMOUNTS = re.compile(r"多少|几(?=[" + MEASURES + r"])|还是\d")
#: Whether accounts agree is answered by giving each.
_ON_ACCOUNTS = re.compile(
    r"(?:各篇|[这两几]篇|前后|几处|两处|各处|文章|报道|的|之间|说法|数字|口径|是否|都|是){1,6}"
    r"(?:一样|一致|相同|对得上|矛盾|有出入|有矛盾|不一样|不一致)吗?"
)
_SPLIT = re.compile(r"[？?；;。！!]+|(?:，|,)(?=(?:又|它|他|她|还|而|那|其|另外|同时|进度|并))")
_PRONOUN = re.compile(
    r"^(?:那么?|而|又|并且?|同时|另外|还有)?(?:它们?|他们?|她们?|其|该|这个?|那个?)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood.

    ``parts`` are its sub-questions, each readable alone as far as the text allows; a simple
    question is its own only part.
    """

    text: str
    parts: tuple[Part, ...]
    compares: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One sub-question: its words, the kind of answer, the unit a number must have, the times."""

    text: str
    kind: str
    unit: str = ""
    size: int = 0
    years: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()


_FIRST_QUARTERS = re.compile(r"[头前]([一二三四1-4])个?季度?")
_FIRST_MONTHS = re.compile(r"头([一二两三四五六七八九十]+|\d+)个月")


def normalise(text: str) -> str:
    """A question as it is worked on: NFKC, Simplified characters, no stray white space.

    Colloquial periods become those of the papers: 头三个季度 is 前三季度, 头七个月 前7个月.
    """
    plain = simplify(unicodedata.normalize("NFKC", text))
    plain = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", plain.strip())
    plain = re.sub(r"\s+", " ", plain).replace("?", "？").replace(",", "，").replace("!", "！")
    plain = _FIRST_QUARTERS.sub(_quarters, plain)
    return _FIRST_MONTHS.sub(lambda m: f"前{_small_number(m[1]) or m[1]}个月", plain)


def _quarters(match: re.Match[str]) -> str:
    return "一季度" if match[1] in "一1" else f"前{match[1]}季度"


def understand(text: str) -> Asked:
    """What a normalised question asks for."""
    pieces = _pieces(text)
    parts = [_part(piece, text) for piece in pieces]
    return Asked(text, tuple(parts), compares=bool(_CONFLICT.search(text)))


def kind_of(text: str) -> str:
    """The kind of answer that a question asks for; ``which`` when nothing else fits."""
    for kind, pattern in _KIND_PATTERNS:
        if pattern.search(text) and kind not in {"definition", "which"}:
            return kind
    return "definition" if defined(text) else "which"


def defined(text: str) -> str:
    """The word whose meaning a question asks for; empty when it asks for none.

    >>> defined("业内说的“冷静期”到底指什么？")
    '冷静期'
    """
    match = _DEFINED.match(text.strip("？。"))
    if match is None:
        return ""
    phrase = next(filter(None, match.groups()))
    word = str(phrase.rpartition("的")[2])
    if quoted := QUOTED.findall(word):
        return str(quoted[-1])
    bare = match["bare"] is None or ("的" not in phrase and is_term(phrase))
    return word if bare and not _ROLE.search(word) else ""


_DEFINED = re.compile(
    r"(?:请问)?(?:什么|啥)(?:是|叫做?)(?P<after>.+)$|"
    r"(?P<before>.+?)(?:到底|究竟|具体)?"
    r"(?:是?指(?:的是)?(?:什么|啥)|是(?:什么|啥)(?:意思|东西)|[是的](?:含义|意思)是?(?:什么|啥)?)$|"
    r"(?P<bare>[^，？]{2,16})是(?:什么|啥)$"
)
#: What something is to something else, no thing of its own: 大会主题是什么 asks for no meaning.
_ROLE = re.compile(
    r"(?:目标|原因|名[字称]|[全简]称|任务|主题|口号|亮点|特[点色]|作用|意义|优势|产品|业务|方向|重点|内容|职[业务]|"
    r"身份|条件|标准|结[果论]|理由|关键|核心|基础|功能|用途|措施|做法|计划|方案|[问难]题|短板|挑战|困难|好处|"
    r"定位|愿景|看法|观点|态度|建议|成[果绩就]|单位|来源|事务|区别|关系|方[法式]|模式|手段|专业|材料|原料|背景)$"
)


def asks(text: str) -> bool:
    """Whether a text holds a question word."""
    return bool(_ASKING.search(text))


def asking(text: str) -> re.Match[str] | None:
    """Where the first question word of a text stands."""
    return _ASKING.search(text)


def _pieces(text: str) -> list[str]:
    """Sub-questions; a piece without a question word belongs to the one before or after it."""
    pieces: list[str] = []
    pending = ""
    for raw in _SPLIT.split(text):
        piece = raw.strip("，, ")
        if not piece or (pieces and _ON_ACCOUNTS.fullmatch(piece)):
            continue
        if asks(piece):
            pieces.append(f"{pending}，{piece}" if pending else piece)
            pending = ""
        else:
            pending = f"{pending}，{piece}" if pending else piece
    if not pieces:
        return [text]
    return [_with_topic(piece, pieces[0], i) for i, piece in enumerate(pieces)]


def _with_topic(piece: str, first: str, i: int) -> str:
    """A later piece that says 它 or nothing of its subject gets the first one's topic in front."""
    if i == 0:
        return piece
    bare = _PRONOUN.sub("", piece)
    leans = bare != piece or len(piece) < 14 or not names(piece)
    return f"{topic(first)}，{bare}" if leans else piece


def beside_asking(text: str, size: int) -> tuple[str, str]:
    """The ``size`` characters before a question word and those after it.

    Without one what is asked for stands at the end: 「重庆制造业的目标」.
    """
    match = _ASKING.search(text)
    before = re.sub(r"[，。？]", "", text[: match.start()] if match else text)
    after = text[match.end() : match.end() + size].strip("？。") if match else ""
    return before[-size:], after


def topic(text: str) -> str:
    """What a question is about: its words up to the question word."""
    match = _ASKING.search(text)
    before = text[: match.start()] if match else text
    return (
        re.sub(r"(?:是|有|在|了|被|由|叫|达到|做到|的|一共|总共|到底|究竟)+$", "", before).strip(
            "，, "
        )
        or text
    )


def _part(text: str, whole: str) -> Part:
    kind = kind_of(text)
    if kind in {"list", "which"} and _AMOUNTS.search(text) and _CONFLICT.search(whole):
        kind = "count"  # 两篇报道分别说是多少: one amount, told in several ways
    size = _LIST_SIZE.search(text)
    return Part(
        text=text,
        kind=kind,
        unit=_unit(text) if kind in {"count", "list"} else "",
        size=_small_number(size["n"]) if kind == "list" and size else 0,
        years=tuple(dict.fromkeys(_YEAR.findall(text) or _YEAR.findall(whole))),
        periods=tuple(dict.fromkeys(_PERIOD.findall(text))),
    )


def _unit(text: str) -> str:
    match = _UNIT_AFTER.search(text)
    if match:
        unit = match["unit"]
        return "元" if unit in {"钱", "块", "元", "亿", "万亿"} else unit
    for pattern, unit in _UNIT_PATTERNS:
        if pattern.search(text):
            return unit
    return ""


def _small_number(written: str) -> int:
    return (
        int(written)
        if written.isdigit()
        else "零一二三四五六七八九十".find(written.replace("两", "二"))
    )
