"""What stands between two lines of --- at the top of a Markdown file: title, date, author, tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.reading.dates import published_date
from index.reading.shown import Shown

_FIELD = re.compile(r"(?P<key>[A-Za-z_\u4e00-\u9fff][\w -]{0,30}?)[ \t]*[:：][ \t]*(?P<value>.*)$")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<value>.*)$")
_ENDS = " \t\r'\"[]，,"
_KEYS = {
    "title": ("title", "标题", "题目"),
    "author": ("author", "authors", "作者", "撰稿"),
    "date": ("date", "published", "publishdate", "pubdate", "created", "日期", "发布日期", "发布时间", "时间"),
    "tags": ("tags", "tag", "keywords", "categories", "category", "标签", "关键词", "分类"),
}  # fmt: skip
_FIELDS = {key: name for name, keys in _KEYS.items() for key in keys}


@dataclass(slots=True)
class About:
    """What a source says about itself."""

    title: str = ""
    author: str | None = None
    published: str | None = None


def read_front_matter(start: int, end: int, out: Shown) -> About:
    """Read the fields in ``[start, end)`` of the source.

    Their values are written as lines, so that they are found and can be cited: a title, and bylines
    for the author, the date and the tags.
    """
    about = About()
    names: list[str] = []
    for key, values in _fields(out.source, start, end):
        texts = [out.source[a:b] for a, b in values]
        if not texts:
            continue
        if key == "title" and not about.title:
            about.title = texts[0]
            _write(out, values[:1], level=1, kind="title")
            continue
        if key == "author":
            names += texts
        elif key == "date":
            about.published = about.published or published_date(texts[0])
        _write(out, values, kind="byline")
    about.author = "、".join(names) or None
    return about


def _write(out: Shown, values: list[tuple[int, int]], *, level: int = 0, kind: str) -> None:
    out.line(values[0][0], level, kind)
    for number, (start, end) in enumerate(values):
        if number:
            out.put("，", [values[number - 1][1]])
        out.copy(start, end)


def _fields(source: str, start: int, end: int) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """The known fields and where their values stand; ``- item`` lines belong to the key above."""
    key = ""
    values: list[tuple[int, int]] = []
    at = start
    for line in source[start:end].split("\n"):
        item, pair = _ITEM.match(line), _FIELD.match(line)
        if item is None and pair is not None:
            yield from [(key, values)] if key else []
            key, values = _FIELDS.get(pair["key"].strip().lower(), ""), []
            values += _values(source, at + pair.start("value"), at + len(line), key)
        elif item is not None and key:
            values += _values(source, at + item.start("value"), at + len(line), key)
        at += len(line) + 1
    yield from [(key, values)] if key else []


def _values(source: str, start: int, end: int, key: str) -> Iterator[tuple[int, int]]:
    """The parts of ``[甲, 乙]`` where there may be several, without quotation marks."""
    pattern = r"[^,，、]+" if key in ("author", "tags") else r".+"
    for match in re.compile(pattern).finditer(source, start, end):
        a, b = match.span()
        while a < b and source[a] in _ENDS:
            a += 1
        while a < b and source[b - 1] in _ENDS:
            b -= 1
        if a < b:
            yield a, b
