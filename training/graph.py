"""Write a tuned cross-encoder as the ONNX graph that `index.reranking.reader` runs, and check it against torch.

The graph is written node by node with ONNX Runtime's own attention. Matrices become int8 a column, activations are
quantised as they come. The table of pieces keeps the 4 bits it came with, which loses nothing: it is not trained.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from training.crossencoder import Network, fresh

MICROSOFT = "com.microsoft"
BLOCK = 32
EPSILON = 1e-12
#: Read in float32: they are small, and what they say is what counts.
HEADS = ["token.product", "mixed.product", "odds.product"]


class Graph:
    """Collects nodes and weights."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, value: np.ndarray) -> str:
        """Add a constant."""
        self.weights.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def node(
        self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: object
    ) -> str:
        """Add a node; return its output."""
        self.nodes.append(
            helper.make_node(kind, inputs, [output], output, domain=domain, **attributes)
        )
        return output

    def pieces(self, table: np.ndarray) -> str:
        """Add the rows of the table of pieces for `ids`, kept in 4 bits; return them in float32."""
        numbers, scales, _ = four_bits(table)
        self.weights.append(packed("pieces", numbers))
        row = self.node(
            "GatherBlockQuantized",
            ["pieces", "ids", self.weight("scales", scales)],
            "row16",
            MICROSOFT,
            gather_axis=0,
            quantize_axis=1,
            block_size=BLOCK,
        )
        return self.node("Cast", [row], "row", to=TensorProto.FLOAT)

    def norm(self, sources: list[str], name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """Add the layer norm of a source, or of the sum of two; return its output."""
        row = [self.weight(f"{name}.w", weight), self.weight(f"{name}.b", bias)]
        if len(sources) == 2:  # apart: the fused operator takes five times as long
            sources = [self.node("Add", sources, f"{name}.sum")]
        return self.node("LayerNormalization", [*sources, *row], name, axis=-1, epsilon=EPSILON)

    def model(self, name: str, outputs: Mapping[str, Sequence[str | int]]) -> onnx.ModelProto:
        """The graph from `ids` to float32 outputs of these shapes."""
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"])
        told = [
            helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)
            for output, shape in outputs.items()
        ]
        made = helper.make_graph(self.nodes, name, [ids], told, self.weights)
        versions = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(made, opset_imports=versions)
        model.ir_version = 10
        return model


