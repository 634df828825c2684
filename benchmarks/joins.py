"""Ordinary texts with hard line breaks, as mails and old programs make them, and what was made of them.

    python -m benchmarks.joins [NEWS.jsonl] [--times N]

makes 200 texts of seven kinds (``benchmarks/texts``), wraps each so many times at 20 to 80
characters, half of them with CRLF (articles of the news, too, when a file of news is named), and
prints how many sentences hold text that does not belong together (a *false join*: two characters
in a row that are not in a row in the text before it was wrapped), and how many of those that the
wrapping broke are whole again. It exits with 1 when there is a false join.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.pages.articles import split
from index.pages.passages import sentences
from index.records import Article, Source

KINDS = Path(__file__).parent / "texts"
TEXTS = 200


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is wrapped. ``columns``: the width counts Chinese characters double."""

    width: int
    columns: bool
    newline: str
    indent: str
    blank: bool  # a blank line between two paragraphs
    double: bool  # a blank line between any two lines, as PDFs give them
    keep: bool  # no line begins with a closing mark


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A text with line breaks; ``origin[i]`` is the line and the place that a character had."""

    name: str
    style: Style
    lines: tuple[str, ...]
    text: str
    origin: dict[int, tuple[int, int]]


def made(count: int = TEXTS, seed: int = 1) -> Iterator[tuple[str, list[str]]]:
    """So many texts of every kind in turn: a title, and some of the kind's lines in their order."""
    chance = random.Random(seed)
    kinds = [
        (path.stem, path.read_text("utf-8").splitlines()) for path in sorted(KINDS.glob("*.txt"))
    ]
    for number in range(count):
        kind, lines = kinds[number % len(kinds)]
        titles = [line[2:] for line in lines if line.startswith("# ")]
        body = lines[len(titles) :]
        chosen = sorted(chance.sample(range(len(body)), chance.randint(4, len(body) - 4)))
        yield f"{kind}-{number}.txt", [chance.choice(titles), *(body[i] for i in chosen)]


def news(path: Path, count: int) -> list[tuple[str, list[str]]]:
    """Articles of the news, each as its paragraphs."""
    found: list[tuple[str, list[str]]] = []
    with path.open(encoding="utf-8") as records:
        for number, record in enumerate(records):
            if number % 701 or len(found) == count:
                continue
            row = json.loads(record)
            text = re.sub(r"^[^\n。]{0,60}?，正文：", "", row["text"])
            lines = [line.strip() for line in re.split(r"\s{4,}|\n", text) if line.strip()]
            if 200 < sum(map(len, lines)) < 4000:
                found.append((row["id"], lines))
    return found


def styles(count: int, seed: int = 1) -> Iterator[Style]:
    chance = random.Random(seed)
    for _ in range(count):
        yield Style(
            width=chance.randint(20, 80),
            columns=chance.random() < 0.4,
            newline=chance.choice(["\n", "\r\n"]),
            indent=chance.choice(["", "", "\u3000\u3000", "    "]),
            blank=chance.random() < 0.5,
            double=chance.random() < 0.1,
            keep=chance.random() < 0.5,
        )


def wrap(name: str, lines: Sequence[str], style: Style) -> Wrapped:
    text: list[str] = []
    origin: dict[int, tuple[int, int]] = {}
    between = style.newline * (2 if style.double else 1)
    for number, line in enumerate(lines):
        if number:
            text += style.newline * (2 if style.blank or style.double else 1)
        text += style.indent
        room = style.width - _width(style.indent, style)
        for i, (start, end) in enumerate(_rows(line, room, style)):
            if i:
                text += between
            for at in range(start, end):
                origin[len(text)] = (number, at)
                text.append(line[at])
    return Wrapped(name, style, tuple(lines), "".join(text), origin)


def _rows(line: str, room: int, style: Style) -> Iterator[tuple[int, int]]:
    """The ``[start, end)`` of each row of a line; Latin words and figures stay whole."""
    start = 0
    while start < len(line):
        end = start
        while end < len(line) and _width(line[start : end + 1], style) <= room:
            end += 1
        end = max(end, start + 1)
        word = re.search(r"[!-~]+$", line[start:end])
        if end < len(line) and word and word.start() and re.match("[!-~]", line[end]):
            end = start + word.start()
        while style.keep and end < len(line) and line[end] in "，。、；：！？”’）》】…—%":
            end += 1
        yield start, end
        start = end
        while start < len(line) and line[start] == " ":
            start += 1
        room = style.width


