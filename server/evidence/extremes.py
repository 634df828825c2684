"""Which row of a table, or which amount of a sentence, is the greatest or the least."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index import Article, Block
from server.evidence.reading import ReadSentence, unread
from server.evidence.tables import Table, tables
from server.question.understanding import Part
from server.text.clauses import clauses
from server.text.facts import Fact, numbers

_MOST = re.compile(
    r"最(?P<how>大|多|高|贵|长|远|久|强|猛|重|快|深|宽|厚|热|低|少|小|弱|便宜|短|近|轻|慢|浅|窄|薄|冷)|(?P<loss>亏(?:损|得)?最?(?:多|大|狠|严重)|最亏)"
)
#: 「最多能带几个」 asks for a bound that a sentence states, not for the greatest of several.
_AT_MOST = re.compile(r"最[多少][^的，。？]{1,6}(?:几|多少)")
_LEAST = frozenset({"低", "少", "小", "弱", "便宜", "短", "近", "轻", "慢", "浅", "窄", "薄", "冷"})
#: What a column is called that such a word alone asks for.
_COLUMN = {"贵": "价费", "便宜": "价费", "远": "程距", "近": "程距"}
_LOSS = "利润"
_WHEN = re.compile(r"哪一?[年月日天]|哪个?(?:月|季度)|什么时候|何时")
_IS_TIME = re.compile(r"^[^，\d]{0,4}\d+[年月日季]|^[^，]{0,4}(?:周|星期|第)[一二三四五六日]")
_TIME = re.compile(r"[年月日季]")
_LONGEST_CELL = 1_000
_CELL = re.compile(r"(?P<head>.*?)：?(?P<value>-?\d[\d,]*(?:\.\d+)?)(?P<unit>[^\d]*)")
_TOTAL = re.compile(r"合计|总[计共额]|一共|共计|[共]")
_LOOKED_AT = 6  # sentences, likeliest first, whose tables are looked at


def with_extreme(part: Part, read: Sequence[ReadSentence]) -> list[ReadSentence]:
    """What was read, the row with the extreme value before all, where one is asked for.

    In a sentence of several amounts the extreme one is what answers.
    """
    asked = _MOST.search(part.text)
    if asked is None or not read or _AT_MOST.search(part.text):
        return list(read)
    found = _row(part.text, asked, read) or _amount(part.text, asked, read[0])
    if found is None:
        return list(read)
    return [found, *(one for one in read if one.sentence.key != found.sentence.key)]


def _least(asked: re.Match[str]) -> bool:
    return bool(asked["loss"]) or asked["how"] in _LEAST


# -- in a table


def _row(question: str, asked: re.Match[str], read: Sequence[ReadSentence]) -> ReadSentence | None:
    """The row that has the extreme value of the column that is asked for."""
    rows = [one for one in read[:_LOOKED_AT] if one.sentence.block.kind == "row"]
    if rows and _WHEN.search(question) and not _IS_TIME.search(rows[0].sentence.text):
        return _cell_of(rows[0], least=_least(asked))
    best: tuple[int, ReadSentence] | None = None
    for one in rows:
        for table in tables(one.sentence.article):
            column, fit = _column(question, asked, one.sentence.article, table)
            if column and fit > (best[0] if best else 0):
                block = (min if _least(asked) else max)(column, key=lambda pair: pair[1])[0]
                best = fit, _settled(one, block)
    return best[1] if best else None


def _settled(near: ReadSentence, block: Block) -> ReadSentence:
    text = near.sentence.article.text[block.start : block.end]
    first = text.partition("，")[0]
    row = unread(near.sentence, block.start, block.end)
    known = near if near.sentence.key == row.sentence.key else replace(near, sentence=row.sentence)
    return replace(known, answer=(0, len(first)), sure=max(1.0, near.sure), settled=True)


def _column(
    question: str, asked: re.Match[str], article: Article, table: Table
) -> tuple[list[tuple[Block, float]], int]:
    """The values of the column whose head the question names best, and how well it does."""
    columns: dict[str, list[tuple[Block, float]]] = {}
    for block in (row.block for row in table):
        for cell in article.text[block.start : block.end].split("，")[1:]:
            match = _CELL.fullmatch(cell) if len(cell) <= _LONGEST_CELL else None
            if match and match["head"]:
                value = float(match["value"].replace(",", ""))
                columns.setdefault(match["head"], []).append((block, value))
    hints = _LOSS if asked["loss"] else _COLUMN.get(asked["how"], "")
    fits = {head: _named(question, head, hints) for head, of in columns.items() if len(of) > 1}
    best = max(fits, key=lambda head: fits[head], default="")
    return columns.get(best, []), fits.get(best, 0)


def _named(question: str, head: str, hints: str) -> int:
    """How many characters of a column's head in a row the question says; a hint counts as two."""
    runs = [head[a:b] for a in range(len(head)) for b in range(a + 2, len(head) + 1)]
    said = max((len(run) for run in runs if run in question), default=0)
    hinted = hints in head if hints == _LOSS else any(char in head for char in hints)
    return max(said, 2 * (bool(hints) and hinted)) or 2 * (len(head) == 1 and head in question)


def _cell_of(one: ReadSentence, *, least: bool) -> ReadSentence | None:
    """The row itself, with that of its times which has the extreme value for the answer."""
    at, cells = 0, []
    for cell in one.sentence.text.split("，"):
        match = re.fullmatch(r"(?P<head>\d*\D+?)(?P<value>-?\d[\d,]*(?:\.\d+)?)\D*", cell)
        if match and _TIME.search(match["head"]):
            cells.append((float(match["value"].replace(",", "")), (at, at + len(cell))))
        at += len(cell) + 1
    if len(cells) < 2:
        return None
    span = (min if least else max)(cells)[1]
    return replace(one, answer=span, sure=max(1.0, one.sure), settled=True)


# -- in a sentence


def _amount(question: str, asked: re.Match[str], one: ReadSentence) -> ReadSentence | None:
    """The sentence with that of its amounts for the answer which is the extreme one."""
    text = one.sentence.text
    amounts: dict[str, list[tuple[Fact, tuple[int, int]]]] = {}
    for start, end in _pieces(text):
        for fact in numbers(text[start:end])[:1]:
            if fact.kind == "number" and fact.unit and not _TOTAL.search(text[start:end]):
                amounts.setdefault(fact.unit, []).append((fact, (start, end)))
    several = max(amounts.values(), key=len, default=[])
    if len(several) < 3 or _WHEN.search(question):
        return None
    best = (min if _least(asked) else max)(several, key=lambda pair: float(pair[0].value))
    start, end = best[1]
    return replace(one, answer=(start, end), sure=max(1.0, one.sure))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """The clauses, cut at 、 too, without what leads them in."""
    for start, end in clauses(text):
        for match in re.finditer(r"[^、]+", text[start:end]):
            piece = re.sub(r"^其中|[，；：。]$", "", match.group())
            at = text.index(piece, start + match.start())
            yield at, at + len(piece)
