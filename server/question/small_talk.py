"""What is said to whoever answers and asks the articles nothing: thanks, greetings, doubts."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["thanks", "hello", "bye", "who", "doubt", "wrong", "nod", "chat", "marks"]

#: These give nothing back (`*+`): one of them takes what the next one could take, too.
_TAIL = r"(?:[啊呀哦啦哈呢吧了嘛哟喔]|你们?|您|大家|朋友|同学|老师)*+"
_HELP = r"(?:你(?!们)|您|的)*+(?:这么|那么)?(?:耐心)?(?:的|地)?(?:帮[助忙]|回答|解答|回复|答复)?"
#: Each fits a whole piece of what was said, between marks.
_SAID: tuple[tuple[Kind, str], ...] = (
    ("thanks", rf"(?:好的?|嗯+|行)?(?:真的?|实在|非常|十分|太|多)*(?:感谢|谢谢|多谢|谢了|"
               rf"谢啦|谢过|感激)(?:不尽)?{_TAIL}{_HELP}{_TAIL}|"
               r"(?:辛苦|麻烦|有劳)(?:你|您)?了?|3q|thx|(?:ok |okay )?(?:many |"
               r"big )?thanks?(?: you)?(?: (?:a lot|so much|very much|again))?|"
               r"(?:much )?appreciated?(?: it)?|cheers"),
    ("bye", r"再见|再会|拜+|回头见|下次(?:再)?(?:见|聊)|晚安|(?:good ?)?bye(?: bye)?|"
            r"see (?:you|ya)(?: later)?|good night"),
    ("hello", rf"(?:你|您|大家|各位)好{_TAIL}|(?:hi|hello|hey|嗨|哈[喽啰罗]|"
              rf"哈楼)(?: there)?{_TAIL}|"
              r"(?:早上?|上午|中午|下午|晚上)好|早安?|在吗|在不在|有人吗|good (?:morning|"
              r"afternoon|evening)"),
    ("who", r"你(?:是|叫)(?:谁|什么(?:名字)?|啥|哪位|哪个(?:模型|机器人|ai))|你是(?:人|"
            r"机器人|真人|ai|chatgpt|deepseek)吗|"
            r"(?:请?(?:你)?(?:做个)?自我介绍一?下?|介绍一?下你?自己)|"
            r"(?:请问)?(?:你|您)?(?:还)?(?:都)?(?:能|会|可以)(?:帮我?)?(?:做|干|问|回答|查|"
            r"帮忙)(?:些)?(?:什么|啥|哪些)(?:事情?|问题|东西)?|"
            r"(?:你)?有(?:什么|哪些)(?:功能|用处?|本事)|怎么(?:使?用|问)(?:你)?|"
            r"(?:使用)?(?:帮助|说明|教程)|"
            r"who are you|what(?: can| do) you do|what can i ask(?: you)?|"
            r"how do(?:es)? (?:i use )?this(?: work)?|help"),
    ("doubt", r"(?:你)?(?:确定|肯定|确认|保证)(?:吗|么|没错吗?|是这样吗?|对吗)|真的?(?:吗|么|"
              r"假的)?|是(?:吗|么|真的吗)|对(?:吗|么|不对)|"
              r"(?:你)?没(?:有)?(?:骗我|搞错|弄错|记错|答错|说错|错)吧|(?:这)?(?:可靠|靠谱|"
              r"可信|准确?)吗|"
              r"(?:are you )?(?:really )?sure|really|is (?:that|this|it) (?:right|true|"
              r"correct|so)"),
    ("wrong", r"(?:你)?(?:说|答|回答|弄|搞)?(?:得)?(?:不对|错了|有误|不准确?|不是这样的?)|"
              r"(?:答非所问|胡说(?:八道)?|瞎说|乱说)|不是(?:这个|的)|"
              r"(?:no )?(?:that(?:'s| is) |you(?:'re| are) )?(?:wrong|not right|incorrect)"),
    ("nod", rf"(?:好|行|嗯|哦|噢|喔|啊|对|是|可以|不错|很好|太好了|真好|挺好|厉害|真?棒|牛|"
            rf"赞|妙|知道|明白|懂|了解|收到|清楚|没事|没关系|没问题|"
            rf"算|不用|原来如此|这样|哈|呵|嘿|呃)+(?:的|{_TAIL})|(?:ok|okay|great|nice|good|"
            rf"cool|fine|got it|i see|understood|wow|lol|yes|no|sure|alright|perfect)"),
    ("chat", r"(?:给我)?(?:讲|说)(?:一?个)?(?:笑话|故事)|唱(?:首|个)歌|陪我聊(?:聊|会儿?)天?|"
             r"(?:我们)?聊(?:聊|会儿?)天?|我爱你|你(?:真|好)?(?:可爱|聪明|笨|傻)|"
             r"(?:我)?(?:今天)?(?:很|好|有点|太)?(?:无聊|开心|难过|累|饿|困)(?:了|啊)?|"
             r"你(?:最近)?(?:过得)?(?:好吗|怎么样|吃饭?了吗)|吃了吗|"
             r"tell me a (?:joke|story)|i love you|how are you(?: doing)?(?: today)?|"
             r"what'?s up"),
)  # fmt: skip
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _SAID)
_BETWEEN = re.compile(r"[\s，,。.！!？?~～、;；:：…—\-]+")
_WORD = re.compile(r"[^\W_]")
#: Of several things said at once, the one that is answered.
_FIRST: tuple[Kind, ...] = ("who", "wrong", "doubt", "thanks", "bye", "hello", "chat", "nod")


def small_talk(text: str) -> Kind | None:
    """The kind of small talk that a text is; None when it may ask something.

    >>> small_talk("好的，谢谢你！"), small_talk("？？？"), small_talk("谢谢的英文是什么")
    ('thanks', 'marks', None)
    """
    if not _WORD.search(text):
        return "marks"
    said = {_kind(piece) for piece in _pieces(text)} | {_kind(_joined(text))} - {None}
    whole = _kind(_joined(text))
    if whole is None and None in said:
        return None
    return whole or next((kind for kind in _FIRST if kind in said), None)


def without_small_talk(text: str) -> str:
    """A question without the greeting before it and the thanks behind it, nor how it is to be answered.

    >>> without_small_talk("你好！滨河大桥有多长？谢谢！"), without_small_talk("元宇宙是个啥说人话")
    ('滨河大桥有多长？', '元宇宙是个啥')
    >>> without_small_talk("帮我列个清单，报销要交哪些材料？")
    '报销要交哪些材料？'
    """
    text = _AS_LIST.sub("", _PLAINLY.sub("", text))
    parts = re.findall(r"[^，。！？!?]+[，。！？!?]*", text)
    asked = [at for at, part in enumerate(parts) if _kind(_joined(part)) is None]
    if not asked:
        return text
    kept = "".join(parts[asked[0] : asked[-1] + 1])
    return kept.rstrip("，") if asked[-1] + 1 < len(parts) else kept


#: How somebody wants to be answered, behind the question.
_PLAINLY = re.compile(
    r"(?<=.{4})[，。？！]?(?:请?说人话|给个(?:准)?数|(?:请?用)?一句话(?:说|回答|讲)?清?楚?|直接说(?:答案|数字)?|别废话)[。！]?$"
)


#: The form in which somebody wants his answer, before the question.
_AS_LIST = re.compile(
    r"^(?:请|麻烦|帮我|给我|能不?能|可以)*(?:列|写|做|整理|出)一?[个份张下]?(?:清单|表格|列表)[，：:](?=.{4})"
)


def _pieces(text: str) -> list[str]:
    return [piece for piece in _BETWEEN.split(text.lower()) if piece]


def _joined(text: str) -> str:
    """A text without its marks; words of Latin letters stay apart."""
    return " ".join(re.findall(r"[\w'’]+", text.lower())).replace("’", "'")


def _kind(piece: str) -> Kind | None:
    bare = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", piece)
    return next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(bare)), None)
