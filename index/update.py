"""An update in the making: read, split, stage; then embed, hand to the store, commit.

Nothing of it is seen before ``publish``.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath

from index.cluster import Cluster
from index.config import ANALYSIS, IndexConfig
from index.cores import Cores
from index.edits import Edits, as_read
from index.embedding.embedder import Embedder, WordEmbedder
from index.embedding.portions import Embedding, Texts
from index.errors import RemovalRefused, SourceError
from index.reading import FoundFile, find_files, is_binary, read, suffix_of
from index.records import Article, Edit, Removed, Report, Skipped, Source, Upload
from index.splitting import Taken, Unsplit, split_sources
from index.store.base import Plan, Store, Vectors
from index.store.catalogue import Catalogue
from index.store.rows import SourceRows
from index.store.staging import Staging

log = logging.getLogger(__name__)

#: Called with what is being done, how much of it is done, and how much there is if known.
Progress = Callable[[str, int, int | None], None]

#: Sources that are split as one portion, or so many characters of them.
_BATCH = 128
_BATCH_CHARS = 1_000_000

#: Texts that are embedded between two looks at the progress; the encoder takes seconds for them.
_EMBEDDED = 128

#: Of what would be removed, the sources that are named.
_NAMED = 10

_STATUSES = ("added", "changed", "unchanged")


class Update:
    """One update in the making; nothing of it is seen before ``publish``."""

    def __init__(
        self,
        catalogue: Catalogue,
        staging: Staging,
        store: Store,
        config: IndexConfig,
        *,
        rebuild: bool = False,
        progress: Progress | None = None,
        cluster: Cluster | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.staging = staging
        self.store = store
        self.config = config
        self.progress = progress or (lambda *_: None)
        self.rebuild = rebuild
        self.resplit = rebuild or not self._splits_as_before()
        self.added = self.changed = self.removed = self.unchanged = 0
        self.skipped: list[Skipped] = []
        self._buffer: list[Taken] = []
        self._cluster = cluster
        self._splitting = Cores(partial(split_sources, config=config), cluster=cluster)
        self._staged: set[str] = set()
        self._gone: set[str] = set()
        self._edits = Edits(catalogue.edits())

    def _splits_as_before(self) -> bool:
        before = self.catalogue.config
        if before is None:
            return True
        return before.splits_like(self.config) and self.catalogue.analysis == ANALYSIS

    # ---- phase 1: read, split, stage ---------------------------------------------------------

    def read_paths(
        self, paths: Sequence[Path], *, prune: bool, only: Collection[str] | None = None
    ) -> None:
        """Take in the files and folders; with ``prune`` what is gone from them goes.

        ``only``: nothing but these files and folders in them is looked at.

        Raises: SourceError, when one of the paths is not there.
        """
        found = self._find(paths)
        if only is not None:
            found = {name: file for name, file in found.items() if _within(name, only)}
        total = None if any(f.path.suffix == ".jsonl" for f, _ in found.values()) else len(found)
        for done, (file, root) in enumerate(found.values()):
            if total is not None:
                self.progress("read", done, total)
            self._read_file(file, root)
        if prune:
            self._prune({str(p.resolve()) for p in paths}, found, only)
        self._flush()

    def _find(self, paths: Sequence[Path]) -> dict[str, tuple[FoundFile, str]]:
        """Every file with its root, by name; the first one of a name counts."""
        found: dict[str, tuple[FoundFile, str]] = {}
        for given in paths:
            root = str(given.resolve())
            for item in find_files(given):
                if isinstance(item, Skipped):
                    self.skipped.append(item)
                elif item.name not in found:
                    found[item.name] = item, root
                elif item.path != found[item.name][0].path:
                    self._namesake(item, str(found[item.name][0].path))
        return found

    def _namesake(self, file: FoundFile, other: str) -> None:
        reason = f"same: the source {file.name!r} is {other} already"
        hint = "Index the folder above both, or rename one of them."
        self.skipped.append(Skipped(str(file.path), reason, hint))

    def _prune(self, roots: set[str], found: Collection[str], only: Collection[str] | None) -> None:
        unseen = {s.path for s in self.skipped if s.unseen}
        for name, root in self.catalogue.files():
            if root not in roots or name in found or _within(name, unseen):
                continue
            if only is None or _within(name, only):
                self.remove(self.catalogue.sources_of(name))

    def _read_file(self, file: FoundFile, root: str) -> None:
        name = file.name
        before = self.catalogue.sources_of(name)
        try:
            known = self.catalogue.file(name)
            if known is not None and self._is_another(known[0], file, root):
                self._namesake(file, f"one of {known[0]}")
                return
            with file.path.open("rb") as handle:
                digest = file_digest(handle, "sha256").hexdigest()
        except OSError as error:
            self._unreadable(name, error, len(before))
            return
        if before and known is not None and known[1] == digest and not self.resplit:
            self.unchanged += len(before)
            self.staging.file(name, root, digest)
            return
        skips = len(self.skipped)
        seen = self._read_sources(name, file.path, before, self.config.max_bytes)
        self.remove(name for name in before if name not in seen)
        # A file with something skipped is read again next time, to be reported again.
        self.staging.file(name, root, digest if len(self.skipped) == skips else "")

    def _is_another(self, stored_root: str, file: FoundFile, root: str) -> bool:
        """Whether the source of this name is of a file of another folder that is still there."""
        if not stored_root or stored_root == root:
            return False
        path = Path(stored_root)
        other = path / file.name if path.is_dir() else path
        return other.exists() and not other.samefile(file.path)

    def _unreadable(self, name: str, error: OSError, kept: int) -> None:
        """What cannot be looked at stays as it was."""
        self.unchanged += kept
        reason = f"unreadable: {error.strerror or error}"
        self.skipped.append(
            Skipped(name, reason, "Make it readable, and index again.", unseen=True)
        )

    def _read_sources(
        self, file: str, path: Path, before: Mapping[str, str], most: int
    ) -> set[str]:
        """The names of the file's sources: those that were read, or that could not be looked at."""
        seen: set[str] = set()
        try:
            for item in read(path, name=file, max_bytes=most):
                if isinstance(item, Skipped):
                    self.skipped.append(item)
                elif item.name in self._staged:
                    self.skipped.append(Skipped(item.name, "same: there is another of this name"))
                else:
                    seen.add(item.name)
                    self._take(item, file, before.get(item.name))
        except OSError as error:
            self._unreadable(file, error, len(before.keys() - seen))
            seen |= before.keys()
        return seen

    def _take(self, source: Source, file: str, old_sha256: str | None) -> None:
        if old_sha256 == source.sha256 and not self.resplit:
            self.unchanged += 1
            return
        known = "unchanged" if old_sha256 == source.sha256 else "changed"
        self.stage(source, file, "added" if old_sha256 is None else known)

    def read_upload(self, name: str, data: bytes) -> None:
        """Take in a file that was handed over; one that holds nothing to read changes nothing.

        Raises: SourceError, when a file of a folder has this name, or no reader knows it.
        """
        stored = self.catalogue.file(name)
        if stored is not None and stored[0]:
            raise SourceError(
                f"taken: {name!r} is a file of an indexed folder",
                hint="Upload it under another name.",
            )
        before = self.catalogue.sources_of(name)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"upload{suffix_of(name)}"
            path.write_bytes(data)
            # Whoever hands it over has a limit of his own.
            most = max(self.config.max_bytes, len(data))
            seen = self._read_sources(name, path, before, most)
        if seen:
            self.remove(name for name in before if name not in seen)
            self.staging.file(name, "", sha256(data).hexdigest())
            if is_binary(name):
                self.staging.original(name, data)
        self._flush()

    def read_uploads(self, files: Iterable[tuple[str, bytes]]) -> Iterator[Upload]:
        """Take in several; a bad one is skipped."""
        taken: set[str] = set()
        for name, data in files:
            skips, counts = len(self.skipped), (self.added, self.changed, self.unchanged)
            try:
                clean = clean_name(name)
                if clean in taken:
                    raise SourceError("same: another of these files has this name")
                taken.add(clean)
                self.read_upload(clean, data)
            except SourceError as error:
                self.skipped.append(Skipped(name, str(error), error.hint))
            after = zip((self.added, self.changed, self.unchanged), counts, strict=True)
            done = [
                status for status, (now, then) in zip(_STATUSES, after, strict=True) if now > then
            ]
            yield Upload(name, done[0] if done else "skipped", tuple(self.skipped[skips:]))

    def remove(self, names: Iterable[str]) -> None:
        names = list(names)
        self.removed += len(names)
        self._gone.update(names)
        self.staging.gone(names)

    def edit(self, article: Article, given: Mapping[str, str]) -> None:
        """Call an article otherwise than its file does; as the file does, where nothing is given."""
        source = self.catalogue.source(article.source)
        if given:
            edit = Edit(source.name, article.ordinal, source.sha256, as_read(article), given)
            self._edits.put(edit)
        else:
            self._edits.drop(source.name, article.ordinal)
        self.stage(source, self.catalogue.file_of(source.name), "changed")
        self._flush()

    def put_back(self, removed: Removed) -> None:
        for edit in removed.edits:
            self._edits.put(edit)
        for source, file in removed.sources:
            if not self.catalogue.names(source.name):
                self.stage(source, file, "added")
                self.staging.file(file, *removed.files[file])
                if file in removed.uploads:
                    self.staging.original(file, removed.uploads[file])
        self._flush()

    def stage(self, source: Source, file: str, counts: str) -> None:
        """Split a source; one that cannot be split is skipped, and what is known of it stays.

        ``counts``: as what it is counted, one of the counts of the report.
        """
        edits: Mapping[int, Edit] = {}
        if self._edits:
            edits = self._edits.of(source, new=not self.catalogue.file_of(source.name))
        self._staged.add(source.name)
        self._buffer.append(Taken(source, file, counts, edits))
        if (
            len(self._buffer) >= _BATCH
            or sum(len(waiting.source.text) for waiting in self._buffer) >= _BATCH_CHARS
        ):
            self._split()

    def _split(self) -> None:
        """Give the buffer to be split, and stage what has been by now."""
        portion, self._buffer = self._buffer, []
        for done, made in self._splitting.put(portion):
            self._stage(done, made)
        self.progress("read", len(self._staged) + self.unchanged, None)

    def _stage(self, portion: Sequence[Taken], made: Sequence[SourceRows | Unsplit]) -> None:
        whole = []
        for taken, rows in zip(portion, made, strict=True):
            counts = taken.counts
            if isinstance(rows, Unsplit):
                self._unsplit(taken.source.name, rows, known=counts != "added")
                self.staging.read_again(taken.file)
            else:
                setattr(self, counts, getattr(self, counts) + 1)
                whole.append(rows)
        # A source that replaces another of its name: the old one goes.
        self.staging.gone(rows.name for rows in whole)
        self.staging.put(whole)

    def _unsplit(self, name: str, error: Unsplit, *, known: bool) -> None:
        log.error("The source %s could not be split\n%s", name, error.traceback)
        reason = "unsplit: a fault of Youju's own; its log says where"
        self.skipped.append(Skipped(name, reason, "Please report it.", unseen=True))
        self._staged.discard(name)
        self.unchanged += known

    def _flush(self) -> None:
        """Split and stage all that was handed over."""
        self._split()
        for done, made in self._splitting.rest():
            self._stage(done, made)

    def _resplit_rest(self) -> None:
        """Split again what was not read again: uploads, and what came from elsewhere."""
        for name, file in self.catalogue.records():
            if name not in self._staged and name not in self._gone:
                self.stage(self.catalogue.source(name), file, "unchanged")
        self._flush()

    def refuse_removals(self) -> None:
        """Raises: RemovalRefused, when more than half of the library would go, or all of a root.

        A folder that is empty because it is not mounted, or was moved, looks like one that was
        emptied on purpose.
        """
        counts = self.staging.removals()
        gone, total = sum(r.removed for r in counts), sum(r.sources for r in counts)
        emptied = [r.root for r in counts if r.removed == r.sources]
        if not emptied and 2 * gone <= total:
            return
        names = self.staging.removed_names(_NAMED)
        more = f" and {gone - len(names)} more" if gone > len(names) else ""
        of = f", all of {', '.join(emptied)}" if emptied else ""
        raise RemovalRefused(
            f"{gone} of the library's {total} sources would be removed{of}:"
            f" {', '.join(names)}{more}. Nothing has been changed.",
            hint="Look whether the folder is there, whole; add --yes if they are to go.",
        )

    # ---- phase 2: embed, hand over, commit ------------------------------------------------------

    def publish(self, choose: Callable[[int], Embedder], *, anew: bool = False) -> None:
        """Make it happen, if there is anything to do; ``choose`` the embedder for so many passages.

        ``anew``: the search index is made from the catalogue, whatever there is of it.

        Raises: EmbeddingError.
        """
        if self.resplit:
            self._resplit_rest()
        size = self.staging.next_count()
        embedder = choose(size)
        plan = Plan(embedder, size, self.config, rebuild=self.resplit or anew)
        batch = self.store.begin(plan)
        if self.staging.is_empty() and not anew and (plan.size == 0 or not batch.whole):
            self.staging.save_files()
            return
        self._embed(embedder, whole=batch.whole)
        if not batch.whole:
            batch.remove(self.staging.removed_keys())
        done, total = 0, plan.size if batch.whole else None
        for rows in self.staging.rows(embedder.name, whole=batch.whole):
            self.progress("index", done, total)
            batch.add(rows)
            done += len(rows)
        batch.publish(lambda version: self.staging.publish(version, self.config))

    def _embed(self, embedder: Embedder, *, whole: bool) -> None:
        missing = self.staging.unembedded(embedder.name, whole=whole, anew=self.rebuild)
        # An encoder uses all cores itself; a table of words does not, and cuts and adds without the lock.
        table = isinstance(embedder, WordEmbedder)
        embedding = Cores(
            Embedding(embedder, self.config),
            alone=None if table else len(missing),
            threads=table,
            cluster=self._cluster,
        )
        for at in range(0, len(missing), _EMBEDDED):
            self.progress("embed", at, len(missing))
            batch = self.staging.texts(missing[at : at + _EMBEDDED], whole=whole)
            self._save_vectors(embedder.name, embedding.put(batch))
        self._save_vectors(embedder.name, embedding.rest())

    def _save_vectors(self, name: str, made: Iterable[tuple[Texts, Vectors]]) -> None:
        for batch, vectors in made:
            self.catalogue.save_vectors(name, [digest for digest, _ in batch], vectors)

    def report(self) -> Report:
        return Report(
            added=self.added,
            changed=self.changed,
            removed=self.removed,
            unchanged=self.unchanged,
            skipped=tuple(self.skipped),
            passages=self.catalogue.passage_count(),
        )


def _within(name: str, unseen: Collection[str]) -> bool:
    """Whether a file is one of these, or lies in one of these folders."""
    if not unseen or "" in unseen:
        return bool(unseen)
    parts = name.split("/")
    return any("/".join(parts[:n]) in unseen for n in range(1, len(parts) + 1))


def clean_name(name: str) -> str:
    """The name under which an upload is kept. Raises: SourceError."""
    path = PurePosixPath(name.replace("\\", "/"))
    bad = not path.name or path.is_absolute() or ".." in path.parts or not name.isprintable()
    if bad or len(name) > 500:
        raise SourceError(
            f"name: {name[:80]!r} cannot be a source's name",
            hint="Use a plain file name with an ending.",
        )
    return path.as_posix()
