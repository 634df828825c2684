"""What asks for one amount as several accounts tell it: 「两篇报道各说是多少」, 「纪要和公告里的日期一致吗」."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from server.question.asking import asks
from server.text.facts import Fact, numbers
from server.text.units import COUNTERS, is_length_of_time

_PAPER = (
    r"报道|文章|报纸|媒体|材料|文件|文档|资料|通知|公告|通告|通报|规定|规则|规章|制度|办法|章程|方案|规划|"
    r"说明书?|手册|纪要|简报|合同|版本|说法|口径|数字|东西"
)
#: Several that tell of one thing: 两篇报道, 几家报纸, 各方, 不同的文章, 新旧规定, 前后两次通知, 新版手册和老版手册.
_SEVERAL = (
    r"(?:(?:在?(?:[各几两二三四五双]|好几)(?:篇|份|处|边|方|版|次|种(?=说法|版本)|家(?=报|媒体|的?[说写讲])|个?(?=人(?:[说讲报]|的说法|各)|部门|版本))"
    rf"|(?:不同的?|各|新旧)(?={_PAPER})|新旧[两二][版份个]|前后(?=[有两不]|{_PAPER})(?:[两几][次份版篇个])?)(?:不同的?)?"
    rf"(?:{_PAPER}|人|部门)?|新[^，？和与跟]{{0,4}}[和与跟](?:[旧老]|原来?)[^，？]{{0,3}}?(?:{_PAPER})?(?:相?比|在|的|里|(?=，)))"
)
#: Two and more that are named: 「纪要和公告里」, 「镇政府、报纸和施工公司说的」.
_BOTH = (
    r"[^，？]{1,10}(?:、[^，？、]{1,10}){0,2}[和与跟、][^，？]{1,10}?"
    r"(?:[里中上]?(?:自己)?(?:[说写讲记报](?!法|纸|社|道)|(?:数|统计|查|测|算)(?:出来?|到))的?|[里中上]面?的?|对(?!得|不)|(?=的说法))"
)
_TOLD = r"(?:[里中上]面?|当中|之间)?(?:对(?!得|不)|关于)?(?:[说写讲记报](?!法)得?)?的?"
_ALIKE = r"一样|一致|相同|矛盾|出入|对得上|对不上|是?一回事|符合|吻合"
_APART = r"各说各的|说法不一|众说纷纭"
_AGREE = rf"(?:是不是|是否|有没有|有无|能不能|能否|都|[不有是])*(?:{_ALIKE})(?:吗|么|呢)?"
_CHANGED = (
    r"(?:哪里|哪些|哪儿|有什么|有何|有啥|怎么|什么)(?:地方)?(?:变|改|不同|不一样|区别|差别|差异|差)(?:[了化过动得])*(?:的?地方)?|"
    r"(?:变|差)在哪[里儿]?|差了?多少"
)
#: What each of several says: 分别是多少, 各是怎么说的, 怎么写的.
_EACH = (
    r"(?:(?:又|都)?(?:分别|各自|各)(?:都|又)?(?:[说写讲提]的?)?(?:了?是?多少|是什么|是?怎么[说写讲提定]的?|[说写讲]的?|是)?|"
    r"怎么[说写讲提]的?|各?是(?:谁|哪[家个位篇])[^，？]{0,4}[说写讲报]的)"
)
#: What asks for an amount as several accounts tell it.
_CONFLICT = re.compile(
    rf"{_SEVERAL}[^，？]{{0,12}}(?:{_ALIKE})|{_SEVERAL}[^，？]{{0,16}}，[说写讲报][的得](?:{_ALIKE})|"
    rf"{_SEVERAL}{_TOLD}[^，？]{{0,8}}(?:分别|各自|各|怎么[说写讲提])|{_SEVERAL}[^，？]{{0,8}}，?[^，？]{{0,12}}(?:{_CHANGED})|"
    rf"{_APART}|是\d+\S{{0,3}}还是\d|(?:{_PAPER})[^，？]{{0,4}}(?:{_ALIKE})|"
    rf"(?:^|[，？]){_BOTH}[^，？]*(?:{_ALIKE})(?:吗|么|呢)?(?:[，？]|$)"
)
#: 有的说甲有的说乙, 到底听谁的
_WHICH_HOLDS = (
    r"有(?:的|人|些人?)?说[^，？]{0,20}[，、]?(?:也|又)?有(?:的|人|些人?)?说|"
    r"哪(?:个|种|一个)(?:说法|数字?|才|是|更){0,3}(?:对|准|[作算]数)|"
    r"[听信](?:谁|哪[个边家])的"
)
_HOLDS = re.compile(rf"，?(?:到底|究竟|现在|应该|该){{0,2}}(?:{_WHICH_HOLDS})")
_AMOUNTS = re.compile(r"多少|几(?=[" + COUNTERS + r"])|还是\d")
#: Whether accounts agree, or what each of them says, is answered by giving each.
_ON_ACCOUNTS = re.compile(
    rf"(?:{_BOTH})?(?:{_SEVERAL})?(?:{_PAPER}|{_TOLD}){{1,2}}(?:{_AGREE}|{_EACH})?|(?:{_AGREE}|{_CHANGED}|{_EACH})"
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
        lasting = is_length_of_time(one.unit) and is_length_of_time(other.unit)  # 三个月还是半年
        alike = one.unit == other.unit or not (one.unit and other.unit) or lasting
        if one.kind == other.kind and alike and _OR.fullmatch(between):
            found |= {one: None, other: None}
    chosen = tuple(found)
    behind = text[chosen[-1].start + len(chosen[-1].text) :] if chosen else ""
    ends = _COUNTED.match(behind) if _DOUBTED.search(text) else _ENDS.match(behind)
    return chosen if _CHOSEN.search(text) and ends else ()


#: What stands between two that are offered: 5个、7个还是8个, 有的说20分钟有的说30分钟, 60个号，有人说40个.
_OR = re.compile(
    r"[^，？\d]{0,2}(?:、|还是|或|，?(?:也|又)?有(?:的|人|些人?)说)[^，？、\d]?(?:\d+月)?"
)
_CHOSEN = re.compile(r"还是|有(?:的|人)说|听谁|哪个")
#: Behind the last one offered the question ends, or says what makes it doubt.
_ENDS = re.compile(r"[^，？]{0,2}(?:[，？]|$)")
#: 到底是免三个月还是免半年: what is done stands before each.
_DONE = re.compile(r"(?:到底|究竟)是(?P<verb>[\u4e00-\u9fff])$")
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
    clauses = [_topic(clause) for clause in re.split("[，？]", _undoubted(text))]
    kept = [clause for clause in clauses if clause]
    bare = "，".join(kept).replace("的，", "的")
    if bare == text.strip("，？ ") or len(bare) < _LEAST_TOPIC:
        return text
    if asks(bare) or "还是" in bare:
        return f"{bare}？"
    kept.sort(key=lambda clause: bool(_asked_for(clause)))
    usual = "是怎么规定的" if re.search(_CHANGED, text) else "是多少"
    return f"{'，'.join(kept)}{_asked_for(kept[-1]) or usual}？".replace("的，", "的")


def _topic(clause: str) -> str:
    """A clause without who tells of it and whether they agree; nothing where that is all it asks."""
    told = _TELLS.sub("", clause)
    if told != clause or _AGREES.search(clause):
        told = _SIDE.sub("", _AGREES.sub("", told))
    told = re.sub(r"^(?:[他它她]们)?(?:分别|各自?)", "", told)
    return "" if _ON_ACCOUNTS.fullmatch(told) or _THEY.fullmatch(told) else told


def _asked_for(topic: str) -> str:
    """How what a topic ends with is asked for; empty where that does not tell."""
    return next((how for end, how in _ASKED_FOR if end.search(topic)), "")


#: How what a topic ends with is asked for.
_ASKED_FOR = tuple(
    (re.compile(rf"(?:{ends})$"), how)
    for ends, how in (
        (r"时间|日期|日子", "是什么时候"),
        (r"原因|起因|理由|缘故|结果|流程|条件|用途|内容", "是什么"),
        (r"位置|地点|地方|选址", "在哪里"),
        (r"[数量额费价率度长高重积值限龄钱款分号线]|标准|次", "是多少"),
    )
)
_TELLS = re.compile(rf"^{_BOTH}(?=.*(?:{_ALIKE}))|.*(?:{_APART})|{_SEVERAL}{_TOLD}(?:[比在]，?)?")
_AGREES = re.compile(
    rf"(?:的?(?:{_PAPER})|(?:^|的)数)?[里中上的说写讲]{{0,2}}(?:{_AGREE}|{_CHANGED}|{_EACH})的?$"
)
_THEY = re.compile(r"[他它她]们")
_SIDE = re.compile(r"(?:上|方面|这一?[条块点项])$")


_LEAST_TOPIC = 2  # characters
_LEAD = re.compile(
    r"(?:[，、]|到底|究竟|有(?:的|人|些人?)说|\d{1,2}月|是|要){1,6}$|^有(?:的|人|些人?)说"
)


def _asked_openly(text: str, choice: Sequence[Fact]) -> str:
    """What a question asks that offers some amounts, without them."""
    lead, last = text[: choice[0].start], choice[-1]
    behind = text[last.start + len(last.text) :]
    how = "" if lead.endswith(("有", "提前", "了")) else "是"
    if done := _DONE.search(lead):  # 到底是免三个月还是免半年
        lead, how = lead[: done.start()] + done["verb"], ""
    if last.kind == "date":
        ask = f"{how}什么时候"
    elif is_length_of_time(last.unit) and last.unit != choice[0].unit:
        ask = f"{how}多久"
    else:
        ask = f"{how}几{last.unit}" if last.unit and last.unit in COUNTERS else f"{how}多少"
    kept = [clause for clause in re.split(r"(?<=[，？])", behind) if not _DOUBTS.search(clause)]
    return f"{_DOUBTED.sub('', _LEAD.sub('', lead))}{ask}{''.join(kept)}"


def _undoubted(text: str) -> str:
    """A question without asking which of several holds, and what follows that."""
    doubt = _HOLDS.search(text)
    return text[: doubt.start()] if doubt and doubt.start() >= _LEAST_TOPIC else text


_DOUBTS = re.compile(rf"说法|材料|文章|报道|{_ALIKE}|{_WHICH_HOLDS}|谁说的")
