"""A text taken apart into its sentences, and which of them claim nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index import Article, Block, Source
from index.pages.articles import split
from index.pages.passages import sentences
from server.checking.records import Aside
from server.question.small_talk import small_talk
from server.text.facts import facts, numbers

_HEADINGS = frozenset({"title", "heading"})
_MARK = re.compile(
    r"(?:[-*•·–—>#]+|\(?\d{1,2}[.、)）]|[（(][一二三四五六七八九十\d]{1,2}[)）])\s*(?=\D)"
)
_ASKS = re.compile(r"[？?][”’」』\"]?$|(?:吗|呢)[。.]?$")
_ADDRESS = re.compile(
    r"[^。]{0,20}请(?:审阅|审核|审定|查收|查阅|参考|指正|批评|各位|领导)[^。]{0,16}[。！!]?|(?:尊敬的|亲爱的|各位)[^。]{0,30}[：:，,！!]?|此致|敬礼|顺祝|(?:祝|谨祝)[^。]{0,16}[！!。]?|(?:dear|hi|hello)\b[^.]{0,40}[,:]?|"
    r"(?:best|kind|warm)? ?regards,?|yours (?:sincerely|faithfully|truly),?|sincerely,?",
    re.IGNORECASE,
)
#: Who speaks says that it is their view.
_VIEW = re.compile(
    r"我们?(?:个人|都|也)?(?:认为|觉得|相信|希望|猜|以为|感到|想|期待|建议)|(?:在我|依我|照我)看|笔者(?:认为|觉得|以为)|"
    r"个人(?:认为|觉得)|(?:^|，)(?:真是|多么|太)|\b(?:i|we) (?:\w+ )?(?:think|believe|feel|hope|guess|suppose)\b|"
    r"\bin (?:my|our) (?:opinion|view)\b",
    re.IGNORECASE,
)
#: What should be, and how it strikes one: opinion where the articles do not say it.
_VALUES = re.compile(
    r"应当|应该|理应|[应须](?!用|对|急|邀|届|聘|运)|必须|务必|需要|值得|希望|期待|但愿|令人|可喜|鼓舞|了不起|遗憾|可惜|"
    r"非常|十分|太[^平阳原空]|真[是的好]|相信|毫无疑问|不得不说|可以说|总之|总的来说|让我们|"
    r"\b(?:should|must|ought|hopefully|hope|wonderful|terrible|impressive|amazing|exciting|let us|let's)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class GivenSentence:
    """``[start, end)`` of the text that was given, and its words as they are read.

    ``begins``: it is the first of its paragraph. ``aside``: why it claims nothing.
    """

    text: str
    start: int
    end: int
    begins: bool = True
    aside: Aside = ""


def given_sentences(text: str, format: str = "txt") -> list[GivenSentence]:
    """The sentences of a text in its order, read as an article's are; headings and greetings, too.

    A text that is nothing but a heading is taken at its word.

    >>> [(p.text, p.aside) for p in given_sentences("各位好！\\n全市有106家企业。还有吗？")]
    [('各位好！', 'greeting'), ('全市有106家企业。', ''), ('还有吗？', 'question')]
    """
    articles = split(Source("text", text, "", format))
    found = sorted(
        (sentence for article in articles for sentence in _of(article)),
        key=lambda p: (p.start, p.end),
    )
    if all(sentence.aside for sentence in found):
        found = [replace(p, aside="") if p.aside == "heading" else p for p in found]
    return found


def may_be_opinion(text: str) -> bool:
    """Whether a sentence values or demands, and gives no figure or name that could be looked up."""
    return bool(_VALUES.search(text)) and not _tells(text)


def _tells(text: str) -> bool:
    """Whether a sentence gives a figure, or a Latin name among Chinese."""
    return bool(numbers(text) if text.isascii() else facts(text))


def _of(article: Article) -> Iterator[GivenSentence]:
    for block in article.blocks:
        begins = True
        for start, end in sentences(article.text, block.start, block.end):
            mark = _MARK.match(article.text, start, end)
            listed = bool(mark) and article.text[start] in "-*•·"
            start = mark.end() if mark else start
            spans = article.source_spans(start, end)
            said = article.text[start:end]
            if not spans or not re.search(r"\w", said):
                continue
            first, last = min(s.start for s in spans), max(s.end for s in spans)
            yield GivenSentence(said, first, last, begins, _aside(said, block, listed=listed))
            begins = False


def _aside(text: str, block: Block, *, listed: bool) -> Aside:
    if small_talk(text) or _ADDRESS.fullmatch(text.strip()):
        return "greeting"
    if block.kind in _HEADINGS and not listed:  # what stands in a list is said
        return "heading"
    if _ASKS.search(text):
        return "question"
    return "opinion" if _VIEW.search(text) and not _tells(text) else ""
