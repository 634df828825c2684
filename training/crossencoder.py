"""Fine-tune the encoder as a cross-encoder over question and window, or distil a tuned one into fewer layers.

A token gets four logits (an answer starts, ends here; it is inside one; its sentence bears one), a pair one: this
window answers. Starts and ends compete over the window and `<s>`, which says "not here". Steps are counted, seeds
fixed; a run goes on from its last checkpoint. bfloat16 products where they are quicker, float32 weights.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from index.reranking.reader import PAD, Pieces, Window, WindowReading, reading
from training.figures import Reads, Row, by_question, judged, rows_of, sample, score, table

TOKEN_HEADS = 4  # start, end, inside, evidence
#: How often a question is drawn, by what its id begins with or by its source; a near miss so much oftener
#: again as `miss` says: they are few, and the hardest to tell.
DRAWN = {"drcd": 0.2, "cmrc": 0.6, "hand": 1.0, "news": 1.0, "docs": 1.8, "miss": 2.0}
#: bfloat16 products pay where the processor has instructions for them; elsewhere float32 is quicker.
BFLOAT16 = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()  # type: ignore[no-untyped-call]
POOL = 8  # batches whose rows are sorted by length together


class Network(nn.Module):
    """The encoder with the heads."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.token = nn.Linear(width, TOKEN_HEADS)
        self.mixed = nn.Linear(2 * width, width)
        self.here = nn.Linear(width, 1)

    def forward(self, ids: Tensor, deep: bool = False) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Return `(rows, length, 4)` and `(rows,)` logits of int64 `ids`, and every layer's output if `deep`."""
        mask = ids != PAD
        made = self.encoder(ids, attention_mask=mask.long(), output_hidden_states=deep)
        x = made.last_hidden_state
        share = mask.to(x.dtype)[..., None]
        mean = (x * share).sum(1) / share.sum(1)
        pooled = functional.gelu(self.mixed(torch.cat([x[:, 0], mean], dim=1)))
        layers = list(made.hidden_states[1:]) if deep else []
        return self.token(x).float(), self.here(pooled)[:, 0].float(), layers


@dataclass(slots=True)
class Example:
    """A pair as tokens; targets count over all of them."""

    ids: np.ndarray
    first: int
    count: int
    start: list[int]
    end: list[int]
    inside: np.ndarray
    evidence: np.ndarray
    label: int
    spans: bool  # whether the answer's place is known


def example(row: Row, pair: Any) -> Example:
    """Lay a row's spans over its tokens."""
    count = len(pair.places)
    low, high = (pair.places[:, 0], pair.places[:, 1]) if count else (np.zeros(0), np.zeros(0))
    inside, evidence = np.zeros(count, bool), np.zeros(count, bool)
    starts, ends = [], []
    for a, b in row.answers:
        touched = np.flatnonzero((low < b) & (high > a))
        if len(touched):
            starts.append(int(touched[0]) + pair.first)
            ends.append(int(touched[-1]) + pair.first)
            inside[touched] = True
    for a, b in row.evidence:
        evidence |= (low < b) & (high > a)
    spans = row.label == 0 or bool(starts)
    return Example(
        pair.ids.astype(np.int32),
        pair.first,
        count,
        starts,
        ends,
        inside,
        evidence,
        row.label,
        spans,
    )


def examples_of(rows: Sequence[Row], pieces: Pieces) -> list[Example]:
    """Tokenise rows; those of one question go together."""
    made: dict[int, Example] = {}
    places: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        places[row.question].append(i)
    for question, some in places.items():
        for i, pair in zip(
            some, pieces.pairs(question, [rows[i].window for i in some]), strict=True
        ):
            made[i] = example(rows[i], pair)
    return [made[i] for i in range(len(rows))]


