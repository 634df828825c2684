"""Questions that the articles do answer, made from their own sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from server.evidence.sentences import Sentence
from server.text.clauses import clauses
from server.text.facts import Fact, numbers
from server.text.names import tagged

_LENGTH = range(12, 36)  # characters of a question that reads well
#: How a clause begins that is about what was said before it, or about a place or time of the article's.
_LEANING = re.compile(r"[其这那该它他她]|当地|公司|企业|同?比|目前|全[区县市省]")
_ROUND = re.compile(r"(?:已|超过?|近|约|逾|达到?|突破|首次突破|共|共计|累计|至少|不少于)+$")
_TWO_AMOUNTS = re.compile(r"[\d百千万亿][^，]*[，、]|…")  # the first one would answer as well
_HALF = re.compile(
    r"多少[^？]*的|[中后里时]？$|从[^，]*多少|等多少|[至到和或、约-]多少|多少.{9,}？|[一二三四五六七八九十]月?个多少|(?:不|停|计|累计)多少|但"
)  # the amount says which, and the rest is cut off
_AFTER = re.compile(r"^(?:以上|左右|多|余|以下|以内)+")


def suggestions(sentences: Iterable[Sentence], *, limit: int = 3, but: str = "") -> list[str]:
    """Up to ``limit`` questions about amounts that the sentences state, each of another block."""
    made: list[str] = []
    seen: set[tuple[str, int]] = set()
    for sentence in sentences:
        block = (sentence.article.id, sentence.block.start)
        if block in seen:
            continue
        question = question_from(sentence.text)
        if question and question not in made and question.rstrip("？") not in but:
            made.append(question)
            seen.add(block)
        if len(made) == limit:
            break
    return made


def question_from(sentence: str) -> str | None:
    """A question that a sentence answers: the last amount of a clause becomes 多少.

    >>> question_from("去年，全市低空制造类企业达106家。")
    '去年，全市低空制造类企业有多少家？'
    """
    pieces = clauses(sentence)
    for i, (start, end) in enumerate(pieces):
        amounts = _amounts(numbers(sentence[start:end]))
        if not amounts:
            continue
        first = start if not _LEANING.match(sentence[start:end]) else pieces[max(0, i - 1)][0]
        if (
            i
            and first == start
            and re.match(r"^[^，]{0,8}(?:年|月|季度|初|底|来|今)", sentence[pieces[i - 1][0] :])
        ):
            first = pieces[i - 1][0]
        question = _asking(sentence[first:end], amounts[-1].text)
        if question and _reads_well(question):
            return question
    return None


def _reads_well(question: str) -> bool:
    """Whether a question can stand alone: it begins with what it is about, and has an end."""
    if len(question) not in _LENGTH or _LEANING.match(question):
        return False
    if _TWO_AMOUNTS.search(question) or _HALF.search(question):
        return False
    (first, tag), *_ = tagged(question)
    return tag[0] in "tfm" or (len(first) > 1 and tag[0] in "nsjbl")


def _amounts(facts: Sequence[Fact]) -> list[Fact]:
    """Amounts in Arabic figures; a Chinese numeral may be part of a name (四十四所)."""
    return [
        f
        for f in facts
        if f.kind == "number" and f.unit and f.text[0].isdigit() and float(f.value) > 1
    ]


def _asking(clause: str, amount: str) -> str | None:
    """The clause with its amount asked for."""
    at = clause.rfind(amount)
    before = _ROUND.sub("", clause[:at])
    after = _AFTER.sub("", clause[at + len(amount) :]).strip("，。；：、！”’ ")
    unit = re.sub(r"^[\d.,]+|^[零〇一二两三四五六七八九十百千]+", "", amount)
    unit = re.sub(r"^[十百千]?[万亿]+", "", unit)
    unit = re.sub(r"^[余多来几]", "", unit)
    if any(mark in clause for mark in "“”（）()《》") or not before:
        return None
    asked = "百分之多少" if unit == "%" else f"多少{unit}"
    return f"{before}{_verb(before, unit)}{asked}{after}？"


def _verb(before: str, unit: str) -> str:
    """What stands between a noun and the amount that is asked for; nothing after a verb."""
    if unit in {"%", "元"}:
        return "是" if before[-1] in "率值额重入资速" else ""
    return "有" if tagged(before)[-1][1][0] == "n" else ""
