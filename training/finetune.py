"""Fine-tune a pretrained encoder into a reader: on labelled examples and, where given, on what a teacher says.

The teacher is also asked about passages that nobody labelled (what BM25 finds for a question), so that the
student sees the mistakes it would meet in use.
"""

from __future__ import annotations

import argparse
import copy
import lzma
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training import text as txt
from training.model import (
    CLS,
    PAD,
    SEP,
    MaskedModel,
    ReaderModel,
    load_compact,
    match_marks,
    save_compact,
)
from training.pretrain import learning_rate, optimiser
from training.questions import HAND, REAL, SYNTHETIC

QUESTION, PASSAGE = 60, 320
#: Sums are split by threads, and 1,800 steps carry their last digits far: always as many, whatever the machine has.
THREADS = 2


class Examples:
    """The examples on the device; batches are cut to their longest row."""

    def __init__(self, path: Path, stream: Tensor, device: str) -> None:
        arrays = np.load(path)

        def put(name: str) -> Tensor:
            return torch.from_numpy(arrays[name].astype(np.int64)).to(device)

        self.stream, self.device = stream, device
        self.questions, self.offsets = put("questions"), put("question_offsets")
        self.evidence, self.answers = put("evidence"), put("answers")
        self.start, self.length, self.label, self.source, self.held, self.group = put(
            "rows"
        ).unbind(1)

    def cropped(self, rows: Tensor, crop: int) -> tuple[Tensor, Tensor]:
        """Return how far into each passage to begin, and how much of it to read: evidence stays in sight."""
        length, evidence = self.length[rows], self.evidence[rows]
        there = evidence[..., 1] > 0
        first = torch.where(there, evidence[..., 0], 10_000).min(1).values
        last = torch.where(there, evidence[..., 1], 0).max(1).values
        some = there.any(1)
        high = torch.where(some, torch.minimum(first, length - crop), length - crop).clamp(min=0)
        low = torch.minimum((last - crop).clamp(min=0), high)
        begin = low + (torch.rand(len(rows), device=self.device) * (high - low + 1)).long()
        return begin, torch.minimum(length - begin, torch.full_like(length, crop))

    def batch(self, rows: Tensor, length: int, crop: int = PASSAGE) -> dict[str, Tensor]:
        """Return ids, marks, mask, side and targets, each `(rows, length)`, and label, source `(rows,)`."""
        begin, taken = self.cropped(rows, crop)
        q_start, q_len = (
            self.offsets[rows][:, None],
            (self.offsets[rows + 1] - self.offsets[rows])[:, None],
        )
        p_start, p_len = (self.start[rows] + begin)[:, None], taken[:, None]
        length = min(length, int((q_len + p_len).max()) + 3) if crop < PASSAGE else length
        t = torch.arange(length, device=self.device)[None]
        side = (t > q_len + 1).long()
        here = t - q_len - 2
        asked = self.questions[(q_start + t - 1).clamp(0, len(self.questions) - 1)]
        told = self.stream[(p_start + here).clamp(0, len(self.stream) - 1)]
        ids = torch.where(side == 0, asked, told)
        ids = torch.where((t == q_len + 1) | (here == p_len), SEP, ids)
        ids = torch.where(here > p_len, PAD, ids)
        ids[:, 0] = CLS
        inside = (here >= 0) & (here < p_len)
        ev, an = self.evidence[rows], self.answers[rows]
        ev = torch.where(ev < 0, -1000, ev - begin[:, None, None])
        an = torch.where(an < 0, -1000, an - begin[:, None, None])
        lit = (
            (here[:, :, None] >= ev[:, None, :, 0]) & (here[:, :, None] < ev[:, None, :, 1])
        ).any(2)
        first = ((here[:, :, None] == an[:, None, :, 0]) & (an[:, None, :, 1] > 0)).any(2)
        last = ((here[:, :, None] == an[:, None, :, 1] - 1) & (an[:, None, :, 1] > 0)).any(2)
        return {
            "ids": ids,
            "marks": match_marks(ids, side),
            "mask": ids != PAD,
            "inside": inside,
            "evidence": lit & inside,
            "start": first & inside,
            "end": last & inside,
            "label": self.label[rows],
            "source": self.source[rows],
        }


def spread(logits: Tensor, target: Tensor, inside: Tensor, chosen: Tensor) -> Tensor:
    """Cross entropy of the positions against the mean of the target positions, `(rows,)`; 0 if not chosen."""
    logs = logits.masked_fill(~inside, -1e4).log_softmax(1)
    weights = target.float() / target.sum(1, keepdim=True).clamp(min=1)
    return -(logs * weights).sum(1) * chosen


