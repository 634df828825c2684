"""A library in one file: the catalogue, from which everything else is made anew.

A backup is a consistent copy by SQLite's own means, taken while others read and write. It holds the
sources, uploads, conversations, feedback and vectors; a restored library embeds nothing again.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from index.durable import make_private, sync
from index.errors import IndexMismatch, LibraryDamaged, LibraryInaccessible, YoujuError
from index.store.database import BUSY_TIMEOUT_S, FILE, integrity
from index.store.faults import ACCESS_HINT, CATALOGUE_HINT, explained
from index.store.schema import VERSION

_MAGIC = b"SQLite format 3\0"
ANOTHER_HINT = "Give a file that `youju backup` has written."


def save(db: sqlite3.Connection, file: Path) -> None:
    """Write a backup, which replaces an earlier one once it is whole.

    Raises: LibraryDamaged, when the library is; LibraryInaccessible; IndexMismatch, when there is
    another kind of file.
    """
    if file.exists() and not _is_database(file):
        raise IndexMismatch(
            f"{file} is there and no backup; it is left alone", hint="Give another name."
        )
    with _aside(file) as aside:
        with closing(_made(aside)) as copy:
            db.backup(copy)
            _refuse_damaged(copy, "the library's catalogue", CATALOGUE_HINT)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        sync(aside)
        aside.replace(file)
        sync(file.parent)


def restore(file: Path, folder: Path) -> None:
    """Put a backup in the place of the library's catalogue; readers see it whole, or not yet.

    Its last update gets a number that no search index of this folder has, so that none of another
    content is taken for its own: the index is to be made anew. The caller holds the library's lock.

    Raises: LibraryDamaged, IndexMismatch, when the file is no whole backup or of a newer version.
    """
    target = folder / FILE
    with _aside(target) as aside:
        make_private(aside)
        with closing(_opened(file)) as source, closing(_made(aside)) as copy:
            source.backup(copy)
            _refuse_newer(copy, file)
            _refuse_damaged(copy, str(file), ANOTHER_HINT)
            _renumber(copy, folder)
            copy.execute("PRAGMA journal_mode = DELETE")
        sync(aside)
        _put(aside, target)


def _put(aside: Path, target: Path) -> None:
    """Through SQLite where there is a catalogue, for others may have it open; else as a file."""
    if _is_database(target):
        with (
            suppress(sqlite3.DatabaseError),
            closing(_opened(aside)) as copy,
            closing(sqlite3.connect(target, timeout=BUSY_TIMEOUT_S)) as db,
        ):
            db.execute("PRAGMA synchronous = FULL")
            copy.backup(db)
            if not integrity(db):
                return
    for log in (
        "-wal",
        "-shm",
        "-journal",
    ):  # of the catalogue that goes: they would spoil this one
        target.with_name(target.name + log).unlink(missing_ok=True)
    if target.is_dir() and not target.is_symlink():
        target.rmdir()
    aside.replace(target)
    sync(target.parent)


def _renumber(copy: sqlite3.Connection, folder: Path) -> None:
    numbers = [int(path.name) for path in folder.glob("generations/*") if path.name.isdecimal()]
    numbers += [_number(copy), _number_of(folder / FILE)]
    if _number(copy):  # a backup of an empty library has nothing to be searched
        sql = "UPDATE settings SET value = ? WHERE key = 'generation'"
        with copy:
            copy.execute(sql, (str(max(numbers) + 1),))


def _number(db: sqlite3.Connection) -> int:
    row = db.execute("SELECT value FROM settings WHERE key = 'generation'").fetchone()
    return int(row[0]) if row else 0


def _number_of(file: Path) -> int:
    """That of the catalogue that is to go; 0 when it cannot be read."""
    with suppress(sqlite3.Error, ValueError, YoujuError), closing(_opened(file)) as db:
        return _number(db)
    return 0


def _refuse_newer(copy: sqlite3.Connection, file: Path) -> None:
    found = int(copy.execute("PRAGMA user_version").fetchone()[0])
    if found > VERSION:
        raise IndexMismatch(
            f"{file} was written by a newer version of Youju: its layout is {found},"
            f" this version knows those up to {VERSION}",
            hint="Update Youju, and restore it then.",
        )


def _refuse_damaged(copy: sqlite3.Connection, what: str, hint: str) -> None:
    try:
        broken = integrity(copy)
        copy.execute("SELECT count(*) FROM sources, settings").fetchone()
    except sqlite3.Error as error:
        broken = [str(error)]
    if broken:
        raise LibraryDamaged(f"{what} is damaged: {broken[0]}", hint=hint)


def _opened(file: Path) -> sqlite3.Connection:
    """Raises: LibraryInaccessible, IndexMismatch."""
    if not file.is_file():
        raise LibraryInaccessible(f"{file} is not there", hint=ANOTHER_HINT)
    if not _is_database(file):
        raise IndexMismatch(f"{file} is no backup of a library", hint=ANOTHER_HINT)
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S)


def _is_database(file: Path) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as handle:
        return handle.read(len(_MAGIC)) == _MAGIC


def _made(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)  # it holds what was asked
    return sqlite3.connect(path)


@contextmanager
def _aside(file: Path) -> Iterator[Path]:
    """A new file beside another, gone when left. Raises: LibraryInaccessible, and as SQLite does."""
    aside = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    try:
        yield aside
    except sqlite3.Error as error:
        raise (explained(error) or error) from error
    except OSError as error:
        raise LibraryInaccessible(
            f"{file} cannot be written: {error.strerror or error}", hint=ACCESS_HINT
        ) from error
    finally:
        for left in (aside, aside.with_name(f"{aside.name}-journal")):
            with suppress(OSError):
                left.unlink()
