"""Files in, hits out: reading, cleaning, passages, embeddings, the library and retrieval."""

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

__all__ = [
    "AnswerError",
    "Article",
    "Block",
    "EmbeddingError",
    "GenerationError",
    "GenerationTimeout",
    "Hit",
    "IndexMismatch",
    "IndexMissing",
    "Passage",
    "Report",
    "Skipped",
    "Source",
    "SourceError",
    "SourceInfo",
    "SourceNotFound",
    "Span",
    "YoujuError",
]
