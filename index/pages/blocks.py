"""Source to blocks: its lines, cleaned, each with what it is (title, byline, caption, ...)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from index.pages import short_lines
from index.pages.clean import clean
from index.reading.dates import iso_date
from index.reading.markup import plain
from index.records import Offsets, Source

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class RawBlock:
    """A block on its way into an article.

    ``offsets`` (int32) has the source index of each character; ``spaced`` is the text with the
    spaces of the source, where they part words; ``level`` is that of a heading's markup.
    """

    text: str
    offsets: Offsets
    kind: str = ""
    level: int = 0
    spaced: str = ""

    @property
    def start(self) -> int:
        return int(self.offsets[0])


@dataclass(frozen=True, slots=True)
class Layout:
    """The blocks of a source, in its order, and what it says about itself."""

    pieces: list[RawBlock]
    title: str = ""
    author: str | None = None
    published: str | None = None


NAME = r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,8})?"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘"
    "杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷"
    "施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪"
    "靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池"
    "滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩"
)
PERSON = re.compile(
    f"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}|(?:欧阳|司马|上官|诸葛|东方|皇甫|尉迟)[\u4e00-\u9fff]{{1,2}}"
)

_REPORTER = r"(?:记者|通讯员|评论员|特派员|摄影师|撰稿人|实习生)"
_ROLE = (
    r"(?:(?:本版|责任|流程|执行|值班|文字|网络|新媒体|图文|视觉)?(?:编辑|责编|撰文|校对|审核|编审|监制|摄影|统筹|策划|设计|"
    r"总监|主编|来源|作者|采写|编译|供稿|供图|执笔|制图|文|图)|美\s?编|主持人|嘉宾|(?:专访|对话|访谈|特邀)嘉宾|受访者)"
)
#: 2024-03-15 10:20 来源：…, 发布时间：2024年3月15日 …
_DATED = r"[【\[（(]?(?:发布|发表|更新)?(?:时间|日期)?[：:]?\s?(?:19|20)\d\d[-/年.]\s?\d+[-/月.]\s?\d+日?"
_BYLINE = re.compile(
    rf"[□■◇◆]\s*\S.{{0,40}}"
    rf"|.{{0,14}}{_REPORTER}\s?[：:]?\s?{NAME}(?:[、 ,，/]\s?{_REPORTER}?{NAME})*(?:[/ ]?(?:文|图|摄|综合报道))?"
    rf"|[（(【〖\[]?{_ROLE}(?:\s?[：:／/| ].{{0,60}}|[）)】])?"
    r"|[（(](?:本文)?(?:作者|执笔|撰稿)(?:单位|系|为|是|[：:]).{1,80}[）)]"
    rf"|{_DATED}(?:.{{0,12}}|.{{0,20}}(?:来源|稿源|作者|编辑|发布|阅读|浏览|点击|访问|字号|字体).{{0,60}})"
)
#: What every byline and every caption holds: most lines are told apart by these alone.
_BYLINE_HINT = re.compile(
    r"[□■◇◆]|记者|通讯员|评论员|特派员|摄影|撰稿|实习生|编辑|责编|美\s?编|撰文|校对|审核|编审|监制|统筹|策划|设计|总监|主编|来源|"
    r"作者|采写|编译|供稿|供图|执笔|制图|^[（(【〖\[]?[文图]|主持|嘉宾|受访|(?:19|20)\d\d[-/年.]"
)
_CAPTION_HINT = re.compile("^[（(]?(?:图|资料|[上下左右]图)|摄|/制图")
_STOPS = re.compile("[。！？!?；;]")
_TAKEN = rf"(?:{NAME}[、 ]?){{1,3}}(?:/?摄(?:影|影报道)?|/制图)(?:[（(/].{{1,12}}[）)]?)?"
_CREDIT = re.compile(_TAKEN)
_CAPTION = re.compile(
    r"[（(]?(?:图为|图[一二三四五六七八九十\d]{1,2}[为：:、]|资料图|[上下左右]图).{0,120}"
    rf"|.{{0,120}}?{_TAKEN}"
)
_TERMINAL = re.compile(
    r"[。！？…!?；;][”’\"'』」）)》】\]]*(?:[（(][^（()）]{1,20}[）)])?$|[.][”\"')]*$"
)

#: The longest line that may be a heading.
SHORT = 32
#: The longest that a text's first line may be and head it.
LONG = 60
#: So many short lines in a row are a list or a chart, not headings.
_LIST = 4
#: A page may begin with more of them: kicker, headline, decks.
_HEADLINES = 8


def layout(source: Source) -> Layout:
    """The blocks of a source; a news prefix such as ``2023-08-16 17:53，正文：`` becomes a date."""
    shown = plain(source.text, source.format)
    skip, published = _prefix(shown.text)
    levels = {at - skip: level for at, level in shown.levels.items()}
    kinds = {at - skip: kind for at, kind in shown.kinds.items()}
    cleaned = clean(shown.text[skip:], apart={*levels, *kinds})
    pieces: list[RawBlock] = []
    at = 0
    for line in cleaned.text.split("\n"):
        if line.strip():
            inside = cleaned.offsets[at : at + len(line)]
            offsets = shown.offsets[skip:][inside]
            first = int(inside[0])
            level = _marked(levels, shown.text[skip:], first) or 0
            kind = _marked(kinds, shown.text[skip:], first) or ""
            piece = RawBlock(line, offsets, kind, level)
            piece = replace(piece, spaced=_spaced(piece, source.text))
            pieces += _parted(piece) if not kind else [piece]
        at += len(line) + 1
    return Layout(_labelled(pieces), shown.title, shown.author, published or shown.published)


_PREFIX = re.compile(r"[^\n。]{0,120}?，正文：\s*")


def _prefix(text: str) -> tuple[int, str | None]:
    match = _PREFIX.match(text)
    if not match:
        return 0, None
    return match.end(), iso_date(match[0])


def _marked(marks: Mapping[int, T], text: str, first: int) -> T | None:
    """What is marked at the beginning of the line whose first character this is."""
    at = first
    while at not in marks and at and text[at - 1].isspace():
        at -= 1
    return marks.get(at)


def _spaced(piece: RawBlock, source: str) -> str:
    """A short line with the spaces between its words; spaced-out characters stay together."""
    if len(piece.text) > 2 * SHORT:
        return piece.text
    at = piece.offsets.tolist()
    out = [piece.text[0]]
    words = 1
    for i in range(1, len(at)):
        gap = source[at[i - 1] + 1 : at[i]]
        if gap.isspace() and "\n" not in gap:
            out.append(" ")
            words += 1
        out.append(piece.text[i])
    return "".join(out) if words <= max(2, 0.6 * len(at)) else piece.text


def is_open(text: str) -> bool:
    """Whether a block stops without the punctuation that ends a sentence."""
    return _TERMINAL.search(text) is None


# -- lines that are two blocks


_FOOTER = re.compile(
    r"返回搜狐，查看更多.{0,60}$|"
    r"(?<=[。！？”）)】…])[（(【〖\[]?(?:(?:责任|流程|执行)?编辑|责编|校对|审核|编审|监制|采写|编译|"
    r"(?:文章)?来源|作者|(?:本报|见习|图文)?记者|通讯员)[：:].{0,100}$"
)
_SIGNED = re.compile(rf"[□■◇◆]\s?(?:\S{{0,8}}?{_REPORTER} )?{NAME}(?= )")
_ORIGINAL = re.compile(r"原标题：([^【]{4,60})(?=【)")


def _parted(piece: RawBlock) -> list[RawBlock]:
    """A footer or a headline that runs into the text is a block of its own."""
    match = _FOOTER.search(piece.text, len(piece.text) - 130)
    at = match.start() if match else 0
    if at:
        return [*_parted(_cut(piece, 0, at)), _cut(piece, at)]
    match = _ORIGINAL.match(piece.text)
    if match:
        return [replace(_cut(piece, 0, match.end()), kind="title"), _cut(piece, match.end())]
    match = _SIGNED.match(piece.spaced)
    if match:
        rest = piece.spaced[match.end() + 1 :]
        if len(rest) > 4 and not re.match(rf"{_REPORTER}|{NAME}(?:[ 、]|$)", rest):
            at = len(match[0].replace(" ", ""))
            return [
                replace(_cut(piece, 0, at), spaced=match[0]),
                replace(_cut(piece, at), spaced=rest),
            ]
    return [piece]


def _cut(piece: RawBlock, start: int, end: int | None = None) -> RawBlock:
    text = piece.text[start:end]
    return replace(piece, text=text, offsets=piece.offsets[start:end], spaced=text)


# -- what a line is


def _labelled(pieces: list[RawBlock]) -> list[RawBlock]:
    kinds = [piece.kind or _kind(piece) for piece in pieces]
    _label_short(pieces, kinds)
    _label_names(pieces, kinds)
    _label_lists(pieces, kinds)
    _label_told(pieces, kinds)
    _label_captions(pieces, kinds)
    _label_content(pieces, kinds)
    return [replace(p, kind=kind) for p, kind in zip(pieces, kinds, strict=True)]


def _kind(piece: RawBlock) -> str:
    if re.fullmatch("原标题：.{2,60}", piece.text):
        return "title"
    if piece.level:
        return "heading"
    if not _STOPS.search(piece.text) and _is(_BYLINE_HINT, _BYLINE, piece.spaced):
        return "byline"
    if _is(_CAPTION_HINT, _CAPTION, piece.spaced.rstrip("。")):
        return "caption"
    if len(piece.text) <= SHORT and is_open(piece.text) and not _STOPS.search(piece.text):
        return "heading" if re.search(r"\w", piece.text) else "paragraph"
    return "paragraph"


def _is(hint: re.Pattern[str], pattern: re.Pattern[str], text: str) -> bool:
    return hint.search(text) is not None and pattern.fullmatch(text) is not None


def _label_names(pieces: list[RawBlock], kinds: list[str]) -> None:
    """A name alone under a headline is the author's; under 主持人 it is a speaker's."""
    for i in range(1, len(pieces)):
        if kinds[i] != "heading" or pieces[i].level:
            continue
        text = pieces[i].spaced
        named = kinds[i - 1] == "byline" and PERSON.fullmatch(text.split(" ")[0])
        beside = kinds[i - 1] in ("heading", "title") and PERSON.fullmatch(text)
        if beside or named:
            kinds[i] = "byline"


def _label_short(pieces: list[RawBlock], kinds: list[str]) -> None:
    """Short lines that are statements although nothing ends them, and some that are not the text's."""
    short = [kind == "heading" and not p.level for p, kind in zip(pieces, kinds, strict=True)]
    for i in _contents(pieces, short):
        kinds[i] = "byline"
    texts = [piece.spaced for piece in pieces]
    ranks = short_lines.outline(texts, short)
    ranks = [-1 if piece.level else own for piece, own in zip(pieces, ranks, strict=True)]
    own = (
        i
        for i, kind in enumerate(kinds)
        if kind != "byline" and not (short[i] and short_lines.is_furniture(texts[i]))
    )
    first = next(own, 0)
    if _is_headline(pieces, kinds, first):
        kinds[first] = "heading"
    for i, piece in enumerate(pieces):
        if kinds[i] == "byline" and _in_form(pieces, kinds, i):
            kinds[i] = "paragraph"
        if not short[i] or kinds[i] != "heading":
            continue
        if short_lines.is_furniture(piece.spaced):
            kinds[i] = "byline"
        elif i == first and len(pieces) > 1 and short_lines.names_text(piece.spaced):
            continue  # a headline may have the form of anything
        elif short_lines.is_leaf(ranks, i) or _says(piece):
            kinds[i] = "paragraph"


