"""Write the base encoder, untuned, as the ONNX graph that `index.embedding.encoder` runs, and check it against torch.

Everything keeps the 4 bits a weight that it came with, which loses nothing: matrices and the table of pieces are
stored as int4 with a float16 scale for 32 of them. When the graph is loaded ONNX Runtime folds the matrices into int8
columns, which run several times as fast as 4 bits do.
"""

from __future__ import annotations

import argparse
import json
import time
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto

from training import text as txt
from training.encoder import load
from training.graph import BLOCK, MICROSOFT, Graph, four_bits, packed

NAME = "e5-small-1"


def build(encoder: Any) -> onnx.ModelProto:
    """Return the model: int64 `ids` -> float32 `mean` `(batch, width)`, the mean over the pieces.

    The rows of a batch are of one length: there is no padding, and attention without a mask is faster.
    """
    state = {name: value.detach().float().numpy() for name, value in encoder.state_dict().items()}
    config = encoder.config
    graph = Graph()

    def matrix(name: str, weight: np.ndarray) -> tuple[str, str]:
        """The int8 columns of a matrix and their scales, computed from its 4 bits when the graph is loaded."""
        numbers, scales, _ = four_bits(weight)
        graph.weights.append(packed(f"{name}.w4", numbers))
        half = graph.node(
            "DequantizeLinear",
            [f"{name}.w4", graph.weight(f"{name}.s4", scales)],
            f"{name}.w16",
            axis=1,
            block_size=BLOCK,
        )
        full = graph.node("Cast", [half], f"{name}.w32", to=TensorProto.FLOAT)
        exact = numbers.reshape(len(numbers), -1, BLOCK) * scales.astype(np.float32)[..., None]
        top = (np.abs(exact).max((1, 2)) / 127).astype(np.float32)
        even = graph.node("Div", [full, graph.weight(f"{name}.top", top[:, None])], f"{name}.even")
        round_ = graph.node("Round", [even], f"{name}.round")
        whole = graph.node("Cast", [round_], f"{name}.int8", to=TensorProto.INT8)
        columns = graph.node("Transpose", [whole], f"{name}.columns", perm=[1, 0])
        return columns, graph.weight(f"{name}.scale", top)

    def linear(source: str, name: str, place: str) -> str:
        columns, scale = matrix(name, state[f"{place}.weight"])
        bias = graph.weight(f"{name}.b", state[f"{place}.bias"])
        return graph.node(
            "DynamicQuantizeMatMul", [source, columns, scale, "", bias], name, MICROSOFT
        )

    def scaled(source: str, name: str, place: str) -> str:
        """A product whose rows are brought to one height first: a few tower, and one scale serves them all."""
        top = graph.node("ReduceMax", [source, "last"], f"{name}.top_row", keepdims=1)
        top = graph.node("Max", [top, "least"], f"{name}.height")
        even = graph.node("Div", [source, top], f"{name}.level")
        columns, scale = matrix(name, state[f"{place}.weight"])
        product = graph.node(
            "DynamicQuantizeMatMul", [even, columns, scale], f"{name}.product", MICROSOFT
        )
        back = graph.node("Mul", [product, top], f"{name}.back")
        return graph.node("Add", [back, graph.weight(f"{name}.b", state[f"{place}.bias"])], name)

    def norm(sources: list[str], name: str, place: str) -> str:
        return graph.norm(sources, name, state[f"{place}.weight"], state[f"{place}.bias"])

    graph.weight("one", np.asarray([1], np.int64))
    graph.weight("last", np.asarray([-1], np.int64))
    graph.weight("least", np.asarray(0.2, np.float32))
    row = graph.pieces(state["embeddings.word_embeddings.weight"])
    places = state["embeddings.position_embeddings.weight"]
    places = (places + state["embeddings.token_type_embeddings.weight"][:1]).astype(np.float16)
    graph.node("Shape", ["ids"], "length", start=1, end=2)
    graph.weight("begin", np.asarray([0], np.int64))
    place = graph.node("Slice", [graph.weight("places", places), "begin", "length"], "place16")
    place = graph.node("Cast", [place], "place", to=TensorProto.FLOAT)
    x = norm([graph.node("Add", [row, place], "sum")], "embedded", "embeddings.LayerNorm")
    for number in range(config.num_hidden_layers):
        to, name = f"encoder.layer.{number}.", f"layer{number}."
        parts = [
            linear(x, name + part, f"{to}attention.self.{part}")
            for part in ("query", "key", "value")
        ]
        mixed = graph.node(
            "MultiHeadAttention",
            parts,
            name + "mixed",
            MICROSOFT,
            num_heads=config.num_attention_heads,
        )
        out = linear(mixed, name + "out", to + "attention.output.dense")
        x = norm([out, x], name + "one", to + "attention.output.LayerNorm")
        up = linear(x, name + "up", to + "intermediate.dense")
        up = graph.node("Gelu", [up], name + "gelu", MICROSOFT)
        down = scaled(up, name + "down", to + "output.dense")
        x = norm([down, x], name + "two", to + "output.LayerNorm")
    graph.node("ReduceMean", [x, "one"], "mean", keepdims=0)
    return graph.model("encoder", {"mean": ["batch", config.hidden_size]})


def check(encoder: Any, folder: Path, texts: list[str]) -> tuple[np.ndarray, float]:
    """Return the cosine between torch's vector of each passage and the graph's, and the graph's passages a second."""
    from index.embedding.encoder import PASSAGE, EncoderEmbedder
    from index.embedding.load import READER

    embedder = EncoderEmbedder(folder, READER)
    embedder.embed(texts[:2])
    began = time.perf_counter()
    made = embedder.embed(texts)
    speed = len(texts) / (time.perf_counter() - began)
    cosines = []
    for text, vector in zip(texts, made, strict=True):
        with torch.no_grad():
            states = encoder(torch.from_numpy(embedder.ids(PASSAGE, [text])[0])).last_hidden_state
        mean = states[0].mean(0).numpy()
        cosines.append(float(mean @ vector) / float(np.linalg.norm(mean)))
    return np.asarray(cosines), speed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, required=True, help="written by training.encoder")
    parser.add_argument("--data", type=Path, required=True, help="folder with the news")
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    encoder = load(a.encoder).eval()
    onnx.save(build(encoder), a.out / "model.onnx")
    pieces = (a.encoder / "tokenizer.json").read_bytes()
    config = {
        "name": NAME,
        "dimension": encoder.config.hidden_size,
        "tokenizer_sha256": sha256(pieces).hexdigest(),
    }
    (a.out / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    texts = [txt.clean(raw)[:400] for _, raw in islice(txt.read_news(a.data), 64)]
    cosines, speed = check(encoder, a.out, texts)
    print(f"cosine to the float network: least {cosines.min():.4f}, mean {cosines.mean():.4f}")
    print(f"{speed:.0f} passages of up to 400 characters a second")
    print(f"{(a.out / 'model.onnx').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