def hard_loss(tokens: Tensor, pair: Tensor, batch: dict[str, Tensor], weights: Tensor) -> Tensor:
    """Loss against the labels."""
    known = batch["label"] >= 0
    answered = batch["label"] == 1
    inside = batch["inside"]
    evidence = functional.binary_cross_entropy_with_logits(
        tokens[..., 0], batch["evidence"].float(), reduction="none"
    )
    evidence = (evidence * inside).sum(1) / inside.sum(1).clamp(min=1)
    place = batch["evidence"] & answered[:, None]
    point = spread(tokens[..., 0], place, inside, place.any(1).float())
    ends = spread(
        tokens[..., 1], batch["start"], inside, (batch["start"].any(1) & answered).float()
    )
    ends = ends + spread(
        tokens[..., 2], batch["end"], inside, (batch["end"].any(1) & answered).float()
    )
    yes = functional.binary_cross_entropy_with_logits(pair, answered.float(), reduction="none")
    loss = known * (2 * evidence + 0.25 * point + 0.5 * ends + yes)
    return (loss * weights).sum() / (known * weights).sum().clamp(min=1)


def soft_loss(
    tokens: Tensor, pair: Tensor, soft: tuple[Tensor, Tensor], inside: Tensor, weights: Tensor
) -> Tensor:
    """Loss against the teacher's outputs."""
    told, said = soft
    evidence = functional.binary_cross_entropy_with_logits(
        tokens[..., 0], told[..., 0].sigmoid(), reduction="none"
    )
    evidence = (evidence * inside).sum(1) / inside.sum(1).clamp(min=1)
    loss = 2 * evidence + functional.binary_cross_entropy_with_logits(
        pair, said.sigmoid(), reduction="none"
    )
    for column, factor in ((0, 0.25), (1, 0.5), (2, 0.5)):
        logs = tokens[..., column].masked_fill(~inside, -1e4).log_softmax(1)
        target = told[..., column].masked_fill(~inside, -1e4).softmax(1)
        loss = loss - factor * said.sigmoid() * (logs * target).sum(1)
    return (loss * weights).sum() / weights.sum()


def rows_by_source(examples: Examples, unlabelled: bool) -> dict[int, Tensor]:
    """Return the rows of each source to learn from; what nobody labelled is for a teacher to judge."""
    usable = (examples.held == 0) & ((examples.label >= 0) | unlabelled)
    return {s: torch.nonzero(usable & (examples.source == s))[:, 0] for s in range(3)}


def draw(pools: dict[int, Tensor], shares: dict[int, float], size: int) -> Tensor:
    """Draw the rows of one batch: `shares` of each source."""
    picked = []
    for source, share in shares.items():
        rows = pools[source]
        some = torch.randint(len(rows), (max(1, int(size * share)),), device=rows.device)
        picked.append(rows[some])
    return torch.cat(picked)


LENGTH = 384
WEIGHTS = {SYNTHETIC: 0.6, REAL: 1.0, HAND: 1.5}


def train(
    model: ReaderModel,
    examples: Examples,
    steps: int,
    size: int,
    crop: int,
    peak: float,
    shares: dict[int, float],
    teacher: ReaderModel | None,
) -> None:
    """Train on the labels and, where there is a teacher, on what it says of the same rows.

    The forward and backward passes run on bfloat16 copies of the float32 weights. The same steps on
    the same machine give the same weights.
    """
    low, guide = lowered(model).train(), None if teacher is None else lowered(teacher).eval()
    pairs = list(zip(low.parameters(), model.parameters(), strict=True))
    optimise = optimiser(model, peak)
    pools = rows_by_source(examples, unlabelled=guide is not None)
    weights_of = torch.tensor([WEIGHTS[s] for s in range(3)], device=examples.device)
    began, shown, sums = time.time(), time.time(), []
    for step in range(steps):
        for group in optimise.param_groups:
            group["lr"] = learning_rate(step / steps, peak)
        batch = examples.batch(draw(pools, shares, size), LENGTH, crop)
        tokens, pair = low(batch["ids"], batch["marks"], batch["mask"])
        weights = weights_of[batch["source"]]
        loss = hard_loss(tokens, pair, batch, weights)
        if guide is not None:
            with torch.no_grad():
                soft = guide(batch["ids"], batch["marks"], batch["mask"])
            told = soft_loss(tokens, pair, soft, batch["inside"], torch.ones_like(weights))
            loss = 0.35 * loss + 0.65 * told
        loss.backward()
        with torch.no_grad():
            for half, full in pairs:
                full.grad = half.grad.float() if half.grad is not None else None
                half.grad = None
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimise.step()
            for half, full in pairs:
                half.copy_(full)
        sums.append(loss.detach())
        if time.time() - shown > 40 or not step:
            mean = torch.stack(sums).mean()
            print(f"step {step + 1} {time.time() - began:.0f} s loss {mean:.4f}", flush=True)
            shown, sums = time.time(), []


