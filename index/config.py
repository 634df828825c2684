"""All that shapes an index, saved beside it so that the two can never disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from index.errors import IndexMismatch

#: Version of how texts become passages and terms. Raise it when reading, cleaning, splitting
#: or tokenising changes: the next update then splits every source again.
ANALYSIS = 3

#: Passages that the encoder embeds in about a minute on one core.
ENCODER_MAX = 1_500


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """What an index is made with.

    ``embedder`` is ``builtin``, ``e5``, ``static``, ``hash`` or a sentence-transformers name or
    folder; ``builtin`` is ``e5`` up to ``encoder_max`` passages, ``static`` above. Passages have
    about ``chunk_chars`` characters and repeat ``overlap_sentences`` sentences of the one before.
    Files above ``max_bytes`` are skipped. Up to ``flat_max`` passages the dense leg compares with
    every vector; above, with those in the nearest lists: half of them, and at least ``nprobe``.
    """

    embedder: str = "builtin"
    encoder_max: int = ENCODER_MAX
    chunk_chars: int = 400
    overlap_sentences: int = 1
    max_bytes: int = 20_000_000
    flat_max: int = 50_000
    nprobe: int = 32

    def __post_init__(self) -> None:
        if self.chunk_chars < 20 or self.overlap_sentences < 0:
            raise ValueError("chunk_chars is at least 20 and overlap_sentences at least 0")
        if self.max_bytes < 1 or self.flat_max < 0 or self.nprobe < 1:
            raise ValueError("max_bytes and nprobe are at least 1, flat_max is at least 0")

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> IndexConfig:
        """Raises: IndexMismatch, when a newer version has written settings unknown here."""
        unknown = set(values) - {f.name for f in fields(cls)}
        if unknown:
            raise IndexMismatch(
                f"the library was built with unknown settings: {', '.join(sorted(unknown))}",
                hint="Update youju, or build the library anew with --rebuild.",
            )
        return cls(**values)

    def splits_like(self, other: IndexConfig) -> bool:
        """Whether both cut texts into the same passages."""
        return (self.chunk_chars, self.overlap_sentences) == (
            other.chunk_chars,
            other.overlap_sentences,
        )
