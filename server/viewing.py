"""Answers and sources as pieces that a template can show: text, marks and citations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from index import Article, Block, Source, Span

#: Markdown's signs of a heading are not shown in the cleaned view.
HASHES = re.compile(r"#*\s*")
MARKER = re.compile(r"\[(\d+)\]")
#: A long source is shown around its mark; this many characters on each side.
AROUND = 30_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of an answer: text with its support, or a citation (``text`` is then empty)."""

    text: str = ""
    support: str = "full"
    citation: Mapping[str, Any] | None = None


def answer_pieces(answer: Mapping[str, Any]) -> list[list[Piece]]:
    """The answer's lines as text and citations; ``[n]`` without a citation stays text.

    >>> [p.text or p.citation["number"] for p in answer_pieces(
    ...     {"answer": "甲。[1]", "citations": [{"number": 1}], "claims": []})[0]]
    ['甲。', 1]
    """
    known = {c["number"]: c for c in answer["citations"]}
    weak = {c["text"].strip(): c["support"] for c in answer["claims"] if c["support"] != "full"}
    lines = [line for line in answer["answer"].split("\n") if line.strip()]
    return [_line_pieces(line, known, weak) for line in lines]


def _line_pieces(line: str, known: Mapping[int, Any], weak: Mapping[str, str]) -> list[Piece]:
    pieces: list[Piece] = []
    done = 0
    for match in MARKER.finditer(line):
        citation = known.get(int(match[1]))
        if citation is None:
            continue
        if match.start() > done:
            pieces.append(_text_piece(line[done : match.start()], weak))
        pieces.append(Piece(citation=citation))
        done = match.end()
    if done < len(line):
        pieces.append(_text_piece(line[done:], weak))
    return pieces


def _text_piece(text: str, weak: Mapping[str, str]) -> Piece:
    support = next((level for claim, level in weak.items() if claim and claim in text), "full")
    return Piece(text=text, support=support)


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that are all marked or all not."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class ViewBlock:
    kind: str
    runs: tuple[Run, ...]


def original_view(source: Source, mark: Span | None) -> tuple[list[ViewBlock], bool]:
    """The source text as it is, cut to the surroundings of the mark when long; and whether cut."""
    text = source.text
    mark = mark if mark is not None and mark.end <= len(text) else None
    at = mark or Span(0, 0)
    first, last = max(0, at.start - AROUND), min(len(text), at.end + AROUND)
    flags = np.zeros(last - first, dtype=bool)
    flags[at.start - first : at.end - first] = True
    block = ViewBlock("original", _runs(text[first:last], flags))
    return [block], first > 0 or last < len(text)


def clean_view(article: Article, mark: Span | None) -> list[ViewBlock]:
    """The article's clean text block by block; marked is what came from the source's ``mark``."""
    flags = np.zeros(len(article.text), dtype=bool)
    if mark is not None:
        flags = (article.offsets >= mark.start) & (article.offsets < mark.end)
    return [_view_block(article.text, b, flags) for b in article.blocks]


def _view_block(text: str, block: Block, flags: Any) -> ViewBlock:
    start = block.start
    if block.kind in ("title", "heading"):
        start = HASHES.match(text, block.start, block.end).end()  # type: ignore[union-attr]
    return ViewBlock(block.kind, _runs(text[start : block.end], flags[start : block.end]))


def _runs(text: str, flags: Any) -> tuple[Run, ...]:
    cuts = [0, *(np.flatnonzero(np.diff(flags)) + 1).tolist(), len(text)]
    return tuple(Run(text[a:b], bool(flags[a])) for a, b in pairwise(cuts) if a < b)


def article_at(articles: Sequence[Article], mark: Span | None, wanted: str = "") -> Article | None:
    """The article asked for, or the one that holds most of the mark, or the first."""
    for article in articles:
        if article.id == wanted:
            return article
    if mark is None or not articles:
        return articles[0] if articles else None

    def held(article: Article) -> int:
        inside = (article.offsets >= mark.start) & (article.offsets < mark.end)
        return int(np.count_nonzero(inside))

    return max(articles, key=held)
