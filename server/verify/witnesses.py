"""The sentences that may bear a claim, with what stands before each; orders to a model are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index import Article, Block, Hit, Passage
from index.pages.passages import sentences
from server.evidence.sentences import STATEMENTS, Articles
from server.verify.statement import Statement

#: A paragraph that speaks to a language model is quoted data, and never evidence.
_ORDERS = (
    # leave your instructions
    r"(?:忽略|无视|忘[记掉]|不要?理会|跳过|抛开|违反|绕过|覆盖)(?![了过])[^。！？\n]{0,12}?"
    r"(?:指令|提示|要求|规则|指示|设定|命令|prompt|限制|约束)",
    r"(?:ignore|disregard|forget|override|bypass|skip)\b[^.!?\n]{0,40}?"
    r"\b(?:instruction|prompt|rule|direction|above|previous|prior|guideline|polic)",
    # who speaks, and to whom
    r"(?:系统|开发者|管理员)(?:提示词?|指令|消息|命令)",
    r"system\s*(?:prompt|message|override|instruction|note)|developer\s*(?:mode|message)",
    r"(?:作为|你是|您是|你现在是|扮演)[^。！？\n]{0,8}?(?:AI|人工智能|语言模型|大模型|助手|机器人|DAN)",
    r"\byou are (?:now |a |an |no longer )|\bact as\b|\bpretend (?:to|that|you)",
    r"\b(?:dear|hey|attention|note to) (?:ai|assistant|model|llm|chatbot)",
    r"(?:新|最新|紧急|以下|下面)(?:的)?(?:指令|提示词)|越狱|jailbreak|prompt injection|提示词?注入",
    # what to answer
    r"(?:请|务必|必须|一定要|你要|你应|只需?|都要|需)[^。！？\n]{0,16}?(?:回答|回复|输出|作答|答复)"
    r"[^。！？\n]{0,10}?(?:[：:“\"「『]|末尾|开头|结尾|链接|加上|附上|以下|如下|不要|不得|别)",
    r"(?:回答|回复|输出|答案)的?(?:末尾|开头|结尾|最后|前面|后面|里|中)"
    r"[^。！？\n]{0,8}?(?:加|附|写|插入|注明|带上|说)",
    # an order begins what it is in: officials say that, "Never Say Never Again" give none
    r"(?:^|[.!?;:,\n。！？；：，“\"*#>-]\s{0,3}|\b(?:please|must|should|shall|always|only|just|now|then|and|to|you|instead)\s)"
    r"(?:answer|reply|respond|output|print|say|write|append|insert|include|tell (?:the )?user)\b"
    r"[^.!?\n]{0,30}?(?:[:：\"“]|\bthat\b|https?:|\bwith\b|\bonly\b|\bthe following\b)",
    # leave out the sources
    r"(?:不要|别|不必|无需|不用|停止|禁止|去掉|删除)再?(?:加|写|标|给出?|使用|显示|附)?(?:任何)?"
    r"(?:引用|引文|出处|来源|标注|脚注)",
    r"\b(?:do not|don't|never|without|omit|drop|remove)\b[^.!?\n]{0,20}?"
    r"\b(?:cite|citation|citations|sources?|references?|markers?)\b",
    # chat templates, markup and links
    r"<\|?/?(?:im_start|im_end|system|user|assistant|inst|sys|endoftext|think)\|?>|\[/?INST\]|<<SYS>>",
    r"<\s*(?:script|img|iframe|svg|a|style|object|embed|form|link|meta)\b|javascript:|data:text/html",
    r"!\[(?:[^\]!]|!(?!\[))*\]\(|\]\(\s*(?:https?:|//)",
)
_TO_A_MODEL = re.compile("|".join(_ORDERS), re.IGNORECASE)


def addresses_model(text: str) -> bool:
    """Whether a text gives orders to a language model, or carries markup for a page."""
    return bool(_TO_A_MODEL.search(text))


@dataclass(frozen=True, slots=True, eq=False)
class Witness:
    """A statement and where it stands: ``[start, end)`` of its article's clean text."""

    article: Article
    passage_id: str
    start: int
    end: int
    statement: Statement


def witnesses(hits: Sequence[Hit], articles: Articles) -> list[Witness]:
    """Every statement of the hits' passages, each once, in the order of the text in each article."""
    found: dict[tuple[str, int], Witness] = {}
    for hit in hits:
        article = articles.article(hit.passage.article)
        for witness in _of(article, hit.passage.id, hit.passage.start, hit.passage.end):
            found.setdefault((article.id, witness.start), witness)
    order = {hit.passage.article: i for i, hit in reversed(list(enumerate(hits)))}
    return sorted(found.values(), key=lambda w: (order[w.article.id], w.start))


def witnesses_of(article: Article) -> list[Witness]:
    """Every statement of an article and where it stands, of whatever passage."""
    return list(_of(article, "", 0, len(article.text)))


def _of(article: Article, passage_id: str, start: int, end: int) -> Iterator[Witness]:
    heading = ""
    for block in article.blocks:
        text = article.text[block.start : block.end]
        if block.kind == "heading":
            heading = text
        if block.end <= start or block.start >= end or block.kind not in STATEMENTS:
            continue
        if addresses_model(text):
            continue
        yield from _sentences(article, passage_id, block, start, end, heading)


def _sentences(
    article: Article, passage_id: str, block: Block, start: int, end: int, heading: str
) -> Iterator[Witness]:
    above = f"{article.title}\n{heading}"
    for first, last in sentences(article.text, block.start, block.end):
        if last <= start or first >= end:
            continue
        statement = Statement(article.text[first:last], article.text[block.start : first], above)
        yield Witness(article, passage_id, first, last, statement)


class Witnesses:
    """Everything in the hits that may bear a claim of one answer."""

    def __init__(self, hits: Sequence[Hit], articles: Articles) -> None:
        self.all = witnesses(hits, articles)
        self.statements = [w.statement for w in self.all]

    def pointed(self, passages: Sequence[Passage]) -> list[int]:
        """The indices of the statements in these passages."""
        return [
            i
            for i, w in enumerate(self.all)
            if any(p.article == w.article.id and p.start <= w.start < p.end for p in passages)
        ]
