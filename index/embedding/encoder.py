"""The built-in encoder: multilingual-e5-small, which knows some hundred languages; it runs on ONNX Runtime.

Its tokenizer is the reader's, whose vocabulary it shares.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.embedding.embedder import Vectors, unit_rows
from index.errors import EmbeddingError
from index.memory import give_back

__all__ = ["EncoderEmbedder"]

BEGIN, END = 0, 2
LONGEST = 512  # tokens
QUERY, PASSAGE = "query: ", "passage: "


class EncoderEmbedder:
    """Embeds queries and passages with a graph that `training.encoder_graph` wrote.

    Texts run one by one, each without padding, as many at a time as there are processors: on one core that
    takes half the time of a batch, whose activations leave its caches.
    """

    def __init__(self, folder: Path, tokenizer: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        config = json.loads((folder / "config.json").read_text("utf-8"))
        pieces = (tokenizer / "tokenizer.json").read_bytes()
        if sha256(pieces).hexdigest() != config["tokenizer_sha256"]:
            raise EmbeddingError(
                f"the encoder in {folder} was made for another tokenizer than that in {tokenizer}",
                hint="Write it anew with `python -m training.encoder_graph`.",
            )
        self.name: str = config["name"]
        self.dimension: int = config["dimension"]
        self._tokenizer: Any = Tokenizer.from_str(pieces.decode("utf-8"))
        fold = json.loads((tokenizer / "fold.json").read_text("utf-8"))
        self._fold = str.maketrans(fold["from"], fold["to"])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Lets the 4 bits of the matrices be folded into int8 while the graph is loaded.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "model.onnx"),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],  # slower than what it fuses
        )
        give_back()  # the matrices were folded in some 345 MB

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return ``(n, dimension)`` float32, unit rows."""
        return self._embed(PASSAGE, texts)

    def embed_query(self, text: str) -> Vectors:
        """Return ``(dimension,)`` float32."""
        vector: Vectors = self._embed(QUERY, [text])[0]
        return vector

    def _embed(self, prefix: str, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        ids = self.ids(prefix, texts)
        if len(ids) == 1:
            return unit_rows(self._mean(ids[0]))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return unit_rows(np.concatenate(list(pool.map(self._mean, ids))))

    def ids(self, prefix: str, texts: Sequence[str]) -> list[npt.NDArray[np.int64]]:
        """Return the tokens of each text, ``(1, t)``."""
        rows = self._tokenizer.encode_batch_fast(
            [prefix + text.translate(self._fold) for text in texts], add_special_tokens=False
        )
        return [np.asarray([[BEGIN, *row.ids[: LONGEST - 2], END]], np.int64) for row in rows]

    def _mean(self, ids: npt.NDArray[np.int64]) -> Vectors:
        mean: Vectors = self._session.run(None, {"ids": ids})[0]
        return mean
