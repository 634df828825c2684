"""Prepare the corpus: cleaned articles, the character vocabulary, sentences, and aligned sentence pairs.

Aligned pairs are sentences of two different articles that share rare 4-grams of characters: two reports of
one event. They give paraphrases for pretraining, for the embedder and for the synthetic questions.
"""

from __future__ import annotations

import argparse
import lzma
from pathlib import Path

import numpy as np

from training import text as txt

MIN_COUNT = 8
MAX_SENTENCES_A_GRAM = 16
SAMPLE_GRAMS = 3  # every third 4-gram (by hash) stands for all, which keeps memory in bounds


def sentence_table(articles: list[str]) -> np.ndarray:
    """Return `(n, 3)` int32 rows `article, start, end`; offsets count within the article."""
    rows = [
        (number, start, end)
        for number, article in enumerate(articles)
        for start, end in txt.sentences(article)
        if end - start >= 8
    ]
    return np.asarray(rows, dtype=np.int32)


def grams(ids: np.ndarray, n: int = 4) -> np.ndarray:
    """Return a uint64 hash for each run of `n` ids, `(len(ids) - n + 1,)`."""
    out = np.zeros(max(0, len(ids) - n + 1), dtype=np.uint64)
    for shift in range(n):
        out = out * np.uint64(1_000_003) + ids[shift : shift + len(out)].astype(np.uint64)
    return out * np.uint64(0x9E3779B97F4A7C15)


def sampled_grams(
    stream: np.ndarray, offsets: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return `(hash, sentence)` of the sampled distinct 4-grams that lie inside one sentence."""
    hashes = grams(stream)
    starts = offsets[rows[:, 0]] + rows[:, 1]
    owner = np.full(len(stream) + 1, -1, dtype=np.int32)
    lengths = rows[:, 2] - rows[:, 1] - 3
    index = (
        np.repeat(starts, lengths)
        + np.arange(lengths.sum())
        - np.repeat(np.cumsum(lengths) - lengths, lengths)
    )
    owner[index] = np.repeat(np.arange(len(rows), dtype=np.int32), lengths)
    keep = (owner[: len(hashes)] >= 0) & ((hashes >> np.uint64(40)) % np.uint64(SAMPLE_GRAMS) == 0)
    hashes, owners = hashes[keep], owner[: len(hashes)][keep]
    order = np.lexsort((owners, hashes))
    hashes, owners = hashes[order], owners[order]
    fresh = np.ones(len(hashes), dtype=bool)
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
    return hashes[fresh], owners[fresh]


def align(stream: np.ndarray, offsets: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return `(n, 3)` int32 rows `sentence, sentence, shared sampled 4-grams`, for different articles."""
    hashes, owners = sampled_grams(stream, offsets, rows)
    edges = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1], True])
    sizes = np.diff(edges)
    heads = edges[:-1]
    pairs = []
    for size in range(2, MAX_SENTENCES_A_GRAM + 1):
        group = heads[sizes == size]
        members = owners[group[:, None] + np.arange(size)]
        left, right = np.triu_indices(size, 1)
        key = members[:, left].astype(np.int64) << 32 | members[:, right]
        pairs.append(key.ravel())
    keys, counts = np.unique(np.concatenate(pairs), return_counts=True)
    a, b = (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32)
    keep = (counts >= 2) & (rows[a, 0] != rows[b, 0])
    return np.stack([a[keep], b[keep], counts[keep].astype(np.int32)], axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="folder with news.jsonl.xz, drcd_*.json, cmrc_*.json",
    )
    parser.add_argument("--work", type=Path, required=True, help="folder for what is prepared")
    arguments = parser.parse_args()
    work: Path = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    names, articles = zip(
        *((name, txt.clean(raw)) for name, raw in txt.read_news(arguments.data)), strict=True
    )
    squad = ["drcd_dev.json", "drcd_test.json", "cmrc_trial.json"]
    contexts = [c for name in squad for _, c, _ in txt.read_squad(arguments.data / name)]
    (work / "names.txt").write_text("\n".join(names), encoding="utf-8")
    with lzma.open(work / "corpus.txt.xz", "wt", preset=2, encoding="utf-8") as out:
        out.write("\n".join([*articles, *(" ".join(c.split()) for c in contexts)]))
    vocabulary = txt.build_vocabulary([*articles, *contexts], MIN_COUNT)
    txt.save_vocabulary(vocabulary, work / "vocabulary.json")
    table = txt.lookup_table(vocabulary)
    np.save(work / "table.npy", table)
    rows = sentence_table(list(articles))
    np.save(work / "sentences.npy", rows)
    offsets = np.cumsum([0, *(len(a) + 1 for a in articles)])
    pairs = align(txt.encode("\n".join(articles), table), offsets, rows)
    np.save(work / "aligned.npy", pairs)
    print(
        f"{len(articles)} articles, {len(rows)} sentences, {max(vocabulary.values()) + 1} ids, {len(pairs)} pairs"
    )


if __name__ == "__main__":
    main()
