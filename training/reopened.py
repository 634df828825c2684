"""Turn a shipped reader back into a network that `training.crossencoder --start` goes on from.

The int8 matrices are read as they stand: the rounding that they went through stays in them, and a few hundred steps
of training wash it out. The table of pieces is the base encoder's own.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from training.crossencoder import Network, fresh, keep
from training.graph import check

#: A layer's parts in the graph, and where the network keeps them.
PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "one": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "two": "output.LayerNorm",
}
HEADS = {"token": "token", "mixed": "mixed", "odds": "here"}
NORMS = ("one", "two", "embedded")
_LAYER = re.compile(r"layer(\d+)\.(\w+)$")


def weights(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """Return the graph's weights by name, int8 matrices as float32."""
    held = {w.name: w for w in model.graph.initializer}
    out = {}
    for name, weight in held.items():
        if name.endswith("_quantized"):
            stem = name.removesuffix("_quantized")
            scale = numpy_helper.to_array(held[f"{stem}_scale"])
            out[stem] = numpy_helper.to_array(weight).astype(np.float32) * scale
        elif weight.data_type == onnx.TensorProto.FLOAT:
            out[name] = numpy_helper.to_array(weight)
    return out


def place(stem: str) -> str | None:
    """Where the network keeps what the graph calls `stem`; None if it is no layer of weights."""
    if found := _LAYER.match(stem):
        return f"encoder.encoder.layer.{found[1]}.{PARTS[found[2]]}"
    return "encoder.embeddings.LayerNorm" if stem == "embedded" else HEADS.get(stem)


def reopened(model: onnx.ModelProto, base: Path) -> Network:
    """Return the network of a graph; `base` is the folder of the encoder that it was tuned from."""
    network = fresh(base, 0)
    state = network.state_dict()
    for name, value in weights(model).items():
        stem, _, kind = name.rpartition(".")
        to = place(stem)
        if to is not None and kind in "wb":
            flat = kind == "b" or stem.rpartition(".")[2] in NORMS
            state[f"{to}.{'weight' if kind == 'w' else 'bias'}"].copy_(
                torch.from_numpy(np.array(value if flat else value.T))
            )
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("index/models/reader"))
    parser.add_argument("--base", type=Path, required=True, help="folder of training.encoder")
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    network = reopened(onnx.load(a.model / "model.onnx"), a.base)
    a.out.mkdir(parents=True, exist_ok=True)
    keep(network, a.base, a.out)
    print("token logits off by (most, mean)", check(network, a.model / "model.onnx"))


if __name__ == "__main__":
    main()