def collate(some: Sequence[Example]) -> dict[str, Tensor]:
    """Pad a batch."""
    length = -(-max(len(e.ids) for e in some) // 8) * 8  # few shapes: each is prepared for once
    ids = np.full((len(some), length), PAD, np.int64)
    names = ("window", "start", "end", "inside", "evidence")
    marks = {name: np.zeros((len(some), length), bool) for name in names}
    for row, e in enumerate(some):
        ids[row, : len(e.ids)] = e.ids
        marks["window"][row, e.first : e.first + e.count] = True
        marks["inside"][row, e.first : e.first + e.count] = e.inside
        marks["evidence"][row, e.first : e.first + e.count] = e.evidence
        marks["start"][row, e.start if e.label == 1 else [0]] = True
        marks["end"][row, e.end if e.label == 1 else [0]] = True
    out = {name: torch.from_numpy(value) for name, value in marks.items()}
    out["ids"] = torch.from_numpy(ids)
    out["label"] = torch.tensor([e.label for e in some])
    out["spans"] = torch.tensor([e.spans for e in some])
    return out


def drawn_times(source: str, id_: str) -> float:
    """How often an epoch draws a question: what the longest beginning of its id says, or its source."""
    return DRAWN[max((name for name in DRAWN if id_.startswith(name)), key=len, default=source)]


class Drawing:
    """Draws batches: a positive, a window beside it, sometimes one of another article, and near misses."""

    def __init__(self, rows: Sequence[Row], examples: list[Example], size: int, seed: int) -> None:
        self._rows, self._examples, self._size, self._seed = rows, examples, size, seed
        self._groups: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i, row in enumerate(rows):
            self._groups[row.source, row.id].append(i)

    def epoch(self, number: int) -> Iterator[dict[str, Tensor]]:
        """The batches of one epoch, the same whenever asked."""
        chance = random.Random(1000 * self._seed + number)
        drawn = []
        for (source, id_), group in self._groups.items():
            missed = self._rows[group[0]].role == "miss"
            times = drawn_times(source, id_) * (DRAWN["miss"] if missed else 1.0)
            for _ in range(int(times) + (chance.random() < times % 1)):
                drawn.append(self._of(group, chance))
        chance.shuffle(drawn)
        flat = [i for some in drawn for i in some]
        for low in range(0, len(flat), POOL * self._size):
            pool = sorted(
                flat[low : low + POOL * self._size], key=lambda i: len(self._examples[i].ids)
            )
            batches = [pool[i : i + self._size] for i in range(0, len(pool), self._size)]
            chance.shuffle(batches)
            for batch in batches:
                if len(batch) == self._size:
                    yield collate([self._examples[i] for i in batch])

    def _of(self, group: list[int], chance: random.Random) -> list[int]:
        roles: dict[str, list[int]] = defaultdict(list)
        for i in group:
            row = self._rows[i]
            name = "yes" if row.label == 1 else row.role if row.label == 0 else "unknown"
            roles[name].append(i)
        out = []
        if roles["yes"]:
            out += chance.sample(roles["yes"], min(len(roles["yes"]), 1 + (chance.random() < 0.35)))
        if roles["own"]:
            out += chance.sample(roles["own"], min(len(roles["own"]), 1 + (chance.random() < 0.25)))
        if roles["other"] and chance.random() < 0.5:
            out.append(chance.choice(roles["other"]))
        if roles["swapped"] and chance.random() < 0.5:
            out.append(chance.choice(roles["swapped"]))
        if roles["miss"]:
            out.append(roles["miss"][0])  # they come the likest first
            out += chance.sample(roles["miss"][1:], min(len(roles["miss"]) - 1, 1))
        return out

    def batches(self, skip: int) -> Iterator[dict[str, Tensor]]:
        """Batches without end, `skip` of them left out."""
        number = 0
        while True:
            for batch in self.epoch(number):
                if skip:
                    skip -= 1
                else:
                    yield batch
            number += 1


def over(logits: Tensor, window: Tensor) -> Tensor:
    """Log-softmax over the window and `<s>`."""
    open_ = window.clone()
    open_[:, 0] = True
    return logits.masked_fill(~open_, -1e4).log_softmax(1)


def hard_loss(tokens: Tensor, here: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Loss against the labels."""
    known = (batch["label"] >= 0).float()
    window = batch["window"].float()
    yes = (batch["label"] == 1).float()
    loss = functional.binary_cross_entropy_with_logits(here, yes, reduction="none")
    placed = batch["spans"].float()
    for column, name in enumerate(("start", "end")):
        target = batch[name].float()
        target = target / target.sum(1, keepdim=True).clamp(min=1)
        loss = loss - 0.5 * placed * (over(tokens[..., column], batch["window"]) * target).sum(1)
    for column, name, factor in ((2, "inside", 3.0), (3, "evidence", 1.5)):
        each = functional.binary_cross_entropy_with_logits(
            tokens[..., column], batch[name].float(), reduction="none"
        )
        mean = (each * window).sum(1) / window.sum(1).clamp(min=1)
        loss = loss + factor * mean * (placed if name == "inside" else 1.0)
    return (loss * known).sum() / known.sum().clamp(min=1)


def soft_loss(
    said: tuple[Tensor, Tensor, list[Tensor]],
    told: tuple[Tensor, Tensor, list[Tensor]],
    batch: dict[str, Tensor],
) -> Tensor:
    """Loss against what the teacher says, and against what its layers hold."""
    tokens, here, layers = said
    theirs, there, held = told
    window = batch["window"].float()
    loss = functional.binary_cross_entropy_with_logits(here, there.sigmoid(), reduction="none")
    for column in (0, 1):
        target = over(theirs[..., column], batch["window"]).exp()
        loss = loss - 0.5 * (over(tokens[..., column], batch["window"]) * target).sum(1)
    for column, factor in ((2, 3.0), (3, 1.5)):
        each = functional.binary_cross_entropy_with_logits(
            tokens[..., column], theirs[..., column].sigmoid(), reduction="none"
        )
        loss = loss + factor * (each * window).sum(1) / window.sum(1).clamp(min=1)
    total = loss.mean()
    mask = (batch["ids"] != PAD).float()
    step = len(held) // len(layers)
    for number, mine in enumerate(layers):
        gap = (mine.float() - held[step * (number + 1) - 1].float()).square().mean(-1)
        size = held[step * (number + 1) - 1].float().square().mean(-1)
        total = total + (gap * mask).sum() / (size * mask).sum() / len(layers)
    return total


def rate(step: int, steps: int, peak: float) -> float:
    """Warm up over the first 6 %, then fall to a twentieth along a straight line."""
    warm = max(1.0, 0.06 * steps)
    return peak * min((step + 1) / warm, 0.05 + 0.95 * (steps - step) / max(1.0, steps - warm))


def fresh(start: Path, layers: int) -> Network:
    """Load the encoder, or a tuned network, and keep `layers` of its layers, evenly from its last."""
    from training.encoder import load

    tuned = (start / "heads.pt").exists()
    network = Network(load(start))
    if tuned:
        heads = torch.load(start / "heads.pt")
        network.load_state_dict(heads, strict=False)
    encoder = network.encoder
    have = encoder.config.num_hidden_layers
    if 0 < layers < have:
        step = have // layers
        kept = [encoder.encoder.layer[i] for i in range(step - 1, have, step)]
        encoder.encoder.layer = nn.ModuleList(kept)
        encoder.config.num_hidden_layers = layers
    return network


def frozen(network: Network, layers: int) -> None:
    """Keep embeddings and the first layers as they are."""
    network.encoder.embeddings.requires_grad_(False)
    for layer in network.encoder.encoder.layer[:layers]:
        layer.requires_grad_(False)


def keep(network: Network, start: Path, out: Path) -> None:
    """Write a network that `fresh` loads, with its tokenizer."""
    network.encoder.save_pretrained(out)
    heads = {k: v for k, v in network.state_dict().items() if not k.startswith("encoder.")}
    torch.save(heads, out / "heads.pt")
    for name in ("tokenizer.json", "fold.json"):
        if start != out:
            shutil.copy(start / name, out / name)


@torch.no_grad()
def answers_of(
    network: Network, examples: Sequence[Example], size: int = 24
) -> list[tuple[np.ndarray, float]]:
    """Return each example's `(tokens, 4)` logits and `here`."""
    network.eval()
    out: list[tuple[np.ndarray, float]] = [(np.zeros((0, 4), np.float32), 0.0)] * len(examples)
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].ids))
    for low in range(0, len(order), size):
        some = order[low : low + size]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=BFLOAT16):
            tokens, here, _ = network(collate([examples[i] for i in some])["ids"])
        for row, i in enumerate(some):
            out[i] = (tokens[row, : len(examples[i].ids)].numpy(), float(here[row]))
    network.train()
    return out


