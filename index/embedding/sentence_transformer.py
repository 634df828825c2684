"""Any sentence-transformers model as an embedder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.embedding.embedder import Vectors, unit_rows
from index.embedding.presets import instructions
from index.embedding.pretrained import Pretrained
from index.errors import EmbeddingError


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, by name or folder; loaded once, at the first text."""

    def __init__(self, model: str, *, device: str | None = None, batch_size: int = 32) -> None:
        self.name = model
        self.device = device
        self.batch_size = batch_size
        self._model = Pretrained(
            "SentenceTransformer",
            model,
            device=device,
            what="embedding model",
            instead="use the built-in model with YOUJU_EMBEDDER=builtin",
        )

    @property
    def dimension(self) -> int:
        model = self._model.get()
        # The method has been renamed; sentence-transformers 5 has only the long name.
        new = getattr(model, "get_embedding_dimension", None)
        return int(new() if new else model.get_sentence_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return ``(n, d)`` float32, unit rows. Raises: EmbeddingError."""
        return self._encode("document", list(texts), instructions(self.name).passage)

    def embed_query(self, text: str) -> Vectors:
        """Return ``(d,)`` float32 with the query prompt of the model, or of its family.

        Raises: EmbeddingError.
        """
        vector: Vectors = self._encode("query", [text], instructions(self.name).query)[0]
        return vector

    def _encode(self, role: str, texts: list[str], instruction: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        model = self._model.get()
        own = (getattr(model, "prompts", None) or {}).get(role)
        more = {"prompt": instruction} if instruction and not own else {}
        try:
            rows = getattr(model, f"encode_{role}")(
                texts,
                batch_size=self.batch_size,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
                **more,
            )
        except Exception as exc:
            raise EmbeddingError(f"the model {self.name} failed on {len(texts)} texts") from exc
        return unit_rows(rows)
