"""A model of sentence-transformers, by name or folder, loaded once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from index.errors import EmbeddingError


class Pretrained:
    """A model of one of the package's classes; ``what`` people call such a model, ``instead`` is what
    they may do without it.
    """

    def __init__(
        self, kind: str, name: str, *, device: str | None = None, what: str, instead: str
    ) -> None:
        self._kind = kind
        self._what = what
        self._name = name
        self._device = device or None
        self._instead = instead
        self._model: Any = None
        self._lock = threading.Lock()

    def get(self) -> Any:
        """Raises: EmbeddingError."""
        # One load even when several requests come first at once.
        with self._lock:
            if self._model is None:
                self._model = self._open()
            return self._model

    def _open(self) -> Any:
        try:
            import sentence_transformers  # takes seconds: only here

            return getattr(sentence_transformers, self._kind)(self._name, device=self._device)
        except Exception as exc:
            message, hint = _not_found(self._what, self._name, self._instead, exc)
            raise EmbeddingError(message, hint=hint) from exc


def _not_found(what: str, name: str, instead: str, cause: BaseException) -> tuple[str, str]:
    """The one sentence for a model that is not there, and the three ways to get it."""
    lines = str(cause).strip().splitlines()
    said = lines[0] if lines else type(cause).__name__
    message = (
        f"the {what} {name!r} was found neither as a folder ({Path(name).absolute()}) nor as a "
        f"model in the Hugging Face cache or on its hub: {said}"
    )
    hint = (
        "Give the path of a downloaded model folder; or fetch it once with a network "
        f"(`hf download {name}`, HF_HUB_OFFLINE unset); or {instead}."
    )
    return message, hint
