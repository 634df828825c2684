"""What an update wants to change, beside the catalogue until one transaction takes it over."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from index.config import ANALYSIS, IndexConfig
from index.store.base import Row
from index.store.database import Database, marks
from index.store.faults import reading
from index.store.packing import unpack_text, unpack_vector
from index.store.rows import SourceRows
from index.store.schema import CONTENT, EDITS, PAGES, run

#: Whether the source ``s`` of the catalogue is no longer there after the update.
_REMOVED = (
    "(s.name IN (SELECT name FROM staging.gone)"
    " AND s.name NOT IN (SELECT name FROM staging.sources)"
    " AND s.sha256 NOT IN (SELECT sha256 FROM staging.sources))"
)

#: The file that the passage ``p`` is of.
_FILE = (
    "coalesce((SELECT s.file FROM staging.sources s WHERE s.name = p.source),"
    " (SELECT s.file FROM main.sources s WHERE s.name = p.source))"
)

#: Passages that are handed to the engine at once.
_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Removals:
    """Of a root's sources, how many an update removes; the root of uploads is empty."""

    root: str
    sources: int
    removed: int


class Staging:
    """A scratch database beside the catalogue, so that an update of any size fits in memory.

    It needs no durability, since a build that dies starts its reading again (not its embedding).
    ``whole`` says of a method whether it is about all passages there will be, or about those that
    are staged.
    """

    def __init__(self, db: Database) -> None:
        self._catalogue = db
        self.db = db.connection
        db.attach()
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        run(self.db, CONTENT.format(s="staging."))
        run(self.db, PAGES.format(s="staging."))
        run(self.db, EDITS.format(s="staging."))
        self.db.execute("CREATE TABLE staging.gone (name TEXT PRIMARY KEY)")
        self.db.execute(
            "CREATE TEMP VIEW next_passages AS"
            " SELECT * FROM main.passages WHERE source NOT IN (SELECT name FROM staging.gone)"
            " UNION ALL SELECT * FROM staging.passages"
        )

    def close(self) -> None:
        self._catalogue.detach()

    def file(self, name: str, root: str, sha256: str) -> None:
        self.db.execute("REPLACE INTO staging.files VALUES (?, ?, ?)", (name, root, sha256))

    def read_again(self, name: str) -> None:
        """Have a file of a folder read again next time, although it is the same."""
        self.db.execute(
            "UPDATE staging.files SET sha256 = '' WHERE name = ? AND root != ''", (name,)
        )

    def original(self, file: str, data: bytes) -> None:
        """Keep the bytes of an upload."""
        self.db.execute("REPLACE INTO staging.originals VALUES (?, ?)", (file, data))

    def gone(self, names: Iterable[str]) -> None:
        """These sources go, or are replaced by what is staged under their names."""
        self.db.executemany("INSERT OR IGNORE INTO staging.gone VALUES (?)", ((n,) for n in names))

    def put(self, rows: Iterable[SourceRows]) -> None:
        """Stage sources with their articles and those's passages."""
        rows = list(rows)
        db = self.db
        db.execute("BEGIN")
        db.executemany(
            f"INSERT INTO staging.sources VALUES ({marks(11)})", (one.source for one in rows)
        )
        db.executemany(
            "INSERT INTO staging.places VALUES (?, ?)",
            ((one.name, one.places) for one in rows if one.places),
        )
        for table, columns in (("articles", 10), ("passages", 12), ("edits", 5)):
            db.executemany(
                f"INSERT OR IGNORE INTO staging.{table} VALUES ({marks(columns)})",
                (row for one in rows for row in getattr(one, table)),
            )
        db.execute("COMMIT")

    def is_empty(self) -> bool:
        return not any(
            self.db.execute(f"SELECT 1 FROM staging.{table} LIMIT 1").fetchone()
            for table in ("gone", "sources")
        )

    def next_count(self) -> int:
        """Number of passages there will be."""
        counts = (
            "SELECT count(*) FROM main.passages",
            "SELECT count(*) FROM staging.passages",
            "SELECT count(*) FROM main.passages WHERE source IN (SELECT name FROM staging.gone)",
        )
        before, more, fewer = (int(self.db.execute(sql).fetchone()[0]) for sql in counts)
        return before + more - fewer

    def removals(self) -> list[Removals]:
        """For each root how many of its sources go; roots of which none goes are there, too.

        A source whose text is staged under another name has only moved.
        """
        rows = self.db.execute(
            f"SELECT f.root, count(*), sum({_REMOVED}) FROM main.sources s"
            " JOIN main.files f ON f.name = s.file GROUP BY f.root"
        )
        return [Removals(*row) for row in rows]

    def removed_names(self, limit: int) -> list[str]:
        """The first few of those sources."""
        rows = self.db.execute(
            f"SELECT s.name FROM main.sources s WHERE {_REMOVED} ORDER BY s.name LIMIT ?", (limit,)
        )
        return [row[0] for row in rows]

    def removed_keys(self) -> list[int]:
        rows = self.db.execute(
            "SELECT key FROM main.passages WHERE source IN (SELECT name FROM staging.gone)"
        )
        return [row[0] for row in rows]

    def unembedded(self, embedder: str, *, whole: bool, anew: bool) -> list[int]:
        """Keys of passages whose vectors are not cached, or of all when ``anew``, one for each text."""
        rows = self.db.execute(
            f"SELECT min(p.key) FROM {_table(whole)} p WHERE ? = 1 OR NOT EXISTS"
            " (SELECT 1 FROM main.vectors v WHERE v.hash = p.hash AND v.embedder = ?)"
            " GROUP BY p.hash",
            (anew, embedder),
        )
        return [row[0] for row in rows]

    def texts(self, keys: Sequence[int], *, whole: bool) -> list[tuple[bytes, str]]:
        """Hash and embedded text of these passages."""
        sql = f"SELECT hash, context, text FROM {_table(whole)} WHERE key IN ({marks(len(keys))})"
        with reading("a passage in the catalogue"):
            rows = [(*row, unpack_text(text)) for *row, text in self.db.execute(sql, keys)]
        return [
            (digest, f"{context}\n{text}" if context else text) for digest, context, text in rows
        ]

    def rows(self, embedder: str, *, whole: bool) -> Iterator[list[Row]]:
        """The passages with their vectors, which are all cached by now, in portions."""
        # CROSS: one after the other, as they are stored; each text has its vector.
        rows = self._catalogue.stream(
            f"SELECT p.key, p.source, {_FILE}, p.text, p.context, v.vector FROM {_table(whole)} p"
            " CROSS JOIN main.vectors v WHERE v.hash = p.hash AND v.embedder = ?",
            (embedder,),
        )
        while portion := list(islice(rows, _ROWS)):
            with reading("a passage or its vector in the catalogue"):
                made = [
                    Row(k, s, f, unpack_text(t), h, unpack_vector(v))
                    for k, s, f, t, h, v in portion
                ]
            yield made

    def save_files(self) -> None:
        """Take over where the files lie: that may have changed although no content has."""
        self.db.execute("REPLACE INTO main.files SELECT * FROM staging.files")

    def publish(self, version: int, config: IndexConfig) -> None:
        """Take everything over in one transaction: the moment an update has happened."""
        gone = "IN (SELECT name FROM staging.gone)"
        settings = {
            "generation": str(version),
            "config": json.dumps(config.to_dict()),
            "analysis": str(ANALYSIS),
        }
        with self._catalogue.transaction() as db:
            old = f"SELECT hash FROM main.passages WHERE source {gone}"
            db.execute(f"CREATE TEMP TABLE old_hashes AS {old}")
            db.execute(
                "CREATE TEMP TABLE touched AS SELECT name FROM staging.files"
                f" UNION SELECT file FROM main.sources WHERE name {gone}"
            )
            self._note_moves(db)
            for table in ("passages", "articles", "places", "edits"):
                db.execute(f"DELETE FROM main.{table} WHERE source {gone}")
            db.execute(f"DELETE FROM main.sources WHERE name {gone}")
            db.execute("REPLACE INTO main.files SELECT * FROM staging.files")
            db.execute("INSERT INTO main.sources SELECT * FROM staging.sources")
            db.execute("INSERT INTO main.places SELECT * FROM staging.places")
            db.execute("INSERT INTO main.edits SELECT * FROM staging.edits")
            db.execute("REPLACE INTO main.originals SELECT * FROM staging.originals")
            db.execute("INSERT INTO main.articles SELECT * FROM staging.articles ORDER BY rowid")
            db.execute("INSERT INTO main.passages SELECT * FROM staging.passages ORDER BY key")
            db.execute(
                "DELETE FROM main.files WHERE name IN (SELECT name FROM touched) AND NOT EXISTS"
                " (SELECT 1 FROM main.sources s WHERE s.file = files.name)"
            )
            db.execute("DELETE FROM main.originals WHERE file NOT IN (SELECT name FROM main.files)")
            db.execute(
                "DELETE FROM main.vectors WHERE hash IN (SELECT hash FROM old_hashes)"
                " AND NOT EXISTS (SELECT 1 FROM main.passages p WHERE p.hash = vectors.hash)"
            )
            db.execute("DELETE FROM moves WHERE now NOT IN (SELECT name FROM main.sources)")
            db.execute("DROP TABLE old_hashes")
            db.execute("DROP TABLE touched")
            db.executemany("REPLACE INTO settings VALUES (?, ?)", settings.items())

    @staticmethod
    def _note_moves(db: sqlite3.Connection) -> None:
        """A source that goes while its text comes under another name has moved: its old name leads
        to the new one, and it was added when it was; so was one that comes under its own name.
        """
        db.execute(
            "UPDATE staging.sources SET added_at = s.added_at FROM main.sources s"
            " WHERE s.name = staging.sources.name"
        )
        db.execute(
            "CREATE TEMP TABLE moved AS SELECT s.name, min(t.name) AS now, s.added_at FROM staging.gone g"
            " JOIN main.sources s ON s.name = g.name JOIN staging.sources t ON t.sha256 = s.sha256"
            " WHERE s.name NOT IN (SELECT name FROM staging.sources) GROUP BY s.name"
        )
        db.execute(
            "UPDATE staging.sources SET added_at = m.added_at FROM temp.moved m"
            " WHERE m.now = staging.sources.name"
        )
        db.execute(
            "UPDATE main.moves SET now = m.now FROM temp.moved m WHERE m.name = main.moves.now"
        )
        db.execute("DELETE FROM main.moves WHERE name IN (SELECT name FROM staging.sources)")
        db.execute("REPLACE INTO main.moves SELECT name, now FROM temp.moved")
        db.execute("DROP TABLE temp.moved")


def _table(whole: bool) -> str:
    return "next_passages" if whole else "staging.passages"
