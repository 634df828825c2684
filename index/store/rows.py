"""Records as rows of the catalogue's tables, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from index.reading.decode import DAMAGED
from index.records import (
    Article,
    Block,
    Edit,
    Metadata,
    Passage,
    Source,
    SourceInfo,
    Span,
)
from index.store.database import now
from index.store.packing import pack_offsets, pack_text, unpack_offsets, unpack_text
from index.store.remainder import Cut, pack_article, pack_source, unpack_article


def passage_key(passage_id: str) -> int:
    """The 63-bit integer that the engines and SQLite know a passage by.

    >>> passage_key("a") == passage_key("a") != passage_key("b")
    True
    """
    return int.from_bytes(hashlib.blake2b(passage_id.encode(), digest_size=8).digest()) >> 1


def text_hash(text: str) -> bytes:
    """What an embedded text's vector is kept under."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def check_text(digest: bytes, context: str, text: str) -> None:
    """Raises: ValueError, when that is not the text that this was the hash of."""
    if text_hash(f"{context}\n{text}" if context else text) != digest:
        raise ValueError("its text is not what was written")


#: Of a title or a heading, the characters that are searched with the passage.
MAX_CONTEXT = 100


def embedded_text(passage: Passage, title: str) -> tuple[str, str]:
    """Return the passage's context (title and heading) and the text that is embedded."""
    parts = (title[:MAX_CONTEXT], passage.heading[:MAX_CONTEXT])
    context = "\n".join(dict.fromkeys(part for part in parts if part))
    return context, f"{context}\n{passage.text}" if context else passage.text


# ---- from rows ----


def web_address(url: str | None) -> str | None:
    """An address that an article brings, where it leads to the web: no script, no file.

    >>> web_address("https://a.example/1"), web_address("javascript:alert(1)")
    ('https://a.example/1', None)
    """
    return url if url and url.lower().startswith(("https://", "http://")) else None


PASSAGE = "id, article, source, text, start, end, spans, heading"


def passage_of(row: Sequence[Any]) -> Passage:
    spans = tuple(Span(a, b) for a, b in json.loads(row[6]))
    text = unpack_text(row[3])
    return Passage(row[0], row[1], row[2], text, row[4], row[5], spans, row[7])


def blocks_of(stored: str) -> tuple[Block, ...]:
    return tuple(Block(*block) for block in json.loads(stored))


def article_of(row: Sequence[Any], cuts: Sequence[Cut]) -> Article:
    """``cuts``: its passages, where they start and what they say."""
    return Article(
        id=row[0],
        source=row[1],
        text=unpack_article(row[2], cuts),
        offsets=unpack_offsets(row[3]),
        blocks=blocks_of(row[4]),
        title=row[5],
        author=row[6],
        published=row[7],
        url=web_address(row[8]),
        ordinal=row[9],
    )


def edit_of(row: Sequence[Any]) -> Edit:
    source, ordinal, sha256, read, given = row
    return Edit(source, ordinal, sha256, Metadata(*json.loads(read)), json.loads(given))


def edit_row(edit: Edit) -> tuple[Any, ...]:
    read = [edit.read.title, edit.read.author, edit.read.published]
    stored = (json.dumps(one, ensure_ascii=False) for one in (read, dict(edit.given)))
    return (edit.source, edit.ordinal, edit.sha256, *stored)


def info_of(row: Sequence[Any], titles: Sequence[str], answers: int) -> SourceInfo:
    name, sha256, form, chars, damaged, title, published, url, added_at, passages, edited = row
    shown = tuple(t for t in titles if t) or ((title,) if title else ())
    return SourceInfo(
        name,
        sha256,
        form,
        chars,
        len(titles),
        passages,
        shown,
        published,
        web_address(url),
        added_at,
        damaged,
        bool(edited),
        answers,
    )


# ---- to rows ----


@dataclass(frozen=True, slots=True)
class SourceRows:
    """A source with its articles and their passages, as they are written."""

    name: str
    source: tuple[Any, ...]
    places: bytes
    articles: Sequence[tuple[Any, ...]]
    passages: Sequence[tuple[Any, ...]]
    edits: Sequence[tuple[Any, ...]]


def rows_of(
    source: Source,
    file: str,
    articles: Sequence[tuple[Article, Sequence[Passage]]],
    edits: Sequence[Edit],
) -> SourceRows:
    """The rows of a source and of its articles with their passages; ``file`` is what it is of.

    What is there twice, word for word, is kept once: nothing may count on the text of the second.
    """
    articles = list({article.id: (article, held) for article, held in reversed(articles)}.values())
    once = {p.id: p for _, held in articles for p in reversed(held)}
    articles = [(a, [p for p in held if once[p.id] is p]) for a, held in reversed(articles)]
    return SourceRows(
        source.name,
        source_row(source, file, [article for article, _ in articles]),
        source.places,
        [article_row(article, held) for article, held in articles],
        [row for article, held in articles for row in passage_rows(held, article.title)],
        [edit_row(edit) for edit in edits],
    )


def source_row(source: Source, file: str, articles: Sequence[Article] = ()) -> tuple[Any, ...]:
    return (
        source.name,
        file,
        source.sha256,
        source.format,
        source.title,
        source.published,
        source.url,
        len(source.text),
        source.text.count(DAMAGED),
        pack_source(source.text, [(article.text, article.offsets) for article in articles]),
        now(),
    )


def article_row(article: Article, passages: Sequence[Passage]) -> tuple[Any, ...]:
    blocks = [[b.kind, b.start, b.end] for b in article.blocks]
    return (
        article.id,
        article.source,
        article.ordinal,
        article.title,
        article.author,
        article.published,
        article.url,
        pack_article(article.text, [(p.start, p.text) for p in passages]),
        pack_offsets(article.offsets),
        json.dumps(blocks, separators=(",", ":")),
    )


def passage_rows(passages: Iterable[Passage], title: str) -> Iterator[tuple[Any, ...]]:
    for ordinal, p in enumerate(passages):
        context, embedded = embedded_text(p, title)
        yield (
            passage_key(p.id),
            p.id,
            p.article,
            p.source,
            ordinal,
            p.start,
            p.end,
            json.dumps([[s.start, s.end] for s in p.spans], separators=(",", ":")),
            p.heading,
            context,
            pack_text(p.text),
            text_hash(embedded),
        )