def _width(text: str, style: Style) -> int:
    return sum(2 if style.columns and not char.isascii() else 1 for char in text)


@dataclass(slots=True)
class Outcome:
    """What was counted; ``examples`` are false joins: the text's name, and both sides."""

    texts: int = 0
    false: int = 0
    broken: int = 0  # sentences that a line break went through
    whole: int = 0  # of them, those in one piece again
    examples: list[tuple[str, Style, str, str]] = field(default_factory=list)

    def add(self, wrapped: Wrapped) -> None:
        self.texts += 1
        articles = split(Source(wrapped.name, wrapped.text, ""))
        for before, after in false_joins(wrapped, articles):
            self.false += 1
            self.examples.append((wrapped.name, wrapped.style, before, after))
        for whole in restored(wrapped, articles):
            self.broken += 1
            self.whole += whole


def false_joins(wrapped: Wrapped, articles: Iterable[Article]) -> Iterator[tuple[str, str]]:
    """The ends of what was put together and is not in a row in the text as it was written.

    A table's row is meant to be said with the headers of its columns, and does not count.
    """
    for article in articles:
        last: tuple[int, int] | None = None
        rows = {i for b in article.blocks if b.kind == "row" for i in range(b.start, b.end)}
        for i, char in enumerate(article.text):
            if char == "\n" or i in rows:
                last = None
                continue
            here = wrapped.origin.get(int(article.offsets[i]))
            if here is None:
                continue  # a line break that has become a space
            if last is not None and not _in_row(wrapped.lines, last, here):
                yield article.text[max(0, i - 16) : i], article.text[i : i + 16]
            last = here


def _in_row(lines: Sequence[str], a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] == b[0] and a[1] < b[1] and not lines[a[0]][a[1] + 1 : b[1]].strip()


def restored(wrapped: Wrapped, articles: Sequence[Article]) -> Iterator[bool]:
    """For each sentence that a line break went through, whether it is in one piece again."""
    together: set[tuple[tuple[int, int], tuple[int, int]]] = set()
    for article in articles:
        places = [wrapped.origin.get(int(at)) for at in article.offsets]
        last: tuple[int, int] | None = None
        for char, here in zip(article.text, places, strict=True):
            if char == "\n":
                last = None
            elif here is not None:
                if last is not None:
                    together.add((last, here))
                last = here
    ends = _row_ends(wrapped)
    for number, line in enumerate(wrapped.lines):
        for start, end in sentences(line):
            breaks = [(a, b) for a, b in ends if a[0] == number and start <= a[1] and b[1] < end]
            if breaks:
                yield all(pair in together for pair in breaks)


def _row_ends(wrapped: Wrapped) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The characters before and behind each line break inside a line."""
    found = []
    places = sorted(wrapped.origin)
    for a, b in itertools.pairwise(places):
        if b - a > 1 and "\n" in wrapped.text[a:b] and wrapped.origin[a][0] == wrapped.origin[b][0]:
            found.append((wrapped.origin[a], wrapped.origin[b]))
    return found


def measure(texts: Iterable[Wrapped]) -> Outcome:
    outcome = Outcome()
    for wrapped in texts:
        outcome.add(wrapped)
    return outcome


def corpus(texts: Iterable[tuple[str, list[str]]], *, seed: int = 1) -> Iterator[Wrapped]:
    """Each text wrapped in another way."""
    texts = list(texts)
    for (name, lines), style in zip(texts, styles(len(texts), seed), strict=True):
        yield wrap(name, lines, style)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.joins")
    parser.add_argument("news", nargs="?", type=Path)
    parser.add_argument("--times", type=int, default=4, help="how often each text is wrapped")
    args = parser.parse_args(argv)
    texts = [*made(), *(news(args.news, 40) if args.news else [])]
    outcome = measure(w for seed in range(args.times) for w in corpus(texts, seed=seed))
    for name, style, before, after in outcome.examples:
        print(f"{name} {style}\n    {before} | {after}")
    print(
        f"{outcome.texts} wrapped texts, {outcome.false} false joins; of {outcome.broken} broken"
        f" sentences {outcome.whole} whole again ({outcome.whole / max(1, outcome.broken):.3f})"
    )
    return int(outcome.false > 0)


if __name__ == "__main__":
    sys.exit(main())
