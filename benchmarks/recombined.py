"""More news than there is: the articles, and behind them halves of two of them put together.

    python -m benchmarks.recombined news.jsonl.xz --articles 250000 > many.jsonl

For sizes and seconds, not for hits: a sentence stands in several articles, none of them whole.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path

from index.pages.passages import sentences


def recombined(articles: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The ids and texts that are there; then, without end, each one's first half with another's second.

    The number in front makes every text a new one, so that none is left out as a reprint.
    """
    yield from articles
    middles = [_middle(text) for _, text in articles]
    for turn in count(1):
        for at, (name, text) in enumerate(articles):
            other = (at + 7919 * turn) % len(articles)
            first, second = text[: middles[at]], articles[other][1][middles[other] :]
            yield f"{name}x{turn}", f"第{turn}辑第{at}篇：{first}{second}"


def _middle(text: str) -> int:
    """Where the sentence in the middle begins."""
    starts = [start for start, _ in sentences(text)]
    return starts[len(starts) // 2] if starts else 0


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles_there", type=Path, help="JSON Lines: id, text")
    parser.add_argument("--articles", type=int, required=True, help="how many")
    args = parser.parse_args(argv)
    opened = lzma.open if args.articles_there.suffix == ".xz" else open
    with opened(args.articles_there, "rt", encoding="utf-8") as lines:
        rows = [(row["id"], row["text"]) for row in map(json.loads, lines)]
    for name, text in islice(recombined(rows), args.articles):
        print(json.dumps({"id": name, "text": text}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
