"""The reader's network: a pre-norm Transformer over characters with rotary positions and match features.

Each position carries, besides its character, one of eight marks: which side it is on (question, passage) and
how long a run of characters around it (0, 1, 2, 3 or more) also stands on the other side. A small model then
need not spend its first layers on finding out what the question and the passage share.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

PAD, UNK, CLS, SEP, MASK = range(5)
FIRST_CHARACTER = 5
MARKS = 8


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a network is."""

    vocabulary: int
    layers: int = 6
    width: int = 320
    heads: int = 5
    inner: int = 1280
    positions: int = 512


def rotary(positions: int, size: int) -> tuple[Tensor, Tensor]:
    """Return cosines and sines, each `(positions, size // 2)` float32."""
    rates = 10_000 ** -(torch.arange(size // 2) / (size // 2))
    angles = torch.arange(positions)[:, None] * rates[None]
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate `(batch, heads, length, size)`, halves as in ONNX Runtime's RotaryEmbedding."""
    left, right = x.chunk(2, dim=-1)
    return torch.cat([left * cos - right * sin, right * cos + left * sin], dim=-1)


class Layer(nn.Module):
    """Attention and a two-layer perceptron, each behind a norm and a skip."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.norm1 = nn.LayerNorm(shape.width)
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.norm2 = nn.LayerNorm(shape.width)
        self.up = nn.Linear(shape.width, shape.inner)
        self.down = nn.Linear(shape.inner, shape.width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, width = x.shape
        q, k, v = (
            self.qkv(self.norm1(x)).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        )
        q, k = rotate(q, cos, sin).to(v.dtype), rotate(k, cos, sin).to(v.dtype)
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = x + self.drop(self.out(mixed.transpose(1, 2).reshape(batch, length, width)))
        return x + self.drop(self.down(functional.gelu(self.up(self.norm2(x)), approximate="tanh")))


class Encoder(nn.Module):
    """Characters and marks in, one vector a position out."""

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.characters = nn.Embedding(shape.vocabulary, shape.width)
        self.marks = nn.Embedding(MARKS, shape.width)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width)
        cos, sin = rotary(shape.positions, shape.width // shape.heads)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.apply(self._initialise)
        for layer in self.layers:
            for last in (layer.out, layer.down):
                nn.init.normal_(last.weight, std=0.02 / (2 * shape.layers) ** 0.5)

    @staticmethod
    def _initialise(module: nn.Module) -> None:
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)

    def forward(self, ids: Tensor, marks: Tensor, mask: Tensor | None = None) -> Tensor:
        """`ids`, `marks` `(batch, length)` int64; `mask` true where there is text; out `(batch, length, width)`."""
        x = self.characters(ids) + self.marks(marks)
        cos, sin = self.cos[: ids.shape[1]], self.sin[: ids.shape[1]]
        attend = None if mask is None else mask[:, None, None, :]
        for layer in self.layers:
            x = layer(x, cos, sin, attend)
        return self.norm(x)


class MaskedModel(nn.Module):
    """The encoder with the head that fills masked characters; output weights are the embedding's."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.encoder = Encoder(shape)
        self.dense = nn.Linear(shape.width, shape.width)
        self.norm = nn.LayerNorm(shape.width)
        self.bias = nn.Parameter(torch.zeros(shape.vocabulary))

    def head(self, x: Tensor) -> Tensor:
        """`(n, width)` -> `(n, vocabulary)` logits."""
        x = self.norm(functional.gelu(self.dense(x), approximate="tanh"))
        return functional.linear(x, self.encoder.characters.weight, self.bias)


class ReaderModel(nn.Module):
    """The encoder with the reader's heads."""

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = Encoder(shape, dropout)
        self.token = nn.Linear(shape.width, 3)
        self.pair = nn.Linear(shape.width, 1)

    def forward(self, ids: Tensor, marks: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return `(batch, length, 3)` evidence, start and end logits, and `(batch,)` answerable logits."""
        x = self.encoder(ids, marks, mask)
        return self.token(x).float(), self.pair(x[:, 0])[:, 0].float()


def match_marks(ids: Tensor, side: Tensor) -> Tensor:
    """Mark each position with `4 * side + min(3, longest run through it that the other side also holds)`.

    `ids` and `side` are `(batch, length)` int64; special characters match nothing.
    """
    other = side[:, :, None] != side[:, None, :]
    plain = ids >= FIRST_CHARACTER
    same = (ids[:, :, None] == ids[:, None, :]) & other & (plain[:, :, None] & plain[:, None, :])
    two = torch.zeros_like(same)
    two[:, :-1, :-1] = same[:, :-1, :-1] & same[:, 1:, 1:]
    three = torch.zeros_like(same)
    three[:, :-2, :-2] = two[:, :-2, :-2] & same[:, 2:, 2:]
    one_, two_, three_ = same.any(2), two.any(2), three.any(2)
    two_ = two_ | functional.pad(two_, (1, 0))[:, :-1]
    three_ = (
        three_ | functional.pad(three_, (1, 0))[:, :-1] | functional.pad(three_, (2, 0))[:, :-2]
    )
    return 4 * side + one_.long() + two_.long() + three_.long()


def save_compact(model: nn.Module, shape: Shape, path: Path, bits: int = 16) -> None:
    """Write a state dict as float16, or matrices as int8 rows with float16 scales."""
    arrays: dict[str, np.ndarray] = {f"shape.{k}": np.asarray(v) for k, v in asdict(shape).items()}
    for name, tensor in model.state_dict().items():
        value = tensor.detach().float().cpu().numpy()
        if bits == 8 and value.ndim == 2:
            scale = np.abs(value).max(1, keepdims=True).clip(1e-8) / 127
            arrays[name] = np.round(value / scale).astype(np.int8)
            arrays[name + "|scale"] = scale.astype(np.float32)
        else:
            arrays[name] = value.astype(np.float16)
    np.savez(path, **arrays)


def load_compact(path: Path) -> tuple[Shape, dict[str, Tensor]]:
    """Read what `save_compact` wrote, as float32."""
    arrays = dict(np.load(path))
    shape = Shape(**{k[6:]: int(v) for k, v in arrays.items() if k.startswith("shape.")})
    state = {}
    for name, value in arrays.items():
        if name.startswith("shape.") or name.endswith("|scale"):
            continue
        scale = arrays.get(name + "|scale", np.float32(1))
        state[name] = torch.from_numpy(value.astype(np.float32) * scale)
    return shape, state
