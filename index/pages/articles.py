"""Source to articles: one text with one title each, its blocks labelled, its columns mended."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import numpy as np

from index.pages import short_lines
from index.pages.blocks import NAME, PERSON, Layout, RawBlock, layout
from index.pages.mend import mend
from index.reading.dates import iso_date
from index.records import Article, Block, Offsets, Source

#: Formats whose every source is one article by definition.
SINGLE = frozenset({"jsonl"})

_SIGN = re.compile("[□■◇◆]")
#: Ends an article (the author's post) or the page (the editors').
_CLOSES = re.compile(
    r"[（(](?:本文)?(?:作者|执笔|撰稿)(?:单位|系|为|是|[：:])|本版(?:编辑|责编|撰文|校对)"
)
#: The name of a column in front of a headline: 区域谈 方向要准, 短评 …, 记者手记 …
_COLUMN = re.compile(
    r"[\u4e00-\u9fff]{1,4}(?:谈|评|论|说|语|记|观察|短波|视点|视角|链接|快讯|聚焦) \S{4,}"
)
_REPORTER = r"(?:记者|通讯员|评论员|特派员|撰稿人|撰文|作者|执笔|文)"
_NAMES = rf"{NAME}(?:[、 ，]{NAME})*"
_AUTHORS = (
    re.compile(rf"[□■◇◆]\s?(?:\S{{0,10}}?{_REPORTER}\s?[：:]?\s?)?(?P<names>{_NAMES})$"),
    re.compile(rf"(?:^|[ ：:（(【])\S{{0,10}}?{_REPORTER}\s?[：:/ ]\s?(?P<names>{_NAMES})"),
    re.compile(rf"^\S{{0,12}}记者(?P<names>{_NAMES})$"),
    re.compile(rf"^(?P<names>{_NAMES})$"),
)
#: 新华社北京7月22日电（记者赵文君）, 【环球网报道 记者 姜蔼玲】: in the first lines of the text.
_DATELINE = re.compile(
    rf"[（(【\[][^（()）【】\n]{{0,24}}?记者[：:\s]*(?P<names>{NAME}(?:[、\s]+{NAME})*)[^（()）【】\n]{{0,20}}[）)】\]]"
)


def split(source: Source) -> list[Article]:
    """The articles of a source, in reading order; none when it holds no text."""
    page = layout(source)
    single = source.format in SINGLE
    drafts = [_Draft(page.pieces)] if single else _drafts(mend(page.pieces))
    drafts = _captions_placed([draft for draft in drafts if draft.pieces])
    for draft in drafts:
        _name(draft, source.text)
    _share_page_author(drafts)
    return [_article(source, page, draft, number) for number, draft in enumerate(drafts)]


@dataclass(slots=True)
class _Draft:
    """The blocks of an article, and what they say about it."""

    pieces: list[RawBlock] = field(default_factory=list)
    closed: bool = False
    has_text: bool = False
    title: str = ""
    author: str | None = None

    def add(self, piece: RawBlock) -> None:
        self.pieces.append(piece)
        self.has_text = self.has_text or piece.kind == "paragraph"


# -- where an article begins


def _drafts(pieces: list[RawBlock]) -> list[_Draft]:
    drafts = [_Draft()]
    for i, piece in enumerate(pieces):
        draft = drafts[-1]
        begins = piece.kind not in ("caption", "byline") and draft.closed
        if draft.has_text and (begins or _begins(pieces, i)):
            draft = _Draft()
            drafts.append(draft)
        draft.add(piece)
        if piece.kind == "byline" and _CLOSES.match(piece.spaced) and draft.has_text:
            draft.closed = True
    return drafts


def _begins(pieces: list[RawBlock], i: int) -> bool:
    """Whether a headline or a signature that opens an article stands here."""
    piece = pieces[i]
    if piece.level == 1:
        return True
    if piece.kind == "byline":
        return _opens(pieces, i)
    if piece.kind not in ("heading", "title") or piece.level:
        return False
    if _COLUMN.fullmatch(piece.spaced):
        return True
    j = i
    while j < len(pieces) and pieces[j].kind in ("heading", "title"):
        j += 1
    signed = j < len(pieces) and pieces[j].kind == "byline" and _authors(pieces[j])
    return bool(signed) and _is_kind(pieces, j + 1, "paragraph")


def _opens(pieces: list[RawBlock], i: int) -> bool:
    """A signature □ between two paragraphs stands under a headline that got lost."""
    if not _SIGN.match(pieces[i].text):
        return False
    between = pieces[i - 1].kind == "paragraph" and _is_kind(pieces, i + 1, "paragraph")
    return between and sum(len(piece.text) for piece in pieces[i + 1 : i + 3]) >= 100


def _is_kind(pieces: list[RawBlock], i: int, kind: str) -> bool:
    return i < len(pieces) and pieces[i].kind == kind


# -- captions


def _captions_placed(drafts: list[_Draft]) -> list[_Draft]:
    """On a page of several articles, a picture belongs to the one that speaks of the same.

    Captions stay where they are unless another article fits clearly better; one that stands
    behind an article's end and fits none becomes an article of its own.
    """
    if len(drafts) < 2:
        return drafts
    grams = [_grams("".join(p.text for p in d.pieces if p.kind != "caption")) for d in drafts]
    placed = [_Draft([], draft.closed, draft.has_text) for draft in drafts]
    strays: list[_Draft] = []
    for number, draft in enumerate(drafts):
        for group in _groups(draft.pieces):
            if group[0].kind != "caption":
                placed[number].pieces += group
                continue
            best, fits = _best_fit(group, grams, number)
            if not fits and _is_last(draft, group):
                strays.append(_Draft(group))
            else:
                placed[best].pieces += group
    return placed + strays


def _groups(pieces: Sequence[RawBlock]) -> list[list[RawBlock]]:
    """Captions with the credit line that follows them, everything else alone."""
    groups: list[list[RawBlock]] = []
    for piece in pieces:
        credit = piece.kind == "caption" and len(piece.text) <= 14
        if credit and groups and groups[-1][-1].kind == "caption":
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _grams(text: str) -> frozenset[str]:
    """Three characters in a row, punctuation and digits apart."""
    spans = (text[i : i + 3] for i in range(len(text) - 2))
    return frozenset(gram for gram in spans if gram.isalpha())


_COMMON = _grams("图为资料图片中经视觉新华社记者摄")


def _best_fit(group: list[RawBlock], grams: list[frozenset[str]], home: int) -> tuple[int, bool]:
    """The article that shares most with a caption, and whether it shares enough."""
    mine = _grams("".join(piece.text for piece in group)) - _COMMON
    shared = [len(mine & theirs) for theirs in grams]
    best = max(range(len(grams)), key=lambda i: (shared[i], i == home))
    fits = shared[best] >= max(2, 0.1 * len(mine))
    if shared[best] < shared[home] + 2:
        best = home
    return (best, True) if fits else (home, False)


def _is_last(draft: _Draft, group: list[RawBlock]) -> bool:
    """Whether nothing but captions and bylines follows in the article."""
    at = next(i for i, piece in enumerate(draft.pieces) if piece is group[0])
    return all(piece.kind in ("caption", "byline") for piece in draft.pieces[at:])


# -- title and author


def _name(draft: _Draft, source: str) -> None:
    """Find the title among the lines before the text, and the author in the bylines."""
    lead = 0
    while lead < len(draft.pieces) and draft.pieces[lead].kind in ("heading", "title", "byline"):
        lead += 1
    if lead == len(draft.pieces):  # nothing is said under them
        lead = 0
    places = [i for i in range(lead) if draft.pieces[i].kind != "byline"]
    chosen = _title_of(draft.pieces, places)
    if chosen is not None:
        draft.title = draft.pieces[chosen].spaced.removeprefix("原标题：").strip("—")
        item = _first_item(draft.pieces, places)
        for i in places:
            if i <= chosen or not (draft.pieces[i].level or i >= item):
                draft.pieces[i] = replace(draft.pieces[i], kind="title")
    bylines = [piece for piece in draft.pieces if piece.kind == "byline"]
    draft.author = next((names for piece in bylines if (names := _authors(piece))), None)
    draft.author = draft.author or _dateline(draft.pieces[lead:], source)


def _title_of(pieces: list[RawBlock], places: list[int]) -> int | None:
    """The marked one, else the longest that is neither a kicker nor a subtitle."""
    if not places:
        return None
    marked = [i for i in places if pieces[i].kind == "title" or pieces[i].level]
    if marked:
        return min(marked, key=lambda i: (pieces[i].kind != "title", pieces[i].level))
    plain = [i for i in places if not _is_side_title(pieces[i].text)]
    item = _first_item(pieces, places)
    plain = [i for i in plain if i < item]  # what stands under an item names no text
    # A headline of several decks stands together: take the last deck of lines, not a heading.
    return max(plain or places, key=lambda i: (len(pieces[i].text), i))


def _first_item(pieces: list[RawBlock], places: list[int]) -> int:
    items = (i for i in places if short_lines.rank(pieces[i].spaced) is not None)
    return next(items, len(pieces))


def _is_side_title(text: str) -> bool:
    return bool(
        re.match("—|［|\\[", text)
        or re.search("(?:—|[①-⑳]|[（(][上中下一二三四五六七八九十]+[）)])$", text)
    )


def _authors(piece: RawBlock) -> str | None:
    """The names of a byline that names who wrote it; editors do not count."""
    for pattern in _AUTHORS:
        match = pattern.search(piece.spaced)
        if match and (names := _names(match["names"])):
            return names
    return None


_NO_NAME = re.compile(
    "编辑|本版|责编|美编|记者|主持|嘉宾|摄影|校对|审核|监制|来源|作者|通讯|报道|撰文|日报|新闻"
)


def _names(text: str) -> str | None:
    """Names up to the first word that is none; a name alone must begin with a surname."""
    names: list[str] = []
    for name in re.findall(NAME, text):
        if _NO_NAME.search(name) or not (names or PERSON.fullmatch(name) or "·" in name):
            break
        names.append(name)
    return "、".join(names) or None


def _dateline(pieces: list[RawBlock], source: str) -> str | None:
    """新华社北京7月22日电（记者赵文君）: read in the source, where a space parts two names."""
    for piece in pieces[:2]:
        first, last = int(piece.offsets[0]), int(piece.offsets[:200][-1])
        match = _DATELINE.search(source[first : last + 1])
        if match:
            return _names(match["names"])
    return None


def _share_page_author(drafts: list[_Draft]) -> None:
    """本版撰文 names who wrote every article of the page that is not signed."""
    for draft in drafts:
        for piece in draft.pieces:
            if "本版撰文" in piece.text and (names := _authors(piece)):
                for other in drafts:
                    if other.author is None and other.has_text:
                        other.author = names


# -- the record


def _article(source: Source, page: Layout, draft: _Draft, number: int) -> Article:
    text = "\n".join(piece.text for piece in draft.pieces)
    arrays: list[Offsets] = []
    blocks = []
    at = 0
    for piece in draft.pieces:
        if at:
            arrays.append(arrays[-1][-1:])  # the line break between two blocks
        arrays.append(piece.offsets)
        blocks.append(Block(piece.kind, at, at + len(piece.text)))
        at += len(piece.text) + 1
    title = draft.title or (page.title if not number else "")
    if source.title and (source.format in SINGLE or not title):
        title = source.title if not number else title
    if not title and not number and source.format not in SINGLE:
        title = _file_title(source.name)
    key = f"{source.name}\0{number}\0{text}".encode("utf-8", "surrogatepass")
    return Article(
        id=hashlib.sha256(key).hexdigest()[:16],
        source=source.name,
        text=text,
        offsets=np.concatenate(arrays).astype(np.int32, copy=False),
        blocks=tuple(blocks),
        title=title,
        author=draft.author or (page.author if not number else None),
        published=source.published or page.published or _published(draft.pieces),
        url=source.url,
        ordinal=number,
    )


def _file_title(name: str) -> str:
    """A file's name without its ending, where it is words and no number or hash."""
    stem = PurePosixPath(name.replace("\\", "/")).stem.strip()
    words = _FILE_WORDS.findall(stem)
    return stem if sum(map(len, words)) >= max(2, len(stem) / 3) else ""


#: Chinese, or Latin words that are no hexadecimal digits.
_FILE_WORDS = re.compile(
    r"[\u3400-\u9fff]+|(?<![A-Za-z0-9])(?=[A-Za-z]*[G-Zg-z])[A-Za-z]{3,}(?![A-Za-z0-9])"
)


def _published(pieces: Sequence[RawBlock]) -> str | None:
    """A date that stands in a line of its own: a byline's, else that of minutes."""
    for piece in pieces:
        if piece.kind == "byline" and (date := iso_date(piece.text)):
            return date
    told = (iso_date(piece.text) for piece in pieces if _HELD.match(piece.text))
    return next((date for date in told if date), None)


#: Not 「时间：2024年6月3日至20日」: what lasts is announced.
_HELD = re.compile(r"(?:会议)?(?:时间|日期)[：:](?:19|20)\d\d(?!.*日(?:至|到|[-—–~～起]))")
