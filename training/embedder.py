"""Train the static embedder: one vector a word, a text is the mean of its words' vectors.

Positives: question and passage, a sentence and another report of the same event, a sentence and another part
of its article, an article's opening and its later parts. Negatives: the rest of the batch and what BM25 finds
for the question. The loss is taken at 256, 128 and 64 dimensions (Matryoshka). At the end the direction that
all texts share is taken out of the table, and the rows become int8 with a scale each.

With `--twin` the hand-written questions are left out. The ranking of sentences is fitted on those, and must see
an embedder that does not know them.
"""

from __future__ import annotations

import argparse
import json
import lzma
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training import text as txt
from training.questions import HAND

NAME = "youju-static-3"  # libraries embed their passages again when this changes
DIMENSIONS = (256, 128, 64)
LONGEST = 110  # words taken of one text


class Texts:
    """All texts as one stream of words; a text is a range of it."""

    def __init__(self, work: Path, device: str) -> None:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
        with lzma.open(work / "corpus.txt.xz", "rt", encoding="utf-8") as file:
            lines = file.read().split("\n")
        self.offsets = np.cumsum([0, *(len(line) + 1 for line in lines)])
        encoded = [
            e
            for i in range(0, len(lines), 2000)
            for e in tokenizer.encode_batch(lines[i : i + 2000])
        ]
        words = np.concatenate([np.asarray(e.ids, dtype=np.int32) for e in encoded])
        places = [
            np.asarray([o[0] for o in e.offsets], dtype=np.int64) + b
            for e, b in zip(encoded, self.offsets, strict=False)
        ]
        self.places = np.concatenate(places)
        arrays = np.load(work / "examples.npz")
        self.rows = arrays["rows"].astype(np.int64)
        questions = self._questions(arrays, txt.load_vocabulary(work / "vocabulary.json"))
        asked = [
            e.ids
            for i in range(0, len(questions), 5000)
            for e in tokenizer.encode_batch(questions[i : i + 5000])
        ]
        self.asked = len(words) + np.cumsum([0, *(len(ids) for ids in asked)])
        flat = np.concatenate([np.asarray(ids, dtype=np.int32) for ids in asked])
        self.ends = np.cumsum([0, *(len(e.ids) for e in encoded)])
        self.counts = np.bincount(words, minlength=tokenizer.get_vocab_size())
        self.stream = torch.from_numpy(np.concatenate([words, flat]).astype(np.int64)).to(device)
        self.size = tokenizer.get_vocab_size()

    @staticmethod
    def _questions(arrays: dict[str, np.ndarray], vocabulary: dict[str, int]) -> list[str]:
        inverse: dict[int, str] = {}
        for char, number in vocabulary.items():
            inverse.setdefault(number, char)
        text = "".join(inverse.get(int(i), " ") for i in arrays["questions"])
        offsets = arrays["question_offsets"]
        return [text[a:b] for a, b in pairwise(offsets)]

    def ranges(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Return `(n, 2)` word ranges of character ranges."""
        return np.stack(
            [np.searchsorted(self.places, start), np.searchsorted(self.places, end)], axis=1
        )


def pairs(
    texts: Texts, work: Path, seed: int, twin: bool
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return kind -> `(n, 4)` word ranges of both texts, and for questions `(n, 2)` a negative (0, 0: none)."""
    random = np.random.default_rng(seed)
    rows, pairs_ = np.load(work / "sentences.npy").astype(np.int64), np.load(work / "aligned.npy")
    rows = rows[rows[:, 0] < len(texts.offsets) - 1]
    pairs_ = pairs_[(pairs_[:, :2] < len(rows)).all(1), :2]
    base = texts.offsets
    low, high = base[rows[:, 0]], base[rows[:, 0] + 1] - 1
    start, end = low + rows[:, 1], low + rows[:, 2]

    def window(
        near_start: np.ndarray, near_end: np.ndarray, lo: np.ndarray, hi: np.ndarray
    ) -> np.ndarray:
        before = random.integers(0, 180, len(lo))
        left = np.maximum(lo, near_start - before)
        return texts.ranges(left, np.minimum(hi, np.maximum(left + 280, near_end)))

    example = texts.rows
    known = (example[:, 4] == 0) & ((example[:, 3] != HAND) | (not twin))
    known &= example[:, 0] + example[:, 1] < base[-1]
    use = known & (example[:, 2] == 1)
    ask = np.flatnonzero(use)
    asked = np.stack([texts.asked[ask], texts.asked[ask + 1]], axis=1)
    told = texts.ranges(example[ask, 0], example[ask, 0] + example[ask, 1])
    negative = np.zeros((len(ask), 2), dtype=np.int64)
    other: dict[int, list[int]] = {}
    for i in np.flatnonzero(known & (example[:, 2] != 1)):
        other.setdefault(int(example[i, 5]), []).append(int(i))
    for n, i in enumerate(ask):
        found = other.get(int(example[i, 5]))
        if found:
            j = found[int(random.integers(len(found)))]
            if example[j, 0] != example[i, 0]:
                negative[n] = texts.ranges(
                    example[j : j + 1, 0], example[j : j + 1, 0] + example[j : j + 1, 1]
                )[0]
    both = np.concatenate([pairs_, pairs_[:, ::-1]])
    both = both[random.permutation(len(both))[:400_000]]
    a, b = both[:, 0], both[:, 1]
    same = np.concatenate(
        [texts.ranges(start[a], end[a]), window(start[b], end[b], low[b], high[b])], axis=1
    )
    long = np.flatnonzero((rows[:, 2] - rows[:, 1] >= 12) & (high - low > 300))
    long = np.sort(random.permutation(long)[:400_000])
    span = texts.ranges(start[long], end[long])
    left = start[long] - low[long] > high[long] - end[long]
    rest_lo = np.where(left, low[long], end[long])
    rest_hi = np.where(left, start[long], high[long])
    at = rest_lo + (random.random(len(long)) * np.maximum(1, rest_hi - rest_lo - 280)).astype(
        np.int64
    )
    rest = np.concatenate([span, texts.ranges(at, np.minimum(at + 280, rest_hi))], axis=1)
    first = long[rows[long, 1] == 0]
    at = end[first] + (
        random.random(len(first)) * np.maximum(1, high[first] - end[first] - 280)
    ).astype(np.int64)
    lead = np.concatenate(
        [
            texts.ranges(start[first], end[first]),
            texts.ranges(at, np.minimum(at + 280, high[first])),
        ],
        axis=1,
    )
    made = {
        "question": np.concatenate([asked, told], axis=1),
        "same": same,
        "rest": rest,
        "lead": lead,
    }
    return made, negative


class Bags:
    """Looks texts up in the table."""

    def __init__(self, texts: Texts, device: str, table: np.ndarray) -> None:
        weight = 1e-3 / (1e-3 + texts.counts / texts.counts.sum())
        table = table * weight[:, None].astype(np.float32)
        self.table = torch.nn.Parameter(torch.from_numpy(table).to(device))
        self.stream, self.device = texts.stream, device

    def __call__(self, ranges: Tensor, drop: float) -> Tensor:
        """`(n, 2)` word ranges -> `(n, dimension)` sums of rows."""
        length = (ranges[:, 1] - ranges[:, 0]).clamp(1, LONGEST)
        ends = length.cumsum(0)
        at = torch.arange(int(ends[-1]), device=self.device)
        owner = torch.repeat_interleave(torch.arange(len(ranges), device=self.device), length)
        words = self.stream[ranges[owner, 0] + at - (ends - length)[owner]]
        weights = (torch.rand(len(words), device=self.device) >= drop).float()
        return functional.embedding_bag(
            words, self.table, ends - length, mode="sum", per_sample_weights=weights
        )


def prepared(
    work: Path, device: str, twin: bool
) -> tuple[Texts, dict[str, np.ndarray], np.ndarray]:
    """Return texts, pairs and negatives, kept beside the corpus after the first time."""
    kept = work / ("twin.npz" if twin else "embedder.npz")
    texts = Texts.__new__(Texts)
    if not kept.exists():
        texts = Texts(work, device)
        made, negative = pairs(texts, work, 4, twin)
        arrays = {f"pairs.{kind}": rows.astype(np.int32) for kind, rows in made.items()}
        np.savez(
            kept,
            stream=texts.stream.cpu().numpy().astype(np.uint16),
            counts=texts.counts,
            negative=negative.astype(np.int32),
            ends=texts.ends,
            **arrays,
        )
    arrays = dict(np.load(kept))
    texts.stream = torch.from_numpy(arrays["stream"].astype(np.int64)).to(device)
    texts.counts, texts.size, texts.ends = arrays["counts"], len(arrays["counts"]), arrays["ends"]
    made = {
        name[6:]: rows.astype(np.int64)
        for name, rows in arrays.items()
        if name.startswith("pairs.")
    }
    return texts, made, arrays["negative"].astype(np.int64)


def latent(texts: Texts, dimension: int) -> np.ndarray:
    """Return `(words, dimension)` float32 from the word-article matrix: where training begins."""
    from scipy.sparse import csr_matrix
    from sklearn.utils.extmath import randomized_svd
    from threadpoolctl import threadpool_limits

    lengths = np.diff(texts.ends)
    words = texts.stream[: texts.ends[-1]].cpu().numpy()
    owner = np.repeat(np.arange(len(lengths)), lengths)
    matrix = csr_matrix(
        (np.ones(len(words), dtype=np.float32), (owner, words)), (len(lengths), texts.size)
    )
    matrix.sum_duplicates()
    found = np.bincount(matrix.indices, minlength=texts.size)
    rarity = np.log(len(lengths) / np.maximum(1, found)).astype(np.float32)
    matrix.data = (1 + np.log(matrix.data)) * rarity[matrix.indices]
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(1)).ravel()).clip(1e-6)
    matrix.data /= np.repeat(norms, np.diff(matrix.indptr))
    with threadpool_limits(1):
        _, values, rows = randomized_svd(matrix, dimension, n_iter=2, random_state=4)
    table = rows.T * values**0.25 * rarity[:, None]
    return (table / np.linalg.norm(table, axis=1).mean()).astype(np.float32)


