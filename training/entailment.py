"""Teach the gate's head which claims a text bears, on the states of the reader, which stays as it is.

    python -m training.prepare --data DATA --work work/prepared
    python -m training.entailment --prepared work/prepared --work work/entailment \\
        --out server/verify/models/entailment.onnx

Again whenever the reader changes; then `training.faithfulness`. The head begins as the reader's own next layer.
Claims and states are kept under ``--work``: delete ``states-*`` when the reader changes. bfloat16 products.
"""

from __future__ import annotations

import argparse
import math
import pickle
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from index.reranking.reader import MODEL, CrossEncoder, Laid
from training.claims import Example, Maker
from training.graph import EPSILON, MICROSOFT, Graph

LAYER = 7  # the one behind the states that `CrossEncoder.lay` gives
HEADS, POOLED = 12, 128
BATCH, POOL = 32, 8
PARTS = ("query", "key", "value", "out", "up", "down")
NORMS = ("one", "two")


@dataclass(frozen=True, slots=True)
class Lesson:
    """States of claim and text, float16; ``marks`` by the claim's tokens."""

    states: np.ndarray
    count: int
    label: bool
    marks: np.ndarray | None


def weight(model: onnx.ModelProto, name: str) -> Tensor:
    """A weight of the reader's graph as float32, whether it was quantised or not."""
    known = {tensor.name: tensor for tensor in model.graph.initializer}
    if name in known:
        return torch.from_numpy(numpy_helper.to_array(known[name]).copy())
    parts = [
        numpy_helper.to_array(known[f"{name}_{part}"]).astype(np.float32)
        for part in ("quantized", "zero_point", "scale")
    ]
    return torch.from_numpy((parts[0] - parts[1]) * parts[2])


