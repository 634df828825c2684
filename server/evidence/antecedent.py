"""Who 「该区」 and 「当地」 are: the name that a claim cut from its context leans on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index import Article
from index.pages.passages import sentences
from server.text.clauses import SPEAKS
from server.text.facts import numbers
from server.text.names import DISTRICT, bodies, names, persons, tagged

_BEHIND = 6  # characters that show whether a word goes on behind a name
_REACH = 400  # characters before a claim in which its name is sought
_PLACE = r"区|县|市|省|镇|乡|村|州|旗"
_KINDS = (
    r"自治区|新区|高新区|开发区|区|县|市|省|镇|乡|村|街道|集团|公司|研究院|研究所|实验室|大学|学院|医院|"
    r"产业集群|集群|产业园|园区|基地|项目|车间|工厂|装置|办法|条例|方案|计划"
)
_SHORTEST = {"区": 3, "县": 3, "市": 3, "省": 3, "镇": 3, "乡": 3, "村": 3, "大学": 4}
_POINTING = re.compile(rf"(?:该|这个|这一|这家|这座|这项|这条|这款|此)(?P<kind>{_KINDS})")
_LOCAL = re.compile(
    r"^“?(?:[^，。“]{0,12}，)?(?P<word>当地(?!时间|时)|全(?P<kind>[区县市省镇村])(?![\u4e00-\u9fff]?重点)|"
    r"(?P<body>公司|集团|园区)(?=[^，。]{0,12}(?:说|介绍|表示|告诉)|目前|已|将|还|自|拟|最近|近日|今年|去年))"
)
_HE = re.compile(r"(?:[^，。“”：]{1,10}，)?(?P<word>[他她])(?![们人者乡日国])")
_ACTS = re.compile(rf"[还曾也]?(?:{SPEAKS}|告诉|是|曾|今年|[（(])")
_VAGUE = re.compile(r"[我该这此全各每本两多新]|当地|位列|位居|不|预计|预测")
_EDGE = re.compile(
    r"[，。；：、！？“”‘’《》「」\s]|位于|来自|走进|以及|日前|近日|目前|如今|[在的由与和对从于为将把让到向是]"
)
# Nouns that end like a name and name nothing.
_COMMON = re.compile(
    r"等\S{0,6}$|家\S{0,6}$|^\d|^(?:重点|各类|一批|多家|有关|相关|部分|大型|龙头|上市|中小)|"
    r"(?:城区|地区|区县|市区|园区|社区|景区|校区|库区|片区|辖区)$"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A name and where it stands, for a word that points at it.

    ``at`` is where the pointing word ends, ``start`` and ``end`` where the name stands: all
    in the article's clean text.
    """

    name: str
    at: int
    start: int
    end: int


def subject(article: Article, start: int, end: int) -> Subject | None:
    """The name behind the first pointing word of ``[start, end)``; None when none is found.

    Only a name of the pointed-at kind that stands shortly before in the article counts, and
    none is needed where the excerpt holds the name itself.
    """
    text = article.text[start:end]
    if person := _person(article, start, text):
        return person
    match = _POINTING.search(text)
    kind = match["kind"] if match else ""
    if match is None:
        match = _LOCAL.match(text)
        if match is None:
            return None
        kind = match["kind"] or match["body"] or _PLACE
    point = start + match.end("word" if "word" in match.re.groupindex else 0)
    found = _name_before(article.text, start + match.start(), kind)
    if found is None or article.text[found[0] : found[1]] in text:
        return None
    return Subject(article.text[found[0] : found[1]], point, *found)


def whose(article: Article, opens: int, start: int, end: int) -> Subject | None:
    """Whose an excerpt's figures are where it was cut off behind the name: 「〔某县〕产值18亿元」.

    ``opens``: where its sentence begins. None where it names somebody itself, or nobody is cut off.
    """
    excerpt = article.text[start:end]
    if names(excerpt) or DISTRICT.search(excerpt) or not numbers(excerpt):
        return None
    for name in reversed(bodies(article.text[opens:start])):
        at = article.text.rfind(name, opens, start)
        if at >= 0 and _leads(article.text, at):
            return Subject(name, start, at, at + len(name))
    return None


def _person(article: Article, start: int, text: str) -> Subject | None:
    """Who 「他」 is, where an excerpt begins with it: the one person that the nearest sentence before names."""
    match = _HE.match(text)
    if match is None:
        return None
    block = next((i for i, b in enumerate(article.blocks) if b.start <= start < b.end), 0)
    floor = max(article.blocks[max(0, block - 1)].start, start - _REACH)
    for first, last in reversed(list(sentences(article.text, floor, start))):
        found = persons(article.text[first:last])
        if found:
            (name, *others) = found
            if others or name in text:
                return None
            at = article.text.index(name, first)
            if not _ACTS.match(article.text, at + len(name)):
                return None  # a word that looks like a name does nothing
            return Subject(name, start + match.end("word"), at, at + len(name))
    return None


def _name_before(text: str, before: int, kind: str) -> tuple[int, int] | None:
    """Where the nearest name of a kind before ``before`` stands."""
    floor = max(0, before - _REACH)
    ends = [m.end() for m in re.finditer(kind, text[floor:before])]
    for end in reversed(ends):
        stop = floor + end
        start = _name_start(text, floor, stop)
        if _is_whole_name(text, start, stop, kind) and _leads(text, start):
            return None if _others(text, (start, stop), before, kind) else (start, stop)
    return None


def _others(text: str, found: tuple[int, int], before: int, kind: str) -> bool:
    """Whether its sentence names another one of the kind: of 甲县 and 乙县 either may be meant."""
    first = max(text.rfind(mark, 0, found[0]) for mark in "。！？\n") + 1
    stops = [at for mark in "。！？\n" if (at := text.find(mark, found[1], before)) >= 0]
    last = min(stops, default=before)
    for match in re.finditer(kind, text[first:last]):
        stop = first + match.end()
        start = _name_start(text, first, stop)
        other = text[start:stop] != text[slice(*found)]
        if other and _is_whole_name(text, start, stop, kind):
            return True
    return False


def _is_whole_name(text: str, start: int, stop: int, kind: str) -> bool:
    """Whether a name stands there, of whole words: 文旅市 of 文旅市场 is none, nor is any 小区."""
    if not _is_name(text[start:stop], kind):
        return False
    at = start
    before = ""
    for word, tag in tagged(text[start : stop + _BEHIND]):
        at += len(word)
        if before == "ns" and tag == "v":
            return False  # 某市实施…集群 is a clause, no name
        before = tag
        if at >= stop:
            common = tag == "n" and len(word) > 1 and word[-1] in _PLACE and kind in _PLACE
            return at == stop and not common
        if tag[0] in "updcr":
            return False  # 听取了 is in no name
    return False


def _is_name(name: str, kind: str) -> bool:
    shortest = 3 if kind == _PLACE else _SHORTEST.get(kind, 6)
    return shortest <= len(name) <= 24 and not _VAGUE.match(name) and not _COMMON.search(name)


def _leads(text: str, start: int) -> bool:
    """Whether a name stands where a sentence says what it is about: first in a clause, or behind 在."""
    return start == 0 or text[start - 1] in "，。；：、“《\n在的于"


def _name_start(text: str, floor: int, stop: int) -> int:
    edges = [m.end() for m in _EDGE.finditer(text[max(floor, stop - 26) : stop - 1])]
    return max(floor, stop - 26) + (edges[-1] if edges else 0)
