"""A CrossEncoder, loaded once at its first pair; rerankers and the gate's verifier share it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from index.embedding.presets import not_found
from index.errors import EmbeddingError


class CrossModel:
    """Any sentence-transformers CrossEncoder, by name or folder."""

    def __init__(
        self, name: str, *, device: str = "", batch_size: int = 32, instead: str = ""
    ) -> None:
        self.name = name
        self._device = device or None
        self._batch_size = batch_size
        self._instead = instead or "unset the setting that names it"
        self._model: Any = None
        self._lock = threading.Lock()

    def logits(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Return ``(n, labels)`` float32, raw. Raises: EmbeddingError."""
        import torch

        model = self._load()
        try:
            scores = model.predict(
                list(pairs),
                batch_size=self._batch_size,
                show_progress_bar=False,
                convert_to_numpy=True,
                activation_fn=torch.nn.Identity(),
            )
        except Exception as exc:
            raise EmbeddingError(f"the model {self.name} failed on {len(pairs)} pairs") from exc
        return np.asarray(scores, dtype=np.float32).reshape(len(pairs), -1)

    def label(self, word: str) -> int | None:
        """The column whose label holds a word, such as ``entail``; None when there is none."""
        labels = self._load().model.config.id2label
        return next((int(i) for i, text in labels.items() if word in str(text).lower()), None)

    def _load(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = self._open()
            return self._model

    def _open(self) -> Any:
        try:
            from sentence_transformers import CrossEncoder  # takes seconds: only here

            return CrossEncoder(self.name, device=self._device)
        except Exception as exc:
            message, hint = not_found("CrossEncoder", self.name, self._instead, exc)
            raise EmbeddingError(message, hint=hint) from exc
