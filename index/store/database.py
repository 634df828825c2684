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
        self._open: weakref.WeakSet[_Connection] = weakref.WeakSet()
        self._guard = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            prepare(self.connection, path)
        except sqlite3.Error as error:
            raise (explained(error) or error) from error

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

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row."""
        return self.connection.execute(sql, values).fetchone()[0]


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
