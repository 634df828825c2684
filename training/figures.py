"""How well a cross-encoder reads what it never saw: figures by source and kind, and the scores to fit decisions on."""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.reranking.reader import CrossEncoder, Window, WindowReading

Reads = Callable[[Sequence[tuple[str, Window]]], list[WindowReading]]


@dataclass(slots=True)
class Row:
    """A labelled pair; see `training.pairs.Pair`."""

    question: str
    id: str
    source: str
    kind: str
    role: str
    label: int
    window: Window
    answers: list[tuple[int, int]]
    evidence: list[tuple[int, int]]
    parts: list[int]
    of: int


def rows_of(path: Path, held: bool) -> list[Row]:
    """The pairs that are held out, or the others, in the file's order."""
    out = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            known = json.loads(line)
            if known["held"] == held:
                known.pop("held")
                known["window"] = Window(**known["window"])
                out.append(Row(**known))
    return out


def by_question(rows: Sequence[Row]) -> dict[tuple[str, str, str], list[Row]]:
    """The pairs of each question and article."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.source, row.id, row.question].append(row)
    return dict(groups)


def sample(rows: Sequence[Row], each: int) -> list[Row]:
    """The pairs of `each` answerable questions a source, and of half as many near misses."""
    by_source: dict[tuple[str, bool], list[list[Row]]] = defaultdict(list)
    for group in by_question(rows).values():
        by_source[group[0].source, group[0].role == "miss"].append(group)
    out = []
    for (_, miss), groups in sorted(by_source.items()):
        order = np.random.default_rng(4).permutation(len(groups))[: each // 2 if miss else each]
        out += [row for i in order for row in groups[i]]
    return out


def auc(good: Sequence[float], bad: Sequence[float]) -> float:
    """The chance that a good one scores above a bad one."""
    if not len(good) or not len(bad):
        return float("nan")
    scores = np.concatenate([np.asarray(good), np.asarray(bad)])
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    return float(
        (ranks[: len(good)].sum() - len(good) * (len(good) + 1) / 2) / (len(good) * len(bad))
    )


@dataclass(slots=True)
class Seen:
    """What came out for one question."""

    source: str
    kind: str
    answerable: bool
    top: float  # the highest log odds of its article's windows
    best: float  # 1 if that window answers
    exact: float
    contains: float
    inside: tuple[int, int, int]  # characters right, said, asked for
    evidence: float
    good: list[float]
    bad: list[float]


def seen_of(group: list[Row], readings: list[WindowReading]) -> Seen:
    """Judge the readings of one question's windows."""
    first = group[0]
    own = [i for i, row in enumerate(group) if row.role in ("positive", "own", "miss")]
    top = max((readings[i].here for i in own), default=-9.0)
    known = [i for i in own if group[i].label >= 0]
    yes = [i for i in known if group[i].label == 1]
    best = exact = contains = evidence = float("nan")
    inside = (0, 0, 0)
    if yes:
        chosen = max(known, key=lambda i: readings[i].here)
        best = float(group[chosen].label == 1)
        lit = [i for i in yes if group[i].evidence]
        if lit:
            shown = max(lit, key=lambda i: readings[i].here)
            at = int(np.argmax(readings[shown].evidence))
            evidence = float(any(a <= at < b for a, b in group[shown].evidence))
        spanned = [i for i in yes if group[i].answers]
        if spanned:
            scored = [(s[0].score, i, s[0]) for i in known if (s := readings[i].spans(1))]
            _, i, span = max(scored)
            exact = float([span.start, span.end] in [list(s) for s in group[i].answers])
            contains = float(any(span.start <= a and b <= span.end for a, b in group[i].answers))
            right = said = asked = 0
            for i in spanned:
                want = np.zeros(len(group[i].window.text), bool)
                for a, b in group[i].answers:
                    want[a:b] = True
                got = readings[i].inside >= 0.5
                right, said, asked = (
                    right + int((got & want).sum()),
                    said + int(got.sum()),
                    asked + int(want.sum()),
                )
            inside = (right, said, asked)
    good = [readings[i].here for i in range(len(group)) if group[i].label == 1]
    bad = [readings[i].here for i in range(len(group)) if group[i].label == 0]
    return Seen(
        first.source, first.kind, bool(yes), top, best, exact, contains, inside, evidence, good, bad
    )


def judged(rows: Sequence[Row], read: Reads) -> tuple[list[Seen], list[WindowReading]]:
    """Read the rows and judge each question."""
    readings = read([(row.question, row.window) for row in rows])
    place = {id(row): i for i, row in enumerate(rows)}
    return [
        seen_of(group, [readings[place[id(row)]] for row in group])
        for group in by_question(rows).values()
    ], readings


def _mean(values: Sequence[float]) -> tuple[float, float, int]:
    some = np.asarray([v for v in values if v == v])
    if not len(some):
        return float("nan"), float("nan"), 0
    return float(some.mean()), float(some.std() / max(1, len(some)) ** 0.5), len(some)


