"""How much a reader's verdict hangs on the wording: one question asked in three or four ways, of its article."""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np

from index.reranking.reader import CrossEncoder
from training.figures import Seen, auc, by_question, judged, many, rows_of


def wordings(seen: list[Seen], names: list[str]) -> dict[str, list[Seen]]:
    """What came out for each wording, by the question that they are wordings of."""
    groups: dict[str, list[Seen]] = defaultdict(list)
    for one, name in zip(seen, names, strict=True):
        groups[name].append(one)
    return {name: some for name, some in groups.items() if len(some) > 1}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True, help="written by training.pairs")
    parser.add_argument("--model", type=Path, required=True, help="the folder of the reader")
    parser.add_argument("--each", type=int, default=100, help="questions")
    a = parser.parse_args()
    rows = [r for r in rows_of(a.pairs, held=True) if r.role in ("positive", "own", "miss")]
    asked = sorted({row.id.partition(".")[0] for row in rows if "." in row.id})
    order = np.random.default_rng(7).permutation(len(asked))[: a.each]
    chosen = {asked[i] for i in order}
    rows = [row for row in rows if row.id.partition(".")[0] in chosen]
    seen, _ = judged(rows, many(CrossEncoder(a.model, 1)))
    names = [key[1].partition(".")[0] for key in by_question(rows)]
    groups = wordings(seen, names)
    tops = [[one.top for one in some] for some in groups.values()]
    mixed = [min(t) < 0 < max(t) for t in tops]
    flat = [one for some in groups.values() for one in some]
    yes = [one.top for one in flat if one.answerable]
    no = [one.top for one in flat if not one.answerable]
    print(f"{len(groups)} questions, {len(flat)} wordings")
    print(f"log odds spread over {np.mean([np.std(t) for t in tops]):.2f} between wordings")
    print(f"answered in one wording and not in another: {np.mean(mixed):.3f}")
    print(f"answerable above near misses: {auc(yes, no):.3f}")


if __name__ == "__main__":
    main()
