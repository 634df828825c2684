"""What asks for the gist of an article, of several, or for an overview of a thing."""

from __future__ import annotations

import re

from prompts import language_of
from server.text.names import is_person

_TEXT = (
    r"(?:文章|报道|稿子|通讯|新闻|评论|[短时述]评|社论|特写|综述|专栏|通知|通告|公告|公报|文件|办法|规定|条例|制度|公约|措施|方案|合同|协议|"
    r"[简年周月日快]报|报告|总结|纪要|记录|访谈|专访|对话|材料|资料|说明书?|手册|指南|攻略|简章|章程|须知|问答|解读|"
    r"周会|例会|年会|会议|大会|价目|时刻表|课表|启事|调查|信|实录|[日游]记|[一这那本该]篇|》)"
)
_POINTS_OF = r"(?:哪几[点条个件项]|哪几?个?方面)"
_WHAT = (
    rf"(?:一些|些|哪些)?(?:什么|啥子?)?{_POINTS_OF}?(?:内容|事情?|东西)?(?:呢|呀|啊)?(?=$|[，。？])"
)
_GIST = re.compile(
    rf"{_TEXT}[^，？在]{{0,10}}(?:讲|说|写|谈|介绍)[的是述到了些着]{{0,3}}{_WHAT}|"
    rf"(?:主要|大致|大概)(?:讲|说|写|谈)[的是述到了]{{1,3}}{_WHAT}|"
    rf"{_TEXT}[^，？]{{0,6}}[，的]?(?:核心|大致|中心|基本|主要)(?:内容|意思|思想|观点|主张)|"
    rf"的?主要内容(?:$|[，。？]|是什么|有哪些|概括|总结|归纳)|"
    rf"(?:概括|总结|归纳|概述|简述)(?:一下)?[^，？]{{0,40}}{_TEXT}|{_TEXT}[^，？]{{0,6}}(?:大意|主旨|概要|梗概)"
)
#: A section of an article, by its heading.
_SECTION = re.compile(r"(?:部分|[一这那]节|小节|章节|板块)")
_SAYS = re.compile(r"[讲说写谈]|介绍|概括|总结|归纳|概述|简述|内容|大意|梗概")
#: What somebody says on the whole.
_VIEW = re.compile(
    r"(?:请?(?:概括|总结|归纳|概述|简述|介绍)一?下?)?(?P<who>[\u4e00-\u9fff·]{2,8}?)(?:"
    r"的?(?:主要|核心|基本|总体)?的?(?:观点|看法|主张|意见)(?:是什么|有哪些|是啥)?|"
    r"(?:在[^，？]{1,16})?(?:主要|大致|大概|都)?[说谈讲]了?(?:一?些|哪些)?(?:什么|啥)(?:内容|观点|看法)?)"
)
#: Somebody's words in an article are asked for, not the article's.
_SPEECH = re.compile(rf"(?:在|接受)[^，？]{{0,12}}{_TEXT}")
_OVERVIEW = re.compile(
    r"(?:请问?|请你|帮我|给我|能不?能|可以|麻烦|简单|简要|大致|大概|地)*"
    r"(?:介绍|概括|总结|归纳|概述|简述|梳理|说说|讲讲|谈谈|聊聊)(?:一?下)?(?:关于|有关)?"
    r"(?P<told>[^，。]{2,30}?)(?:吧|吗|的?(?:基本|总体|整体|发展|建设)?(?:情况|概况))?|"
    r"(?P<fares>[^，。]{2,30}?)的?(?:基本|总体|整体|大致|发展)*(?:情况|状况|现状|概况|近况)"
    r"是?(?:怎么样|怎样|如何|咋样|什么样的?)?|"
    r"(?P<grows>[^，。]{2,30}?)的?(?:发展|建设)得?(?:怎么样|怎样|如何|咋样)了?|"
    r"(?P<ends>[^，。]{2,30}?)(?:的?(?:基本|总体|整体)?(?:情况|概况))?，?(?:请|帮我|给我|简单|简要|大致|地)*"
    r"(?:介绍|概括|总结|归纳|概述|简述|梳理|说说|讲讲|谈谈)(?:一?下)?吧?"
)
#: What asks for an outline or a text: no more of it can be given than what the articles say.
_OUTLINE = re.compile(
    r"(?:请|帮我|给我|麻烦|我?想|我?要|先|能不?能|可以)*"
    r"(?:[列拟写做]一?[个份篇下]?(?:写作|采访|报道|文章)?(?:提纲|大纲|纲要|框架)[，：:]?(?:写一?[篇个份]?)?|写一?[篇个份])"
    r"(?:关于|有关|主题是|题目是)?(?P<thing>[^，。：]{2,40}?)(?:的?(?:稿子?|文章|报道|综述))?"
)
_NO_THING = re.compile(
    r"^(?:这|那|它|他|她|你|我|自己)|(?:原因|做法|经验|措施|看法|时候|的)$|什么|哪|多少|谁|怎|几"
)
#: How short the gist is to be.
_SHORTLY = re.compile(
    r"用?[一二两三四五六几\d]{1,3}(?:句话?|百?字|段话?)(?:话|以内|左右)?(?=概|总|归|简|介|来)|"
    r"(?:概括|总结|归纳|概述|简述)(?:一?下)?"
)
_FURTHER = re.compile(r"，.*(?:多少|谁|哪|何时|什么时候|几[年月日天个家种])")
#: What only points at an article, around what is said of it.
_POINTS = re.compile(
    r"^(?:请问?|帮我|给我|用一句话|[讲说写谈]|关于|介绍|[这那本该](?:一?[篇份个])?)+|"
    r"的?[这那本该]?(?:一?[篇份个])?[，。？吧呢吗呀]*$"
)
_TITLED = re.compile(r"《([^》]{4,})》|“([^”]{4,})”")  # three characters are a mere term
_SEVERAL = re.compile(
    r"(?:[这那]?(?:几|些|[两二三四五六七八九十\d]+)|这些|所有|全部|各)的?[篇份个]?的?"
    r"(?:文章|报道|稿子|文件|文档|新闻|资料|材料|篇)"
)
_TEXTS = (
    r"(?:articles?|reports?|stor(?:y|ies)|texts?|documents?|notices?|pieces?|interviews?|minutes)"
)
_POINTED = rf"(?:the|this|that|these|those|all)\b.{{0,60}}?\b{_TEXTS}"
_ENGLISH = re.compile(
    rf"\bsummari[sz]e\b|\b(?:summary|overview|gist|main points?) of\b|"
    rf"\bwhat (?:is|are) {_POINTED}\b.*\babout\b|"
    rf"\bwhat (?:does|do) {_POINTED}\b.*\b(?:say|cover|discuss|tell us)$",
    re.IGNORECASE,
)
_ENGLISH_SEVERAL = re.compile(
    r"\b(?:these|those|all(?: the)?|the) (?:articles|reports|documents)\b"
)