def lowered(model: ReaderModel) -> ReaderModel:
    """Return a bfloat16 copy; the rotations stay float32."""
    low = copy.deepcopy(model).to(torch.bfloat16)
    low.encoder.cos, low.encoder.sin = model.encoder.cos, model.encoder.sin
    return low


def auc(scores: np.ndarray, truth: np.ndarray) -> float:
    """Area under the ROC curve."""
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    good = int(truth.sum())
    return float((ranks[truth].sum() - good * (good + 1) / 2) / max(1, good * (len(truth) - good)))


@torch.no_grad()
def measure(
    model: ReaderModel, examples: Examples, size: int, limit: int = 10_000
) -> dict[str, float]:
    """Return, for what is held out: AUC of answerable, best evidence position inside the evidence, span exact match."""
    model.eval()
    figures: dict[str, float] = {}
    for name, source in (("real", REAL), ("hand", HAND)):
        rows = torch.nonzero((examples.held == 1) & (examples.source == source))[:limit, 0]
        yes, truth, inside_evidence, exact = [], [], [], []
        for part in rows.split(size):
            batch = examples.batch(part, LENGTH, PASSAGE - 1)
            with torch.autocast(examples.device, dtype=torch.bfloat16):
                tokens, pair = model(batch["ids"], batch["marks"], batch["mask"])
            answered = batch["label"] == 1
            hidden = tokens.masked_fill(~batch["inside"][..., None], -1e4)
            best = hidden.argmax(1)
            inside_evidence.append(batch["evidence"].gather(1, best[:, :1])[answered, 0])
            hit = batch["start"].gather(1, best[:, 1:2]) & batch["end"].gather(1, best[:, 2:3])
            exact.append(hit[answered & batch["start"].any(1), 0])
            yes.append(pair)
            truth.append(answered)
        figures[f"{name}_auc"] = auc(torch.cat(yes).cpu().numpy(), torch.cat(truth).cpu().numpy())
        figures[f"{name}_evidence"] = float(torch.cat(inside_evidence).float().mean())
        figures[f"{name}_exact"] = float(torch.cat(exact).float().mean())
    return {name: round(value, 4) for name, value in figures.items()}


def load_reader(path: Path, device: str) -> ReaderModel:
    """Load a reader, or begin one from a pretrained encoder; its heads are random then."""
    shape, state = load_compact(path)
    reader = ReaderModel(shape)
    if "pair.weight" in state:
        reader.load_state_dict(state)
    else:
        masked = MaskedModel(shape)
        masked.load_state_dict(state)
        reader.encoder.load_state_dict(masked.encoder.state_dict())
    return reader.to(device)


def load_stream(work: Path) -> Tensor:
    """Return the corpus' ids `(n,)` int32, kept beside the corpus after the first time."""
    kept = work / "stream.npy"
    if not kept.exists():
        with lzma.open(work / "corpus.txt.xz", "rt", encoding="utf-8") as lines:
            np.save(kept, txt.encode(lines.read(), np.load(work / "table.npy")))
    return torch.from_numpy(np.load(kept).astype(np.int32))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--work", type=Path, required=True, help="folder written by prepare and questions"
    )
    parser.add_argument(
        "--start", type=Path, required=True, help="pretrained weights, or a reader to go on with"
    )
    parser.add_argument("--teacher", type=Path, help="a tuned reader to learn from, too")
    parser.add_argument("--out", type=Path, required=True, help="the tuned reader, an .npz")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--crop", type=int, default=120, help="characters of the passage read")
    parser.add_argument("--peak", type=float, default=4e-4, help="highest learning rate")
    parser.add_argument(
        "--mix",
        type=float,
        nargs=3,
        default=(0.2, 0.3, 0.5),
        help="shares of synthetic, DRCD/CMRC and hand-written examples in a batch",
    )
    parser.add_argument("--measure", type=int, default=400, help="held-out pairs to measure on")
    a = parser.parse_args()
    torch.manual_seed(2)
    torch.set_num_threads(THREADS)
    torch.set_float32_matmul_precision("high")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    examples = Examples(a.work / "examples.npz", load_stream(a.work).long().to(device), device)
    print(f"{len(examples.label)} examples", flush=True)
    reader = load_reader(a.start, device)
    teacher = load_reader(a.teacher, device) if a.teacher else None
    shares = dict(enumerate(a.mix))
    train(reader, examples, a.steps, a.batch, a.crop, a.peak, shares, teacher)
    a.out.parent.mkdir(parents=True, exist_ok=True)
    save_compact(reader, reader.encoder.shape, a.out)
    print(measure(reader, examples, 32, a.measure), flush=True)


if __name__ == "__main__":
    main()
