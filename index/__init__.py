"""Files in, hits out: reading, cleaning, passages, embeddings, the library and retrieval."""

from index.analysis import fold, query_terms, terms
from index.cluster import Cluster, dask_cluster
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
    LibraryFull,
    LibraryInaccessible,
    LibraryReadOnly,
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
    Edit,
    Hit,
    Kinds,
    LibrarySize,
    Metadata,
    Passage,
    Removed,
    Report,
    Selection,
    Skipped,
    Source,
    SourceInfo,
    Span,
    Upload,
)
from index.reranking.reranker import Reranker
from index.retrieve import Retriever, collapse
from index.snapshot import Snapshot
from index.store.conversations import (
    CitingTurn,
    Conversation,
    Feedback,
    StoredTurn,
    owner,
)
from index.store.engines import engine_of
from index.store.faults import engine_errors, explained
from index.store.incoming import Group, Handed, Job
from index.update import Progress

__all__ = [
    "AnswerError",
    "Article",
    "ArticleInfo",
    "Block",
    "CitingTurn",
    "Cluster",
    "Conversation",
    "Edit",
    "Embedder",
    "EmbedderUse",
    "EmbeddingError",
    "Feedback",
    "GenerationError",
    "GenerationTimeout",
    "Group",
    "Handed",
    "HashEmbedder",
    "Hit",
    "IndexConfig",
    "IndexMismatch",
    "IndexMissing",
    "Job",
    "Kinds",
    "Library",
    "LibraryBusy",
    "LibraryDamaged",
    "LibraryFull",
    "LibraryInaccessible",
    "LibraryReadOnly",
    "LibrarySize",
    "Metadata",
    "Passage",
    "Progress",
    "RemovalRefused",
    "Removed",
    "Report",
    "Reranker",
    "Retriever",
    "Selection",
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
    "dask_cluster",
    "engine_errors",
    "engine_of",
    "explained",
    "fold",
    "load_embedder",
    "owner",
    "query_terms",
    "terms",
]