def asks_gist(text: str) -> bool:
    """Whether a question asks what an article, or a thing in general, is about.

    >>> asks_gist("这篇文章主要讲了什么？"), asks_gist("介绍一下石门茶园"), asks_gist("茶园有多大？")
    (True, True, False)
    >>> asks_gist("《茶乡新路》是谁写的？")
    False
    """
    return asks_article(text) or bool(overview(text) or viewed(text) or elaborated(text))


def asks_article(text: str) -> bool:
    """Whether the gist of an article is asked for, not of a thing."""
    bare = text.strip("？?。. ")
    if language_of(text) == "en":
        return bool(_ENGLISH.search(bare))
    section = asks_section(text) and _SAYS.search(bare)
    gist = _GIST.search(bare)
    # 「那篇讲，占比要提到多少？」 only says where the answer stands.
    told = gist is not None and not _FURTHER.match(bare, gist.end())
    return bool(section or told) and not _SPEECH.search(bare) and not _WRITER.search(bare)


_WRITER = re.compile(
    r"(?:谁|哪一?[位名个](?:记者|作者|人)?)(?:写|撰)|写的?是谁"
)  # who wrote it is asked, not what


_WRITTEN = re.compile(
    rf"(?:谁|哪一?位\S{{0,2}})[写撰]{{1,2}}[了过的]?(?P<of>[^，？]{{2,40}}?{_TEXT})|"
    rf"(?P<about>[^，？]{{2,40}}?{_TEXT})[^，？]{{0,4}}(?:谁|作者|哪)"
)


