"""Put questions beside windows that speak of something else altogether: none of them answers.

    python -m training.elsewhere pairs.jsonl --everyday training/written/everyday.txt --out more.jsonl

`training.pairs` finds its negatives by BM25, so that all of them share words with the question. What a library
that has nothing on a matter brings instead are its most general sentences, and to 「怎么学游泳」 a general one reads
like an answer. Here documents' questions meet the news and the other way round, and everyday questions, which no
article of either answers, meet both; of the windows drawn the likest by pairs of characters are taken.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from training.figures import Row, rows_of
from training.pairs import likeness

DRAWN, TAKEN = 80, 3  # windows that a question is compared with, and that are taken
OTHER = {"docs": "news", "news": "docs", "hand": "docs", "drcd": "docs"}
FORMS = (
    "怎么{}？",
    "如何{}",
    "{}要注意什么？",
    "为什么要{}？",
    "怎样才能{}",
    "{}有哪些好办法？",
    "{}一般要多久",
)


def questions(rows: list[Row], everyday: list[str], count: int) -> Iterator[tuple[str, str]]:
    """Questions, each with the source whose windows it meets; a line without a question mark is put into forms."""
    asked = {
        row.question: OTHER[row.source] for row in rows if row.label == 1 and row.source in OTHER
    }
    yield from random.sample(sorted(asked.items()), min(count, len(asked)))
    for line in everyday:
        forms = [line] if line.endswith("？") else [form.format(line) for form in FORMS]
        for form in forms:
            yield form, "docs"
            yield form, "news"


def elsewhere(rows: list[Row], everyday: list[str], count: int) -> Iterator[dict[str, Any]]:
    """Rows of pairs, a group for each question."""
    pools = {
        source: [row.window for row in rows if row.source == source] for source in ("docs", "news")
    }
    for number, (question, source) in enumerate(questions(rows, everyday, count)):
        windows = random.sample(pools[source], DRAWN)
        windows.sort(key=lambda window: -likeness(question, window.text))
        for window in windows[:TAKEN]:
            yield {
                "held": False,
                **asdict(
                    Row(
                        f"off_{number:05}",
                        question,
                        source,
                        "off",
                        "miss",
                        0,
                        window,
                        [],
                        [],
                        [],
                        0,
                    )
                ),
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path, help="written by training.pairs")
    parser.add_argument(
        "--everyday", type=Path, required=True, help="questions, or what one does, a line each"
    )
    parser.add_argument("--count", type=int, default=4000, help="of the pairs' own questions")
    parser.add_argument(
        "--out", type=Path, required=True, help="the pairs and the new ones, a .jsonl"
    )
    a = parser.parse_args()
    random.seed(3)
    everyday = a.everyday.read_text("utf-8").split("\n")
    made = list(
        elsewhere(rows_of(a.pairs, held=False), [line for line in everyday if line], a.count)
    )
    with a.out.open("w", encoding="utf-8") as out:
        out.write(a.pairs.read_text("utf-8"))
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in made)
    print(len(made), "pairs")


if __name__ == "__main__":
    main()