class Head(nn.Module):
    """One layer, a logit a token, and one of the whole from `<s>` and the claim's mean."""

    query: nn.Linear
    key: nn.Linear
    value: nn.Linear
    out: nn.Linear
    up: nn.Linear
    down: nn.Linear
    one: nn.LayerNorm
    two: nn.LayerNorm

    def __init__(self, reader: onnx.ModelProto) -> None:
        super().__init__()
        for name in PARTS:
            matrix = weight(reader, f"layer{LAYER}.{name}.w")
            layer = nn.Linear(*matrix.shape)
            layer.weight.data = matrix.T.contiguous()
            layer.bias.data = weight(reader, f"layer{LAYER}.{name}.b")
            setattr(self, name, layer)
        for name in NORMS:
            norm = nn.LayerNorm(len(self.query.bias), eps=EPSILON)
            norm.weight.data = weight(reader, f"layer{LAYER}.{name}.w")
            norm.bias.data = weight(reader, f"layer{LAYER}.{name}.b")
            setattr(self, name, norm)
        width = len(self.query.bias)
        self.token = nn.Linear(width, 1)
        self.pool = nn.Linear(2 * width, POOLED)
        self.odds = nn.Linear(POOLED, 1)

    def forward(self, x: Tensor, real: Tensor, claim: Tensor) -> tuple[Tensor, Tensor]:
        """Return `(rows,)` and `(rows, length)` logits of `(rows, length, width)` states."""
        rows, length, width = x.shape
        query, key, value = (
            part(x).view(rows, length, HEADS, -1).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        near = query @ key.transpose(-1, -2) / math.sqrt(width // HEADS)
        near = near.masked_fill(~real[:, None, None, :], -1e4).softmax(-1)
        mixed = (near @ value).transpose(1, 2).reshape(rows, length, width)
        x = self.one(x + self.out(mixed))
        x = self.two(x + self.down(functional.gelu(self.up(x))))
        share = claim.to(x.dtype)[..., None]
        mean = (x * share).sum(1) / share.sum(1).clamp(min=1)
        pooled = functional.gelu(self.pool(torch.cat([x[:, 0], mean], 1)))
        return self.odds(pooled)[:, 0].float(), self.token(x)[..., 0].float()


def lessons_of(examples: Sequence[Example], reader: CrossEncoder) -> list[Lesson]:
    return [_lesson(example, reader.lay(example.claim, example.text)) for example in examples]


def _lesson(example: Example, laid: Laid) -> Lesson:
    marks = None
    if example.marks is not None:
        places = laid.places.tolist()
        marks = np.asarray([all(example.marks[a:b]) for a, b in places], np.float32)
    return Lesson(laid.states.astype(np.float16), laid.count, example.label, marks)


def collate(some: Sequence[Lesson]) -> tuple[Tensor, ...]:
    """States, which are real, which are the claim's, marks, which are known, labels."""
    length = -(-max(len(one.states) for one in some) // 8) * 8
    shape = (len(some), length)
    states = np.zeros((*shape, some[0].states.shape[1]), np.float32)
    real, claim, known = (np.zeros(shape, bool) for _ in range(3))
    marks = np.ones(shape, np.float32)
    for row, one in enumerate(some):
        states[row, : len(one.states)] = one.states
        real[row, : len(one.states)] = True
        claim[row, 1 : 1 + one.count] = True
        if one.marks is not None:
            marks[row, 1 : 1 + one.count] = one.marks[: one.count]
            known[row, 1 : 1 + one.count] = True
    labels = np.asarray([one.label for one in some], np.float32)
    return tuple(map(torch.from_numpy, (states, real, claim, marks, known, labels)))


def batches(lessons: Sequence[Lesson], seed: int) -> Iterator[list[Lesson]]:
    """Batches of like length, without end."""
    chance = random.Random(seed)
    while True:
        order = chance.sample(range(len(lessons)), len(lessons))
        for low in range(0, len(order), BATCH * POOL):
            pool = sorted(order[low : low + BATCH * POOL], key=lambda i: len(lessons[i].states))
            for first in chance.sample(range(0, len(pool), BATCH), -(-len(pool) // BATCH)):
                yield [lessons[i] for i in pool[first : first + BATCH]]


def teach(head: Head, lessons: Sequence[Lesson], steps: int, peak: float) -> None:
    new = [p for n, p in head.named_parameters() if n.split(".")[0] in {"token", "pool", "odds"}]
    old = [p for n, p in head.named_parameters() if n.split(".")[0] in {*PARTS, *NORMS}]
    groups = [{"params": old, "of": 1.0}, {"params": new, "of": 4.0}]
    optimise = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01)
    drawn = batches(lessons, 1)
    for step in range(steps):
        warm = (step + 1) / max(1.0, 0.06 * steps)
        for group in optimise.param_groups:
            group["lr"] = group["of"] * peak * min(warm, 0.05 + 0.95 * (steps - step) / steps)
        states, real, claim, marks, known, labels = collate(next(drawn))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            odds, tokens = head(states, real, claim)
        each = functional.binary_cross_entropy_with_logits(
            tokens, marks, reduction="none", pos_weight=torch.tensor(0.5)
        )
        marked = ((each * known).sum(1) / known.sum(1).clamp(min=1)).mean()
        loss = functional.binary_cross_entropy_with_logits(odds, labels) + 2 * marked
        optimise.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimise.step()
        if step % 50 == 49:
            print(f"step {step + 1}: loss {float(loss):.3f}", flush=True)


@torch.no_grad()
def auc(head: Head, lessons: Sequence[Lesson]) -> float:
    """The share of pairs of a borne and another claim of which the borne one gets the higher odds."""
    odds = [float(head(*collate([one])[:3])[0][0]) for one in lessons]
    yes = np.asarray([o for o, one in zip(odds, lessons, strict=True) if one.label])
    no = np.asarray([o for o, one in zip(odds, lessons, strict=True) if not one.label])
    return float((yes[:, None] > no[None, :]).mean())


def build(head: Head) -> onnx.ModelProto:
    """Float32 `states` `(batch, length, width)`, `claim` `(batch, length, 1)` -> `odds`, `tokens`; no padding."""
    state = {name: value.detach().float().numpy() for name, value in head.state_dict().items()}
    graph = Graph()

    def linear(source: str, name: str) -> str:
        matrix = graph.weight(f"{name}.w", state[f"{name}.weight"].T)
        product = graph.node("MatMul", [source, matrix], f"{name}.product")
        bias = graph.weight(f"{name}.b", state[f"{name}.bias"])
        return graph.node("Add", [product, bias], f"{name}.made")

    def norm(sources: list[str], name: str) -> str:
        row = [graph.weight(f"{name}.{n[0]}", state[f"{name}.{n}"]) for n in ("weight", "bias")]
        added = graph.node("Add", sources, f"{name}.sum")
        return graph.node("LayerNormalization", [added, *row], name, axis=-1, epsilon=EPSILON)

    one = graph.weight("first axis", np.asarray([1], np.int64))
    last = graph.weight("last axis", np.asarray([-1], np.int64))
    least = graph.weight("least", np.asarray(1, np.float32))
    parts = [linear("states", name) for name in ("query", "key", "value")]
    mixed = graph.node("MultiHeadAttention", parts, "mixed", MICROSOFT, num_heads=HEADS)
    x = norm([linear(mixed, "out"), "states"], "one")
    x = norm([linear(graph.node("Gelu", [linear(x, "up")], "gelu", MICROSOFT), "down"), x], "two")
    graph.node("Squeeze", [linear(x, "token"), last], "tokens")
    kept = graph.node("Mul", [x, "claim"], "kept")
    total = graph.node("ReduceSum", [kept, one], "total", keepdims=0)
    count = graph.node("ReduceSum", ["claim", one], "count", keepdims=0)
    mean = graph.node("Div", [total, graph.node("Max", [count, least], "some")], "mean")
    zero = graph.weight("zero", np.asarray(0, np.int64))
    begin = graph.node("Gather", [x, zero], "begin", axis=1)
    both = graph.node("Concat", [begin, mean], "both", axis=1)
    pooled = graph.node("Gelu", [linear(both, "pool")], "pooled", MICROSOFT)
    graph.node("Squeeze", [linear(pooled, "odds"), last], "odds")

    def info(name: str, *shape: str | int) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    width = len(state["query.bias"])
    given = [info("states", "batch", "length", width), info("claim", "batch", "length", 1)]
    told = [info("odds", "batch"), info("tokens", "batch", "length")]
    made = helper.make_graph(graph.nodes, "entailment", given, told, graph.weights)
    versions = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
    model = helper.make_model(made, opset_imports=versions)
    model.ir_version = 10
    return model


def quantise(model: onnx.ModelProto, target: Path) -> None:
    """The layer's matrices become int8; what is read off it stays float32."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        onnx.save(model, exact)
        quantize_dynamic(
            exact,
            target,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=[f"{name}.product" for name in ("token", "pool", "odds")],
            extra_options={"DefaultTensorType": TensorProto.FLOAT, "MatMulConstBOnly": True},
        )


def kept(path: Path, make: Any) -> Any:
    """What was kept under a path, or is made and kept there."""
    if not path.exists():
        made = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(made))
    return pickle.loads(path.read_bytes())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--prepared", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--reader", type=Path, default=MODEL)
    parser.add_argument("--claims", type=int, default=24_000)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--peak", type=float, default=3e-4)
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    torch.manual_seed(0)
    name = f"{a.claims}.pkl"
    examples = kept(a.work / f"claims-{name}", lambda: list(Maker(a.prepared, 7).draw(a.claims)))
    reader = CrossEncoder(a.reader)
    lessons = kept(a.work / f"states-{name}", lambda: lessons_of(examples, reader))
    held = max(1, len(lessons) // 40)
    head = Head(onnx.load(a.reader / "model.onnx"))
    teach(head, lessons[held:], a.steps, a.peak)
    print(f"AUC {auc(head.eval(), lessons[:held]):.3f} of {held} claims held out")
    quantise(build(head), a.out)


if __name__ == "__main__":
    main()
