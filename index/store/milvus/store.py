"""The engine for more than one machine: Milvus, with vectors, words and filters in one collection.

An update writes into the collection that is there, unseen by readers; one that takes nothing over
makes the next collection, ``youju_N``. The catalogue says which version counts; the alias ``youju``
follows, for whoever looks at Milvus.
"""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import IndexMissing, LibraryDamaged, LibraryInaccessible
from index.store.base import Candidate, Plan, Row, Truth, Vectors, check_dimension
from index.store.faults import INDEX_HINT
from index.store.milvus.address import Address, asking
from index.store.milvus.collection import Rows, State, seen
from index.store.milvus.words import attainable, average, of_query

if TYPE_CHECKING:
    from pymilvus import MilvusClient

log = logging.getLogger(__name__)

#: Passages of a batch that make it worth its own segment; a server seals the smaller ones in its own
#: time, and lets nobody do it often.
_SEALED = 1000

#: The alias, and what the names of collections begin with: a library has a Milvus database to itself.
NAME = "youju"


class MilvusReader:
    """A version of a collection; see ``Reader``."""

    def __init__(self, store: MilvusStore, rows: Rows, state: State, version: int) -> None:
        self._store, self._rows, self._state = store, rows, state
        self._version = version
        self._passages = rows.count(version)

    @property
    def version(self) -> int:
        return self._version

    @property
    def embedder(self) -> str:
        return self._state.embedder

    def __len__(self) -> int:
        return self._passages

    def holding(self, terms: Collection[str]) -> set[int] | None:  # noqa: ARG002
        return None  # its words are weights of a vector

    def search(
        self,
        vector: Vectors | None,
        terms: Mapping[str, float],
        *,
        k: int,
        sources: Collection[str] = (),
    ) -> list[Candidate]:
        check_dimension(vector, self._state.dimension)
        with asking(self._store.address):
            return self._search(vector, terms, k, sources)

    def _search(
        self,
        vector: Vectors | None,
        terms: Mapping[str, float],
        k: int,
        sources: Collection[str],
    ) -> list[Candidate]:
        where, query = seen(self._version, sources), of_query(terms)
        lexical = self._rows.search("words", query, k, where) if query else {}
        near = {} if vector is None else self._rows.search("dense", vector.tolist(), k, where)
        if unsaid := near.keys() - lexical.keys():
            lexical |= dict.fromkeys(unsaid, 0.0) | self._scores(query, unsaid)
        cosines = {} if vector is None else self._cosines(vector, list(lexical))
        most = attainable(query) or 1.0
        return [Candidate(key, said / most, cosines.get(key, 0.0)) for key, said in lexical.items()]

    def _scores(self, query: dict[int, float], keys: Collection[int]) -> dict[int, float]:
        """The scores by words of passages that were found by their vectors."""
        if not query:
            return {}
        where = seen(self._version, keys=keys)
        return self._rows.search("words", query, len(keys), where)

    def _cosines(self, vector: Vectors, keys: Sequence[int]) -> dict[int, float]:
        """From the exact vectors: the engine's index may have rounded its own."""
        exact = self._store.truth.vectors(self.embedder, keys)
        return {key: float(row @ vector) for key, row in exact.items()}


class MilvusBatch:
    """The next version in the making; see ``Batch``."""

    def __init__(self, store: MilvusStore, plan: Plan, before: tuple[Rows, State] | None) -> None:
        self._store, self._plan, self._before = store, plan, before
        self._number = store.truth.version + 1
        self._into: tuple[Rows, State] | None = None
        self._written = 0

    @property
    def whole(self) -> bool:
        return self._before is None

    def remove(self, keys: Collection[int]) -> None:
        if keys and not self.whole:
            with asking(self._store.address):
                rows, _ = self._begun()
                rows.leave(keys, self._number)

    def add(self, rows: Sequence[Row]) -> None:
        rows = list({row.key: row for row in rows}.values())
        if not rows:
            return
        self.remove([row.key for row in rows])
        with asking(self._store.address):
            into, state = self._begun(rows)
            into.write(rows, self._number, state.average)
            self._written += len(rows)

    def publish(self, commit: Callable[[int], None]) -> None:
        with asking(self._store.address):
            rows, state = self._begun()
            if self._written >= _SEALED or self._store.address.is_lite:
                rows.seal()
            rows.note(replace(state, version=self._number))
        commit(self._number)
        self._store.tidy(rows)

    def _begun(self, first: Sequence[Row] = ()) -> tuple[Rows, State]:
        """What is written to; how long passages are is told by the first of them."""
        if self._into is None:
            self._store.drop(lambda base: base >= self._number)
            if self._before is not None:
                self._before[0].undo(self._number - 1)
            self._into = self._before or self._made(first)
        return self._into

    def _made(self, first: Sequence[Row]) -> tuple[Rows, State]:
        embedder = self._plan.embedder
        usual = average([row.text for row in first])
        state = State(embedder.name, embedder.dimension, usual, self._number)
        rows = self._store.rows(self._number)
        rows.make(state)
        rows.load()
        return rows, state


