"""Files in, hits out: reading, cleaning, passages, embeddings, the library and retrieval."""

from index.analysis import fold, query_terms, terms
from index.config import IndexConfig
from index.embedding.choice import EmbedderUse
from index.embedding.embedder import Embedder
from index.embedding.hashed import HashEmbedder
from index.embedding.load import load_embedder
from index.errors import (
    AnswerError,
    EmbeddingError,
    GenerationError,
    GenerationTimeout,
    IndexMismatch,
    IndexMissing,
    LibraryBusy,
    LibraryDamaged,
    LibraryInaccessible,
    RemovalRefused,
    SourceError,
    SourceNotFound,
    YoujuError,
)
from index.library import Library
from index.records import (
    Article,
    ArticleInfo,
    Block,
    Hit,
    Passage,
    Removed,
    Report,
    Skipped,
    Source,
    SourceInfo,
    Span,
    Upload,
)
from index.reranking.reranker import Reranker
from index.retrieve import Retriever, collapse
from index.snapshot import Snapshot
from index.store.conversations import Conversation, Feedback, StoredTurn
from index.store.engines import engine_of
from index.store.faults import explained
from index.update import Progress

__all__ = [
    "AnswerError",
    "Article",
    "ArticleInfo",
    "Block",
    "Conversation",
    "Embedder",
    "EmbedderUse",
    "EmbeddingError",
    "Feedback",
    "GenerationError",
    "GenerationTimeout",
    "HashEmbedder",
    "Hit",
    "IndexConfig",
    "IndexMismatch",
    "IndexMissing",
    "Library",
    "LibraryBusy",
    "LibraryDamaged",
    "LibraryInaccessible",
    "Passage",
    "Progress",
    "RemovalRefused",
    "Removed",
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
    "Upload",
    "YoujuError",
    "collapse",
    "engine_of",
    "explained",
    "fold",
    "load_embedder",
    "query_terms",
    "terms",
]
