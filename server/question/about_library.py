"""Questions about the library itself: how many articles it holds, which, and which is the latest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from server.text.names import is_term

Kind = Literal["count", "list", "latest", "earliest", "about"]

_HERE = (
    r"(?:请问)?(?:(?:在|从)?(?:你|您|你们|咱们|我|我们|这个?|该|本)*的?(?:文库|资料库|知识库|"
    r"数据库|文档库|文章库|文件库|系统|网站|平台|库|"
    r"这里|这儿|这边|那里|手上|手里|手头)(?:里面?|中|里头|上)?|(?:你|您|你们|我们?)(?:这里|"
    r"这儿|那里|那儿)?|里面)?"
)
_NOW = r"(?:现在|目前|当前|一共|总共|共|总计|都|到底|究竟|已经|总|还)*"
_HAS = (
    r"(?:有|收录了?|收了|存了?|存有|包含|包括|导入了?|上传了?|索引了?|加载了?|读了|读过|知道|"
    r"看过)?"
)
_ONE = r"[篇个份条本部]"
_TEXTS = r"(?:新闻)?(?:文章|文档|文件|资料|材料|报道|新闻|稿子|稿件|来源|数据源|源文件|文本|文献|报导|文稿|帖子)"
_END = r"(?:了|啊|呢|呀|吗|来着)?"
_WHICH = r"(?:哪些|哪几篇|哪几个|哪几份|什么|啥|些什么)"
_LAST = r"(?:最近|最新|最后|新近|最晚)"
_FIRST = r"(?:最早|最老|最旧|最初)"
_DONE = r"(?:更新|上传|添加|加入|加|发布|发表|收录|导入|存|写|一次|进来|过|的|一|了|那)*"

_ZH: tuple[tuple[Kind, str], ...] = (
    ("count", rf"{_HERE}{_NOW}{_HERE}{_HAS}{_NOW}(?:多少|几){_ONE}?{_TEXTS}{_END}|"
              rf"{_HERE}的?{_TEXTS}{_NOW}{_HAS}(?:多少|几){_ONE}{_END}|"
              rf"{_HERE}的?{_TEXTS}的?(?:总数|数量|篇数|个数)(?:是|有)?(?:多少|几{_ONE})?"),
    ("list", rf"{_HERE}{_NOW}{_HERE}{_HAS}{_NOW}{_HAS}{_WHICH}{_TEXTS}{_END}|"
             rf"(?:文库|资料库|知识库|文档库|文章库|库|这里|你这里|你这儿)(?:里面?|中|"
             rf"里头)?{_NOW}{_HAS}(?:{_WHICH}|哪些)(?:内容|东西)?{_END}|"
             rf"(?:请|帮我|给我)?(?:列出|列一下|列举|看看|看一下|显示|展示)(?:一下)?(?:你|"
             rf"库里|文库里?)?(?:所有|全部|全体)?的?{_TEXTS}(?:的?(?:列表|清单|目录|标题|"
             rf"名字|名称))?|"
             rf"(?:所有|全部)?{_TEXTS}的?(?:列表|清单|目录)(?:是什么|呢)?|"
             rf"{_HERE}的?{_TEXTS}(?:都)?(?:有|是)(?:哪些|什么)"),
    ("latest", rf"{_HERE}的?{_LAST}{_DONE}{_ONE}?{_TEXTS}?(?:是|叫)?(?:哪一?{_ONE}|什么|啥|"
               rf"哪些){_TEXTS}?(?:时候)?(?:的|发布的|上传的|写的)?|"
               rf"{_HERE}{_TEXTS}?(?:里面?|中)?(?:哪一?{_ONE}){_TEXTS}?(?:是)?(?:{_LAST}|"
               rf"时间{_LAST}){_DONE}"),
    ("earliest", rf"{_HERE}的?{_FIRST}{_DONE}{_ONE}?{_TEXTS}?(?:是|叫)?(?:哪一?{_ONE}|什么|"
                 rf"啥|哪些){_TEXTS}?(?:时候)?(?:的|发布的|上传的|写的)?|"
                 rf"{_HERE}{_TEXTS}?(?:里面?|中)?(?:哪一?{_ONE}){_TEXTS}?(?:是)?(?:{_FIRST}|"
                 rf"时间{_FIRST}){_DONE}"),
    ("about", rf"{_HERE}(?:(?:有没有|有无|是否有|有|找|搜|查|帮我找|给我找|搜索|"
              rf"查找)(?:一?下|几篇|一些|哪些|什么|多少篇?|几篇)?)"
              rf"(?:关于|有关|跟|和|与|讲|说|写|介绍|提到|谈|涉及)(?P<a>.{{1,14}}?)(?:有关|"
              rf"相关|方面)?的(?:{_TEXTS})(?:吗|么|没有?)?|"
              rf"{_HERE}(?:有)?(?:哪些|哪几?篇|多少篇|几篇|哪个){_TEXTS}?(?:里面?|"
              rf"中)?(?:提到|讲|说|写|谈|涉及|介绍|报道)(?:的是|到|了|"
              rf"过)*(?P<b>.{{1,14}}?)(?:的事)?|"
              rf"{_HERE}(?:有没有|有无|有)(?:哪些|什么)?{_TEXTS}(?:里面?)?(?:提到|讲|说|写|"
              rf"谈|涉及|介绍|报道)(?:到|了|过)*(?P<c>.{{1,14}}?)(?:吗|么|没有?|的)?|"
              rf"(?:关于|有关)(?P<d>.{{1,14}}?)的{_TEXTS}(?:有哪些|有多少篇?|有几篇|有吗|"
              rf"有没有)|"
              rf"(?:讲|说|写|谈|介绍|提到|涉及)(?:到|了|"
              rf"过)*(?P<e>.{{1,14}}?)的{_TEXTS}(?:有哪些|有多少篇?|有几篇|有吗|有没有)"),
)  # fmt: skip
_THINGS = r"(?:articles?|documents?|docs?|files?|sources?|texts?|papers?|stories|reports?)"
_IN = (
    r"(?: (?:are there|do you have|have you got|does it have|exist))?"
    r"(?: (?:in|on) (?:the |this |your |my )?(?:library|system|database|index|site|collection))?"
)
_EN: tuple[tuple[Kind, str], ...] = (
    ("count", rf"how many {_THINGS}(?: in total)?{_IN}|(?:the )?number of {_THINGS}{_IN}"),
    (
        "list",
        rf"(?:what|which) {_THINGS}{_IN}|(?:please )?(?:list|show)(?: me)?(?: all|"
        rf" every)?(?: the| your| of the)*"
        rf" {_THINGS}{_IN}|what(?:'s| is) in (?:the |this |your |my )?(?:library|database|"
        rf"index|collection)",
    ),
    (
        "latest",
        rf"(?:what(?:'s| is)|which is|show me) (?:the )?(?:latest|newest|most recent|"
        rf"last) {_THINGS}{_IN}|"
        rf"which {_THINGS} is (?:the )?(?:latest|newest|most recent)",
    ),
    (
        "earliest",
        rf"(?:what(?:'s| is)|which is|show me) (?:the )?(?:oldest|earliest|"
        rf"first) {_THINGS}{_IN}|"
        rf"which {_THINGS} is (?:the )?(?:oldest|earliest)",
    ),
    (
        "about",
        rf"(?:are there|is there|do you have|have you got|find|show me|which|what)(?: any|"
        rf" an?| the)? {_THINGS}"
        r"(?: are there)? (?:about|on|mention(?:ing)?|that mentions?|talk about|"
        r"concerning) (?P<a>.{1,60}?)",
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in (*_ZH, *_EN))


@dataclass(frozen=True, slots=True)
class LibraryQuestion:
    """What is asked about the library; ``topic`` is what articles are sought about."""

    kind: Kind
    topic: str = ""


def about_library(question: str) -> LibraryQuestion | None:
    """What a normalised question asks about the library; None when it asks the articles.

    >>> about_library("有没有关于氢能的文章？")
    LibraryQuestion(kind='about', topic='氢能')
    """
    text = question.strip("？。！ ?!.").lower()
    for kind, pattern in _PATTERNS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        topic = next(filter(None, match.groupdict().values()), "").strip("“”「」《》\"' ")
        if kind != "about" or (topic and is_term(topic)):
            return LibraryQuestion(kind, topic)
    return None
