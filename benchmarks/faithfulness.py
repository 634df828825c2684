"""Measure the gate's judgement: does a statement follow from the documents that it cites?

    python -m benchmarks.faithfulness citecheck_dev.jsonl

A line of the file is a statement, the ``quote`` it cites (``[1] … [2] …``, one document behind each
number) and a ``label``: 1 where they bear it, 0 where they do not. Printed are accuracy, the share
of the faithful that is accepted (TPR) and of the unfaithful (FPR) at the shipped threshold, and the
share accepted of each ``kind``, where lines have one; behind ± is one standard error.
``benchmarks/texts/altered.jsonl`` has kinds: sentences untouched, or altered in one place.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from benchmarks.tables import table
from index.pages.passages import sentences
from server.verify.faithfulness import Faithfulness
from server.verify.statement import Statement

_NUMBER = re.compile(r"(?:^|\s)\[\d+\]\s")


@dataclass(frozen=True, slots=True)
class Row:
    """A statement, what it cites, and whether that bears it."""

    statement: str
    quote: str
    faithful: bool
    kind: str = ""

    @property
    def statements(self) -> list[Statement]:
        """The sentences of the documents, each with what stands before it."""
        return [
            Statement(text[start:end], text[:start])
            for text in documents(self.quote)
            for start, end in sentences(text)
        ]


def documents(quote: str) -> list[str]:
    """What stands behind each number of a quote."""
    return _NUMBER.split(quote)


def rows(path: Path) -> Iterator[Row]:
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        yield Row(
            record["statement"], record["quote"], record["label"] == 1, record.get("kind", "")
        )


def rates(accepted: Sequence[bool], faithful: Sequence[bool]) -> dict[str, tuple[float, float]]:
    """Accuracy, TPR and FPR, each with its standard error."""
    pairs = list(zip(accepted, faithful, strict=True))
    return {
        "accuracy": _rate([a == f for a, f in pairs]),
        "TPR": _rate([a for a, f in pairs if f]),
        "FPR": _rate([a for a, f in pairs if not f]),
    }


def kinds(accepted: Sequence[bool], rows: Sequence[Row]) -> dict[str, tuple[float, float]]:
    """The share accepted of each kind, with its standard error."""
    known = dict.fromkeys(row.kind for row in rows if row.kind)
    return {
        kind: _rate([a for a, row in zip(accepted, rows, strict=True) if row.kind == kind])
        for kind in known
    }


def _rate(hits: Sequence[bool]) -> tuple[float, float]:
    share = sum(hits) / max(1, len(hits))
    return share, sqrt(share * (1 - share) / max(1, len(hits)))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path)
    args = parser.parse_args(argv)
    given = list(rows(args.path))
    judgement = Faithfulness.builtin()
    accepted = [judgement.bears(row.statement, row.statements) for row in given]
    print(f"{len(given)} statements, {sum(row.faithful for row in given)} faithful")
    shares = rates(accepted, [row.faithful for row in given]) | kinds(accepted, given)
    print(table(["", "share"], ([name, f"{s:.3f} ±{e:.3f}"] for name, (s, e) in shares.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
