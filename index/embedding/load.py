"""An embedder by its name: the one place that knows which there are."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from index.embedding.embedder import Embedder
from index.embedding.hashed import HashEmbedder
from index.embedding.presets import embedder_of
from index.embedding.sentence_transformer import SentenceTransformerEmbedder
from index.errors import EmbeddingError
from index.shipped import shipped

_MODELS = Path(__file__).parents[1] / "models"
TABLE, ENCODER, READER = (_MODELS / name for name in ("embedder", "encoder", "reader"))


def load_embedder(name: str, *, device: str | None = None, batch_size: int = 32) -> Embedder:
    """Return the embedder of that name: a preset, ``static``, ``e5``, ``hash``, or any
    sentence-transformers model. ``builtin`` is the table here, where no size decides.

    Raises: EmbeddingError, when the built-in weights are missing; other models load, and may
    fail, at the first text.
    """
    if name == "hash":
        return HashEmbedder()
    if name in ("static", "builtin"):
        return _table(TABLE)
    if name == "e5":
        return _encoder(ENCODER)
    return SentenceTransformerEmbedder(embedder_of(name), device=device, batch_size=batch_size)


@lru_cache(maxsize=1)
def _table(folder: Path) -> Embedder:
    """The embedder in that folder, loaded once: libraries and the ranking share its table."""
    from index.embedding.static import StaticEmbedder

    if not (folder / "model.safetensors").is_file():
        raise EmbeddingError(
            f"the built-in embedder's weights are not in {folder}",
            hint="Install youju again, or name another model with YOUJU_EMBEDDER.",
        )
    with shipped(folder):
        return StaticEmbedder(folder)


@lru_cache(maxsize=1)
def _encoder(folder: Path) -> Embedder:
    """The encoder in that folder, loaded once."""
    from index.embedding.encoder import EncoderEmbedder

    if not (folder / "model.onnx").is_file():
        raise EmbeddingError(
            f"the built-in encoder's weights are not in {folder}",
            hint="Install youju again, or choose YOUJU_EMBEDDER=static.",
        )
    with shipped(folder):
        return EncoderEmbedder(folder, READER)
