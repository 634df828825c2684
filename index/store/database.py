"""The catalogue as a file: a connection for each thread that asks, and transactions."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.store.faults import explained
from index.store.schema import prepare

#: Its name in a library's folder.
FILE = "catalog.sqlite"
#: And of what an update writes first.
STAGING = "staging.sqlite"

#: Of what SQLite finds wrong, the lines that are told.
_TOLD = 3

#: Other writers (conversations against an update's one transaction) wait this long.
BUSY_TIMEOUT_S = 60.0

#: SQLite's limit on variables is far higher; long lists are cut anyway.
_CHUNK = 500


class _Connection:
    """A thread's connection, closed when the thread ends and lets go of it."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(
            path,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,  # only so that Database.close() may close it
        )
        self.db.execute("PRAGMA foreign_keys = ON")
        self.db.execute("PRAGMA synchronous = FULL")

    def __del__(self) -> None:
        if hasattr(self, "db"):
            self.db.close()


class Database:
    """One file; made, or brought to this version, when it is opened.

    One writer of content at a time (the library holds the lock), any number of readers.
    Raises: IndexMismatch, when a newer version has written it; LibraryDamaged, LibraryInaccessible.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._open: weakref.WeakSet[Any] = weakref.WeakSet()
        self._guard = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._prepare()
        except Exception as error:
            self.close()
            raise (explained(error) or error) from error

    def _prepare(self) -> None:
        prepare(self.connection, self.path)

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection; in autocommit mode, transactions are written out."""
        own: _Connection | None = getattr(self._local, "own", None)
        if own is None:
            own = self._local.own = _Connection(self.path)
            with self._guard:
                self._open.add(own)
        return own.db

    def close(self) -> None:
        """Close every thread's connection."""
        with self._guard:
            for own in self._open:
                own.db.close()
            self._open.clear()
            self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and durable once left."""
        db = self.connection
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Rows one after the other, however many there are; other statements may be run meanwhile."""
        yield from self.connection.execute(sql, values)

    def attach(self) -> None:
        """Make an empty schema ``staging`` beside ``main``; what a dead writer left goes first."""
        path = self.path.with_name(STAGING)
        path.unlink(missing_ok=True)
        self.connection.execute("ATTACH DATABASE ? AS staging", (str(path),))
        self.connection.execute("PRAGMA staging.journal_mode = OFF")
        self.connection.execute("PRAGMA staging.synchronous = OFF")

    def detach(self) -> None:
        """Drop it again."""
        self.connection.execute("DROP VIEW next_passages")
        self.connection.execute("DETACH DATABASE staging")
        self.path.with_name(STAGING).unlink(missing_ok=True)

    def broken(self) -> list[str]:
        """The first few things that the engine finds wrong with its own pages."""
        return integrity(self.connection)

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row."""
        return self.connection.execute(sql, values).fetchone()[0]


def integrity(db: sqlite3.Connection) -> list[str]:
    """The first few things that SQLite finds wrong with a file."""
    rows = db.execute(f"PRAGMA integrity_check({_TOLD})").fetchall()
    return [" ".join(str(row[0]).split()) for row in rows if row[0] != "ok"]


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def marks(n: int) -> str:
    """The question marks of ``n`` values."""
    return ",".join("?" * n)


def chunks(values: Sequence[Any]) -> Iterator[tuple[list[Any], str]]:
    """A long list in pieces, each with its question marks."""
    for at in range(0, len(values), _CHUNK):
        part = list(values[at : at + _CHUNK])
        yield part, marks(len(part))
