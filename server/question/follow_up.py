"""Follow-up questions rewritten so that they can be searched alone, from the conversation only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.background import background
from server.question.understanding import asks, normalise, topic
from server.records import Turn
from server.text.units import COUNTERS

_OPENING = re.compile(
    r"^(?:那么?|而|还有|另外|再说|然后)(?![一二三两四五六七八九十几个些家位种里边])，?"
)
_POINTING = re.compile(
    r"^(?:其|其中|这|那|该|当地|里面|里头|上述|另)|它们?|他们?|她们?|前者|后者|这[里边]|那[里边]|里头一"
)
_ONLY = re.compile(r"^(?P<what>[^？，]{1,20}?)(?:呢|怎么样|又?如何)[，？]?(?P<rest>.*)$")
_SHORT = 9  # characters; a question this short rarely names its subject
_NAMES = frozenset({"nr", "ns", "nt", "nz", "nrt", "nrfg", "eng"})
_NOUNS = frozenset({"vn", "an", "j", "l", "i"})  # beside those whose mark starts with n
_RARE = 7.0  # background idf of two characters that few articles hold
_SEVERAL = 3
_NO_PART = frozenset({"x", "uj", "ul", "p", "c", "r", "y"})  # marks, particles, pronouns
_NOW = re.compile(r"目前|现在|实际|如今|眼下")
_AIM = re.compile(r"到(?:19|20)\d{2}年底?，?|的?(?:目标|计划|规划)(?:值|数)?$")
_YEAR = re.compile(r"^(?:19|20)\d{2}年?$")


def condense(question: str, history: Sequence[Turn]) -> str:
    """The question as it is searched: itself, or itself with what the conversation was about.

    「高新技术企业呢？」 after 「“双倍增”行动以来，重庆新增了多少科技型企业？」 becomes the earlier
    question with the new thing in the place of the old one; anything else that leans on the
    conversation gets the earlier topic in front.
    """
    text = normalise(question)
    if not history or not follows_up(text):
        return text
    earlier = _subject_question(history)
    bare = _OPENING.sub("", text)
    only = _ONLY.match(bare)
    if only and not asks(only["what"]):
        swapped = swap(earlier, only["what"])
        rest = only["rest"].strip("？，")
        return f"{swapped.rstrip('？')}，{rest}？" if rest else swapped
    return f"{_context(earlier, bare, history)}，{bare}"


def follows_up(question: str) -> bool:
    """Whether a question leans on what was said before: it points back, or names nothing itself."""
    if _OPENING.match(question) or _POINTING.search(question) or _ONLY.match(question):
        return True
    if len(question.strip("？ ")) <= _SHORT:
        return True
    return not re.search(r"[“《「\d]", question) and not _has_subject(question)


def _has_subject(question: str) -> bool:
    """Whether a question names what it is about: by a name, a rare noun, or several nouns.

    「西部氢谷由哪些部分组成？」 does, 「产值达到了多少亿元？」 does not.
    """
    words = _words(question)
    nouns = [word for word, flag in words if flag[0] == "n" or flag in _NOUNS]
    pairs = (word[i : i + 2] for word in nouns for i in range(max(1, len(word) - 1)))
    return (
        any(flag in _NAMES for _, flag in words)
        or len(nouns) >= _SEVERAL
        or any(background().idf(pair) >= _RARE for pair in pairs)
    )


def _subject_question(history: Sequence[Turn]) -> str:
    """The latest question that names its subject, itself rewritten when it leaned on another."""
    last = normalise(history[-1].question)
    if len(history) > 1 and follows_up(last):
        return condense(last, history[:-1])
    return last


def _context(earlier: str, question: str, history: Sequence[Turn]) -> str:
    """The earlier topic, and the earlier answer when it is a name rather than a figure."""
    about = topic(earlier) or earlier.rstrip("？")
    if _NOW.search(question):
        about = _AIM.sub("", about)
    answer = normalise(re.sub(r"\[\d+\]", "", history[-1].answer)).rstrip("。")
    is_name = 1 < len(answer) <= 24 and not re.search(r"\d", answer)
    return f"{about}，{answer}" if is_name and answer not in about else about


def swap(earlier: str, new: str) -> str:
    """The earlier question with ``new`` in the place of the words most like it.

    Like are words that end alike (科技型企业 and 高新技术企业), begin alike, or are of the same kind
    of name (渝北区 and 九龙坡, 2026年 and 2027年). With none, a noun is asked for instead of what was
    counted or measured, and a name is put in front.
    """
    sought = _words(new)
    words = list(_parted(_words(earlier), sought[-1][0]))
    best, where = 0.0, (0, 0)
    for i in range(len(words)):
        for j in range(i + 1, min(i + 5, len(words)) + 1):
            likeness = _likeness(words[i:j], sought)
            if likeness > best:
                best, where = likeness, (i, j)
    if best < 1.0:
        noun = "的" not in new and not any(flag in _NAMES for _, flag in sought)
        return _asked_instead(earlier, new) if noun else f"{new}，{earlier}"
    before = "".join(word for word, _ in words[: where[0]])
    after = "".join(word for word, _ in words[where[1] :])
    return before + new + after


def _parted(words: Sequence[tuple[str, str]], head: str) -> Iterator[tuple[str, str]]:
    """The words, those that begin with ``head`` in two: 汽车产量 is 汽车 and 产量."""
    for word, flag in words:
        if len(head) > 1 and word != head and word.startswith(head):
            yield head, flag
            yield word[len(head) :], flag
        else:
            yield word, flag


_COUNTED = re.compile(
    r"(?P<about>.+?)(?P<did>(?:一共|总共|共|累计|已经?|现在?)*(?:有|[\u4e00-\u9fff]{2}了))?(?:多少|几)"
    rf"[{COUNTERS}]?(?P<noun>[\u4e00-\u9fff]{{2,12}})？?"
)
_SIZE = (
    r"(?:营业|业务|销售|经营|工业|年|净|总)*(?:收入|产值|营收|利润|面积|投资|规模|金额|资金|人数|[占比]重|比例|"
    r"[增流速]速|价格?|成本|产能|里程|[率值额量幅])"
)
_SIZED = re.compile(rf"(?P<about>.+?){_SIZE}(?:是|有|为|达到?了?)?(?:多少|几)[^，]*")


def _asked_instead(earlier: str, new: str) -> str:
    """The earlier question about an amount, asked of a noun that belongs to the same thing."""
    if sized := _SIZED.fullmatch(earlier):
        return f"{sized['about']}{new}是多少？"
    if counted := _COUNTED.fullmatch(earlier):
        if re.search(_SIZE + "$", new):
            return f"{counted['about']}{counted['noun']}{new}是多少？"
        return f"{counted['about']}{counted['did'] or '有'}多少{new}？"
    return f"{new}，{earlier}"


def _likeness(words: Sequence[tuple[str, str]], sought: Sequence[tuple[str, str]]) -> float:
    """How well some words of the earlier question could be the ones that are replaced."""
    old = "".join(word for word, _ in words)
    new = "".join(word for word, _ in sought)
    if any(flag in _NO_PART for _, flag in words) or asks(old) or old == new:
        return 0.0
    if len(words) > 1 and any(flag in _NAMES for _, flag in words[:-1]):
        return 0.0  # 重庆汽车 is of 重庆, and so is what comes for 汽车
    if _YEAR.match(old) and _YEAR.match(new):
        return 4.0
    last_old, last_new = words[-1], sought[-1]
    score = 0.0
    if last_old[0] == last_new[0]:
        score += 1.0 + len(last_old[0])
    elif last_old[1] == last_new[1] and last_old[1] in _NAMES:
        score += 2.0
    elif last_old[0][-1] == last_new[0][-1]:
        score += 1.0
    return score - 0.05 * abs(len(old) - len(new)) if score else 0.0


def _words(text: str) -> list[tuple[str, str]]:
    """The words of a text with their parts of speech; years stay whole."""
    import jieba
    import jieba.posseg

    jieba.setLogLevel(60)
    words: list[tuple[str, str]] = []
    for pair in jieba.posseg.cut(text):
        if pair.word == "年" and words and re.fullmatch(r"(?:19|20)\d{2}", words[-1][0]):
            words[-1] = (words[-1][0] + "年", "t")
        else:
            words.append((pair.word, pair.flag))
    return words
