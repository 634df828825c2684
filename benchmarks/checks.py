"""Measure `youju check`: statements people might write of the articles, some of them altered.

    python -m benchmarks.checks                        # those of the seeds; needs nothing else
    python -m benchmarks.checks --news news.jsonl.xz   # those of the news, too
    python -m benchmarks.checks --statements benchmarks/texts/altered.jsonl --news news.jsonl.xz
    python -m benchmarks.checks --statements benchmarks/texts/checks_news.jsonl --library NEWS_LIBRARY
    python -m benchmarks.checks --documents citecheck_dev.jsonl   # each against the document it cites

``benchmarks/texts/checks.jsonl`` holds 60 statements in other words than the articles' and 120 that
were altered in one place: a number, a date, a name, a denial, or what they are about; so do
``altered.jsonl`` and ``checks_fresh.jsonl`` beside it, and ``checks_names.jsonl`` of names alone;
``checks_names_dev.jsonl`` is to develop on, ``checks_names_test.jsonl`` to measure once; so are
``checks_news_dev.jsonl`` and ``checks_news.jsonl``, statements that say of whom they speak, as a
draft does. ``--library`` asks a library that is there.
Printed are, for each kind, how many come back
with each verdict, the share that is borne out (of the altered: that is flagged), and of the
contradicted how many name the altered place. Of documents, the kinds are the file's labels: a
``faithful`` statement is right when it is borne out, an ``unfaithful`` one when it is flagged.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faithfulness import documents
from benchmarks.tables import figures
from index import IndexConfig, Library, Source
from index.pages.articles import split
from server.checking.checker import Checker
from server.checking.records import VERDICTS, CheckedClaim
from server.checking.verdicts import find
from server.evidence.find import Search
from server.verify.witnesses import Witness, witnesses_of

ROOT = Path(__file__).parents[1]
STATEMENTS = ROOT / "benchmarks" / "texts" / "checks.jsonl"
NEWS_LINES = 400  # the articles that the statements are about, among others
UNTOUCHED, FAITHFUL, UNFAITHFUL = "untouched", "faithful", "unfaithful"


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
    """Those of a file; ``altered.jsonl`` has other names for the same things."""
    return [
        Statement(
            record.get("text") or record["statement"],
            record["kind"],
            record.get("article") or record["file"].removeprefix("news.jsonl#"),
            record.get("now", ""),
        )
        for record in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]


def against_documents(
    path: Path, limit: int | None = None
) -> Iterator[tuple[Statement, CheckedClaim]]:
    """Each statement of a file with what its own documents say to it, as if these were the library."""
    for line in path.read_text(encoding="utf-8").splitlines()[:limit]:
        record = json.loads(line)
        there = [w for i, text in enumerate(documents(record["quote"])) for w in _read(i, text)]
        text = record["statement"]
        finding = find(text, there)
        kind = FAITHFUL if record["label"] == 1 else UNFAITHFUL
        claim = CheckedClaim(text, 0, len(text), finding.verdict, finding.missing)
        yield Statement(text, kind, ""), claim


def _read(number: int, text: str) -> list[Witness]:
    articles = split(Source(f"{number}", text, "", "txt"))
    return [witness for article in articles for witness in witnesses_of(article)]


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
        right = count["full"] if kind in (UNTOUCHED, FAITHFUL) else total - count["full"]
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


def _some(news: Path, named: Set[str], out: Path) -> Path:
    """The first articles of a file of news, and those that are named."""
    with (
        lzma.open(news, "rt", encoding="utf-8") if news.suffix == ".xz" else news.open() as lines,
        out.open("w", encoding="utf-8") as kept,
    ):
        for at, line in enumerate(lines):
            if at < NEWS_LINES or json.loads(line)["id"] in named:
                kept.write(line)
    return out


def _against_libraries(
    given: Sequence[Statement], news: Path | None
) -> list[tuple[Statement, CheckedClaim]]:
    """Those of the seeds, and where there are news those of the news."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        seeds = checker_of(folder / "seeds", [ROOT / "seeds"], "builtin")
        found = list(measure([s for s in given if not s.of_news], seeds))
        if news:
            of_news = [s for s in given if s.of_news]
            some = _some(news, {s.article for s in of_news}, folder / "news.jsonl")
            found += measure(of_news, checker_of(folder / "news", [some], "static"))
    return found


def _against_library(
    given: Sequence[Statement], folder: Path
) -> list[tuple[Statement, CheckedClaim]]:
    """All of them, whatever articles the library has."""
    with Library(folder) as library:
        return list(measure(given, Checker(library, Search(library))))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--news", type=Path, help="the articles of the news: .jsonl or .jsonl.xz")
    parser.add_argument("--library", type=Path, help="a library that has the articles")
    parser.add_argument("--wrong", action="store_true", help="print what came back wrong")
    parser.add_argument("--statements", type=Path, default=STATEMENTS, help="another set")
    parser.add_argument("--documents", type=Path, help="statements with their documents: .jsonl")
    parser.add_argument("--limit", type=int, help="only so many of the documents")
    args = parser.parse_args(argv)
    if args.documents:
        found = list(against_documents(args.documents, args.limit))
    elif args.library:
        found = _against_library(statements(args.statements), args.library)
    else:
        found = _against_libraries(statements(args.statements), args.news)
    for one, claim in found:
        if args.wrong and (claim.verdict == "full") != (one.kind in (UNTOUCHED, FAITHFUL)):
            print(f"{one.kind} {claim.verdict} {list(claim.missing)} {one.text}")
    print(figures(rows(found), "kind"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
