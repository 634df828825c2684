"""The names that stand for engines and for the embedder."""

from __future__ import annotations

from typing import Any

from server.errors import UnknownEngine
from server.web.routes.ask import check_engine

#: The model that stands for the default engine; ``youju:NAME`` stands for another.
MODEL = "youju"
#: The library's embedder, for passages; questions are embedded apart by some embedders.
EMBEDDING = "youju-embedding"
QUERY_EMBEDDING = f"{EMBEDDING}:query"


def engines_of(answerer: Any) -> tuple[str, ...]:
    return tuple(getattr(answerer, "engines", ("extractive",)))


def model_names(answerer: Any) -> list[str]:
    """All that `GET /v1/models` lists."""
    named = [f"{MODEL}:{engine}" for engine in engines_of(answerer)]
    return [MODEL, *named, EMBEDDING, QUERY_EMBEDDING]


def model_dict(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "youju"}


def engine_of(model: str, answerer: Any) -> str:
    """The engine that a model's name stands for; empty for the default one.

    Raises: UnknownEngine.
    """
    if model != MODEL and not model.startswith(f"{MODEL}:"):
        raise UnknownEngine(f"No model {model!r}.", hint="GET /v1/models lists those there are.")
    engine = model.removeprefix(MODEL).removeprefix(":")
    check_engine(answerer, engine)
    return engine
