"""Files in, hits out: reading, cleaning, passages, embeddings, the library and retrieval."""

from index.catalog import Conversation, StoredTurn
from index.config import IndexConfig
from index.embed import Embedder, HashEmbedder, load_embedder
from index.errors import (
    AnswerError,
    EmbeddingError,
    GenerationError,
    GenerationTimeout,
    IndexMismatch,
    IndexMissing,
    SourceError,
    SourceNotFound,
    YoujuError,
)
from index.lexical import fold, query_terms, terms
from index.library import Library, LibraryBusy, Progress, Snapshot
from index.records import (
    Article,
    Block,
    Hit,
    Passage,
    Report,
    Skipped,
    Source,
    SourceInfo,
    Span,
)
from index.rerank import Reranker
from index.retrieve import Retriever, collapse

__all__ = [
    "AnswerError",
    "Article",
    "Block",
    "Conversation",
    "Embedder",
    "EmbeddingError",
    "GenerationError",
    "GenerationTimeout",
    "HashEmbedder",
    "Hit",
    "IndexConfig",
    "IndexMismatch",
    "IndexMissing",
    "Library",
    "LibraryBusy",
    "Passage",
    "Progress",
    "Report",
    "Reranker",
    "Retriever",
    "Skipped",
    "Snapshot",
    "Source",
    "SourceError",
    "SourceInfo",
    "SourceNotFound",
    "Span",
    "StoredTurn",
    "YoujuError",
    "collapse",
    "fold",
    "load_embedder",
    "query_terms",
    "terms",
]
