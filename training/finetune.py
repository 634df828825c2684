"""Fine-tune the teacher on the examples, then the student on the examples and on what the teacher says.

The teacher is also asked about passages that nobody labelled (what BM25 finds for a question), so that the
student sees the mistakes it would meet in use.
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
    PAD,
    SEP,
    MaskedModel,
    ReaderModel,
    load_compact,
    match_marks,
    save_compact,
)
from training.pretrain import Corpus, learning_rate, mask_spans, optimiser

QUESTION, PASSAGE = 60, 320
SYNTHETIC, REAL, HAND = range(3)


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


def schedule(examples: Examples, shares: dict[int, float], size: int, teacher: bool) -> Tensor:
    """Draw the rows of one batch: `shares` of each source; the teacher reads labelled rows only."""
    usable = (examples.held == 0) & ((examples.label >= 0) | (not teacher))
    picked = []
    for source, share in shares.items():
        rows = POOLS.setdefault(
            (source, teacher), torch.nonzero(usable & (examples.source == source))[:, 0]
        )
        picked.append(
            rows[torch.randint(len(rows), (max(1, int(size * share)),), device=examples.device)]
        )
    return torch.cat(picked)


POOLS: dict[tuple[int, bool], Tensor] = {}
LENGTH = 384
WEIGHTS = {SYNTHETIC: 0.6, REAL: 1.0, HAND: 1.5}


def train(
    model: ReaderModel,
    examples: Examples,
    seconds: float,
    steps: int,
    size: int,
    peak: float,
    shares: tuple[dict[int, float], dict[int, float]],
    teacher: ReaderModel | None,
) -> int:
    """Train on the examples; `shares` of the sources move from the first to the second over the run."""
    optimise = optimiser(model, peak)
    cuda = examples.device == "cuda"
    run = torch.compile(model) if cuda else model
    guide = (torch.compile(teacher) if cuda else teacher) if teacher else None
    weights_of = torch.tensor([WEIGHTS[s] for s in range(3)], device=examples.device)
    began, shown, step, sums = time.time(), time.time(), 0, []
    model.train()
    while step < steps and time.time() - began < seconds:
        progress = max((time.time() - began) / seconds, step / steps)
        for group in optimise.param_groups:
            group["lr"] = learning_rate(progress, peak)
        mix = {s: shares[0][s] + (shares[1][s] - shares[0][s]) * progress for s in range(3)}
        rows = schedule(examples, mix, size, teacher is None)
        rows = torch.cat([rows, rows[: max(0, size - len(rows))]])[:size]
        batch = examples.batch(rows, LENGTH)
        weights = weights_of[batch["source"]]
        with torch.autocast(examples.device, dtype=torch.bfloat16):
            tokens, pair = run(batch["ids"], batch["marks"], batch["mask"])
        loss = hard_loss(tokens, pair, batch, weights)
        if guide is not None:
            with torch.no_grad(), torch.autocast(examples.device, dtype=torch.bfloat16):
                soft = guide(batch["ids"], batch["marks"], batch["mask"])
            loss = 0.35 * loss + 0.65 * soft_loss(
                tokens, pair, soft, batch["inside"], torch.ones_like(weights)
            )
        optimise.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimise.step()
        step += 1
        sums.append(loss.detach())
        if cuda and step % 10 == 0:
            torch.cuda.synchronize()
        if time.time() - shown > 30 or step == 1:
            print(
                f"step {step} {time.time() - began:.0f} s loss {torch.stack(sums).mean():.4f}",
                flush=True,
            )
            shown, sums = time.time(), []
    model.eval()
    return step


def train_alone(model: ReaderModel, examples: Examples, a: argparse.Namespace) -> int:
    """Train on the labels alone, on a CPU: bfloat16 copies of float32 weights, short crops of the passages."""
    import copy

    low = copy.deepcopy(model).to(torch.bfloat16).train()
    low.encoder.cos, low.encoder.sin = model.encoder.cos, model.encoder.sin
    pairs = list(zip(low.parameters(), model.parameters(), strict=True))
    optimise = optimiser(model, a.peak)
    seconds, steps, size, crop = a.seconds[2], a.steps[2], a.batch, a.crop
    weights_of = torch.tensor([WEIGHTS[s] for s in range(3)])
    began, shown, step, sums = time.time(), time.time(), a.first_step, []
    while step < steps and time.time() - began < seconds:
        progress = max((time.time() - began) / seconds, step / steps)
        for group in optimise.param_groups:
            group["lr"] = learning_rate(progress, a.peak)
        rows = schedule(examples, dict(enumerate(a.mix)), size, True)
        batch = examples.batch(rows, LENGTH, crop)
        tokens, pair = low(batch["ids"], batch["marks"], batch["mask"])
        loss = hard_loss(tokens, pair, batch, weights_of[batch["source"]])
        loss.backward()
        with torch.no_grad():
            for half, full in pairs:
                full.grad = half.grad.float() if half.grad is not None else None
                half.grad = None
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimise.step()
            for half, full in pairs:
                half.copy_(full)
        step += 1
        sums.append(loss.detach())
        if time.time() - shown > 40 or step == a.first_step + 1:
            print(
                f"step {step} {time.time() - began:.0f} s loss {torch.stack(sums).mean():.4f}",
                flush=True,
            )
            shown, sums = time.time(), []
            save_compact(model, model.encoder.shape, a.out / "student_partial.npz")
    model.eval()
    return step


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


def load_masked(path: Path, device: str) -> MaskedModel:
    """Load a pretrained model."""
    shape, state = load_compact(path)
    model = MaskedModel(shape)
    model.load_state_dict(state)
    return model.to(device)


def as_reader(masked: MaskedModel, dropout: float, device: str) -> ReaderModel:
    """Return a reader that starts from the pretrained encoder."""
    reader = ReaderModel(masked.encoder.shape, dropout)
    reader.encoder.load_state_dict(masked.encoder.state_dict())
    return reader.to(device)


def more_pretraining(
    student: MaskedModel,
    teacher: MaskedModel,
    corpus: Corpus,
    seconds: float,
    steps: int,
    size: int,
    peak: float,
) -> int:
    """Train the student further to fill gaps; the teacher's distribution joins on every third batch."""
    optimise = optimiser(student, peak)
    cuda = corpus.device == "cuda"
    encode = torch.compile(student.encoder) if cuda else student.encoder
    guide = torch.compile(teacher.encoder) if cuda else teacher.encoder
    began, shown, step, sums = time.time(), time.time(), 0, []
    while step < steps and time.time() - began < seconds:
        for group in optimise.param_groups:
            group["lr"] = learning_rate(max((time.time() - began) / seconds, step / steps), peak)
        ids, side = corpus.batch(size)
        corrupted, chosen = mask_spans(ids, student.encoder.shape.vocabulary, 0.2)
        marks = match_marks(corrupted, side)
        with torch.autocast(corpus.device, dtype=torch.bfloat16):
            logits = student.head(encode(corrupted, marks)[chosen])
        loss = functional.cross_entropy(logits.float(), ids[chosen])
        sums.append(loss.detach())
        if step % 3 == 0:
            with torch.no_grad(), torch.autocast(corpus.device, dtype=torch.bfloat16):
                soft = teacher.head(guide(corrupted, marks)[chosen]).float().softmax(-1)
            loss = 0.4 * loss + 0.6 * functional.cross_entropy(logits.float(), soft)
        optimise.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimise.step()
        step += 1
        if cuda and step % 10 == 0:
            torch.cuda.synchronize()
        if time.time() - shown > 30 or step == 1:
            print(
                f"fill {step} {time.time() - began:.0f} s loss {torch.stack(sums).mean():.4f}",
                flush=True,
            )
            shown, sums = time.time(), []
    return step


