"""Fit the gate's judgement of paraphrases, over what the shipped reader and the checks find.

    python -m training.faithfulness citecheck_dev.jsonl --keep readings.pkl \\
        --out server/verify/models/faithfulness.json

A logistic model, deterministic. What is denied is refused before the weights are asked. The
figures printed are from five folds, drawn ten times, each with the threshold that gives its FPR.
``--keep`` holds the readings: leave it out, or delete it, when the reader or the checks have changed.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.faithfulness import Row, rows
from index.reranking.reader import CrossEncoder, builtin
from server.verify.entailment import Lays
from server.verify.faithfulness import denied, features
from server.verify.support import judge

FALSE_POSITIVES = 0.048  # the FPR that the threshold is set for, of unseen statements
FOLDS, DRAWS = 5, 10
RIDGE = 10.0
NEVER = -30.0  # the log odds of what is denied
Matrix = npt.NDArray[np.float64]
Found = tuple[bool, bool, dict[str, float]]  # faithful, denied, features


def found(row: Row, reader: Lays) -> Found:
    statements = row.statements
    borne = judge(row.statement, statements)
    known = features(row.statement, statements, borne, reader)
    return row.faithful, denied(row.statement, statements, borne), known


def fit(x: Matrix, y: Matrix, steps: int = 30) -> Matrix:
    """Weights ``(d + 1,)``, the bias last, by Newton's method, with a ridge on standardised features."""
    mean, scale = x.mean(0), x.std(0) + 1e-9
    z = np.column_stack([(x - mean) / scale, np.ones(len(x))])
    penalty = np.append(np.full(x.shape[1], RIDGE), 1e-6)
    weights = np.zeros(z.shape[1])
    for _ in range(steps):
        likely = 1 / (1 + np.exp(-np.clip(z @ weights, -30, 30)))
        slope = z.T @ (likely - y) + penalty * weights
        bend = (z * (likely * (1 - likely))[:, None]).T @ z + np.diag(penalty)
        weights -= np.linalg.solve(bend, slope)
    plain = weights[:-1] / scale
    return np.append(plain, weights[-1] - plain @ mean)


def unseen(x: Matrix, y: Matrix, refused: npt.NDArray[np.bool_], seed: int) -> Matrix:
    """The log odds ``(n,)`` of each statement by weights that have not seen it."""
    fold = np.random.default_rng(seed).permutation(len(y)) % FOLDS
    odds = np.zeros(len(y))
    for number in range(FOLDS):
        seen = (fold != number) & ~refused
        weights = fit(x[seen], y[seen])
        odds[fold == number] = x[fold == number] @ weights[:-1] + weights[-1]
    return np.where(refused, NEVER, odds)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path)
    parser.add_argument("--model", type=Path, help="a reader's folder; the built-in one")
    parser.add_argument("--keep", type=Path, help="keep the readings here, and use them if there")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    if args.keep and args.keep.exists():
        data: list[Found] = pickle.loads(args.keep.read_bytes())
    else:
        reader = CrossEncoder(args.model) if args.model else builtin()
        data = [found(row, reader) for row in rows(args.path)]
        if args.keep:
            args.keep.write_bytes(pickle.dumps(data))
    names = list(data[0][2])
    x = np.array([list(known.values()) for _, _, known in data])
    y = np.array([float(faithful) for faithful, _, _ in data])
    refused = np.array([no for _, no, _ in data])
    print(f"denied: {refused[y == 1].mean():.3f} faithful, {refused[y == 0].mean():.3f} not")
    draws = [unseen(x, y, refused, seed) for seed in range(DRAWS)]
    for rate in (0.03, 0.04, 0.05, 0.08):
        kept = [(odds[y == 1] > np.quantile(odds[y == 0], 1 - rate)).mean() for odds in draws]
        print(f"FPR {rate:.2f}: TPR {np.mean(kept):.3f}, draws differ by {np.std(kept):.3f}")
    auc = [(odds[y == 1][:, None] > odds[y == 0][None, :]).mean() for odds in draws]
    print(f"AUC {np.mean(auc):.3f}")
    threshold = np.mean([np.quantile(odds[y == 0], 1 - FALSE_POSITIVES) for odds in draws])
    kept = (
        [(odds[y == 1] >= threshold).mean() for odds in draws],
        [(odds[y == 0] >= threshold).mean() for odds in draws],
    )
    print(f"at the threshold: TPR {np.mean(kept[0]):.3f}, FPR {np.mean(kept[1]):.3f}")
    weights = fit(x[~refused], y[~refused])
    record = {
        "weights": {n: round(float(w), 5) for n, w in zip([*names, "bias"], weights, strict=True)},
        "threshold": round(float(threshold), 5),
    }
    args.out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
