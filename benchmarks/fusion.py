"""What the library's embedder adds to BM25: the article with the answer among the first five.

    youju index --library NEWS news/
    python -m benchmarks.fusion --library NEWS news_dev.jsonl [MORE.jsonl ...]

Asks every answerable question of the gold files that stands alone, three times: BM25 alone, what
`youju ask` finds without the embedder in retrieval, and what it finds as it is. A hit counts when
it is of an article that the question's evidence names; near-duplicates are collapsed in all three.
Behind ± is one standard error, by bootstrap over the questions.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.embedders import DEPTH
from benchmarks.tables import mean, table
from index import Hit, Library, Retriever, collapse, load_embedder, query_terms
from index.retrieve import fused
from server.evaluation.gold import GoldQuestion, load_gold
from server.evidence.find import Search
from server.question.understanding import understand

BM25, WITHOUT, WITH = "BM25", "youju ask, no embedder in retrieval", "youju ask"
FIRST = (1, 5, 10)

Find = Callable[[str], Sequence[Hit]]


def ways(library: Library) -> dict[str, Find]:
    """The three ways of finding."""
    snapshot = library.snapshot()

    def lexical(query: str) -> list[Hit]:
        terms = query_terms(understand(query).text)
        return collapse(fused(snapshot, None, terms), DEPTH)

    def through(retriever: Retriever) -> Find:
        search = Search(library, retriever)
        return lambda query: search.find(understand(query), k=DEPTH).hits

    alone, both = Retriever(library.embedder, dense_weight=0.0), Retriever(library.embedder)
    return {BM25: lexical, WITHOUT: through(alone), WITH: through(both)}


def found(question: GoldQuestion, hits: Sequence[Hit]) -> list[float]:
    """Whether an article of the evidence is among the first 1, 5 and 10 hits."""
    wanted = {e.source for place in question.evidence for e in place}
    return [float(any(h.passage.source in wanted for h in hits[:k])) for k in FIRST]


def report(questions: Sequence[GoldQuestion], library: Library) -> str:
    """A row for each way, and what the embedder adds to the two others."""
    scores = {
        name: np.array([found(q, ask(q.question)) for q in questions])
        for name, ask in ways(library).items()
    }
    columns = range(len(FIRST))
    rows = [[name, *(mean(found[:, i]) for i in columns)] for name, found in scores.items()]
    for name in (BM25, WITHOUT):
        gain = scores[WITH] - scores[name]
        rows.append([f"the last against {name}", *(mean(gain[:, i], "+") for i in columns)])
    return table(["", *(f"first {k}, percent" for k in FIRST)], rows)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--embedder", default="builtin", help="the library's")
    args = parser.parse_args(argv)
    with Library(args.library, embedder=load_embedder(args.embedder)) as library:
        for path in args.gold:
            questions = [q for q in load_gold(path) if q.answerable and not q.history]
            print(f"{path.name}: {len(questions)} questions\n\n{report(questions, library)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