def _says(piece: RawBlock) -> bool:
    """Whether a short line says something by its form, or what will be said."""
    text = piece.spaced
    return short_lines.field(text) or short_lines.states(text) or text[-1] in "：:"


def _is_headline(pieces: list[RawBlock], kinds: list[str], i: int) -> bool:
    """Whether a line too long for a heading is one by its place: the first of several."""
    if i + 1 >= len(pieces) or kinds[i] != "paragraph":
        return False
    text = pieces[i].text
    return len(text) <= LONG and is_open(text) and not _STOPS.search(text) and text.count("，") < 2


def _contents(pieces: list[RawBlock], short: list[bool]) -> set[int]:
    found = short_lines.in_contents([piece.spaced for piece in pieces])
    return {i for i in found if short[i]}


def _in_form(pieces: list[RawBlock], kinds: list[str], i: int) -> bool:
    """Whether a line that gives a value to a name has another one behind or before it."""
    if not short_lines.field(pieces[i].spaced):
        return False
    around = [j for j in (i - 1, i + 1) if 0 <= j < len(pieces) and not pieces[j].level]
    return any(
        short_lines.field(pieces[j].spaced) and kinds[j] in ("heading", "paragraph") for j in around
    )


def _label_lists(pieces: list[RawBlock], kinds: list[str]) -> None:
    """Many short lines in a row are statements (a chart); the last may head what follows.

    So are all that a text without any statement has; the first of many names it.
    """
    loose = [
        kind == "heading" and not piece.level and short_lines.rank(piece.spaced) is None
        for piece, kind in zip(pieces, kinds, strict=True)
    ]
    i = 0
    while i < len(pieces):
        j = i
        while j < len(pieces) and loose[j]:
            j += 1
        last = j == len(pieces)
        if not i and last:
            start = int(j - i >= _LIST)
            kinds[start:j] = ["paragraph"] * (j - start)
        elif j - i >= (_LIST if i else _HEADLINES):
            start = max(i, 1)
            told = bool(
                i and pieces[i - 1].level
            )  # where headings are marked the last of a list is none
            heads = not last and not told and not short_lines.field(pieces[j].spaced)
            kinds[start : j - heads] = ["paragraph"] * (j - heads - start)
        elif last and j - i == 1 and not short_lines.tells(pieces[i].spaced):
            kinds[i] = "byline"  # a line left alone behind the text names where it is from
        elif last:
            kinds[i:j] = ["paragraph"] * (j - i)
        i = max(j, i + 1)