SHARES = {"question": 0.4, "same": 0.25, "rest": 0.22, "lead": 0.13}


def loss_of(left: Tensor, right: Tensor, hard: Tensor, scale: float) -> Tensor:
    """InfoNCE both ways over the batch and the hard negatives, at each dimension; near-equal texts are no negatives."""
    total = left.new_zeros(())
    with torch.no_grad():
        full = functional.normalize(right, dim=1)
        twins = (full @ full.T > 0.92).fill_diagonal_(False)
        close = full @ functional.normalize(hard, dim=1).T > 0.85
    target = torch.arange(len(left), device=left.device)
    for dimension in DIMENSIONS:
        a, b, c = (functional.normalize(x[:, :dimension], dim=1) for x in (left, right, hard))
        scores = (scale * a @ b.T).masked_fill(twins, -1e4)
        more = (scale * a @ c.T).masked_fill(close, -1e4)
        forward = functional.cross_entropy(torch.cat([scores, more], dim=1), target)
        total = (
            total + (forward + 0.5 * functional.cross_entropy(scores.T, target)) * dimension / 256
        )
    return total


def train(
    bags: Bags,
    made: dict[str, np.ndarray],
    negative: np.ndarray,
    steps: int,
    size: int,
    peak: float,
) -> None:
    """Train the table; the same steps on the same machine give the same table."""
    optimise = torch.optim.Adam([bags.table], lr=1.0, betas=(0.9, 0.99))
    device = bags.device
    pools = {kind: torch.from_numpy(rows).to(device) for kind, rows in made.items()}
    negatives = torch.from_numpy(negative).to(device)
    began, shown, sums = time.time(), time.time(), []
    for step in range(steps):
        rate = min(1.0, step / 20) * max(0.02, 1 - step / steps)
        optimise.param_groups[0]["lr"] = peak * rate
        chosen, hard = [], negatives[:0]
        for kind, share in SHARES.items():
            pick = torch.randint(len(pools[kind]), (int(size * share),), device=device)
            chosen.append(pools[kind][pick])
            if kind == "question":
                hard = negatives[pick]
                hard = hard[hard[:, 1] > hard[:, 0]]
        rows = torch.cat(chosen)
        left, right = bags(rows[:, :2], 0.1), bags(rows[:, 2:], 0.05)
        loss = loss_of(left, right, bags(hard, 0.0), 20.0)
        optimise.zero_grad(set_to_none=True)
        loss.backward()
        optimise.step()
        sums.append(loss.detach())
        if time.time() - shown > 20 or not step:
            mean = torch.stack(sums).mean()
            print(f"step {step + 1} {time.time() - began:.0f} s loss {mean:.4f}", flush=True)
            shown, sums = time.time(), []


