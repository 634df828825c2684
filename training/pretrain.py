"""Pretrain a teacher and a student on the prepared corpus by filling masked spans.

Half of what they read is running text; half is a sentence of one article beside the passage of another that
reports the same event, so that filling a gap teaches to look the missing words up on the other side.
The student learns from the characters and from the teacher's distribution over them.
"""

from __future__ import annotations

import argparse
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
    FIRST_CHARACTER,
    MASK,
    SEP,
    MaskedModel,
    Shape,
    match_marks,
    save_compact,
)
from training.prepare import SAMPLE_GRAMS

LENGTH = 384


class Corpus:
    """The corpus as one stream of ids on the device, and the aligned sentences' places in it."""

    def __init__(self, work: Path, device: str, limit: int | None = None) -> None:
        with lzma.open(work / "corpus.txt.xz", "rt", encoding="utf-8") as lines:
            text = lines.read(limit) if limit else lines.read()
        table = np.load(work / "table.npy")
        stream = txt.encode(text, table).astype(np.int32)
        ends = np.cumsum([len(line) + 1 for line in text.split("\n")]) - 1
        stream[ends[:-1]] = SEP
        offsets = np.r_[0, ends[:-1] + 1]
        rows = np.load(work / "sentences.npy")
        pairs = np.load(work / "aligned.npy")
        alike = (
            SAMPLE_GRAMS * pairs[:, 2] / (rows[pairs[:, :2], 2] - rows[pairs[:, :2], 1] - 3).min(1)
        )
        pairs = pairs[alike < 0.8, :2]  # the same words again teach copying alone
        rows = rows[rows[:, 0] < len(offsets) - 1]
        pairs = pairs[(pairs < len(rows)).all(1)]
        pairs = np.concatenate([pairs, pairs[:, ::-1]])
        start = offsets[rows[:, 0]] + rows[:, 1]
        length = rows[:, 2] - rows[:, 1]
        place = np.stack([start[pairs[:, 0]], length[pairs[:, 0]], start[pairs[:, 1]]], axis=1)
        self.stream = torch.from_numpy(stream).to(device)
        self.pairs = torch.from_numpy(place).to(device)
        self.device = device

    def batch(self, size: int) -> tuple[Tensor, Tensor]:
        """Return ids and sides `(size, LENGTH)`: `[CLS] A [SEP] B [SEP]`."""
        half, device, total = size // 2, self.device, len(self.stream)
        room = total - 2 * LENGTH
        chosen = self.pairs[torch.randint(len(self.pairs), (half,), device=device)]
        length_a = torch.cat(
            [
                chosen[:, 1].clamp(max=72),
                torch.randint(8, LENGTH // 2, (size - half,), device=device),
            ]
        )
        plain = torch.randint(room, (size - half,), device=device)
        start_a = torch.cat([chosen[:, 0], plain])
        back = torch.randint(0, 200, (half,), device=device)
        start_b = torch.cat([(chosen[:, 2] - back).clamp(0, room), plain + length_a[half:]])
        t = torch.arange(LENGTH, device=device)[None]
        length_a, start_a, start_b = length_a[:, None], start_a[:, None], start_b[:, None]
        side = (t > length_a + 1).long()
        where = torch.where(side == 0, start_a + t - 1, start_b + t - length_a - 2).clamp(
            0, total - 1
        )
        ids = self.stream[where].long()
        ids = torch.where((t == length_a + 1) | (t == LENGTH - 1), SEP, ids)
        ids[:, 0] = CLS
        return ids, side


def mask_spans(ids: Tensor, vocabulary: int, share: float) -> tuple[Tensor, Tensor]:
    """Return corrupted ids and the mask of what is to be filled; spans of 1 to 4 characters."""
    start = torch.rand(ids.shape, device=ids.device) < share / 2.2
    length = torch.multinomial(
        torch.tensor([0.3, 0.35, 0.2, 0.15], device=ids.device), ids.numel(), True
    )
    length = length.view_as(ids)
    chosen = start.clone()
    for step in range(1, 4):
        chosen[:, step:] |= start[:, :-step] & (length[:, :-step] >= step)
    chosen &= ids >= FIRST_CHARACTER
    dice = torch.rand(ids.shape, device=ids.device)
    noise = torch.randint(FIRST_CHARACTER, vocabulary, ids.shape, device=ids.device)
    corrupted = torch.where(chosen & (dice < 0.85), MASK, ids)
    return torch.where(chosen & (dice > 0.93), noise, corrupted), chosen


def learning_rate(progress: float, peak: float) -> float:
    """Warm up over 4 % of the run, then fall to zero along a cosine."""
    if progress < 0.04:
        return peak * progress / 0.04
    return peak * 0.5 * (1 + float(np.cos(np.pi * min(1.0, (progress - 0.04) / 0.96))))


def optimiser(model: torch.nn.Module, peak: float) -> torch.optim.Optimizer:
    """Return AdamW that decays matrices only."""
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    rest = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": matrices, "weight_decay": 0.02}, {"params": rest, "weight_decay": 0.0}]
    return torch.optim.AdamW(
        groups, lr=peak, betas=(0.9, 0.98), eps=1e-6, fused=next(model.parameters()).is_cuda
    )


def train(
    model: MaskedModel,
    corpus: Corpus,
    steps: int,
    size: int,
    peak: float,
    teacher: MaskedModel | None,
) -> None:
    """Train for `steps` batches of `size`."""
    optimise = optimiser(model, peak)
    cuda = corpus.device == "cuda"
    encode = torch.compile(model.encoder) if cuda else model.encoder
    guide = (torch.compile(teacher.encoder) if cuda else teacher.encoder) if teacher else None
    began, shown, sums = time.time(), time.time(), []
    for step in range(steps):
        for group in optimise.param_groups:
            group["lr"] = learning_rate(step / steps, peak)
        ids, side = corpus.batch(size)
        corrupted, chosen = mask_spans(ids, model.encoder.shape.vocabulary, 0.22)
        marks = match_marks(corrupted, side)
        with torch.autocast(corpus.device, dtype=torch.bfloat16):
            logits = model.head(encode(corrupted, marks)[chosen])
        loss = functional.cross_entropy(logits.float(), ids[chosen])
        total = loss
        if teacher is not None and guide is not None:
            with torch.no_grad(), torch.autocast(corpus.device, dtype=torch.bfloat16):
                soft = teacher.head(guide(corrupted, marks)[chosen]).float().softmax(-1)
            total = 0.4 * loss + 0.6 * functional.cross_entropy(logits.float(), soft)
        optimise.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimise.step()
        sums.append(loss.detach())
        if time.time() - shown > 30 or not step:
            mean = torch.stack(sums).mean()
            print(f"step {step + 1} {time.time() - began:.0f} s loss {mean:.4f}", flush=True)
            shown, sums = time.time(), []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--work", type=Path, required=True, help="folder written by training.prepare"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--teacher-steps", type=int, default=3573)
    parser.add_argument("--student-steps", type=int, default=2172)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument(
        "--tiny", action="store_true", help="a few small steps, to see that everything runs"
    )
    a = parser.parse_args()
    torch.manual_seed(1)
    torch.set_float32_matmul_precision("high")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    began = time.time()
    corpus = Corpus(a.work, device, 2_000_000 if a.tiny else None)
    print(
        f"corpus {len(corpus.stream)} ids, {len(corpus.pairs)} pairs, {time.time() - began:.0f} s",
        flush=True,
    )
    vocabulary = int(np.load(a.work / "table.npy").max()) + 1
    large = Shape(vocabulary, 12, 512, 8, 2048)
    small = Shape(vocabulary, 6, 320, 5, 1280)
    if a.tiny:
        large, small = Shape(vocabulary, 2, 128, 2, 256), Shape(vocabulary, 2, 64, 1, 128)
    a.out.mkdir(parents=True, exist_ok=True)
    teacher = MaskedModel(large).to(device)
    train(teacher, corpus, a.teacher_steps, a.batch, 1e-3, None)
    save_compact(teacher, large, a.out / "teacher.npz", bits=8)
    teacher.eval().requires_grad_(False)
    student = MaskedModel(small).to(device)
    train(student, corpus, a.student_steps, a.batch, 2e-3, teacher)
    save_compact(student, small, a.out / "student.npz")


if __name__ == "__main__":
    main()