def _auc_error(value: float, good: int, bad: int) -> float:
    """The standard error of an AUC (Hanley and McNeil)."""
    if not good or not bad:
        return float("nan")
    one, two = value / (2 - value), 2 * value**2 / (1 + value)
    rest = (good - 1) * (one - value**2) + (bad - 1) * (two - value**2)
    return float(np.sqrt(max(0.0, value * (1 - value) + rest) / (good * bad)))


def table(seen: Sequence[Seen], kinds: bool = False, errors: bool = False) -> str:
    """Figures a source, and a kind if wanted; `±` one standard error."""
    groups: dict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        groups[one.source].append(one)
        if one.source in ("hand", "news", "docs"):
            groups["written"].append(one)
            if kinds:
                groups[f"  {one.kind}"].append(one)
    lines = ["source | n | auc | misses | best | exact | contains | inside_f1 | evidence"]
    order = ("drcd", "cmrc", "hand", "news", "docs", "written")
    for name in sorted(groups, key=lambda n: (order.index(n) if n in order else 9, n)):
        some = groups[name]
        answered = [s for s in some if s.answerable]
        missed = [s.top for s in some if not s.answerable]
        tops = [s.top for s in answered]
        good, bad = [g for s in answered for g in s.good], [b for s in answered for b in s.bad]
        cells = []
        for value, error in (
            (auc(good, bad), _auc_error(auc(good, bad), len(good), len(bad))),
            (auc(tops, missed), _auc_error(auc(tops, missed), len(tops), len(missed))),
            *(
                _mean([getattr(s, part) for s in answered])[:2]
                for part in ("best", "exact", "contains")
            ),
        ):
            cells.append(f"{value:.3f}" + (f" ±{error:.3f}" if errors else ""))
        right, said, asked = (sum(s.inside[i] for s in answered) for i in range(3))
        cells.append(f"{2 * right / max(1, said + asked):.3f}")
        value, error, _ = _mean([s.evidence for s in answered])
        cells.append(f"{value:.3f}" + (f" ±{error:.3f}" if errors else ""))
        lines.append(f"{name:12} | {len(answered)}+{len(missed)} | " + " | ".join(cells))
    return "\n".join(lines)


def score(seen: Sequence[Seen]) -> float:
    """One figure to choose a checkpoint by: over what was written for this project."""
    some = [s for s in seen if s.source in ("hand", "news", "docs")]
    answered = [s for s in some if s.answerable]
    missed = auc([s.top for s in answered], [s.top for s in some if not s.answerable])
    parts = [
        _mean([getattr(s, part) for s in answered])[0] for part in ("best", "contains", "evidence")
    ]
    within = auc([g for s in answered for g in s.good], [b for s in answered for b in s.bad])
    return float(np.mean([*parts, missed, within]))


def many(model: CrossEncoder) -> Reads:
    """Read with the runtime, question by question."""

    def read(pairs: Sequence[tuple[str, Window]]) -> list[WindowReading]:
        places: dict[str, list[int]] = defaultdict(list)
        for i, (question, _) in enumerate(pairs):
            places[question].append(i)
        out: dict[int, WindowReading] = {}
        for question, some in places.items():
            out |= dict(zip(some, model.read(question, [pairs[i][1] for i in some]), strict=True))
        return [out[i] for i in range(len(pairs))]

    return read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True, help="written by training.pairs")
    parser.add_argument(
        "--model",
        type=Path,
        required=True,
        help="the folder of the reader",
    )
    parser.add_argument(
        "--each", type=int, default=100_000, help="answerable questions of a source"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--scores", type=Path, help="where to write every window's scores, a .jsonl"
    )
    a = parser.parse_args()
    rows = sample(rows_of(a.pairs, held=True), a.each)
    model = CrossEncoder(a.model, a.threads)
    began = time.time()
    seen, readings = judged(rows, many(model))
    spent = time.time() - began
    print(
        f"{model.name}: {len(rows)} windows, {1000 * spent / len(rows):.1f} ms each, one after another"
    )
    print(table(seen, kinds=True, errors=True))
    if a.scores:
        place = {id(row): i for i, row in enumerate(rows)}
        with a.scores.open("w", encoding="utf-8") as out:
            for group in by_question(rows).values():
                first = group[0]
                read = []
                for row in group:
                    made = readings[place[id(row)]]
                    spans = [[s.start, s.end, round(s.score, 3)] for s in made.spans(3)]
                    read.append(
                        {
                            "role": row.role,
                            "label": row.label,
                            "parts": row.parts,
                            "start": row.window.start,
                            "text": row.window.text,
                            "answers": row.answers,
                            "here": round(made.here, 3),
                            "nowhere": round(made.nowhere, 3),
                            "spans": spans,
                            "inside": round(float(made.inside.max(initial=0)), 4),
                            "evidence": round(float(made.evidence.max(initial=0)), 4),
                        }
                    )
                answerable = first.role != "miss"
                known: dict[str, object] = {
                    "id": first.id,
                    "source": first.source,
                    "kind": first.kind,
                }
                known |= {"question": first.question, "answerable": answerable, "parts": first.of}
                out.write(json.dumps(known | {"windows": read}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
