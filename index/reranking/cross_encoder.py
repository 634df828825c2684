"""A CrossEncoder, loaded once at its first pair; rerankers and the gate's verifier share it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.embedding.pretrained import Pretrained
from index.errors import EmbeddingError


class CrossModel:
    """Any sentence-transformers CrossEncoder, by name or folder."""

    def __init__(
        self, name: str, *, device: str = "", batch_size: int = 32, instead: str = ""
    ) -> None:
        self.name = name
        self._batch_size = batch_size
        self._model = Pretrained(
            "CrossEncoder",
            name,
            device=device or None,
            what="CrossEncoder",
            instead=instead or "unset the setting that names it",
        )

    def logits(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Return ``(n, labels)`` float32, raw. Raises: EmbeddingError."""
        import torch

        model = self._model.get()
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
        labels = self._model.get().model.config.id2label
        return next((int(i) for i, text in labels.items() if word in str(text).lower()), None)
