"""OpenAI's protocol: POST /v1/embeddings, with the embedder of the library."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from index import Embedder, Library
from index.embedding.embedder import QueryEmbedder
from server.errors import UnknownEngine
from server.stages import Stages
from server.web.openai.models import EMBEDDING, QUERY_EMBEDDING
from server.web.routes.ask import worked
from server.web.routes.deps import LibraryDep, ServicesDep
from server.web.routes.sources import example
from server.web.schemas.openai import EmbeddingBody

router = APIRouter(prefix="/v1", tags=["openai"])

EXAMPLE = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.0132, -0.0471, 0.0285]}],
    "model": EMBEDDING,
    "usage": {"prompt_tokens": 0, "total_tokens": 0},
}


@router.post(
    "/embeddings", response_model=None, responses={200: example(EXAMPLE)}, summary="Embed texts"
)
def embeddings(body: EmbeddingBody, library: LibraryDep, services: ServicesDep) -> Response:
    """Unit vectors of the embedder that the library is searched with.

    `youju-embedding` embeds passages, `youju-embedding:query` what is searched for; some embedders
    make a difference.
    """
    return worked(services, lambda: _embedded(body, library), Stages())


def _embedded(body: EmbeddingBody, library: Library) -> dict[str, Any]:
    if body.model not in (EMBEDDING, QUERY_EMBEDDING):
        hint = f"Models that embed: {EMBEDDING}, {QUERY_EMBEDDING}."
        raise UnknownEngine(f"No model {body.model!r} for embeddings.", hint=hint)
    embedder = _embedder(library)
    if body.dimensions not in (None, embedder.dimension):
        raise HTTPException(422, f"The vectors have {embedder.dimension} dimensions.")
    if body.model == QUERY_EMBEDDING and isinstance(embedder, QueryEmbedder):
        vectors = np.concatenate([embedder.embed_query(text).reshape(1, -1) for text in body.texts])
    else:
        vectors = embedder.embed(body.texts)
    data = [
        {"object": "embedding", "index": i, "embedding": _encoded(vector, body.encoding_format)}
        for i, vector in enumerate(vectors)
    ]
    return {
        "object": "list",
        "data": data,
        "model": body.model,
        "usage": {"prompt_tokens": 0, "total_tokens": 0},
    }


def _embedder(library: Library) -> Embedder:
    """That of the generation served; of an empty library, the one it would have."""
    return library.embedder_of(library.snapshot()) if library.version else library.embedder


def _encoded(vector: Any, form: str) -> str | list[float]:
    """As numbers, or as OpenAI's client asks for them: little-endian float32 in Base64."""
    if form == "base64":
        return base64.b64encode(np.asarray(vector, dtype="<f4").tobytes()).decode()
    return [float(value) for value in vector]
