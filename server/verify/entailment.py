"""Whether a text entails a claim, and which of the claim's words it bears: a head on the reader's states.

The reader lays the claim beside the text (`CrossEncoder.lay`); one more layer, taught by ``training/entailment.py``
on sentences altered in one place, says of each token and of the whole whether the text bears it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.reranking.reader import Laid, builtin
from index.shipped import shipped

MODEL = Path(__file__).parent / "models" / "entailment.onnx"
RUN = 4  # tokens: an exchanged word is no longer

Array = npt.NDArray[np.float32]


class Lays(Protocol):
    """A reader of claims; the built-in one is `index.reranking.reader.CrossEncoder`."""

    def lay(self, claim: str, text: str) -> Laid: ...


@dataclass(frozen=True, slots=True)
class Entailed:
    """Log odds that a text bears a claim as a whole, and each of its tokens."""

    odds: float
    tokens: Array

    def features(self) -> dict[str, float]:
        """What the judgement weighs."""
        likely = 1 / (1 + np.exp(-self.tokens)) if len(self.tokens) else np.zeros(1, np.float32)
        runs = np.convolve(likely, np.full(RUN, 1 / RUN), "valid") if len(likely) >= RUN else likely
        return {
            "entailed": self.odds,
            "tokens": float(likely.mean()),
            "run": float(runs.min()),
            "doubtful": float(np.quantile(self.tokens, 0.1)) if len(self.tokens) else 0.0,
        }


class Entailment:
    """The head; loaded once, used from any thread."""

    def __init__(self, path: Path = MODEL) -> None:
        import onnxruntime  # here, so that importing this module costs nothing

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    @classmethod
    @lru_cache(maxsize=1)
    @shipped(MODEL)
    def builtin(cls) -> Entailment:
        """The shipped head."""
        return cls()

    def read(self, laid: Laid) -> Entailed:
        first, last = 1, 1 + laid.count
        claim = np.zeros((1, len(laid.states), 1), np.float32)
        claim[0, first:last] = 1
        odds, tokens = self._session.run(None, {"states": laid.states[None], "claim": claim})
        return Entailed(float(odds[0]), tokens[0, first:last])


def entailed(claim: str, text: str, reader: Lays | None = None) -> tuple[Laid, Entailed]:
    """A claim read beside a text, by the built-in reader and head."""
    return _entailed(claim, text) if reader is None else _read(reader, claim, text)


@lru_cache(maxsize=32)  # several judgements ask of one claim
def _entailed(claim: str, text: str) -> tuple[Laid, Entailed]:
    return _read(builtin(), claim, text)


def _read(reader: Lays, claim: str, text: str) -> tuple[Laid, Entailed]:
    laid = reader.lay(claim, text)
    return laid, Entailment.builtin().read(laid)


def mark(claim: str, start: int, end: int, text: str) -> float:
    """The mean log odds that a text bears ``[start, end)`` of a claim, as the head reads it."""
    laid, head = entailed(claim, text)
    inside = (laid.places[:, 0] < end) & (laid.places[:, 1] > start)
    return float(head.tokens[inside].mean()) if inside.any() else 0.0
