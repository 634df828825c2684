"""The seam: what an engine that keeps passages for searching has to do.

An engine is filled in batches and read in whole states of it::

    batch = store.begin(plan)
    batch.remove(keys)
    batch.add(rows)              # as often as there are rows
    batch.publish(commit)
    store.open().search(vector, terms, k=10)

Keys are functions of a passage's content, so a batch that is done again, in whole or in part,
gives the same. ``publish`` makes everything durable aside and then calls ``commit`` with the
number of what it has made: the catalogue's one transaction, which notes that number, is the moment
an update has happened. What dies before it never was; what dies after it is finished by whoever
opens the store next.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.config import IndexConfig
from index.embedding.embedder import Embedder
from index.errors import IndexMismatch

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as an engine takes it in.

    ``file`` is the file that the source is of: of a record the file's name, else the source's.
    ``heading`` holds the article's title and the passage's heading; ``vector`` is ``(d,)``
    float32, of unit length.
    """

    key: int
    source: str
    file: str
    text: str
    heading: str
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may fit, scored by both legs; higher is better.

    ``lexical`` is the share of the attainable BM25 score, ``dense`` the cosine.
    """

    key: int
    lexical: float
    dense: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch is to end in: ``size`` passages with this embedder's vectors.

    An engine asks the embedder for its name and, when it must, for its dimension, which some know
    only once their model is loaded. ``rebuild`` says that nothing may be built on what is there.
    """

    embedder: Embedder
    size: int
    config: IndexConfig
    rebuild: bool = False


class Batch(Protocol):
    """A next state in the making; one that is never published leaves the last one serving."""

    @property
    def whole(self) -> bool:
        """Whether nothing of the last state goes over into this one: every passage is to be added."""

    def remove(self, keys: Collection[int]) -> None:
        """Leave these passages out; unknown keys are no error."""

    def add(self, rows: Sequence[Row]) -> None:
        """Take these passages in; one that is there already is replaced."""

    def publish(self, commit: Callable[[int], None]) -> None:
        """Make the batch durable, commit it, make it current and drop what is older.

        ``commit`` is given the new version's number. When it raises, nothing has happened.
        """


class Reader(Protocol):
    """One version, whole: it stays as it is while the next ones are published."""

    @property
    def version(self) -> int:
        """The number it was committed with."""

    @property
    def embedder(self) -> str:
        """Name of the embedder whose vectors are in here."""

    def __len__(self) -> int:
        """Number of passages."""

    def search(
        self,
        vector: Vectors | None,
        terms: Mapping[str, float],
        *,
        k: int,
        sources: Collection[str] = (),
    ) -> list[Candidate]:
        """The ``k`` best of each leg, in no order, every one of them scored by both.

        ``vector`` is the query's ``(d,)`` float32 unit vector; without one only the terms are
        looked for, and the dense scores are 0. ``terms`` have weights, each to be multiplied by
        the term's idf here. ``sources`` limits the search to these sources, or to the records of
        these files.

        Raises: IndexMismatch, when the vector has another dimension.
        """

    def holding(self, terms: Collection[str]) -> set[int] | None:
        """Keys of all passages whose text has every one of the terms; None where that is not known."""


class Store(Protocol):
    """An engine; the caller of ``begin`` holds the library's lock until the batch is published."""

    def begin(self, plan: Plan) -> Batch:
        """Nothing is written before the batch is used."""

    def open(self) -> Reader:
        """The version committed last; the same object until another one is.

        Raises: IndexMissing, IndexMismatch, LibraryDamaged.
        """

    def faults(self) -> Iterator[str]:
        """A sentence for each thing that is wrong with the version committed last, looked at whole."""

    def written_at(self) -> float | None:
        """When the version committed last was written, in seconds since 1970; None where nobody knows."""

    def leftovers(self) -> list[Path]:
        """What a writer that died has left; whoever holds the library's lock may remove it."""


class Truth(Protocol):
    """What the catalogue tells an engine."""

    @property
    def version(self) -> int:
        """The number that was committed last; 0 when there is none."""

    def keys(self) -> set[int]:
        """Those of all passages."""

    def vectors(self, embedder: str, keys: Sequence[int]) -> dict[int, Vectors]:
        """The exact ``(d,)`` vectors of these passages; those of unknown ones are missing."""

    def sample_vectors(self, embedder: str, n: int) -> Vectors:
        """Up to ``n`` of the embedder's vectors, ``(n, d)``: a fair and repeatable sample."""


def check_dimension(vector: Vectors | None, dimension: int) -> None:
    """Raises: IndexMismatch, when that is no vector of an index of so many dimensions."""
    if vector is not None and vector.shape != (dimension,):
        raise IndexMismatch(
            f"the query vector has shape {vector.shape}, the index {dimension}",
            hint="Use the embedder the library was built with, or index again.",
        )
