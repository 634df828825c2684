"""A library: a folder that holds articles, what is needed to search them, and conversations.

An update reads, splits and embeds aside, hands the passages to the store, and is committed in one
transaction of the catalogue. That is the moment it has happened; whoever opens the library next
finishes what is left undone should the process die there.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from index.analysis import pairs
from index.cluster import Cluster
from index.config import IndexConfig
from index.edits import as_read, differing
from index.embedding.choice import Choice, EmbedderUse
from index.embedding.embedder import Embedder
from index.embedding.load import load_embedder
from index.errors import (
    IndexMismatch,
    IndexMissing,
    LibraryBusy,
    LibraryDamaged,
    LibraryInaccessible,
    LibraryReadOnly,
    RemovalRefused,
    SourceNotFound,
)
from index.opened import Opened
from index.originals import original
from index.records import (
    Article,
    ArticleInfo,
    Edit,
    Kinds,
    LibrarySize,
    Metadata,
    Passage,
    Removed,
    Report,
    Selection,
    Source,
    SourceInfo,
    Upload,
)
from index.snapshot import Snapshot
from index.store.backup import restore, save
from index.store.base import Store, Truth
from index.store.catalogue import Catalogue
from index.store.check import (
    Fault,
    Part,
    at_once,
    drop_vectors,
    exists,
    leftover,
    mend_catalogue,
)
from index.store.conversations import Conversations
from index.store.database import FILE
from index.store.incoming import Incoming
from index.store.local import LocalStore
from index.store.lock import writing
from index.store.postgres import PostgresDatabase
from index.update import Progress, Update, clean_name

log = logging.getLogger(__name__)

#: Who finds the search index damaged waits this long for another process: it is mending it, too.
_MEND_WAIT_S = 60.0


class Library:
    """The folder on disk: update it, list it, and take snapshots to search.

    ``config`` is by default the one the library was built with; ``embedder`` the one it names, or
    of the built-in ones that for its size, loaded when first needed, on ``device`` (the best there
    is when empty) and fed ``batch_size`` texts at once. ``lock_timeout_s`` is how long a writer
    waits for another one. ``engine`` makes the store out of the folder and the catalogue, which
    ``database`` may keep in a PostgreSQL: several servers share it.
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
        engine: Callable[[Path, Truth], Store] = LocalStore,
        database: str = "",
    ) -> None:
        self.path = Path(path)
        self._server = database
        self._config = config
        self._embedder = embedder
        self._loaded: dict[str, Embedder] = {}
        self._device, self._batch_size = device, batch_size
        self._lock_timeout_s = lock_timeout_s
        self._engine = engine
        self._guard = threading.RLock()
        self._opened: Opened | None = None
        self._mending: threading.Thread | None = None
        self._interrupted = threading.Event()
        self._kinds: tuple[int, Kinds] | None = None
        self._tidy = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def interrupt(self) -> None:
        """End the update that is being made, from any thread, at its next step.

        It raises LibraryBusy, and nothing of it has happened. Reading goes on.
        """
        self._interrupted.set()

    def close(self) -> None:
        with self._guard:
            if self._opened is not None:
                self._opened.conversations.keep_unsaved()
                self._opened.db.close()
            self._opened = None

    @property
    def config(self) -> IndexConfig:
        if self._config is not None:
            return self._config
        return (self.catalogue.config if self._exists() else None) or IndexConfig()

    @property
    def embedder(self) -> Embedder:
        """The one for the passages that there are. Raises: EmbeddingError."""
        return self._choice.by_size(self.catalogue.passage_count() if self._exists() else 0)

    def embedder_of(self, snapshot: Snapshot) -> Embedder:
        """The one whose vectors a snapshot holds. Raises: IndexMismatch, EmbeddingError."""
        return self._choice.named(snapshot.embedder)

    def embedder_use(self) -> EmbedderUse:
        """Which embedder serves now, and why. Raises: IndexMissing, IndexMismatch."""
        snapshot = self.snapshot()
        return self._choice.use(snapshot.embedder, len(snapshot))

    @property
    def _choice(self) -> Choice:
        return Choice(self.config, self._load, self._embedder)

    def _load(self, name: str) -> Embedder:
        with self._guard:
            if name not in self._loaded:
                self._loaded[name] = load_embedder(
                    name, device=self._device or None, batch_size=self._batch_size
                )
            return self._loaded[name]

    @property
    def _parts(self) -> Opened:
        """The library's parts; its folder is made when there is none yet. Raises: LibraryDamaged."""
        with self._guard:
            if self._opened is None:
                if not self._server:
                    exists(self.path)  # never a new one in the place of one that lost its catalogue
                self._opened = Opened(self.path, self._engine, self._server)
            return self._opened

    @property
    def catalogue(self) -> Catalogue:
        """The truth."""
        return self._parts.catalogue

    @property
    def conversations(self) -> Conversations:
        """What was asked and answered here."""
        return self._parts.conversations

    @property
    def writable(self) -> bool:
        """False while its disk is read-only, or was too full to open it for writing."""
        return not self._exists() or self._parts.db.writable

    @property
    def incoming(self) -> Incoming:
        """Files that were handed over, to be read in by and by."""
        return self._parts.incoming

    def _exists(self) -> bool:
        return bool(self._server) or exists(self.path)

    def _writing(self, wait_s: float) -> AbstractContextManager[None]:
        """Hold the library's lock. Raises: LibraryBusy, LibraryInaccessible."""
        if not self._server:
            return writing(self.path, wait_s)
        db = self._parts.db
        assert isinstance(db, PostgresDatabase)
        return db.writing(wait_s)

    # ---- reading -------------------------------------------------------------------------

    @property
    def version(self) -> int:
        """Another number after every change; 0 when there is nothing."""
        return self.catalogue.version if self._exists() else 0

    def count(self, query: str | Selection = "") -> int:
        """Number of sources, or of those that are meant: by part of a name or a title, or otherwise."""
        return self._parts.listing.count(_selection(query)) if self._exists() else 0

    def sources(
        self, offset: int = 0, limit: int | None = None, query: str | Selection = ""
    ) -> list[SourceInfo]:
        """A page of these sources."""
        if not self._exists():
            return []
        return self._parts.listing.sources(_selection(query), offset, limit)

    def names(self, of: Selection) -> set[str]:
        """The names of these sources."""
        return self._parts.listing.names(of) if self._exists() else set()

    def holding(self, words: Sequence[str], of: Selection, limit: int) -> list[Passage]:
        """Passages of these sources that hold every one of the words as they stand."""
        if not self.version:
            return []
        needed = {pair for word in words for pair in pairs(word)}
        among = self.snapshot().reader.holding(needed) if needed else None
        return self._parts.listing.holding(words, of, limit, among)

    def size(self) -> LibrarySize:
        """What it holds and takes."""
        if not self._exists():
            return LibrarySize()
        taken = 0
        for path in self.path.rglob("*"):
            with suppress(OSError):  # a generation that goes meanwhile
                taken += path.stat().st_size if path.is_file() else 0
        written = self._parts.store.written_at()
        return LibrarySize(self.count(), self.catalogue.passage_count(), taken, written)

    def kinds(self) -> Kinds:
        """Where the sources came from, their formats, and the months of their articles."""
        if not self._exists():
            return Kinds()
        with self._guard:
            if self._kinds is None or self._kinds[0] != self.version:
                self._kinds = self.version, self._parts.listing.kinds()
            return self._kinds[1]

    def roots(self) -> list[Path]:
        """The folders and files that sources were read from; uploads have none."""
        return [Path(root) for root in self.catalogue.roots()] if self._exists() else []

    def unknown(self, names: Iterable[str]) -> list[str]:
        """Those of these names that mean no source and no file of records here."""
        return [name for name in names if not (self._exists() and self.catalogue.names(name))]

    def source(self, name: str) -> Source:
        """The source of that name, or that had it before its file was moved. Raises: SourceNotFound."""
        if not self._exists():
            raise SourceNotFound(f"the library {self.path} is empty", hint="Run `youju index`.")
        try:
            return self.catalogue.source(name)
        except SourceNotFound:
            if now := self.catalogue.moved(name):
                return self.catalogue.source(now)
            raise

    def original(self, source: Source) -> bytes | None:
        """The bytes that a source was read from; None when they are no longer to be had."""
        return original(self.catalogue, source, self.config.max_bytes)

    def article(self, article_id: str) -> Article | None:
        return self.catalogue.article(article_id) if self._exists() else None

    def listed(self) -> list[ArticleInfo]:
        """Every article, by the name of its source and in its order there."""
        return self.catalogue.listed() if self._exists() else []

    def articles_of(self, source: str) -> list[Article]:
        """Its articles in their order; none of an unknown source."""
        return self.catalogue.articles_of(source) if self._exists() else []

    def snapshot(self) -> Snapshot:
        """The state served now; the same object until another one is published.

        One that is damaged is made anew from the catalogue; until then the one before it serves,
        where it was served already.

        Raises: IndexMissing, IndexMismatch, LibraryDamaged, LibraryBusy.
        """
        if not self._exists():
            raise IndexMissing(
                f"there is no index in {self.path}",
                hint="Run `youju index PATH` with a folder of articles.",
            )
        with self._guard:
            try:
                found = self._parts.snapshot()
            except LibraryDamaged as damage:
                found = self._mended(damage)
        if not self._tidy:
            self._tidy = True
            self._clean()
        return found

    def _mended(self, damage: LibraryDamaged) -> Snapshot:
        """The state before while the damaged one is made anew; that, where none was served before."""
        served = self._parts.served
        if served is None:
            log.warning("%s; the search index is made anew from the catalogue", damage)
            self.mend(wait_s=_MEND_WAIT_S)
            return self._parts.snapshot()
        if self._mending is None or self._mending.name != self._parts.state:
            log.warning("%s; it is made anew, and the state before it serves", damage)
            name = self._parts.state  # tried once for each state
            self._mending = threading.Thread(target=self._mend_aside, name=name, daemon=True)
            self._mending.start()
        return served

    def _mend_aside(self) -> None:
        try:
            self.mend()
        except Exception:
            log.exception("The search index could not be made anew")

    # ---- mending -------------------------------------------------------------------------

    def check(self) -> list[Fault]:
        """All that is wrong with the library, looked at whole; nothing is changed.

        Raises: IndexMissing; LibraryDamaged, when it has lost its catalogue; IndexMismatch, when a
        newer version has written it.
        """
        if not self._exists():
            raise IndexMissing(f"there is no library in {self.path}", hint="Name it by --library.")
        found = self._parts.faults()
        if not any(fault.part is Part.CATALOGUE for fault in found):
            found += [leftover(path, self.path) for path in self._leftovers()]
        return found

    def inspect(self, between: Callable[[], None] = at_once) -> list[Fault]:
        """Look at everything while the library is in use, and make a damaged search index anew.

        Opening looks at a sample of large files. ``between`` is called again and again, and may hold the work up.
        Raises: as ``check`` and ``mend``.
        """
        found = self._parts.faults(between) if self.version else []
        for fault in found:
            log.warning("%s. %s", fault.what, fault.hint)
        if any(fault.part is Part.INDEX for fault in found):
            self.mend()
        return found

    def _clean(self) -> None:
        """Remove what a process that died has left, unless somebody is writing."""
        if self._leftovers(held=True):
            with (
                suppress(LibraryBusy, LibraryInaccessible, OSError),
                self._writing(0.0),
            ):
                self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        for path in self._leftovers(held=True):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def repair(self) -> list[Fault]:
        """Mend what can be mended; what is wrong still. Raises: as ``check``, and LibraryBusy."""
        parts = {fault.part for fault in self.check()}
        if Part.CATALOGUE in parts:
            with self._writing(self._lock_timeout_s):
                mend_catalogue(self._parts.db)
            parts = {fault.part for fault in self.check()}
        if Part.VECTORS in parts:
            with self._writing(self._lock_timeout_s):
                drop_vectors(self._parts.db)
        if Part.PASSAGES in parts:
            self.update([], rebuild=True)
        elif parts & {Part.VECTORS, Part.INDEX}:
            self.mend(sure=True)
        with self._writing(self._lock_timeout_s):
            self._remove_leftovers()
        return self.check()

    def mend(self, *, sure: bool = False, wait_s: float = 0.0) -> bool:
        """Make the search index anew from the catalogue if it is damaged, or ``sure``; whether it was.

        ``wait_s`` is how long to wait for another writer, where that is longer than usual.

        Raises: LibraryBusy, LibraryInaccessible, EmbeddingError.
        """
        wait_s = max(wait_s, self._lock_timeout_s)
        with self._writing(wait_s), self._parts.staging() as staging:
            if not sure and not any(self._parts.store.faults()):
                return False  # another process has done it
            progress = self._heeding(None)
            update = Update(
                self.catalogue, staging, self._parts.store, self.config, progress=progress
            )
            served = self.catalogue.embedder()
            update.publish(lambda passages: self._choice.by_size(passages, served), anew=True)
        return True

    def backup(self, file: str | Path) -> None:
        """Write all that cannot be made anew into one file; the library may be in use meanwhile.

        Raises: IndexMissing, IndexMismatch, LibraryDamaged, LibraryInaccessible.
        """
        if not self._exists():
            raise IndexMissing(f"there is no library in {self.path}", hint="Name it by --library.")
        self._refuse_on_server()
        save(self._parts.db.connection, Path(file))

    def restore(self, file: str | Path, *, sure: bool = False) -> None:
        """Become what a backup holds; a library that is there is replaced only when ``sure``.

        Raises: RemovalRefused, IndexMismatch, LibraryDamaged, LibraryInaccessible, LibraryBusy.
        """
        self._refuse_on_server()
        if not sure and (self.path / FILE).exists():
            raise RemovalRefused(
                f"there is a library in {self.path}, which would be replaced",
                hint="Add --yes if it is to go, or name another one by --library.",
            )
        self.close()
        with writing(self.path, self._lock_timeout_s):
            restore(Path(file), self.path)
        if self.version:
            self.mend()

    def _refuse_on_server(self) -> None:
        if self._server:
            raise LibraryInaccessible(
                "the catalogue is in PostgreSQL, which has backups of its own",
                hint="Use pg_dump and pg_restore; then `youju doctor --repair`.",
            )

    def _leftovers(self, *, held: bool = False) -> list[Path]:
        """What a process that died has left: not while one is writing, unless that is us."""
        try:
            with nullcontext() if held else self._writing(0.0):
                staged = self.path.glob("staging.sqlite*")
                return [*self._parts.store.leftovers(), *sorted(staged)]
        except (LibraryBusy, LibraryReadOnly):  # nothing can be removed
            return []

    # ---- writing -------------------------------------------------------------------------

    def update(
        self,
        paths: Sequence[str | Path],
        *,
        rebuild: bool = False,
        prune: bool = True,
        sure: bool = False,
        only: Collection[str] | None = None,
        progress: Progress | None = None,
        cluster: Cluster | None = None,
    ) -> Report:
        """Bring the library up to date with these files and folders, by content.

        ``only`` limits that to these files and folders in them, named from there ("" is all of
        it): somebody knows that nothing else has changed. Passages keep their embedder then.

        With ``prune``, sources that came from one of these folders and are no longer there are
        removed; uploads and what came from elsewhere stay. ``rebuild`` reads, splits, embeds and
        indexes everything again: nothing but the sources is trusted. An update that removes
        more than half of the library, or all that came from one place, is made only when ``sure``.
        A ``cluster`` splits and embeds; what it does not do is done here.

        Raises: RemovalRefused, SourceError, EmbeddingError, LibraryBusy.
        """
        with self._update(
            rebuild=rebuild, whole=only is None, progress=progress, cluster=cluster
        ) as update:
            update.read_paths([Path(p) for p in paths], prune=prune, only=only)
            if not sure:
                update.refuse_removals()
        return update.report()

    def add_text(self, name: str, data: bytes, *, progress: Progress | None = None) -> Report:
        """Add an uploaded file, or replace an earlier upload of that name.

        Raises: SourceError, when the name or the content cannot be used.
        """
        name = clean_name(name)
        with self._update(progress=progress) as update:
            update.read_upload(name, data)
        return update.report()

    def add_texts(
        self, files: Iterable[tuple[str, bytes]], *, progress: Progress | None = None
    ) -> list[Upload]:
        """Add several uploaded files in one update; a bad one is skipped and spoils no other.

        What ``progress`` raises ends it, and nothing has happened.
        """
        with self._update(progress=progress) as update:
            return list(update.read_uploads(files))

    def edit(self, article_id: str, given: Mapping[str, str]) -> Article:
        """Call an article otherwise than its file does: ``title``, ``author``, ``published``.

        Empty is none; what is not given, or is as the file has it, is as the file has it, from
        now on. The file and its text stay as they are, and with them every citation.

        Raises: SourceNotFound, SourceError.
        """
        article = self.article(article_id)
        if article is None:
            raise SourceNotFound(f"the library holds no article {article_id!r}")
        now = differing(self.as_read(article), given)
        with self._update() as update:
            update.edit(article, now)
        return self.articles_of(article.source)[article.ordinal]

    def edit_of(self, article: Article) -> Edit | None:
        """What a reader says of an article, with what its file says; None when it is as in the file."""
        edits = self.catalogue.edits(article.source)
        return next((edit for edit in edits if edit.ordinal == article.ordinal), None)

    def as_read(self, article: Article) -> Metadata:
        """What its file calls an article."""
        edit = self.edit_of(article)
        return edit.read if edit else as_read(article)

    def delete(self, *names: str) -> Report:
        """Remove sources, or all the records of a file. Raises: SourceNotFound, when there is none."""
        here = self._exists()
        found = {one for name in names for one in (self.catalogue.names(name) if here else ())}
        if not found:
            raise SourceNotFound(
                f"the library holds no source {', '.join(map(repr, names[:3]))}",
                hint="`youju list` shows their names.",
            )
        with self._update() as update:
            update.remove(sorted(found))
        return update.report()

    def take_out(self, *names: str) -> Removed:
        """Delete, and return what ``put_back`` needs. Raises: SourceNotFound."""
        removed = Removed.together(
            self.catalogue.removed(name) for name in (names if self._exists() else ())
        )
        self.delete(*names)
        return removed

    def put_back(self, removed: Removed) -> Report:
        """Undo a deletion: same text, same hash, same passages; what is there again stays."""
        with self._update() as update:
            update.put_back(removed)
        return update.report()

    @contextmanager
    def _update(
        self,
        *,
        rebuild: bool = False,
        whole: bool = False,
        progress: Progress | None = None,
        cluster: Cluster | None = None,
    ) -> Iterator[Update]:
        """``whole``: everything may be embedded anew for it."""
        with self._writing(self._lock_timeout_s), self._parts.staging() as staging:
            update = Update(
                self.catalogue,
                staging,
                self._parts.store,
                self.config,
                rebuild=rebuild,
                progress=self._heeding(progress),
                cluster=cluster,
            )
            yield update
            served = "" if whole else self._served()
            update.publish(lambda passages: self._choice.by_size(passages, served))

    def _heeding(self, progress: Progress | None) -> Progress:
        """What is called between the steps of an update: it ends one that is interrupted."""
        self._interrupted.clear()

        def step(stage: str, done: int, total: int | None) -> None:
            if self._interrupted.is_set():
                raise LibraryBusy(
                    "the library is being closed; nothing was changed",
                    hint="Do it again in a moment.",
                )
            if progress is not None:
                progress(stage, done, total)

        return step

    def _served(self) -> str:
        """Name of the embedder whose vectors are there; empty when there is nothing to be searched."""
        try:
            return self._parts.snapshot().embedder
        except IndexMissing:
            return ""
        except (IndexMismatch, LibraryDamaged):
            return self.catalogue.embedder()


def _selection(of: str | Selection) -> Selection:
    return Selection(of) if isinstance(of, str) else of