class MilvusStore:
    """The collections of a library in a Milvus; see ``Store``."""

    def __init__(self, path: Path, truth: Truth, address: Address) -> None:
        self.path, self.truth, self.address = path, truth, address
        self._reader: MilvusReader | None = None

    @cached_property
    def client(self) -> MilvusClient:
        client = self.address.connect(self.path)
        weakref.finalize(self, client.close)
        return client

    def rows(self, base: int) -> Rows:
        """Those of the collection that was made for the version ``base``."""
        return Rows(self.client, f"{NAME}_{base}")

    def begin(self, plan: Plan) -> MilvusBatch:
        before = None
        if not plan.rebuild:
            try:
                before = self._holding(self.truth.version)
            except (IndexMissing, LibraryDamaged):
                before = None
        fits = before is not None and before[1].embedder == plan.embedder.name
        return MilvusBatch(self, plan, before if fits else None)

    def open(self) -> MilvusReader:
        for _ in range(5):
            version = self.truth.version
            if self._reader is not None and self._reader.version == version:
                return self._reader
            try:
                rows, state = self._holding(version)
                with asking(self.address):
                    rows.load()
                    self._reader = MilvusReader(self, rows, state, version)
            except (LibraryDamaged, LibraryInaccessible):
                # A writer that published twice meanwhile has dropped this collection.
                if self.truth.version == version:
                    raise
            else:
                return self._reader
        raise LibraryInaccessible("the index changes too fast to be read", hint="Try again.")

    def faults(self) -> Iterator[str]:
        """See ``Store``: every key is looked at."""
        version = self.truth.version
        if not version:
            return
        try:
            rows, _ = self._holding(version)
        except LibraryDamaged as error:
            yield str(error)
            return
        with asking(self.address):
            rows.load()
            keys, known = rows.keys(version), self.truth.keys()
        if keys != known:
            yield (
                f"{self.address.shown} finds {len(keys - known)} passages that the catalogue does"
                f" not hold, and misses {len(known - keys)} that it holds"
            )

    def written_at(self) -> float | None:
        return None

    def leftovers(self) -> list[Path]:
        """None in the folder; the next update drops what is left in Milvus."""
        return []

    def drop(self, unwanted: Callable[[int], bool]) -> None:
        """Drop the collections with such bases."""
        for base in filter(unwanted, self._bases()):
            self.client.drop_collection(f"{NAME}_{base}")

    def tidy(self, rows: Rows) -> None:
        """After a commit, which nothing here can undo: point the alias to it, drop what is old."""
        try:
            with asking(self.address):
                self._point(rows.name)
                kept = sorted(base for base in self._bases() if base <= self.truth.version)[-2:]
                self.drop(lambda base: base not in kept)
                rows.tidy()
        except LibraryInaccessible as error:
            log.warning("Milvus could not be tidied: %s", error)

    def _point(self, name: str) -> None:
        known = self.client.list_aliases(name).get("aliases", [])
        if NAME in known:
            return
        if any(NAME in self.client.list_aliases(f"{NAME}_{b}")["aliases"] for b in self._bases()):
            self.client.alter_alias(name, NAME)
        else:
            self.client.create_alias(name, NAME)

    def _bases(self) -> list[int]:
        """The versions that collections were made for."""
        names = (name.partition("_") for name in self.client.list_collections())
        return sorted(int(base) for head, _, base in names if head == NAME and base.isdecimal())

    def _holding(self, version: int) -> tuple[Rows, State]:
        """The collection that holds a version. Raises: IndexMissing, LibraryDamaged."""
        if not version:
            raise IndexMissing(
                f"there is no index in {self.path}",
                hint="Run `youju index PATH` with a folder of articles.",
            )
        with asking(self.address):
            bases = [base for base in self._bases() if base <= version]
            rows = self.rows(bases[-1]) if bases else None
            state = rows.state if rows is not None else None
        # The version after it was written, but never committed.
        if rows is None or state is None or state.version not in (version, version + 1):
            raise LibraryDamaged(
                f"{self.address.shown} does not hold the library's version {version}",
                hint=INDEX_HINT,
            )
        return rows, state