@torch.no_grad()
def without_common(bags: Bags, made: dict[str, np.ndarray]) -> np.ndarray:
    """Return the table with the first principal direction of passages taken out; mean of rows stays the encoding."""
    rows = torch.from_numpy(made["rest"][:: max(1, len(made["rest"]) // 20_000), 2:]).to(
        bags.device
    )
    vectors = functional.normalize(bags(rows, 0.0), dim=1)
    _, _, directions = torch.linalg.svd(vectors.float(), full_matrices=False)
    common = directions[:1]
    table = bags.table - (bags.table @ common.T) @ common
    table[0] = 0
    return table.cpu().numpy()


def save(table: np.ndarray, work: Path, out: Path) -> None:
    """Write the folder that SentenceTransformer loads: int8 rows, one float32 scale a row."""
    from safetensors.numpy import save_file

    out.mkdir(parents=True, exist_ok=True)
    scale = np.abs(table).max(1, keepdims=True).clip(1e-12) / 127
    rows = np.round(table / scale).astype(np.int8)
    save_file(
        {"embeddings": rows, "weights": scale[:, 0].astype(np.float32)}, out / "model.safetensors"
    )
    (out / "tokenizer.json").write_bytes((work / "tokenizer.json").read_bytes())
    (out / "youju.json").write_text(json.dumps({"name": NAME}) + "\n", "utf-8")
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
        {
            "idx": 1,
            "name": "1",
            "path": "1_Normalize",
            "type": "sentence_transformers.models.Normalize",
        },
    ]
    (out / "modules.json").write_text(json.dumps(modules, indent=2) + "\n", "utf-8")
    (out / "config_sentence_transformers.json").write_text(
        json.dumps({"similarity_fn_name": "cosine", "model_type": "SentenceTransformer"}, indent=2)
        + "\n",
        "utf-8",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--peak", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--twin", action="store_true", help="leave out the hand-written questions")
    a = parser.parse_args()
    torch.manual_seed(4)
    torch.set_float32_matmul_precision("high")
    torch.set_num_threads(1)  # the order of sums, and with it every last digit, stays the same
    device = "cuda" if torch.cuda.is_available() else "cpu"
    began = time.time()
    texts, made, negative = prepared(a.work, device, a.twin)
    sizes = {kind: len(rows) for kind, rows in made.items()}
    print(
        f"{sizes} {int((negative[:, 1] > 0).sum())} negatives, {time.time() - began:.0f} s",
        flush=True,
    )
    bags = Bags(texts, device, latent(texts, DIMENSIONS[0]))
    print(f"latent, {time.time() - began:.0f} s", flush=True)
    train(bags, made, negative, a.steps, a.batch, a.peak)
    save(without_common(bags, made), a.work, a.out)


if __name__ == "__main__":
    main()