def load_stream(work: Path) -> Tensor:
    """Return the corpus' ids `(n,)` int32, kept beside the corpus after the first time."""
    kept = work / "stream.npy"
    if not kept.exists():
        with lzma.open(work / "corpus.txt.xz", "rt", encoding="utf-8") as lines:
            np.save(kept, txt.encode(lines.read(), np.load(work / "table.npy")))
    return torch.from_numpy(np.load(kept).astype(np.int32))


def alone(a: argparse.Namespace, examples: Examples) -> None:
    """Train the student without a teacher, save it, measure it."""
    student = as_reader(load_masked(a.models / "student.npz", "cpu"), 0.0, "cpu")
    if a.student_reader:
        student.load_state_dict(load_compact(a.student_reader)[1])
    steps = train_alone(student, examples, a)
    print(f"student: {steps} steps", flush=True)
    save_compact(student, student.encoder.shape, a.out / "student_reader.npz")
    print(measure(student, examples, 32, 64 if a.tiny else 400), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument(
        "--models", type=Path, required=True, help="folder with teacher.npz and student.npz"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--seconds", type=float, nargs=3, default=(1e9, 1e9, 1e9), help="fill, teacher, student"
    )
    parser.add_argument(
        "--steps", type=int, nargs=3, default=(6000, 2000, 6000), help="fill, teacher, student"
    )
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument(
        "--teacher-reader", type=Path, help="an already fine-tuned teacher: skips its training"
    )
    parser.add_argument(
        "--student-reader", type=Path, help="an already distilled student: continues with it"
    )
    parser.add_argument(
        "--alone",
        action="store_true",
        help="no teacher: the student learns from the labels, on a CPU",
    )
    parser.add_argument(
        "--first-step",
        type=int,
        default=0,
        help="with --alone: go on from here with --student-reader",
    )
    parser.add_argument(
        "--peak", type=float, default=5e-4, help="with --alone: the highest learning rate"
    )
    parser.add_argument(
        "--mix",
        type=float,
        nargs=3,
        default=(0.2, 0.3, 0.5),
        help="with --alone: shares of synthetic, DRCD/CMRC and hand-written examples in a batch",
    )
    parser.add_argument(
        "--crop", type=int, default=140, help="with --alone: characters of the passage read"
    )
    parser.add_argument("--tiny", action="store_true")
    a = parser.parse_args()
    torch.manual_seed(2)
    limit = 64 if a.tiny else 10_000
    torch.set_float32_matmul_precision("high")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    a.out.mkdir(parents=True, exist_ok=True)
    if a.alone:
        alone(a, Examples(a.work / "examples.npz", load_stream(a.work), "cpu"))
        return
    corpus = Corpus(a.work, device)
    examples = Examples(a.work / "examples.npz", corpus.stream.long(), device)
    print(f"{len(examples.label)} examples", flush=True)
    student_masked = load_masked(a.models / "student.npz", device)
    teacher_masked = load_masked(a.models / "teacher.npz", device)
    if a.steps[0]:
        steps = more_pretraining(
            student_masked, teacher_masked, corpus, a.seconds[0], a.steps[0], a.batch, 1.5e-3
        )
        print(f"fill: {steps} steps", flush=True)
        save_compact(student_masked, student_masked.encoder.shape, a.out / "student_filled.npz")
    if a.teacher_reader:
        shape, state = load_compact(a.teacher_reader)
        teacher = ReaderModel(shape).to(device)
        teacher.load_state_dict(state)
    else:
        teacher = as_reader(teacher_masked, 0.1, device)
    if a.steps[1]:
        shares = ({0: 0.8, 1: 0.1, 2: 0.1}, {0: 0.3, 1: 0.25, 2: 0.45})
        steps = train(
            teacher, examples, a.seconds[1], a.steps[1], max(8, a.batch // 2), 1.5e-4, shares, None
        )
        print(f"teacher: {steps} steps {measure(teacher, examples, a.batch, limit)}", flush=True)
        save_compact(teacher, teacher.encoder.shape, a.out / "teacher_reader.npz", bits=8)
    teacher.eval().requires_grad_(False)
    if a.student_reader:
        shape, state = load_compact(a.student_reader)
        student = ReaderModel(shape).to(device)
        student.load_state_dict(state)
    else:
        student = as_reader(student_masked, 0.0, device)
    shares = ({0: 0.75, 1: 0.12, 2: 0.13}, {0: 0.35, 1: 0.25, 2: 0.40})
    steps = train(student, examples, a.seconds[2], a.steps[2], a.batch, 8e-4, shares, teacher)
    print(f"student: {steps} steps {measure(student, examples, a.batch, limit)}", flush=True)
    save_compact(student, student.encoder.shape, a.out / "student_reader.npz")


if __name__ == "__main__":
    main()
