"""Measure the shipped models: does the best single sentence hold the answer, and does retrieval find it.

Sentences are ranked by plain overlap of character pairs with the question, by the reader, and by both.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
import unicodedata
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from index.embedding.static import StaticEmbedder
from index.reranking.reader import Reader
from training import text as txt
from training.finetune import auc
from training.passages import BM25, grams, load_corpus, windows
from training.questions import held_out


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the texts it is asked of, and what one of their sentences should hold."""

    question: str
    texts: list[str]
    answers: list[list[str]]
    scores: list[float]


def plain(text: str) -> str:
    """Fold what the comparison ignores: forms, white space, commas, case."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(c for c in folded if not c.isspace() and c not in ",，")


def holds(text: str, answers: list[list[str]]) -> bool:
    """Tell whether any part of the answer is in the text."""
    folded = plain(text)
    return any(plain(alias) in folded for part in answers for alias in part)


def logit(x: np.ndarray | float) -> np.ndarray:
    """Inverse of the sigmoid, clipped."""
    y = np.clip(np.asarray(x, dtype=np.float64), 1e-6, 1 - 1e-6)
    return np.log(y / (1 - y))


def rank(case: Case, reader: Reader, rarity: dict[str, float]) -> dict[str, bool]:
    """Return for each way of ranking whether the best sentence holds the answer."""
    readings = reader.read(case.question, case.texts)
    asked = set(grams(case.question).split())
    rows = []
    for text, reading, score in zip(case.texts, readings, case.scores, strict=True):
        for start, end in txt.sentences(text):
            if end - start < 6:
                continue
            own = set(grams(text[start:end]).split())
            overlap = sum(rarity.get(g, 8.0) for g in asked & own) / math.sqrt(8 + len(own))
            lit = np.sort(reading.evidence[start:end])[::-1]
            ev = float(logit(lit[: max(1, min(20, len(lit)))].mean()))
            span = float(reading.start[start:end].max() + reading.end[start:end].max())
            rows.append(
                (text[start:end], overlap, ev, float(logit(reading.answerable)), span, score)
            )
    if not rows:
        return {}
    table = np.asarray([r[1:] for r in rows], dtype=np.float64)
    ways = {
        "overlap": table[:, 0] + 0.2 * table[:, 4],
        "reader": table[:, 1] + 0.5 * table[:, 2],
        "reader+span": table[:, 1] + 0.5 * table[:, 2] + 0.25 * table[:, 3],
        "both": 0.35 * table[:, 0] + 0.2 * table[:, 4] + table[:, 1] + 0.5 * table[:, 2],
        "both+span": 0.35 * table[:, 0]
        + 0.2 * table[:, 4]
        + table[:, 1]
        + 0.5 * table[:, 2]
        + 0.2 * table[:, 3],
        "half": 0.8 * table[:, 0]
        + 0.3 * table[:, 4]
        + table[:, 1]
        + 0.5 * table[:, 2]
        + 0.2 * table[:, 3],
    }
    return {
        name: holds(rows[int(np.argmax(value))][0], case.answers) for name, value in ways.items()
    }


def squad_cases(data: Path, count: int) -> list[Case]:
    """Return questions of the articles that training never saw."""
    cases = []
    for name, percent in (("drcd_test.json", 35), ("cmrc_trial.json", 25)):
        for article, context, asked in txt.read_squad(data / name):
            if held_out(("drcd" if "drcd" in name else "cmrc") + article, percent):
                cases += [Case(q, [context], [[a]], [0.0]) for q, a, _ in asked]
    return random.Random(1).sample(cases, min(count, len(cases)))


def news_cases(gold: Path, index: BM25, passages: list[str], count: int, top: int) -> list[Case]:
    """Return questions with the passages BM25 finds among all articles."""
    rows = [json.loads(line) for line in gold.read_text("utf-8").splitlines()]
    rows = random.Random(2).sample([r for r in rows if r["answers"]], min(count, len(rows)))
    cases = []
    for row in rows:
        hits = index.search(row["question"], top)
        cases.append(
            Case(
                row["question"],
                [passages[i] for i, _ in hits],
                row["answers"],
                [s for _, s in hits],
            )
        )
    return cases


def report(name: str, cases: list[Case], reader: Reader, rarity: dict[str, float]) -> None:
    """Print the share of the questions whose best sentence holds the answer."""
    sums: Counter[str] = Counter()
    began = time.time()
    for case in cases:
        sums.update({way: int(hit) for way, hit in rank(case, reader, rarity).items()})
    seconds = (time.time() - began) / max(1, sum(len(c.texts) for c in cases))
    shares = {way: round(hits / len(cases), 3) for way, hits in sums.items()}
    print(f"{name}: {len(cases)} questions, {1000 * seconds:.1f} ms a text, {shares}", flush=True)


def near_misses(folder: Path, reader: Reader, lines: dict[str, str], count: int) -> None:
    """Print the AUC of answerable on held-out hand-written questions: best passage of the article asked about."""
    scores, truth = [], []
    for path in sorted(folder.glob("news_*.jsonl")):
        for row in (
            json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()
        ):
            names = (
                row.get("near")
                if not row["answers"]
                else [row["evidence"][0][0]["file"].partition("#")[2]]
            )
            name = (names or [""])[0].rpartition("#")[2]
            if name in lines and held_out(name, 30) and not row.get("history"):
                scores.append((row["question"], name))
                truth.append(bool(row["answers"]))
    chosen = random.Random(3).sample(range(len(truth)), min(count, len(truth)))
    values = [
        max(r.answerable for r in reader.read(scores[i][0], [lines[scores[i][1]]])) for i in chosen
    ]
    answered = np.asarray([truth[i] for i in chosen])
    print(
        f"near misses: {len(chosen)}, {int(answered.sum())} answered, AUC {auc(np.asarray(values), answered):.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--gold", type=Path, required=True, help="news_dev.jsonl")
    parser.add_argument("--hand", type=Path, required=True)
    parser.add_argument("--reader", type=Path)
    parser.add_argument("--embedder", type=Path)
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--top", type=int, default=6)
    a = parser.parse_args()
    corpus = load_corpus(a.work, words=False)
    lines = corpus.lines[: corpus.news]
    passages = [line[s:e] for line in lines for s, e in windows(line)]
    counts: Counter[str] = Counter()
    for passage in passages[::10]:
        counts.update(set(grams(passage).split()))
    rarity = {g: math.log(1 + len(passages) / 10 / c) for g, c in counts.items()}
    if a.reader:
        reader = Reader(a.reader)
        report("DRCD/CMRC held out", squad_cases(a.data, a.questions), reader, rarity)
        near_misses(a.hand, reader, dict(zip(corpus.names, lines, strict=False)), a.questions)
    top = max(a.top, 50 if a.embedder else 0)
    kept = a.work / f"cases_{a.questions}_{top}.json"
    if not kept.exists():
        made = news_cases(a.gold, BM25(passages), passages, a.questions, top)
        kept.write_text(json.dumps([asdict(case) for case in made], ensure_ascii=False), "utf-8")
    cases = [Case(**row) for row in json.loads(kept.read_text("utf-8"))]
    if a.reader:
        short = [Case(c.question, c.texts[: a.top], c.answers, c.scores[: a.top]) for c in cases]
        report("news_dev", short, reader, rarity)
    if a.embedder:
        fusion(StaticEmbedder(a.embedder), cases, passages)


def fusion(embedder: StaticEmbedder, cases: list[Case], passages: list[str]) -> None:
    """Print answer-in-top-5 of BM25, of the embedder alone and of both, over all passages."""
    began = time.time()
    table = embedder.embed(passages)
    print(f"{len(passages) / (time.time() - began):.0f} passages/s")
    hits: Counter[str] = Counter()
    for case in cases:
        near = table @ embedder.embed([case.question])[0]
        dense = np.argpartition(-near, 50)[:50]
        dense = dense[np.argsort(-near[dense])]
        ways = {"bm25": case.texts[:5], "embedder": [passages[i] for i in dense[:5]]}
        for weight in (0.1, 0.2, 0.35, 0.5, 0.7):
            ranked: Counter[str] = Counter()
            for place, text in enumerate(case.texts):
                ranked[text] += 1 / (20 + place)
            for place, row in enumerate(dense):
                ranked[passages[row]] += weight / (20 + place)
            ways[f"fusion {weight}"] = [text for text, _ in ranked.most_common(5)]
        # of what BM25 found, the order that both give together
        near_ = embedder.embed(case.texts) @ embedder.embed([case.question])[0]
        top = max(case.scores) or 1.0
        for weight in (0.2, 0.4, 0.7):
            mixed = np.asarray(case.scores) / top + weight * near_
            ways[f"reorder {weight}"] = [case.texts[i] for i in np.argsort(-mixed)[:5]]
        for way, texts in ways.items():
            hits[way] += any(holds(text, case.answers) for text in texts)
    print({way: round(count / len(cases), 3) for way, count in hits.items()})


if __name__ == "__main__":
    main()
