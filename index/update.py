"""An update in the making: read, split, stage; then embed, hand to the store, commit.

Nothing of it is seen before ``publish``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath

from index.config import ANALYSIS, IndexConfig
from index.embedding.embedder import Embedder
from index.errors import SourceError
from index.records import Article, Passage, Removed, Report, Skipped, Source
from index.store.base import Plan, Store
from index.store.catalogue import Catalogue
from index.store.staging import Staging

#: Called with what is being done, how much of it is done, and how much there is if known.
Progress = Callable[[str, int, int | None], None]

_BATCH = 512


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
    ) -> None:
        self.catalogue = catalogue
        self.staging = staging
        self.store = store
        self.config = config
        self.progress = progress or (lambda *_: None)
        self.resplit = rebuild or not self._splits_as_before()
        self.added = self.changed = self.removed = self.unchanged = 0
        self.skipped: list[Skipped] = []
        self._buffer: list[tuple[Source, str, list[tuple[Article, list[Passage]]]]] = []
        self._staged: set[str] = set()
        self._gone: set[str] = set()

    def _splits_as_before(self) -> bool:
        before = self.catalogue.config
        if before is None:
            return True
        return before.splits_like(self.config) and self.catalogue.analysis == ANALYSIS

    # ---- phase 1: read, split, stage ---------------------------------------------------------

    def read_paths(self, paths: Sequence[Path], *, prune: bool) -> None:
        """Take in the files and folders; with ``prune`` what is gone from them goes."""
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
        for name, root in self.catalogue.files():
            if root in roots and name not in found:
                self.remove(self.catalogue.sources_of(name))

    def _read_file(self, name: str, path: Path, root: str) -> None:
        with path.open("rb") as handle:
            digest = file_digest(handle, "sha256").hexdigest()
        known = self._known_file(name, path, root)
        before = self.catalogue.sources_of(name)
        if known == digest and before and not self.resplit:
            self.unchanged += len(before)
            self.staging.file(name, root, digest)
            return
        skips = len(self.skipped)
        self._read_sources(name, path, before)
        # A file with something skipped is read again next time, to be reported again.
        self.staging.file(name, root, digest if len(self.skipped) == skips else "")

    def _known_file(self, name: str, path: Path, root: str) -> str | None:
        """The stored file's sha256. Raises: SourceError, when another folder's file has the name."""
        stored = self.catalogue.file(name)
        if stored is None:
            return None
        old, digest = stored
        other = _file_in(old, name)
        if old and old != root and other.exists() and not other.samefile(path):
            raise SourceError(
                f"two files would be the source {name!r}: one in {old}, one in {root}",
                hint="Index the folder above both, or rename one of them.",
            )
        return digest

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
        """Take in a file that was handed over; it must not shadow one of a folder."""
        stored = self.catalogue.file(name)
        if stored is not None and stored[0]:
            raise SourceError(
                f"the source {name!r} comes from {stored[0]}", hint="Upload it under another name."
            )
        before = self.catalogue.sources_of(name)
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
            if not self.catalogue.names(source.name):
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
        for name, file in self.catalogue.records():
            if name not in self._staged and name not in self._gone:
                self.unchanged += 1
                self.stage(self.catalogue.source(name), file)
        self._flush()

    # ---- phase 2: embed, hand over, commit ------------------------------------------------------

    def publish(self, embedder: Embedder) -> None:
        """Make it happen, if there is anything to do. Raises: EmbeddingError."""
        if self.resplit:
            self._resplit_rest()
        plan = Plan(embedder, self.staging.next_count(), self.config, rebuild=self.resplit)
        batch = self.store.begin(plan)
        if self.staging.is_empty() and (plan.size == 0 or not batch.whole):
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
        missing = self.staging.unembedded(embedder.name, whole=whole)
        for at in range(0, len(missing), _BATCH):
            self.progress("embed", at, len(missing))
            batch = self.staging.texts(missing[at : at + _BATCH], whole=whole)
            vectors = embedder.embed([text for _, text in batch])
            self.catalogue.save_vectors(embedder.name, [digest for digest, _ in batch], vectors)

    def report(self) -> Report:
        return Report(
            added=self.added,
            changed=self.changed,
            removed=self.removed,
            unchanged=self.unchanged,
            skipped=tuple(self.skipped),
            passages=self.catalogue.passage_count(),
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