def _label_told(pieces: list[RawBlock], kinds: list[str]) -> None:
    """A short line behind a paragraph that gives an amount says something, unless it is signed."""
    statements = False
    for i, piece in enumerate(pieces):
        signed = "—" in piece.text[:1] + piece.text[-1:] or kinds[i + 1 : i + 2] == ["byline"]
        heading = kinds[i] == "heading" and not piece.level and not signed
        if heading and statements and short_lines.tells(piece.spaced):
            kinds[i] = "paragraph"
        statements = statements or kinds[i] == "paragraph"


def _label_content(pieces: list[RawBlock], kinds: list[str]) -> None:
    """A text in which nothing is said says what its own lines are."""
    if not set(kinds) <= {"byline", "heading", "title"}:
        return
    own = [i for i, piece in enumerate(pieces) if not short_lines.is_furniture(piece.spaced)]
    for i in own:
        if kinds[i] == "byline" and not _is(_BYLINE_HINT, _BYLINE, pieces[i].spaced):
            kinds[i] = "paragraph"


def _label_captions(pieces: list[RawBlock], kinds: list[str]) -> None:
    """What stands above a photographer's name is a caption too."""
    for i in range(1, len(pieces)):
        credit = kinds[i] == "caption" and _CREDIT.fullmatch(pieces[i].spaced)
        if credit and kinds[i - 1] in ("paragraph", "heading") and len(pieces[i - 1].text) <= 130:
            kinds[i - 1] = "caption"
