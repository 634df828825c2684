"""How a question asks: its question word and the kind of answer that it wants."""

from __future__ import annotations

import re

from prompts import language_of
from server.question.gist import asks_gist
from server.question.sorts import sort_of
from server.text.names import QUOTED, is_term
from server.text.units import COUNTERS, UNIT

#: What else may be counted behind 几, and is no unit: 几碗, 打几折, 坐几路车.
_COUNTED = "碗盘杯盆罐瓶桶袋盒箱包桌顿折路步页遍趟回圈节课堂门封朵棵滴排队盏扇尺寸"
_SEVERAL = "二两三四五六七八九十"
#: Kinds of answer, tried in this order: the first pattern that fits names the kind.
_KINDS: tuple[tuple[str, str], ...] = (
    ("why", r"为什么|为何|为啥|因为什么|因何|凭什么|凭啥|什么原因|[原起]因[是在]|怎么会|缘故"),
    ("list", r"分别(?=[^，？]{0,20}哪)"),
    ("when", rf"哪[几{_SEVERAL}]个?(?:天|日|号|年|晚|周|月|星期)"),
    ("list", r"哪些|哪几|哪[二两三四五六七八九十]|分别|各自?是|各有|各[占为达]|都有[什谁哪啥]|"
             r"(?<![系陈排并前])列[出举]|列一下|罗列|包括什么|包含什么|哪\S类|(?<![有了到])几[条点项](?:建议|意见|对策|主张|措施|举措|路子|看法)|什么(?:问题|好处|挑战|困难|难题|短板|优势|作用|意义|建议|对策|主张)"),
    ("count", rf"多少|几(?!点|号|月)(?=[{COUNTERS}{_COUNTED}]|{UNIT})|几成|"
              r"多[大长高宽重远久快厚深]|百分之几|几何|幅度|涨幅|增幅|占比是|比重是"),
    ("when", r"什么时候|什么时间|何时|哪一?年|哪一?天|哪一?日|哪个?月|几月|几号(?![楼线房院门仓库桌机车])|几点|"
             r"啥时候|多会儿|哪个?季度|"
             r"(?:周|星期|礼拜)几"),
    ("who", r"谁|哪一?位|什么人|哪个人|何人|哪名"),
    ("where", r"哪里|哪儿|什么地方|何处|在哪|啥地方|到哪|从哪|"
              r"哪个?一?个?(?:国家?|省|市|区|县|镇|乡|村|城市|城区|地方|地区|园区|区县)"),
    ("how", r"怎么|该[^，？]{0,8}什么|要[^，？]{0,4}做什么|干什么|干啥|怎样|如何|咋|怎[会能]|"
            r"哪些?(?:办法|措施|做法|路子)|什么(?:办法|措施|做法|手段|方式|招)"),
    ("yesno", r"吗|是否|有没有|有无|能否|可不可以|([是能会对开要准让去来收卖贵大高多好行用])不\1"),
    ("definition", r"指(?:的是)?什么|指啥|什么是|是什么意思|啥意思|含义|是指|什么叫|"
                   r"[”》]到?底?是(?:什么|啥)(?:$|？|东西)"),
    ("which", r"哪|什么|啥|何"),
)  # fmt: skip
#: The same for a question in English.
_ENGLISH: tuple[tuple[str, str], ...] = (
    ("why", r"why|how come|reasons?|what (?:caused|causes|led|made|prompted)"),
    ("count", r"how (?:many|much|long|tall|high|far|big|large|deep|old|wide|often|fast|heavy)|"
              r"(?:what|which) (?:percentage|percent|share|proportion|number|amount|price|rate)"),
    ("when", r"when (?:did|does|do|was|were|is|are|will|would|has|had|can|must|should)|when$|"
             r"(?:what|which) (?:year|date|day|month|time|season|quarter)"),
    ("who", r"who|whose|whom"),
    ("where", r"where|(?:what|which) (?:city|province|country|district|county|town|village|place)"),
    ("list", r"(?:what|which) (?:two|three|four|five|six|seven)|(?:what|which) (?:are|were)|"
             r"(?:name|list) (?:the|all)|(?:what|which) (?:challenges|problems|difficulties|weaknesses|shortcomings|"
             r"advantages|strengths|benefits|effects|suggestions|recommendations|proposals|measures|steps)"),
    ("how", r"how"),
    ("yesno", r"^(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|must)"),
)  # fmt: skip
_ENGLISH_PATTERNS = tuple(
    (kind, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for kind, pattern in _ENGLISH
)
_KIND_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_ASKING = re.compile("|".join(pattern for _, pattern in _KINDS))


def kind_of(text: str) -> str:
    """The kind of answer that a question asks for; ``which`` when nothing else fits.

    >>> kind_of("How many firms are there?"), kind_of("有多少家企业？")
    ('count', 'count')
    """
    if asks_gist(text):
        return "summary"
    if language_of(text) == "en":
        bare = text.strip("？?。. ")
        if defined(text):
            return "definition"
        return next((kind for kind, found in _ENGLISH_PATTERNS if found.search(bare)), "which")
    for kind, pattern in _KIND_PATTERNS:
        if pattern.search(text) and kind not in {"definition", "which"}:
            return kind
    if sort_of(text):
        return "list"
    return "definition" if defined(text) else "which"


def defined(text: str) -> str:
    """The word whose meaning a question asks for; empty when it asks for none.

    >>> defined("业内说的“冷静期”到底指什么？"), defined("那33指什么？")
    ('冷静期', '33')
    """
    if language_of(text) == "en":
        term = _ENGLISH_TERM.fullmatch(text.strip("？?。. "))
        return "" if term is None else next(filter(None, term.groups())).strip('"“”')
    match = _DEFINED.match(text.strip("？。"))
    if match is None:
        return ""
    phrase = next(filter(None, match.groups()))
    word = str(phrase.rpartition("的")[2])
    if quoted := QUOTED.findall(word):
        return str(quoted[-1])
    bare = match["bare"] is None or ("的" not in phrase and is_term(phrase))
    return word if bare and not _ROLE.search(word) else ""


#: What English and Chinese write alike: figures that are no year, capitals, and what is in quotes.
_TERM = r"(?!(?:19|20)\d\d\b)([\"“][^\"”]+[\"”]|[A-Za-z]*+[\d+][\w+]*+|(?=[A-Za-z]*[A-Z]{2})\w++)"
_ENGLISH_TERM = re.compile(
    rf"[Ww]hat(?: is| are|'s) (?:an? |the )?{_TERM}(?: \w+)?|"
    rf"[Ww]hat does (?:the )?{_TERM}(?: \w+)? (?:mean|stand for)"
)
_DEFINED = re.compile(
    r"(?:请问|那么|那(?=[\d“]))?(?:(?:什么|啥)(?:是|叫做?)(?P<after>.+)$|"
    r"(?P<before>.+?)(?:到底|究竟|具体)?"
    r"(?:是?指(?:的是)?(?:什么|啥)|是(?:什么|啥)(?:意思|东西)|[是的](?:含义|意思)是?(?:什么|啥)?)$|"
    r"(?P<bare>[^，？]{2,16})是(?:什么|啥)$)"
)
#: What something is to something else, no thing of its own: 大会主题是什么 asks for no meaning.
_ROLE = re.compile(
    r"(?:目标|原因|名[字称]|[全简]称|任务|主题|口号|亮点|特[点色]|作用|意义|优势|产品|业务|方向|重点|内容|职[业务]|"
    r"身份|条件|标准|结[果论]|理由|关键|核心|基础|功能|用途|措施|做法|计划|方案|[问难]题|短板|挑战|困难|好处|"
    r"定位|愿景|看法|观点|态度|建议|成[果绩就]|单位|来源|事务|区别|关系|方[法式]|模式|手段|专业|材料|原料|背景)$"
)


#: What a question of a conversation opens with, and says nothing.
OPENING = re.compile(
    r"^(?:(?:好的?|行|嗯+|哦+)[，、]?(?=那))?(?:那么?|而|还有|(?:另外|再|顺便|顺带|还想?|我?想)+(?:问|请教)(?:一?下|个)?(?:问题)?|另外|再说(?![回到])|然后|对了|话说回来|哦|嗯|"
    r"换个(?:话题|问题|角度)|[回说]{1,2}[到回][^，？]{1,10}吧)"
    r"(?![一二三两四五六七八九十几个些家位种里边儿天时阵])[，、：]?"
)


def opened(text: str) -> str:
    """A question without what it opens with and says nothing.

    >>> opened("那桥有多长？"), opened("换个话题，桥有多长？"), opened("那家店几点关门？")
    ('桥有多长？', '桥有多长？', '那家店几点关门？')
    """
    rest = OPENING.sub("", text)
    return rest if rest != text and asks(rest) else text


def asks(text: str) -> bool:
    """Whether a text holds a question word."""
    return bool(_ASKING.search(text))


def asking(text: str) -> re.Match[str] | None:
    """Where the first question word of a text stands."""
    return _ASKING.search(text)


def topic(text: str) -> str:
    """What a question is about: its words up to the question word."""
    match = asking(text)
    before = text[: match.start()] if match else text
    return (
        re.sub(
            r"(?:是|有|(?<!现)在|了|被|由|叫|达到|做到|的|一共|总共|到底|究竟)+$", "", before
        ).strip("，, ")
        or text
    )
