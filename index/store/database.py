"""The catalogue as a file: a connection for each thread that asks, and transactions."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.durable import make_folder, make_private
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

#: How often it is tried whether a file that could not be written can be again.
_AGAIN_S = 1.0

#: What SQLite says where a file cannot be opened for writing, or its log cannot be made beside it.
_UNWRITABLE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
}

#: How a file is opened: the parameters of SQLite's URI, and what it looked like then.
_Way = tuple[str, tuple[int, ...]]
_WRITING: _Way = ("", ())

#: SQLite's limit on variables is far higher; long lists are cut anyway.
_CHUNK = 500


class _Connection:
    """A thread's connection, closed when the thread ends and lets go of it."""

    def __init__(self, path: Path, way: _Way) -> None:
        self.way = way
        self.db = sqlite3.connect(
            f"{path.absolute().as_uri()}{way[0]}",
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,  # only so that Database.close() may close it
            uri=True,
        )
        self.db.execute("PRAGMA foreign_keys = ON")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()  # it can be read

    def __del__(self) -> None:
        if hasattr(self, "db"):
            self.db.close()


class Database:
    """One file; made, or brought to this version, when it is opened.

    One writer of content at a time (the library holds the lock), any number of readers. On a disk
    that is read-only or full it is only read, until it can be written again.

    Raises: IndexMismatch, when a newer version has written it; LibraryDamaged, LibraryInaccessible.
    """

    #: Whether servers with other folders use it, too.
    shared = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._open: weakref.WeakSet[Any] = weakref.WeakSet()
        self._guard = threading.Lock()
        self._writable, self._tried = True, 0.0
        make_folder(path.parent)
        try:
            self._prepare()
        except Exception as error:
            self.close()
            raise (explained(error) or error) from error

    def _prepare(self) -> None:
        if not self.path.exists():
            with suppress(OSError):  # SQLite says better what is in the way
                make_private(self.path)
        prepare(self.connection, self.path)

    @property
    def writable(self) -> bool:
        """False while the disk takes no writing, as far as is known."""
        return self._way() == _WRITING

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection; in autocommit mode, transactions are written out."""
        own: _Connection | None = getattr(self._local, "own", None)
        if own is not None and getattr(self._local, "attached", False):
            return (
                own.db
            )  # with what is attached to it, whatever the disk has come to take meanwhile
        way = self._way()
        if own is None or own.way != way:
            own = self._local.own = self._connect(way)
            with self._guard:
                self._open.add(own)
        return own.db

    def _connect(self, way: _Way) -> _Connection:
        try:
            return _Connection(self.path, way)
        except sqlite3.OperationalError as error:
            code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
            if way != _WRITING or code not in _UNWRITABLE or not self.path.is_file():
                raise
        self._writable, self._tried = False, time.monotonic()
        return _Connection(self.path, self._way())

    def _way(self) -> _Way:
        """How to open the file now; where it cannot be written, it is tried again now and then."""
        if self._writable and self._tried == 0.0:
            self._writable, self._tried = _may_write(self.path), time.monotonic()
        if not self._writable and time.monotonic() - self._tried > _AGAIN_S:
            self._tried = time.monotonic()
            self._writable = _may_write(self.path) and self._takes_writing()
        return _WRITING if self._writable else _reading(self.path)

    def _takes_writing(self) -> bool:
        """Whether there is room for what SQLite keeps beside a file while it is open."""
        try:
            _Connection(self.path, _WRITING)
        except sqlite3.OperationalError:
            return False
        return True

    def forget(self) -> None:
        """Close this thread's connection, with all that hangs on it; the next one is a new one."""
        if own := getattr(self._local, "own", None):
            own.db.close()
            del self._local.own

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

    @contextmanager
    def consistent(self) -> Iterator[None]:
        """All that is read inside is of one state, whatever others write meanwhile."""
        db = self.connection
        if db.in_transaction:
            yield
            return
        db.execute("BEGIN")
        try:
            yield
        finally:
            db.execute("COMMIT")

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Rows one after the other, however many there are; other statements may be run meanwhile."""
        yield from self.connection.execute(sql, values)

    def attach(self) -> None:
        """Make an empty schema ``staging`` beside ``main``; what a dead writer left goes first."""
        path = self.path.with_name(STAGING)
        path.unlink(missing_ok=True)
        self.connection.execute("ATTACH DATABASE ? AS staging", (str(path),))
        self._local.attached = True
        try:
            self.connection.execute("PRAGMA staging.journal_mode = OFF")
            self.connection.execute("PRAGMA staging.synchronous = OFF")
        except BaseException:
            self.detach()
            raise

    def detach(self) -> None:
        """Drop it again."""
        db = self.connection
        try:
            if db.in_transaction:  # what failed in the midst of it has left it open
                db.execute("ROLLBACK")
            db.execute("DROP VIEW IF EXISTS temp.next_passages")
            db.execute("DETACH DATABASE staging")
        except sqlite3.Error:  # a disk that is full leaves it as no database at all
            self.forget()
        self._local.attached = False
        with suppress(OSError):  # it goes before the next one is made
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


def _may_write(path: Path) -> bool:
    """False on a read-only disk, and where the file or its folder is somebody else's."""
    if not path.exists():
        return True
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _reading(path: Path) -> _Way:
    """How to read a file that nobody here can write.

    Where there is a log beside it another process has it open, somewhere where it can be written;
    without one nobody has: it does not change, and SQLite need not lock it. Should that become
    otherwise the file looks different, and is opened anew.
    """
    log = path.with_name(f"{path.name}-wal")
    found = path.stat()
    logged = log.exists() and log.stat().st_size > 0
    how = "?mode=ro" if logged else "?mode=ro&immutable=1"
    return how, (found.st_ino, found.st_size, found.st_mtime_ns)


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
