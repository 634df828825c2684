"""The engine for one machine: FAISS for the vectors, tantivy for the terms, a folder a generation.

``generations/N`` is written aside, whole, and never changed again. Its number is committed to the
catalogue; ``CURRENT`` follows for whoever looks at the folder.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from index.durable import make_folder, replace_text, sync, sync_tree
from index.errors import (
    IndexMismatch,
    IndexMissing,
    LibraryBusy,
    LibraryDamaged,
    LibraryInaccessible,
)
from index.memory import give_back
from index.store.base import Candidate, Plan, Row, Truth, Vectors, check_dimension
from index.store.dense import FaissIndex
from index.store.faults import INDEX_HINT, reading, storing
from index.store.grown import GrownIndex
from index.store.lexical import LexicalIndex, LexicalWriter
from index.store.lock import writing
from index.store.manifest import NAME, Manifest

log = logging.getLogger(__name__)

#: Vectors that the lists and codes of a large index are trained on.
_SAMPLE = 50_000


# ---- one generation ---------------------------------------------------------------------------


class LocalReader:
    """A generation folder, opened; see ``Reader``."""

    def __init__(self, folder: Path, truth: Truth, *, whole: bool = False) -> None:
        """Raises: IndexMismatch, LibraryDamaged."""
        self.manifest = Manifest.load(folder, whole=whole)
        self._truth = truth
        self._where = f"{folder.parent.name}/{folder.name}"
        with reading(f"{self._where}/lexical", INDEX_HINT):
            self._lexical = LexicalIndex(folder / "lexical")
        with reading(f"{self._where}/vectors.faiss", INDEX_HINT):
            nprobe = self.manifest.config.nprobe
            self._vectors = GrownIndex.load(folder, nprobe=nprobe, mapped=True)
        self._count()

    def _count(self) -> None:
        """Both legs hold every passage, or nothing that one of them misses would be missed."""
        counts = {len(self._lexical), len(self._vectors), self.manifest.passages}
        if len(counts) > 1:
            raise LibraryDamaged(
                f"{self._where} holds {len(self._lexical)} passages by words and"
                f" {len(self._vectors)} by vectors, not {self.manifest.passages}",
                hint=INDEX_HINT,
            )

    def keys(self) -> tuple[set[int], set[int]]:
        """The keys of the passages in either leg: by words, by vectors."""
        return self._lexical.keys(), self._vectors.keys()

    @property
    def version(self) -> int:
        return self.manifest.generation

    @property
    def embedder(self) -> str:
        return self.manifest.embedder

    def __len__(self) -> int:
        return self.manifest.passages

    def search(
        self,
        vector: Vectors | None,
        terms: Mapping[str, float],
        *,
        k: int,
        sources: Collection[str] = (),
    ) -> list[Candidate]:
        check_dimension(vector, self.manifest.dimension)
        with reading(self._where, INDEX_HINT):
            return self._search(vector, terms, k, sources)

    def holding(self, terms: Collection[str]) -> set[int] | None:
        with reading(self._where, INDEX_HINT):
            return self._lexical.holding(terms)

    def _search(
        self,
        vector: Vectors | None,
        terms: Mapping[str, float],
        k: int,
        sources: Collection[str],
    ) -> list[Candidate]:
        lexical = dict(self._lexical.search(terms, k, sources))
        near = [] if vector is None else self._near(vector, k, sources)
        lexical |= self._lexical.scores(terms, [key for key in near if key not in lexical])
        cosines = {} if vector is None else self._cosines(vector, list(lexical))
        attainable = self._lexical.attainable(terms) or 1.0
        return [
            Candidate(key, score / attainable, cosines.get(key, 0.0))
            for key, score in lexical.items()
        ]

    def _near(self, vector: Vectors, k: int, sources: Collection[str]) -> list[int]:
        only = self._lexical.keys_of(sources) if sources else None
        return [key for key, _ in self._vectors.search(vector, k, only)]

    def _cosines(self, vector: Vectors, keys: Sequence[int]) -> dict[int, float]:
        """From the exact vectors: those in the lists are rounded to a byte a number."""
        exact = self._truth.vectors(self.embedder, keys)
        return {key: float(row @ vector) for key, row in exact.items()}


# ---- the next one -----------------------------------------------------------------------------


class LocalBatch:
    """A generation in the making, in a folder aside; see ``Batch``."""

    def __init__(self, store: LocalStore, plan: Plan, previous: Manifest | None) -> None:
        self._store = store
        self._plan = plan
        self._previous = previous
        self._number = store.truth.version + 1
        self._folder = store.folder(self._number)
        self._aside = self._folder.with_name(f"{self._number}.tmp")
        self._added: set[int] = set()
        self._legs: tuple[LexicalWriter, GrownIndex] | None = None

    @property
    def whole(self) -> bool:
        return self._previous is None

    @property
    def _trained_on(self) -> int:
        """How many passages the dense leg has been trained on; 0 when it compares with all."""
        if self._previous is not None:
            return self._previous.trained_on
        return self._plan.size if self._plan.size > self._plan.config.flat_max else 0

    def remove(self, keys: Collection[int]) -> None:
        if keys:
            with self._making():
                lexical, vectors = self._begun()
                lexical.remove(keys)
                vectors.remove(list(keys))

    def add(self, rows: Sequence[Row]) -> None:
        rows = list({row.key: row for row in rows}.values())
        if not rows:
            return
        keys = [row.key for row in rows]
        self.remove(keys if self._previous else self._added.intersection(keys))
        with self._making():
            lexical, vectors = self._begun()
            lexical.add(rows)
            vectors.add(np.array(keys, dtype=np.int64), np.stack([row.vector for row in rows]))
        self._added.update(keys)

    def publish(self, commit: Callable[[int], None]) -> None:
        with self._making():
            self._write()
        try:
            commit(self._number)
        except BaseException:
            with suppress(Exception):
                if self._store.truth.version != self._number:
                    self._drop()
            raise
        self._store.make_current(self._number)
        self._store.remove_old(self._number)
        self._legs = None
        give_back()

    @contextmanager
    def _making(self) -> Iterator[None]:
        """What fails leaves nothing behind: on a disk that is full it would be in the way."""
        try:
            with storing(f"generations/{self._number}"):
                yield
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        for made in (self._folder, self._aside):
            shutil.rmtree(made, ignore_errors=True)

    def _begun(self) -> tuple[LexicalWriter, GrownIndex]:
        if self._legs is None:
            self._drop()  # what a process that died has left
            make_folder(self._aside)
            before = None
            if self._previous is not None:
                before = self._store.folder(self._previous.generation)
            lexical = LexicalWriter(self._aside / "lexical", before and before / "lexical")
            self._legs = lexical, self._dense(before)
        return self._legs

    def _dense(self, before: Path | None) -> GrownIndex:
        nprobe = self._plan.config.nprobe
        if before is not None:
            return GrownIndex.load(before, nprobe=nprobe)
        if self._trained_on == 0:
            return GrownIndex(FaissIndex.flat(self._plan.embedder.dimension))
        sample = self._store.truth.sample_vectors(self._plan.embedder.name, _SAMPLE)
        return GrownIndex(FaissIndex.ivf(sample, size=self._trained_on, nprobe=nprobe))

    def _write(self) -> None:
        lexical, vectors = self._begun()
        lexical.close()
        vectors.save(self._aside)
        Manifest(
            generation=self._number,
            embedder=self._plan.embedder.name,
            dimension=self._plan.embedder.dimension,
            passages=len(vectors),
            trained_on=self._trained_on,
            config=self._plan.config,
        ).save(self._aside, self._previous)
        sync_tree(self._aside)
        self._aside.replace(self._folder)
        sync(self._folder.parent)


class LocalStore:
    """The generations of a library's folder; see ``Store``."""

    def __init__(self, path: Path, truth: Truth) -> None:
        self.path = path
        self.truth = truth
        self._reader: LocalReader | None = None

    def folder(self, generation: int) -> Path:
        return self.path / "generations" / str(generation)

    def begin(self, plan: Plan) -> LocalBatch:
        generation = self.truth.version
        if generation and self._current() != generation:
            self.make_current(generation)
        previous = self._manifest(generation)
        return LocalBatch(self, plan, previous if previous and previous.fits(plan) else None)

    def _manifest(self, generation: int) -> Manifest | None:
        try:
            return Manifest.load(self.folder(generation), whole=True) if generation else None
        except (IndexMismatch, LibraryDamaged) as exc:
            log.warning("generation %d is unusable and is built again: %s", generation, exc)
            return None

    def open(self) -> LocalReader:
        for _ in range(5):
            generation = self.truth.version
            if generation == 0:
                break
            if self._reader is not None and self._reader.version == generation:
                return self._reader
            self._repair_current(generation)
            try:
                self._reader = LocalReader(self.folder(generation), self.truth)
            except (IndexMismatch, LibraryDamaged):
                # A writer that published twice meanwhile has removed this generation.
                if self.truth.version == generation:
                    raise
        raise IndexMissing(
            f"there is no index in {self.path}",
            hint="Run `youju index PATH` with a folder of articles.",
        )

    def faults(self) -> Iterator[str]:
        """See ``Store``: every byte is looked at."""
        generation = self.truth.version
        if not generation:
            return
        folder = self.folder(generation)
        try:
            reader = LocalReader(folder, self.truth, whole=True)
            with reading(f"generations/{generation}", INDEX_HINT):
                words, vectors = reader.keys()
        except (IndexMismatch, LibraryDamaged) as error:
            yield str(error)
            return
        if not reader.manifest.has_sums:
            yield f"generations/{generation} was written by an older version, without checksums"
        known = self.truth.keys()
        for leg, keys in (("words", words), ("vectors", vectors)):
            if keys != known:
                yield (
                    f"generations/{generation} finds by {leg} {len(keys - known)} passages that the"
                    f" catalogue does not hold, and misses {len(known - keys)} that it holds"
                )

    def written_at(self) -> float | None:
        try:
            return (self.folder(self.truth.version) / NAME).stat().st_mtime
        except OSError:
            return None

    def leftovers(self) -> list[Path]:
        generation = self.truth.version
        kept = {str(generation), str(generation - 1)}
        folders = [p for p in (self.path / "generations").glob("*") if p.name not in kept]
        aside = self.path / "CURRENT.tmp"
        return sorted(folders) + ([aside] if aside.exists() else [])

    def _current(self) -> int:
        try:
            return int((self.path / "CURRENT").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0

    def _repair_current(self, generation: int) -> None:
        """Finish what a writer left undone that died between its commit and CURRENT."""
        if self._current() == generation:
            return
        with suppress(LibraryBusy, LibraryInaccessible), writing(self.path, 0.0):
            if self.truth.version == generation:
                self.make_current(generation)

    def make_current(self, generation: int) -> None:
        """For whoever looks at the folder: the catalogue has the say, so that nothing fails by it."""
        path = self.path / "CURRENT"
        try:
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            replace_text(path, f"{generation}\n")
        except OSError as error:
            log.warning("CURRENT cannot be written: %s", error.strerror)

    def remove_old(self, generation: int) -> None:
        """Keep the generation before this one: a reader may just be opening it."""
        kept = {str(generation), str(generation - 1)}
        for path in (self.path / "generations").iterdir():
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)
