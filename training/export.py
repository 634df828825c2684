"""Write the distilled student as an int8 ONNX graph for the reader, and check it against torch.

The graph is written node by node with ONNX Runtime's own attention and rotary operators, which its CPU kernels
fuse; weights become int8 a column, activations are quantised as they come.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from training.model import Shape, load_compact, rotary

NAME = "youju-reader-2"
MICROSOFT = "com.microsoft"


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


def layer(graph: Graph, state: dict[str, np.ndarray], number: int, x: str, shape: Shape) -> str:
    """Add one Transformer layer."""
    name = f"encoder.layers.{number}."
    width = shape.width

    def norm(source: str, which: str) -> str:
        scale = graph.weight(f"{name}{which}.w", state[f"{name}{which}.weight"])
        bias = graph.weight(f"{name}{which}.b", state[f"{name}{which}.bias"])
        return graph.node(
            "LayerNormalization", [source, scale, bias], f"{name}{which}", axis=-1, epsilon=1e-5
        )

    def linear(source: str, which: str, matrix: np.ndarray, bias: np.ndarray) -> str:
        out = graph.node(
            "MatMul", [source, graph.weight(f"{name}{which}.w", matrix.T)], f"{name}{which}.product"
        )
        return graph.node("Add", [out, graph.weight(f"{name}{which}.b", bias)], f"{name}{which}")

    y = norm(x, "norm1")
    matrix, bias = state[name + "qkv.weight"], state[name + "qkv.bias"]
    parts = [
        linear(y, "qkv"[i], matrix[i * width : (i + 1) * width], bias[i * width : (i + 1) * width])
        for i in range(3)
    ]
    for i in range(2):
        parts[i] = graph.node(
            "RotaryEmbedding",
            [parts[i], "places", "cos", "sin"],
            f"{name}turned{i}",
            MICROSOFT,
            num_heads=shape.heads,
        )
    mixed = graph.node(
        "MultiHeadAttention", [*parts, "", "mask"], name + "mixed", MICROSOFT, num_heads=shape.heads
    )
    x = graph.node(
        "Add",
        [x, linear(mixed, "out", state[name + "out.weight"], state[name + "out.bias"])],
        name + "one",
    )
    y = linear(norm(x, "norm2"), "up", state[name + "up.weight"], state[name + "up.bias"])
    y = graph.node("FastGelu", [y], name + "gelu", MICROSOFT)
    y = linear(y, "down", state[name + "down.weight"], state[name + "down.bias"])
    return graph.node("Add", [x, y], name + "two")


def build(shape: Shape, tensors: dict[str, Tensor]) -> onnx.ModelProto:
    """Return the float32 model: int64 `ids`, `marks` -> `tokens` `(batch, length, 3)`, `pair` `(batch,)`."""
    state = {name: tensor.numpy().astype(np.float32) for name, tensor in tensors.items()}
    graph = Graph()
    cos, sin = (
        t.numpy().astype(np.float32) for t in rotary(shape.positions, shape.width // shape.heads)
    )
    graph.weight("cos", cos)
    graph.weight("sin", sin)
    zero, one = (
        graph.weight("zero", np.asarray(0, np.int64)),
        graph.weight("one", np.asarray(1, np.int64)),
    )
    graph.weight("pad", np.asarray(0, np.int64))
    # 1 where there is text; positions 0, 1, 2 … for every row
    seen = graph.node("Equal", ["ids", "pad"], "is_pad")
    graph.node("Cast", [graph.node("Not", [seen], "is_text")], "mask", to=TensorProto.INT32)
    graph.node("Shape", ["ids"], "size")
    length = graph.node("Gather", ["size", one], "length", axis=0)
    span = graph.node("Range", [zero, length, one], "range")
    graph.node("Expand", [span, "size"], "places")
    characters = graph.node(
        "Gather", [graph.weight("characters", state["encoder.characters.weight"]), "ids"], "chars"
    )
    marks = graph.node(
        "Gather", [graph.weight("mark_rows", state["encoder.marks.weight"]), "marks"], "marked"
    )
    x = graph.node("Add", [characters, marks], "x")
    for number in range(shape.layers):
        x = layer(graph, state, number, x, shape)
    scale = graph.weight("norm.w", state["encoder.norm.weight"])
    x = graph.node(
        "LayerNormalization",
        [x, scale, graph.weight("norm.b", state["encoder.norm.bias"])],
        "final",
        axis=-1,
        epsilon=1e-5,
    )
    head = graph.node(
        "MatMul", [x, graph.weight("token.w", state["token.weight"].T)], "token.product"
    )
    graph.node("Add", [head, graph.weight("token.b", state["token.bias"])], "tokens")
    first = graph.node("Gather", [x, zero], "first", axis=1)
    head = graph.node(
        "MatMul", [first, graph.weight("pair.w", state["pair.weight"].T)], "pair.product"
    )
    head = graph.node("Add", [head, graph.weight("pair.b", state["pair.bias"])], "pair.column")
    graph.node("Squeeze", [head, graph.weight("last", np.asarray([1], np.int64))], "pair")
    made = helper.make_graph(
        graph.nodes,
        "reader",
        [
            helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "length"])
            for n in ("ids", "marks")
        ],
        [
            helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["batch", "length", 3]),
            helper.make_tensor_value_info("pair", TensorProto.FLOAT, ["batch"]),
        ],
        graph.weights,
    )
    model = helper.make_model(
        made, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
    )
    model.ir_version = 8
    return model


def quantise(source: Path, target: Path) -> None:
    """Turn matrices and the character table into int8; the two heads stay float32."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        source,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Gather"],
        nodes_to_exclude=["token.product", "pair.product"],
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )


def check(student: Path, model: Path) -> tuple[float, float]:
    """Return the largest and the mean absolute difference between torch's and the graph's token logits."""
    import onnxruntime
    import torch

    from training.model import ReaderModel

    shape, state = load_compact(student)
    reader = ReaderModel(shape)
    reader.load_state_dict(state)
    reader.eval()
    generator = np.random.default_rng(0)
    ids, marks = generator.integers(5, shape.vocabulary, (2, 90)), generator.integers(0, 8, (2, 90))
    ids[1, 70:] = 0
    with torch.no_grad():
        tokens, _ = reader(
            torch.from_numpy(ids), torch.from_numpy(marks), torch.from_numpy(ids) != 0
        )
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    made = session.run(None, {"ids": ids, "marks": marks})[0]
    gap = np.abs(made - tokens.numpy())[ids != 0]
    return float(gap.max()), float(gap.mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--student", type=Path, required=True, help="student_reader.npz")
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    shape, state = load_compact(a.student)
    exact = a.work / "reader_float32.onnx"
    onnx.save(build(shape, state), exact)
    quantise(exact, a.out / "model.onnx")
    print(
        "float32 off by",
        check(a.student, exact),
        "int8 off by",
        check(a.student, a.out / "model.onnx"),
    )
    (a.out / "vocabulary.json").write_bytes((a.work / "vocabulary.json").read_bytes())
    (a.out / "config.json").write_text(json.dumps({"name": NAME}, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