def written_about(text: str) -> str:
    """What a question for an article's author says of the article; empty when it says nothing of one.

    >>> written_about("那篇谈茶山旅游的文章是谁写的？"), written_about("谁写的？")
    ('茶山旅游', '')
    """
    match = _WRITTEN.match(text)
    said = (match["of"] or match["about"]) if match else ""
    return _POINTS.sub("", re.sub(rf"[这那]?一?[篇份则]?的?{_TEXT}$", "", said))


def asks_section(text: str) -> bool:
    """Whether a question speaks of a section of an article.

    >>> asks_section("“加工”这一部分讲了什么？")
    True
    """
    return bool(_SECTION.search(text))


def viewed(text: str) -> str:
    """Whose view on the whole is asked for; empty when nobody's is.

    >>> viewed("王建国的主要观点是什么？"), viewed("王建国在访谈里主要说了什么？")
    ('王建国', '王建国')
    """
    match = _VIEW.fullmatch(text.strip("？。 "))
    who = match["who"] if match else ""
    return who if is_person(who) else ""


#: What asks for more of a point: 「“市场培育不足”具体怎么讲？」.
_ELABORATED = re.compile(
    r".{0,20}?“(?P<point>[^”]{2,40})”(?:这一?[点条项个]|方面)?，?(?:(?:请|能|可以|麻烦|帮我|给我)*(?:再|具体|详细|展开|进一步)+地?"
    r"(?:怎么|如何|咋)?(?:讲|说|谈|解释|介绍|展开|理解)?[讲说谈]?|(?:该|应该?)?(?:怎么|如何|咋)(?:讲|说|理解|解释))(?:一?下)?[的吗呢吧]*"
)


def elaborated(text: str) -> str:
    """The point of which a question asks to be told more; empty when it asks for something else.

    >>> elaborated("“市场培育不足”具体怎么讲？"), elaborated("“市场培育不足”是谁说的？")
    ('市场培育不足', '')
    """
    match = _ELABORATED.fullmatch(text.strip("？。 "))
    return match["point"] if match else ""


def asks_several(text: str) -> bool:
    """Whether the gist of articles is asked for, of which nothing is said but that they are several.

    >>> asks_several("这几篇文章主要讲了什么？"), asks_several("讲茶的那几篇文章说了什么？")
    (True, False)
    """
    if language_of(text) == "en":
        return bool(_ENGLISH_SEVERAL.search(text.lower()))
    return bool(re.match(rf"(?:请|帮我|给我|总结|概括|归纳|概述|一下)*{_SEVERAL.pattern}", text))


def overview(text: str) -> str:
    """The thing that a question asks an overview of; empty when it asks for none.

    >>> overview("介绍一下石门茶园"), overview("石门的茶产业发展情况怎么样？")
    ('石门茶园', '石门的茶产业')
    """
    return "" if asks_article(text) else _thing(text)


def _thing(text: str) -> str:
    bare = text.strip("？。 ")
    match = _OVERVIEW.fullmatch(bare)
    thing = next(filter(None, match.groups()), "") if match else outlined(bare)
    return "" if _NO_THING.search(thing) else str(thing)


def outlined(text: str) -> str:
    """The thing of which an outline or a text is asked for; empty where none is.

    >>> outlined("帮我列个提纲，写一篇关于茶乡旅游的稿子"), outlined("茶乡旅游的报道"), outlined("写一篇茶乡旅游的报道")
    ('茶乡旅游', '', '茶乡旅游')
    """
    match = _OUTLINE.fullmatch(text)
    return match["thing"] if match else ""


def about_article(text: str) -> str:
    """What a question for the gist of an article says of it; empty when only that it is one.

    >>> about_article("讲低空经济的那篇文章主要讲了什么？")
    '低空经济'
    >>> about_article("请概括《石门：茶乡新路》一文的主要内容")
    '石门：茶乡新路'
    """
    if titles := [one or other for one, other in _TITLED.findall(text)]:
        return str(max(titles, key=len))
    bare = _thing(text) or _GIST.sub("", _SHORTLY.sub("", text)).strip("，。？：《》 ")
    return _POINTS.sub("", bare)
