"""The truth: files, sources, articles, passages and the vectors of their texts.

Everything that is searched can be made again from here.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from index.config import IndexConfig
from index.errors import SourceNotFound
from index.records import Article, ArticleInfo, Edit, Passage, Removed, Source
from index.store.database import Database, chunks
from index.store.faults import reading
from index.store.packing import pack_vector, unpack_offsets, unpack_text, unpack_vectors
from index.store.remainder import Cut, unpack_article, unpack_source
from index.store.rows import (
    PASSAGE,
    article_of,
    check_text,
    edit_of,
    passage_of,
    web_address,
)
from index.store.shared import SharedArticles

Vectors = npt.NDArray[np.float32]


class Catalogue:
    """What the library holds; it is changed by a ``Staging`` that is published."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._shared = SharedArticles()

    def _setting(self, key: str) -> str | None:
        sql = "SELECT value FROM settings WHERE key = ?"
        row = self._db.connection.execute(sql, (key,)).fetchone()
        return None if row is None else str(row[0])

    @property
    def version(self) -> int:
        """The number of the update that was committed last; 0 when there is none."""
        with reading("the catalogue's number of the last update"):
            return int(self._setting("generation") or 0)

    @property
    def config(self) -> IndexConfig | None:
        """What the library was made with last. Raises: IndexMismatch."""
        stored = self._setting("config")
        with reading("what the catalogue says of how the library was made"):
            return None if stored is None else IndexConfig.from_dict(json.loads(stored))

    @property
    def analysis(self) -> int | None:
        """The version of reading and splitting that all texts have been through."""
        stored = self._setting("analysis")
        return None if stored is None else int(stored)

    # ---- sources -------------------------------------------------------------------------

    def passage_count(self) -> int:
        return int(self._db.value("SELECT count(*) FROM passages"))

    def source(self, name: str) -> Source:
        """The source of that name, however its accents are composed.

        Raises: SourceNotFound; LibraryDamaged, when its text is another than was read.
        """
        with self._db.consistent():
            for spelled in _spellings(name):
                row = self._db.connection.execute(
                    "SELECT name, chars, rest, sha256, format, title, published, url,"
                    " (SELECT places FROM places p WHERE p.source = s.name) FROM sources s"
                    " WHERE name = ?",
                    (spelled,),
                ).fetchone()
                if row is not None:
                    return self._source(*row)
        raise SourceNotFound(
            f"the library holds no source {name!r}", hint="`youju list` shows their names."
        )

    def _source(self, name: str, chars: int, rest: bytes, *row: Any) -> Source:
        sha256, form, title, published, url, places = row
        with reading("a source in the catalogue"):
            rows, cuts = self._stored("source = ?", name)
            articles = [(unpack_article(r[2], cuts[r[0]]), unpack_offsets(r[3])) for r in rows]
            text = unpack_source(rest, chars, articles)
        return Source(name, text, sha256, form, title, published, web_address(url), places or b"")

    def moved(self, name: str) -> str:
        """The name that the source has now that had this one before its file was moved; or empty."""
        for spelled in _spellings(name):
            sql = "SELECT now FROM moves WHERE name = ?"
            row = self._db.connection.execute(sql, (spelled,)).fetchone()
            if row:
                return str(row[0])
        return ""

    def file_of(self, source: str) -> str:
        """The name of the file that a source is of; empty of none."""
        sql = "SELECT file FROM sources WHERE name = ?"
        row = self._db.connection.execute(sql, (source,)).fetchone()
        return str(row[0]) if row else ""

    def upload(self, file: str) -> bytes | None:
        """The bytes of an upload that is no text."""
        sql = "SELECT data FROM originals WHERE file = ?"
        row = self._db.connection.execute(sql, (file,)).fetchone()
        return None if row is None else bytes(row[0])

    def names(self, name: str) -> list[str]:
        """The sources that ``name`` means: one source, or all the records of a file."""
        for spelled in _spellings(name):
            rows = self._db.connection.execute(
                "SELECT name FROM sources WHERE name = ?"
                " UNION SELECT name FROM sources WHERE file = ?",
                (spelled, spelled),
            ).fetchall()
            if rows:
                return [row[0] for row in rows]
        return []

    def records(self) -> list[tuple[str, str]]:
        """Name of every source, and of the file that it is of."""
        return self._db.connection.execute("SELECT name, file FROM sources").fetchall()

    # ---- files ---------------------------------------------------------------------------

    def files(self) -> list[tuple[str, str]]:
        """Name and root of every file; an upload has no root."""
        return self._db.connection.execute("SELECT name, root FROM files").fetchall()

    def roots(self) -> list[str]:
        """Every root there is, of whatever file."""
        sql = "SELECT DISTINCT root FROM files WHERE root != '' ORDER BY root"
        return [row[0] for row in self._db.connection.execute(sql)]

    def file(self, name: str) -> tuple[str, str] | None:
        """Root and sha256 of a file; the hash is empty when something of it was skipped."""
        sql = "SELECT root, sha256 FROM files WHERE name = ?"
        found: tuple[str, str] | None = self._db.connection.execute(sql, (name,)).fetchone()
        return found

    def sources_of(self, file: str) -> dict[str, str]:
        """Name to sha256 of the sources that are of this file."""
        sql = "SELECT name, sha256 FROM sources WHERE file = ?"
        return dict(self._db.connection.execute(sql, (file,)).fetchall())

    def removed(self, name: str) -> Removed:
        """The source, or the records of the file, with all that it takes to put them back."""
        found = self._db.connection.execute(
            "SELECT s.name, s.file, f.root, f.sha256 FROM sources s JOIN files f"
            " ON f.name = s.file WHERE ? IN (s.name, s.file)",
            (name,),
        ).fetchall()
        return Removed(
            tuple((self.source(source), file) for source, file, _, _ in found),
            {file: (root, digest) for _, file, root, digest in found},
            {file: data for _, file, _, _ in found if (data := self.upload(file)) is not None},
            tuple(edit for source, *_ in found for edit in self.edits(source)),
        )

    def edits(self, source: str | None = None) -> list[Edit]:
        """What readers say of the articles, of those of a source or of all."""
        where, values = ("", ()) if source is None else ("WHERE source = ?", (source,))
        sql = f"SELECT source, ordinal, sha256, read, given FROM edits {where}"
        return [edit_of(row) for row in self._db.connection.execute(sql, values)]

    # ---- articles and passages ------------------------------------------------------------

    def article(self, article_id: str) -> Article | None:
        found = self._articles("id = ?", article_id)
        return found[0] if found else None

    def articles_of(self, source: str) -> list[Article]:
        return self._articles("source = ?", source)

    def listed(self) -> list[ArticleInfo]:
        """Every article, by the name of its source and in its order there."""
        sql = "SELECT title, source, published FROM articles ORDER BY source, ordinal"
        return [ArticleInfo(*row) for row in self._db.connection.execute(sql)]

    def _articles(self, where: str, value: str) -> list[Article]:
        """In their order."""
        with reading("an article in the catalogue"):
            rows, cuts = self._stored(where, value)
            return [self._shared.one(article_of(row, cuts[row[0]])) for row in rows]

    def _stored(self, where: str, value: str) -> tuple[list[tuple[Any, ...]], dict[str, list[Cut]]]:
        """Articles' rows in their order, and by their ids what their passages say.

        One statement, so that both are of one state.
        """
        rows = self._db.connection.execute(
            "SELECT 0 AS part, id, source, rest, offsets, blocks, title, author, published, url,"
            f" ordinal FROM articles WHERE {where}"
            " UNION ALL SELECT 1, article, NULL, text, NULL, NULL, NULL, NULL, NULL, NULL, start"
            f" FROM passages WHERE article IN (SELECT id FROM articles WHERE {where})"
            " ORDER BY part, ordinal",
            (value, value),
        ).fetchall()
        articles = [row[1:] for row in rows if row[0] == 0]
        cuts: dict[str, list[Cut]] = {row[0]: [] for row in articles}
        for part, article, _, text, *_, start in rows:
            if part == 1:
                cuts[article].append((start, unpack_text(text)))
        return articles, cuts

    def passages(self, keys: Sequence[int]) -> dict[int, Passage]:
        """The passages under these keys; deleted ones are missing.

        Raises: LibraryDamaged, when the text of one is another than was written.
        """
        found = {}
        for part, marks in chunks(keys):
            sql = f"SELECT key, hash, context, {PASSAGE} FROM passages WHERE key IN ({marks})"
            with reading("a passage in the catalogue"):
                for key, digest, context, *row in self._db.connection.execute(sql, part):
                    found[key] = passage = passage_of(row)
                    check_text(digest, context, passage.text)
        return found

    def keys(self) -> set[int]:
        """Those of all passages."""
        return {key for (key,) in self._db.stream("SELECT key FROM passages")}

    def texts(self) -> Iterator[str]:
        """The text of every passage."""
        for (text,) in self._db.stream("SELECT text FROM passages"):
            yield unpack_text(text)

    def embedder(self) -> str:
        """Name of the embedder of most of the vectors; empty when there are none."""
        sql = "SELECT embedder FROM vectors GROUP BY embedder ORDER BY count(*) DESC LIMIT 1"
        row = self._db.connection.execute(sql).fetchone()
        return str(row[0]) if row else ""

    # ---- vectors --------------------------------------------------------------------------

    def vectors(self, embedder: str, keys: Sequence[int]) -> dict[int, Vectors]:
        """The cached ``(d,)`` float32 vectors of these passages, from float16."""
        found: dict[int, Vectors] = {}
        for part, marks in chunks(keys):
            rows = self._db.connection.execute(
                "SELECT p.key, v.vector FROM passages p JOIN vectors v"
                f" ON v.hash = p.hash AND v.embedder = ? WHERE p.key IN ({marks})",
                [embedder, *part],
            ).fetchall()
            with reading("a vector in the catalogue"):
                vectors = unpack_vectors([blob for _, blob in rows])
            found.update(zip((key for key, _ in rows), vectors, strict=True))
        return found

    def save_vectors(self, embedder: str, hashes: Sequence[bytes], vectors: Vectors) -> None:
        """Keep ``(n, d)`` vectors as float16; committed at once."""
        with self._db.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                ((h, embedder, pack_vector(v)) for h, v in zip(hashes, vectors, strict=True)),
            )

    def sample_vectors(self, embedder: str, n: int) -> Vectors:
        """Up to ``n`` of the cached vectors, ``(n, d)`` float32.

        Hashes are random, so the first ones of all are a fair and repeatable sample.
        """
        rows = self._db.connection.execute(
            "SELECT vector FROM vectors WHERE embedder = ? ORDER BY hash LIMIT ?", (embedder, n)
        )
        return unpack_vectors([blob for (blob,) in rows])


def _spellings(name: str) -> list[str]:
    """A name as it is given, composed and decomposed: a Mac gives the same file the last one."""
    return list(dict.fromkeys([name, *(unicodedata.normalize(f, name) for f in ("NFC", "NFD"))]))