def four_bits(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return `(rows, width)` int8 of -8 to 7, `(rows, width / 32)` float16 scales, and the largest error."""
    blocks = table.reshape(len(table), -1, BLOCK)
    scales = np.zeros(blocks.shape[:2], np.float32)
    least = np.full(blocks.shape[:2], np.inf, np.float32)
    top = np.take_along_axis(blocks, np.abs(blocks).argmax(2)[..., None], 2)[..., 0]
    # the package divides by the extreme weight's nibble, -8; ties and rounding leave a few others
    for steps in (-8, 7, -7, 8, 6, -6):
        tried = (top / steps).astype(np.float16).astype(np.float32)
        safe = np.where(tried == 0, 1, tried)[..., None]
        numbers = np.clip(np.rint(blocks / safe), -8, 7)
        gap = np.abs(numbers * safe - blocks).max(2)
        better = gap < least
        scales[better], least[better] = tried[better], gap[better]
    safe = np.where(scales == 0, 1, scales)[..., None]
    numbers = np.clip(np.rint(blocks / safe), -8, 7).astype(np.int8)
    return numbers.reshape(table.shape), scales.astype(np.float16), float(least.max())


def packed(name: str, numbers: np.ndarray) -> onnx.TensorProto:
    """An int4 tensor: the lower half of a byte comes first."""
    flat = (numbers.reshape(-1, 2).astype(np.uint8)) & 15
    raw = (flat[:, 0] | flat[:, 1] << 4).astype(np.uint8).tobytes()
    return helper.make_tensor(name, TensorProto.INT4, numbers.shape, raw, raw=True)


def build(network: Network) -> onnx.ModelProto:
    """Return the model: int64 `ids` -> float32 `tokens` `(batch, length, 4)`, `here` `(batch,)`.

    The rows of a batch are of one length: there is no padding, and attention without a mask is faster.
    """
    state = {name: value.detach().float().numpy() for name, value in network.state_dict().items()}
    config: Any = network.encoder.config
    graph = Graph()
    heads = config.num_attention_heads

    def linear(source: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        product = graph.node(
            "MatMul", [source, graph.weight(f"{name}.w", weight.T)], f"{name}.product"
        )
        return graph.node("Add", [product, graph.weight(f"{name}.b", bias)], name)

    def dense(source: str, name: str, place: str) -> str:
        return linear(source, name, state[f"{place}.weight"], state[f"{place}.bias"])

    def scaled(source: str, name: str, place: str) -> str:
        """A product whose rows are brought to one height first: a few tower, and one scale serves them all."""
        top = graph.node("ReduceMax", [source, "last"], f"{name}.top", keepdims=1)
        top = graph.node("Max", [top, "least"], f"{name}.height")
        even = graph.node("Div", [source, top], f"{name}.even")
        weight = graph.weight(f"{name}.w", state[f"{place}.weight"].T)
        product = graph.node("MatMul", [even, weight], f"{name}.product")
        back = graph.node("Mul", [product, top], f"{name}.back")
        return graph.node("Add", [back, graph.weight(f"{name}.b", state[f"{place}.bias"])], name)

    def norm(sources: list[str], name: str, place: str) -> str:
        return graph.norm(sources, name, state[f"{place}.weight"], state[f"{place}.bias"])

    zero, one = (
        graph.weight("zero", np.asarray(0, np.int64)),
        graph.weight("one", np.asarray([1], np.int64)),
    )
    graph.weight("last", np.asarray([-1], np.int64))
    graph.weight("least", np.asarray(0.2, np.float32))  # what Gelu takes away at most
    row = graph.pieces(state["encoder.embeddings.word_embeddings.weight"])
    places = state["encoder.embeddings.position_embeddings.weight"]
    places = places + state["encoder.embeddings.token_type_embeddings.weight"][:1]
    graph.node("Shape", ["ids"], "length", start=1, end=2)
    graph.weight("begin", np.asarray([0], np.int64))
    place = graph.node("Slice", [graph.weight("places", places), "begin", "length"], "place")
    x = norm([graph.node("Add", [row, place], "sum")], "embedded", "encoder.embeddings.LayerNorm")
    for number in range(config.num_hidden_layers):
        to, name = f"encoder.encoder.layer.{number}.", f"layer{number}."
        parts = [
            dense(x, name + part, f"{to}attention.self.{part}")
            for part in ("query", "key", "value")
        ]
        mixed = graph.node("MultiHeadAttention", parts, name + "mixed", MICROSOFT, num_heads=heads)
        out = dense(mixed, name + "out", to + "attention.output.dense")
        x = norm([out, x], name + "one", to + "attention.output.LayerNorm")
        up = dense(x, name + "up", to + "intermediate.dense")
        up = graph.node("Gelu", [up], name + "gelu", MICROSOFT)
        x = norm(
            [scaled(up, name + "down", to + "output.dense"), x],
            name + "two",
            to + "output.LayerNorm",
        )
    linear(x, "token", state["token.weight"], state["token.bias"])
    graph.node("Identity", ["token"], "tokens")
    mean = graph.node("ReduceMean", [x, one], "mean", keepdims=0)
    first = graph.node("Gather", [x, zero], "first", axis=1)
    both = graph.node("Concat", [first, mean], "both", axis=1)
    mixed = graph.node(
        "Gelu",
        [linear(both, "mixed", state["mixed.weight"], state["mixed.bias"])],
        "pooled",
        MICROSOFT,
    )
    graph.node(
        "Squeeze", [linear(mixed, "odds", state["here.weight"], state["here.bias"]), one], "here"
    )
    return graph.model("crossencoder", {"tokens": ["batch", "length", 4], "here": ["batch"]})


def quantise(source: Path, target: Path) -> None:
    """Turn the matrices into int8; the heads stay float32."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        source,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=HEADS,
        extra_options={"DefaultTensorType": TensorProto.FLOAT, "MatMulConstBOnly": True},
    )


def check(network: Network, model: Path) -> tuple[float, float]:
    """Return the largest and the mean absolute difference between torch's and the graph's token logits."""
    import onnxruntime

    ids = np.random.default_rng(0).integers(5, network.encoder.config.vocab_size, (2, 90))
    with torch.no_grad():
        tokens, _, _ = network.eval()(torch.from_numpy(ids))
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    made = session.run(None, {"ids": ids})[0]
    gap = np.abs(made - tokens.numpy())
    return float(gap.max()), float(gap.mean())


def mean(networks: Sequence[Network]) -> Network:
    """Return the first with the mean of all weights: the checkpoints of one run read better together than each."""
    states = [network.state_dict() for network in networks]
    floats = [name for name, value in states[0].items() if value.is_floating_point()]
    for name in floats:
        states[0][name].copy_(torch.stack([state[name] for state in states]).mean(0))
    return networks[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--network",
        type=Path,
        nargs="+",
        required=True,
        help="folders written by training.crossencoder; their mean is taken",
    )
    parser.add_argument("--name", default="youju-crossencoder-1")
    parser.add_argument("--exact", action="store_true", help="leave the matrices in float32")
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    network = mean([fresh(folder, 0) for folder in a.network])
    table = network.encoder.embeddings.word_embeddings.weight.detach().numpy()
    print(f"4-bit table off by {four_bits(table)[2]:.2g} at most")
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        onnx.save(build(network), exact)
        print("float32 off by", check(network, exact))
        if a.exact:
            shutil.copy(exact, a.out / "model.onnx")
        else:
            quantise(exact, a.out / "model.onnx")
            print("int8 off by", check(network, a.out / "model.onnx"))
    for name in ("tokenizer.json", "fold.json"):
        shutil.copy(a.network[0] / name, a.out / name)
    shape = {"name": a.name, "layers": network.encoder.config.num_hidden_layers}
    (a.out / "config.json").write_text(json.dumps(shape, indent=2) + "\n", "utf-8")
    size = sum(path.stat().st_size for path in a.out.iterdir()) / 1e6
    print(f"{size:.1f} MB")


if __name__ == "__main__":
    main()
