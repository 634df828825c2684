"""Measure `youju check`: statements people might write of the articles, some of them altered.

    python -m benchmarks.checks                        # those of the seeds; needs nothing else
    python -m benchmarks.checks --news news.jsonl.xz   # those of the news, too

``benchmarks/texts/checks.jsonl`` holds 60 statements in other words than the articles' and 120 that
were altered in one place: a number, a date, a name, a denial, or what they are about. Printed are,
for each kind, how many come back with each verdict, the share that is borne out (of the altered: that
is flagged), and of the contradicted how many name the altered place.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tables import figures
from index import IndexConfig, Library
from server.checking.checker import Checker
from server.checking.records import VERDICTS, CheckedClaim
from server.evidence.find import Search

ROOT = Path(__file__).parents[1]
STATEMENTS = ROOT / "benchmarks" / "texts" / "checks.jsonl"
NEWS_LINES = 400  # the articles that the statements are about, among others
UNTOUCHED = "untouched"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, what was done to it, and the words that were put in."""

    text: str
    kind: str
    article: str
    now: str = ""

    @property
    def of_news(self) -> bool:
        return not self.article.endswith(".txt")


def statements(path: Path = STATEMENTS) -> list[Statement]:
    records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Statement(r["text"], r["kind"], r["article"], r.get("now", "")) for r in records]


def measure(
    given: Sequence[Statement], checker: Checker
) -> Iterator[tuple[Statement, CheckedClaim]]:
    """Each statement with what comes back of it: the worst of its sentences, where there are several."""
    for one in given:
        claims = checker.check(one.text).claims
        yield one, max(claims, key=lambda claim: claim.flagged)


def rows(found: Sequence[tuple[Statement, CheckedClaim]]) -> dict[str, dict[str, float]]:
    """By kind: how many, how many of each verdict, how many named rightly, and the share that is right."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one, claim in found:
        counts[one.kind][claim.verdict] += 1
        counts[one.kind]["named"] += any(_touches(d.said, one.now) for d in claim.differing)
    shares = {}
    for kind, count in counts.items():
        total = sum(count[v] for v in VERDICTS)
        right = count["full"] if kind == UNTOUCHED else total - count["full"]
        counted = {name: count[name] for name in (*VERDICTS, "named")}
        shares[kind] = {"statements": total, **counted, "right": right / total}
    return shares


def _touches(said: str, now: str) -> bool:
    return bool(said) and (said in now or now in said)


def checker_of(folder: Path, files: Sequence[Path], embedder: str) -> Checker:
    """A checker over a new library of some files."""
    library = Library(folder, IndexConfig(embedder=embedder))
    library.update(files)
    return Checker(library, Search(library))


def _first(news: Path, out: Path) -> Path:
    """The first articles of a file of news."""
    with lzma.open(news, "rt", encoding="utf-8") if news.suffix == ".xz" else news.open() as lines:
        out.write_text("".join(line for line, _ in zip(lines, range(NEWS_LINES), strict=False)))
    return out


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--news", type=Path, help="the articles of the news: .jsonl or .jsonl.xz")
    parser.add_argument("--wrong", action="store_true", help="print what came back wrong")
    args = parser.parse_args(argv)
    given = statements()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        seeds = checker_of(folder / "seeds", [ROOT / "seeds"], "builtin")
        found = list(measure([s for s in given if not s.of_news], seeds))
        if args.news:
            news = checker_of(folder / "news", [_first(args.news, folder / "news.jsonl")], "static")
            found += measure([s for s in given if s.of_news], news)
    for one, claim in found:
        if args.wrong and (claim.verdict == "full") != (one.kind == UNTOUCHED):
            print(f"{one.kind} {claim.verdict} {list(claim.missing)} {one.text}")
    print(figures(rows(found), "kind"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
