"""A library: a folder that holds a catalogue and generations of the search index.

An update reads, splits and embeds aside (phase 1), writes a whole new generation aside, and then
commits the catalogue in one transaction, which also names the new generation (phase 2). That
commit is the moment the update has happened; ``CURRENT`` follows it, and whoever opens the
library next repairs it should the process have died in between.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from index.config import ANALYSIS, LAYOUT, IndexConfig
from index.embedding.embedder import Embedder
from index.embedding.load import load_embedder
from index.errors import IndexMismatch, IndexMissing, SourceError, SourceNotFound, YoujuError
from index.records import Article, Hit, Passage, Report, Skipped, Source, SourceInfo
from index.store.catalogue import Catalog, Staging, passage_key
from index.store.dense import FaissIndex
from index.store.lexical import LexicalIndex, Row

log = logging.getLogger(__name__)

Vectors = npt.NDArray[np.float32]

#: Called with what is being done, how much of it is done, and how much there is if known.
Progress = Callable[[str, int, int | None], None]

#: How much the cosine counts beside the share of the attainable BM25 score.
DENSE_WEIGHT = 0.3

#: Candidates taken from each leg before fusion.
CANDIDATES = 50

_BATCH = 512


class LibraryBusy(YoujuError):
    """Another process or thread is updating the library."""

    retryable = True


# ---- small durable steps ---------------------------------------------------------------------


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fsync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        _fsync(path)
    _fsync(folder)


def _replace_text(path: Path, text: str) -> None:
    """Replace a small file so that a reader, or a crash, sees the old or the new one whole."""
    aside = path.with_name(f"{path.name}.tmp")
    with aside.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    aside.replace(path)
    _fsync(path.parent)


def _try_lock(handle: int) -> bool:
    """Take the operating system's lock on an open file; a dead process loses it by itself."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def _lock(path: Path, timeout_s: float) -> Iterator[None]:
    """Raises: LibraryBusy."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + timeout_s
        while not _try_lock(handle):
            if time.monotonic() >= deadline:
                raise LibraryBusy(
                    f"the library {path.parent} is being updated by another process",
                    hint="Wait until it has finished, and try again.",
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


# ---- one generation ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Manifest:
    """A generation folder's description of itself."""

    generation: int
    embedder: str
    dimension: int
    passages: int
    trained_on: int
    config: IndexConfig
    files: Mapping[str, int] = field(default_factory=dict)
    layout: int = LAYOUT
    analysis: int = ANALYSIS

    def save(self, folder: Path) -> None:
        files = {p.relative_to(folder).as_posix(): p.stat().st_size for p in _files(folder)}
        values = {name: getattr(self, name) for name in self.__slots__}
        values |= {"config": self.config.to_dict(), "files": files}
        text = json.dumps(values, indent=1, ensure_ascii=False)
        (folder / "manifest.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Read and check it. Raises: IndexMissing, IndexMismatch."""
        try:
            values = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        except FileNotFoundError as exc:
            raise IndexMissing(
                f"{folder} is not a whole index", hint="Run `youju index --rebuild`."
            ) from exc
        except ValueError as exc:
            raise IndexMismatch(
                f"{folder}/manifest.json is damaged", hint="Run `youju index --rebuild`."
            ) from exc
        if values.get("layout") != LAYOUT:
            raise IndexMismatch(
                f"{folder} has layout {values.get('layout')}, this version reads {LAYOUT}",
                hint="Build the library anew: `youju index --rebuild`.",
            )
        values["config"] = IndexConfig.from_dict(values["config"])
        manifest = cls(**values)
        manifest._check_sizes(folder)
        return manifest

    def _check_sizes(self, folder: Path) -> None:
        for name, size in self.files.items():
            path = folder / name
            if not path.exists() or path.stat().st_size != size:
                raise IndexMismatch(
                    f"{path} is missing or has another size than its manifest says",
                    hint="Run `youju index --rebuild`.",
                )


def _files(folder: Path) -> list[Path]:
    return sorted(
        p
        for p in folder.rglob("*")
        if p.is_file() and p.suffix != ".lock" and p.name != "manifest.json"
    )


class Snapshot:
    """One generation, whole: what is searched while the next one is being made.

    Passages are read from the catalogue at the moment they are asked for, so one that was
    deleted or changed meanwhile is never returned.
    """

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self.manifest = Manifest.load(folder)
        self._catalog = catalog
        self._lexical = LexicalIndex(folder / "lexical")
        self._vectors = FaissIndex.load(
            folder / "vectors.faiss", nprobe=self.manifest.config.nprobe
        )

    @property
    def generation(self) -> int:
        return self.manifest.generation

    @property
    def embedder(self) -> str:
        """Name of the embedder whose vectors are in here."""
        return self.manifest.embedder

    def __len__(self) -> int:
        return self.manifest.passages

    def search(
        self,
        vector: Vectors,
        terms: Mapping[str, float],
        *,
        k: int,
        sources: Collection[str] = (),
        dense_weight: float = DENSE_WEIGHT,
    ) -> list[Hit]:
        """Return the ``k`` best passages, best first, by both legs together.

        ``vector`` is the query's ``(d,)`` float32 unit vector; ``terms`` are its terms with
        weights, each to be multiplied by the term's idf here. Every candidate of either leg is
        scored by both: ``lexical`` is the share of the attainable BM25 score, ``dense`` the
        cosine, ``score`` is lexical + dense_weight * dense. ``sources`` limits the search to
        these sources, or to the records of these files.

        Raises: IndexMismatch, when the vector has another dimension.
        """
        if vector.shape != (self.manifest.dimension,):
            raise IndexMismatch(
                f"the query vector has shape {vector.shape}, the index {self.manifest.dimension}",
                hint="Use the embedder the library was built with, or index again.",
            )
        n = max(k, CANDIDATES)
        lexical = dict(self._lexical.search(terms, n, sources))
        only = self._catalog.keys_of(sources) if sources else None
        dense = dict(self._vectors.search(vector, n, only)) if dense_weight else {}
        lexical |= self._lexical.scores(terms, [key for key in dense if key not in lexical])
        vectors = self._catalog.vectors(self.embedder, list(lexical))
        attainable = self._lexical.attainable(terms) or 1.0
        passages = self._catalog.passages(list(lexical))
        hits = []
        for key, passage in passages.items():
            share = lexical[key] / attainable
            cosine = float(vectors[key] @ vector) if key in vectors else 0.0
            hits.append(Hit(passage, share + dense_weight * cosine, share, cosine))
        hits.sort(key=lambda hit: (-hit.score, hit.passage.id))
        return hits[:k]

    def document_frequencies(self, least: int) -> list[tuple[str, int]]:
        """Terms of at least so many passages, to learn a background idf from."""
        return self._lexical.document_frequencies(least)

    def passage(self, passage_id: str) -> Passage | None:
        """None, when it has been deleted or changed."""
        key = passage_key(passage_id)
        return self._catalog.passages([key]).get(key)

    def article(self, article_id: str) -> Article:
        """Raises: SourceNotFound, when it has been deleted or changed."""
        article = self._catalog.article(article_id)
        if article is None:
            raise SourceNotFound(f"the library holds no article {article_id!r} any more")
        return article

    def articles_of(self, source: str) -> list[Article]:
        return self._catalog.articles_of(source)

    def passages_of(self, article_id: str) -> list[Passage]:
        return self._catalog.passages_of(article_id)

    def neighbours(self, passage: Passage) -> list[Passage]:
        """The passages before and after in the same article."""
        return self._catalog.neighbours(passage)

    def source(self, name: str) -> Source:
        """Raises: SourceNotFound."""
        return self._catalog.source(name)


# ---- the library ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Removed:
    """Deleted sources, each with the file it is of; of each file its root and hash."""

    sources: tuple[tuple[Source, str], ...]
    files: Mapping[str, tuple[str, str]]


class Library:
    """The folder on disk: update it, list it, and take snapshots to search.

    ``config`` is by default the one the library was built with; ``embedder`` the one it names,
    loaded when first needed, on ``device`` (the best there is when empty) and fed ``batch_size``
    texts at once. ``lock_timeout_s`` is how long a writer waits for another one.
    """

    def __init__(
        self,
        path: str | Path,
        config: IndexConfig | None = None,
        embedder: Embedder | None = None,
        *,
        device: str = "",
        batch_size: int = 32,
        lock_timeout_s: float = 5.0,
    ) -> None:
        self.path = Path(path)
        self._config = config
        self._embedder = embedder
        self._device, self._batch_size = device, batch_size
        self._lock_timeout_s = lock_timeout_s
        self._guard = threading.RLock()
        self._catalog: Catalog | None = None
        self._snapshot: Snapshot | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        with self._guard:
            if self._catalog is not None:
                self._catalog.close()
            self._catalog = self._snapshot = None

    @property
    def config(self) -> IndexConfig:
        if self._config is not None:
            return self._config
        stored = self.catalog.setting("config") if self._exists() else None
        return IndexConfig.from_dict(json.loads(stored)) if stored else IndexConfig()

    @property
    def embedder(self) -> Embedder:
        """Raises: EmbeddingError."""
        with self._guard:
            if self._embedder is None:
                self._embedder = load_embedder(
                    self.config.embedder, device=self._device or None, batch_size=self._batch_size
                )
            return self._embedder

    @property
    def catalog(self) -> Catalog:
        """The truth; made when there is none yet. Conversations are saved through it."""
        with self._guard:
            if self._catalog is None:
                self._catalog = Catalog(self.path / "catalog.sqlite")
            return self._catalog

    def _exists(self) -> bool:
        return (self.path / "catalog.sqlite").exists()

    # ---- reading -------------------------------------------------------------------------

    def count(self) -> int:
        """Number of sources; 0 when there is no library."""
        return self.catalog.count() if self._exists() else 0

    def sources(
        self, offset: int = 0, limit: int | None = None, query: str | None = None
    ) -> list[SourceInfo]:
        return self.catalog.sources(offset, limit, query) if self._exists() else []

    def source(self, name: str) -> Source:
        """Raises: SourceNotFound."""
        if not self._exists():
            raise SourceNotFound(f"the library {self.path} is empty", hint="Run `youju index`.")
        return self.catalog.source(name)

    def snapshot(self) -> Snapshot:
        """The generation served now; the same object until another one is published.

        Raises: IndexMissing, IndexMismatch.
        """
        if not self._exists():
            raise self._missing()
        with self._guard:
            for _ in range(5):
                generation = self.catalog.generation
                if generation == 0:
                    raise self._missing()
                if self._snapshot is not None and self._snapshot.generation == generation:
                    return self._snapshot
                self._repair_current(generation)
                try:
                    self._snapshot = Snapshot(self._folder(generation), self.catalog)
                except (IndexMissing, OSError, ValueError):
                    # A writer that published twice meanwhile has removed this generation.
                    if self.catalog.generation == generation:
                        raise
            raise self._missing()

    def _missing(self) -> IndexMissing:
        return IndexMissing(
            f"there is no index in {self.path}",
            hint="Run `youju index PATH` with a folder of articles.",
        )

    def _folder(self, generation: int) -> Path:
        return self.path / "generations" / str(generation)

    def _current(self) -> int:
        try:
            return int((self.path / "CURRENT").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return 0

    def _repair_current(self, generation: int) -> None:
        """Finish what a writer left undone that died between its commit and CURRENT."""
        if self._current() == generation:
            return
        with suppress(LibraryBusy, OSError), _lock(self.path / "lock", 0.0):
            if self.catalog.generation == generation:
                _replace_text(self.path / "CURRENT", f"{generation}\n")

    # ---- writing -------------------------------------------------------------------------

    def update(
        self,
        paths: Sequence[str | Path],
        *,
        rebuild: bool = False,
        prune: bool = True,
        progress: Progress | None = None,
    ) -> Report:
        """Bring the library up to date with these files and folders, by content.

        With ``prune``, sources that came from one of these folders and are no longer there are
        removed; uploads and what came from elsewhere stay. ``rebuild`` reads, splits and indexes
        everything again; cached embeddings are used again all the same.

        Raises: SourceError, EmbeddingError, LibraryBusy.
        """
        with self._update(rebuild, progress) as update:
            update.read_paths([Path(p) for p in paths], prune=prune)
        return update.report()

    def add_text(self, name: str, data: bytes, *, progress: Progress | None = None) -> Report:
        """Add an uploaded file, or replace an earlier upload of that name.

        Raises: SourceError, when the name or the content cannot be used.
        """
        name = _clean_name(name)
        with self._update(False, progress) as update:
            update.read_upload(name, data)
        return update.report()

    def delete(self, name: str) -> Report:
        """Remove a source, or all the records of a file. Raises: SourceNotFound."""
        if not self._exists() or not self.catalog.names(name):
            raise SourceNotFound(
                f"the library holds no source {name!r}", hint="`youju list` shows their names."
            )
        with self._update(False, None) as update:
            update.remove(self.catalog.names(name))
        return update.report()

    def take_out(self, name: str) -> Removed:
        """Delete, and return what ``put_back`` needs. Raises: SourceNotFound."""
        found = self.catalog.connection.execute(
            "SELECT s.name, s.file, f.root, f.sha256 FROM sources s JOIN files f"
            " ON f.name = s.file WHERE ? IN (s.name, s.file)",
            (name,),
        ).fetchall()
        removed = Removed(
            tuple((self.catalog.source(source), file) for source, file, _, _ in found),
            {file: (root, digest) for _, file, root, digest in found},
        )
        self.delete(name)
        return removed

    def put_back(self, removed: Removed) -> Report:
        """Undo a deletion: same text, same hash, same passages; what is there again stays."""
        with self._update(False, None) as update:
            update.put_back(removed)
        return update.report()

    @contextmanager
    def _update(self, rebuild: bool, progress: Progress | None) -> Iterator[_Update]:
        with _lock(self.path / "lock", self._lock_timeout_s):
            self._repair_unlocked()
            update = _Update(self, rebuild, progress or (lambda *_: None))
            try:
                yield update
                update.publish()
            finally:
                update.staging.close()

    def _repair_unlocked(self) -> None:
        generation = self.catalog.generation
        if generation and self._current() != generation:
            _replace_text(self.path / "CURRENT", f"{generation}\n")


def _clean_name(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    bad = not path.name or path.is_absolute() or ".." in path.parts or not name.isprintable()
    if bad or len(name) > 500:
        raise SourceError(
            f"{name[:80]!r} cannot be a source's name", hint="Use a plain file name with an ending."
        )
    return path.as_posix()


class _Update:
    """One update in the making; nothing of it is seen before ``publish``."""

    def __init__(self, library: Library, rebuild: bool, progress: Progress) -> None:
        self.library = library
        self.catalog = library.catalog
        self.config = library.config
        self.progress = progress
        self.staging = Staging(self.catalog, library.path / "staging.sqlite")
        self.previous = self._previous_manifest()
        self.resplit = rebuild or not self._splits_as_before()
        self.rebuild = self.resplit or self.previous is None
        self.added = self.changed = self.removed = self.unchanged = 0
        self.skipped: list[Skipped] = []
        self.generation = self.catalog.generation
        self._buffer: list[tuple[Source, str, list[tuple[Article, list[Passage]]]]] = []
        self._staged: set[str] = set()
        self._gone: set[str] = set()

    def _previous_manifest(self) -> Manifest | None:
        generation = self.catalog.generation
        try:
            return Manifest.load(self.library._folder(generation)) if generation else None
        except (IndexMissing, IndexMismatch) as exc:
            log.warning("generation %d is unusable and is built again: %s", generation, exc)
            return None

    def _splits_as_before(self) -> bool:
        stored, analysis = self.catalog.setting("config"), self.catalog.setting("analysis")
        if stored is None:
            return True
        same = IndexConfig.from_dict(json.loads(stored)).splits_like(self.config)
        return same and analysis == str(ANALYSIS)

    # ---- phase 1: read, split, stage ---------------------------------------------------------

    def read_paths(self, paths: Sequence[Path], *, prune: bool) -> None:
        found = _find(paths)
        total = None if any(p.suffix == ".jsonl" for p, _ in found.values()) else len(found)
        for done, (name, (path, root)) in enumerate(found.items()):
            if total is not None:
                self.progress("read", done, total)
            self._read_file(name, path, root)
        if prune:
            self._prune({str(p.resolve()) for p in paths}, found)
        self._flush()

    def _prune(self, roots: set[str], found: Collection[str]) -> None:
        rows = self.catalog.connection.execute("SELECT name, root FROM main.files").fetchall()
        for name, root in rows:
            if root in roots and name not in found:
                self.remove(self._sources_of(name))

    def _sources_of(self, file: str) -> dict[str, str]:
        """Name to sha256 of the catalogue's sources that are of this file."""
        rows = self.catalog.connection.execute(
            "SELECT name, sha256 FROM main.sources WHERE file = ?", (file,)
        )
        return dict(rows.fetchall())

    def _read_file(self, name: str, path: Path, root: str) -> None:
        with path.open("rb") as handle:
            digest = file_digest(handle, "sha256").hexdigest()
        known = self._known_file(name, root)
        before = self._sources_of(name)
        if known == digest and before and not self.resplit:
            self.unchanged += len(before)
            self.staging.file(name, root, digest)
            return
        skips = len(self.skipped)
        self._read_sources(name, path, before)
        # A file with something skipped is read again next time, to be reported again.
        self.staging.file(name, root, digest if len(self.skipped) == skips else "")

    def _known_file(self, name: str, root: str) -> str | None:
        """The stored file's sha256. Raises: SourceError, when another folder's file has the name."""
        row = self.catalog.connection.execute(
            "SELECT root, sha256 FROM main.files WHERE name = ?", (name,)
        ).fetchone()
        if row is None:
            return None
        old = str(row[0])
        if old and root and old != root and _file_in(old, name).exists():
            raise SourceError(
                f"two files would be the source {name!r}: one in {old}, one in {root}",
                hint="Index the folder above both, or rename one of them.",
            )
        return str(row[1])

    def _read_sources(self, file: str, path: Path, before: Mapping[str, str]) -> None:
        from index.reading import read

        seen: set[str] = set()
        for item in read(path, name=file, max_bytes=self.config.max_bytes):
            if isinstance(item, Skipped):
                self.skipped.append(item)
            elif item.name in seen:
                self.skipped.append(Skipped(item.name, "another record has the same id"))
            else:
                seen.add(item.name)
                self._take(item, file, before.get(item.name))
        self.remove(name for name in before if name not in seen)

    def _take(self, source: Source, file: str, old_sha256: str | None) -> None:
        if old_sha256 == source.sha256:
            self.unchanged += 1
            if not self.resplit:
                return
        elif old_sha256 is None:
            self.added += 1
        else:
            self.changed += 1
        self.stage(source, file)

    def read_upload(self, name: str, data: bytes) -> None:
        row = self.catalog.connection.execute(
            "SELECT root FROM main.files WHERE name = ?", (name,)
        ).fetchone()
        if row is not None and row[0]:
            raise SourceError(
                f"the source {name!r} comes from {row[0]}", hint="Upload it under another name."
            )
        before = self._sources_of(name)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / PurePosixPath(name).name
            path.write_bytes(data)
            self._read_sources(name, path, before)
        self.staging.file(name, "", sha256(data).hexdigest())
        self._flush()

    def remove(self, names: Iterable[str]) -> None:
        names = list(names)
        self.removed += len(names)
        self._gone.update(names)
        self.staging.gone(names)

    def put_back(self, removed: Removed) -> None:
        for source, file in removed.sources:
            if not self.catalog.names(source.name):
                self.added += 1
                self.stage(source, file)
                self.staging.file(file, *removed.files[file])
        self._flush()

    def stage(self, source: Source, file: str) -> None:
        from index.pages.articles import split
        from index.pages.passages import passages

        articles = [
            (
                article,
                passages(
                    article,
                    chars=self.config.chunk_chars,
                    overlap_sentences=self.config.overlap_sentences,
                ),
            )
            for article in split(source)
        ]
        self._staged.add(source.name)
        self._buffer.append((source, file, articles))
        if len(self._buffer) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        # A source that replaces another of its name: the old one goes.
        self.staging.gone(source.name for source, _, _ in self._buffer)
        self.staging.put(self._buffer)
        self._buffer.clear()
        self.progress("read", len(self._staged) + self.unchanged, None)

    def _resplit_rest(self) -> None:
        """Split again what was not read again: uploads, and what came from elsewhere."""
        rows = self.catalog.connection.execute("SELECT name, file FROM main.sources").fetchall()
        for name, file in rows:
            if name not in self._staged and name not in self._gone:
                self.unchanged += 1
                self.stage(self.catalog.source(name), file)
        self._flush()

    # ---- phase 2: embed, write aside, commit --------------------------------------------------

    def publish(self) -> None:
        if self.resplit:
            self._resplit_rest()
        embedder = self.library.embedder
        settled = self.previous is not None and self.previous.embedder == embedder.name
        if self.staging.is_empty() and settled and not self.rebuild:
            self._save_files()
            return
        if self.staging.is_empty() and self.catalog.passage_count() == 0:
            return
        full = self.rebuild or not settled
        self._embed(embedder, "next_passages" if full else "staging.passages")
        self.generation += 1
        self._write_generation(embedder, full)
        settings = {
            "generation": str(self.generation),
            "config": json.dumps(self.config.to_dict()),
            "analysis": str(ANALYSIS),
        }
        self.staging.publish(settings)
        _replace_text(self.library.path / "CURRENT", f"{self.generation}\n")
        self._remove_old()

    def _save_files(self) -> None:
        """Where a file lies may have changed although its content has not."""
        self.catalog.connection.execute("REPLACE INTO main.files SELECT * FROM staging.files")

    def _embed(self, embedder: Embedder, table: str) -> None:
        missing = self.staging.unembedded(embedder.name, table)
        for at in range(0, len(missing), _BATCH):
            self.progress("embed", at, len(missing))
            batch = self.staging.texts(table, missing[at : at + _BATCH])
            vectors = embedder.embed([text for _, text in batch])
            self.catalog.save_vectors(embedder.name, [digest for digest, _ in batch], vectors)

    def _write_generation(self, embedder: Embedder, full: bool) -> None:
        folder = self.library._folder(self.generation)
        aside = folder.with_name(f"{folder.name}.tmp")
        for leftover in (folder, aside):
            shutil.rmtree(leftover, ignore_errors=True)
        aside.mkdir(parents=True)
        before = None
        if self.previous is not None and not self.rebuild:
            before = self.library._folder(self.previous.generation)
        removed = [] if before is None else self.staging.removed_keys()
        self._write_lexical(aside / "lexical", before, removed)
        # Another embedder leaves the terms as they are, not the vectors.
        trained_on = self._write_vectors(
            aside / "vectors.faiss", None if full else before, removed, embedder
        )
        Manifest(
            generation=self.generation,
            embedder=embedder.name,
            dimension=embedder.dimension,
            passages=self.staging.next_count(),
            trained_on=trained_on,
            config=self.config,
        ).save(aside)
        _fsync_tree(aside)
        aside.replace(folder)
        _fsync(folder.parent)

    def _write_lexical(self, folder: Path, before: Path | None, removed: Sequence[int]) -> None:
        table = "next_passages" if before is None else "staging.passages"
        LexicalIndex.write(
            folder,
            rows=self._rows(table),
            removed=removed,
            previous=None if before is None else before / "lexical",
        )

    def _rows(self, table: str) -> Iterator[Row]:
        total = self.staging.next_count() if table == "next_passages" else None
        rows = self.catalog.connection.execute(
            f"SELECT key, source, file, text, context FROM {table}"
        )
        for done, row in enumerate(rows):
            if done % _BATCH == 0:
                self.progress("index", done, total)
            yield Row(*row)

    def _write_vectors(
        self, path: Path, before: Path | None, removed: Sequence[int], embedder: Embedder
    ) -> int:
        """Write the dense leg; return how many passages it has been trained on (flat: 0)."""
        size = self.staging.next_count()
        trained_on = self.previous.trained_on if before is not None and self.previous else 0
        if before is not None and self._still_fits(size, trained_on):
            index = FaissIndex.load(before / "vectors.faiss", nprobe=self.config.nprobe)
            index.remove(removed)
            table = "staging.passages"
        else:
            table = "next_passages"
            trained_on = size if size > self.config.flat_max else 0
            index = self._new_vectors(embedder, trained_on)
        for keys, vectors in self._vectors(table, embedder):
            index.add(keys, vectors)
        index.save(path)
        return trained_on

    def _still_fits(self, size: int, trained_on: int) -> bool:
        if trained_on == 0:
            return size <= self.config.flat_max
        return trained_on / 4 <= size <= trained_on * 4

    def _new_vectors(self, embedder: Embedder, size: int) -> FaissIndex:
        if size == 0:
            return FaissIndex.flat(embedder.dimension)
        # Hashes are random, so the first ones of all are a fair and repeatable sample.
        rows = self.catalog.connection.execute(
            "SELECT vector FROM main.vectors WHERE embedder = ? ORDER BY hash LIMIT 50000",
            (embedder.name,),
        )
        sample = np.stack([np.frombuffer(row[0], dtype="<f2") for row in rows])
        return FaissIndex.ivf(sample.astype(np.float32), size=size, nprobe=self.config.nprobe)

    def _vectors(
        self, table: str, embedder: Embedder
    ) -> Iterator[tuple[npt.NDArray[np.int64], Vectors]]:
        rows = self.catalog.connection.execute(
            f"SELECT p.key, v.vector FROM {table} p JOIN main.vectors v"
            " ON v.hash = p.hash AND v.embedder = ?",
            (embedder.name,),
        )
        while batch := rows.fetchmany(20_000):
            keys = np.array([key for key, _ in batch], dtype=np.int64)
            vectors = np.stack([np.frombuffer(blob, dtype="<f2") for _, blob in batch])
            yield keys, vectors.astype(np.float32)

    def _remove_old(self) -> None:
        """Keep the generation before this one: a reader may just be opening it."""
        kept = {str(self.generation), str(self.generation - 1)}
        for path in (self.library.path / "generations").iterdir():
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)

    def report(self) -> Report:
        return Report(
            added=self.added,
            changed=self.changed,
            removed=self.removed,
            unchanged=self.unchanged,
            skipped=tuple(self.skipped),
            generation=self.generation,
            passages=self.catalog.passage_count(),
        )


def _find(paths: Sequence[Path]) -> dict[str, tuple[Path, str]]:
    """Name to file and root, in order of finding. Raises: SourceError, on two of one name."""
    from index.reading import find_files

    found: dict[str, tuple[Path, str]] = {}
    for given in paths:
        base = given.resolve()
        for path in find_files([given]):
            name = path.name if given.is_file() else path.resolve().relative_to(base).as_posix()
            if name in found and found[name][0].resolve() != path.resolve():
                raise SourceError(
                    f"two files would be the source {name!r}: {found[name][0]} and {path}",
                    hint="Index the folder above both, or rename one of them.",
                )
            found.setdefault(name, (path, str(base)))
    return found


def _file_in(root: str, name: str) -> Path:
    path = Path(root)
    return path / name if path.is_dir() else path