def reads(network: Network, pieces: Pieces) -> Reads:
    """Read windows with a network."""

    def read(pairs: Sequence[tuple[str, Window]]) -> list[WindowReading]:
        places: dict[str, list[int]] = defaultdict(list)
        for i, (question, _) in enumerate(pairs):
            places[question].append(i)
        laid: dict[int, Any] = {}
        for question, some in places.items():
            laid |= dict(
                zip(some, pieces.pairs(question, [pairs[i][1] for i in some]), strict=True)
            )
        blank = Row("", "", "", "", "", 0, Window(""), [], [], [], 0)
        made = answers_of(network, [example(blank, laid[i]) for i in range(len(pairs))])
        return [
            reading(pairs[i][1].text, laid[i], tokens, here)
            for i, (tokens, here) in enumerate(made)
        ]

    return read


def train(a: argparse.Namespace) -> None:
    """Train, print figures, keep the best."""
    a.out.mkdir(parents=True, exist_ok=True)
    pieces = Pieces(a.start)
    rows = rows_of(a.pairs, held=False)
    if a.sources:
        rows = [row for row in rows if row.source in a.sources]
    examples = examples_of(rows, pieces)
    held = sample(rows_of(a.pairs, held=True), a.held)
    groups = by_question(rows)
    print(f"{len(rows)} pairs, {len(groups)} questions; {len(held)} pairs held out", flush=True)
    network = fresh(a.start, a.layers).train()
    teacher = fresh(a.teacher, 0).eval() if a.teacher else None
    frozen(network, a.freeze)
    heads = [p for n, p in network.named_parameters() if not n.startswith("encoder.")]
    body = [
        p for n, p in network.named_parameters() if n.startswith("encoder.") and p.requires_grad
    ]
    optimise = torch.optim.AdamW(
        [{"params": body, "of": 1.0}, {"params": heads, "of": 3.0}],
        betas=(0.9, 0.98),
        weight_decay=0.01,
    )
    begin, best = 0, 0.0
    resume = a.out / "resume.pt"
    if resume.exists():
        kept = torch.load(resume)
        network.load_state_dict(kept["network"])
        optimise.load_state_dict(kept["optimiser"])
        begin, best = kept["step"], kept["best"]
        print(f"going on from step {begin}", flush=True)
    torch.manual_seed(a.seed + begin)
    drawing = Drawing(rows, examples, a.batch, a.seed)
    read = reads(network, pieces)
    began, losses = time.time(), []
    for step, batch in enumerate(drawing.batches(begin), begin):
        if step >= a.steps:
            break
        for group in optimise.param_groups:
            group["lr"] = group["of"] * rate(step, a.steps, a.peak)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=BFLOAT16):
            said = network(batch["ids"], deep=teacher is not None)
            if teacher is not None:
                with torch.no_grad():
                    told = teacher(batch["ids"], deep=True)
        loss = hard_loss(said[0], said[1], batch)
        if teacher is not None:
            loss = a.hard * loss + (1 - a.hard) * soft_loss(said, told, batch)
        optimise.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*body, *heads], 1.0)
        optimise.step()
        losses.append(float(loss.detach()))
        if step % 20 == 19:
            spent = (time.time() - began) / (step - begin + 1)
            print(
                f"step {step + 1} loss {np.mean(losses[-20:]):.3f} {spent:.2f} s a step", flush=True
            )
        last = step + 1 == a.steps
        if (step + 1) % a.every == 0 or last:
            seen, _ = judged(held, read)
            now = score(seen)
            print(f"step {step + 1} score {now:.4f}\n{table(seen)}", flush=True)
            if now >= best or last:
                best = max(best, now)
                keep(network, a.start, a.out / ("best" if now >= best else "last"))
            state = {"network": network.state_dict(), "optimiser": optimise.state_dict()}
            torch.save(state | {"step": step + 1, "best": best}, resume)
    (a.out / "options.json").write_text(
        json.dumps({k: str(v) for k, v in vars(a).items()}), "utf-8"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True, help="written by training.pairs")
    parser.add_argument("--start", type=Path, required=True, help="the encoder, or a tuned network")
    parser.add_argument("--teacher", type=Path, help="a tuned network to learn from, too")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--layers", type=int, default=0, help="layers to keep; 0 keeps all")
    parser.add_argument("--freeze", type=int, default=3, help="first layers that are not trained")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--peak", type=float, default=1.5e-4, help="highest learning rate")
    parser.add_argument(
        "--hard", type=float, default=0.4, help="weight of the labels beside a teacher"
    )
    parser.add_argument("--sources", nargs="*", default=[], help="train on these only")
    parser.add_argument(
        "--held", type=int, default=40, help="held-out questions a source, on the way"
    )
    parser.add_argument(
        "--drawn",
        nargs="*",
        default=[],
        metavar="NAME=TIMES",
        help="how often each is drawn: a source, what ids begin with, or miss",
    )
    parser.add_argument("--every", type=int, default=200, help="steps between measurements")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=5)
    a = parser.parse_args()
    for source, times in (each.split("=") for each in a.drawn):
        DRAWN[source] = float(times)
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    train(a)


if __name__ == "__main__":
    main()
