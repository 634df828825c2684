"""What SQLite, FAISS, tantivy, zlib and ONNX Runtime fail with, in the project's words: one line, and what to do.

An engine's fault is caught where it is known what was being read (`reading`); what gets through from
elsewhere is understood at the edge, by its class (`explained`).
"""

from __future__ import annotations

import errno
import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from index.errors import (
    EmbeddingError,
    LibraryBusy,
    LibraryDamaged,
    LibraryFull,
    LibraryInaccessible,
    LibraryReadOnly,
    YoujuError,
)

#: What to do about a catalogue that is damaged: everything else is made from it.
CATALOGUE_HINT = (
    "`youju doctor --repair` mends what can be mended, `youju index --rebuild FOLDER` reads texts"
    " again from their files; else restore a backup with `youju restore FILE`."
)
#: What to do about a search index that is damaged.
INDEX_HINT = "`youju doctor --repair` makes the search index anew from the catalogue."
ACCESS_HINT = "Look whether the disk is full or read-only, and who may read and write these files."
SERVER_HINT = "Look whether it runs and lets Youju in; YOUJU_DATABASE says where it is."
FULL_HINT = "Make room on the disk of the library; nothing else is to be done."
READ_ONLY_HINT = (
    "It can be asked as it is. To change it, make its folder writable, or copy it to one that is."
)
MODEL_HINT = "`youju doctor` says which file; install Youju again."

#: What bytes that were overwritten give when they are taken for what they were.
_GARBLED = (ValueError, TypeError, KeyError, IndexError, OverflowError, zlib.error)


@contextmanager
def reading(what: str, hint: str = CATALOGUE_HINT) -> Iterator[None]:
    """What fails inside because of what is read says that ``what`` is damaged.

    Raises: LibraryDamaged.
    """
    try:
        yield
    except (*_GARBLED, OSError, RuntimeError, MemoryError) as error:
        raise LibraryDamaged(f"{what} is damaged: {_told(error)}", hint=hint) from error
    except BaseException as error:
        if not _is_panic(error):
            raise
        raise LibraryDamaged(f"{what} is damaged: {_told(error)}", hint=hint) from error


@contextmanager
def storing(what: str) -> Iterator[None]:
    """What fails inside says that ``what`` cannot be written. Raises: LibraryInaccessible."""
    try:
        yield
    except (OSError, RuntimeError, ValueError, MemoryError) as error:
        raise inaccessible(f"{what} cannot be written: {_told(error)}", error) from error


def inaccessible(told: str, error: BaseException) -> LibraryInaccessible:
    """What is said where a file cannot be read or written, with what to do about the reason."""
    if _is_full(error):
        return LibraryFull(told, hint=FULL_HINT)
    if _is_read_only(error):
        return LibraryReadOnly(told, hint=READ_ONLY_HINT)
    return LibraryInaccessible(told, hint=ACCESS_HINT)


def _is_full(error: BaseException) -> bool:
    """FAISS and tantivy say it in words alone."""
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return True
    return any(words in str(error) for words in ("No space left", "StorageFull", "File too large"))


def _is_read_only(error: BaseException) -> bool:
    return getattr(error, "errno", None) == errno.EROFS or "Read-only file" in str(error)


def explained(error: BaseException) -> YoujuError | None:
    """The same as one of our own errors; None when it comes from none of those parts."""
    if isinstance(error, YoujuError):
        return error
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error)
    if isinstance(error, zlib.error):
        return LibraryDamaged(f"a stored text is damaged: {error}", hint=CATALOGUE_HINT)
    if _is_panic(error):
        return LibraryDamaged(f"the search index is damaged: {_told(error)}", hint=INDEX_HINT)
    if type(error).__module__.startswith("psycopg"):
        return _of_postgres(error)
    if isinstance(error, OSError) and (
        _is_full(error) or _is_read_only(error) or error.errno == errno.EIO
    ):
        return inaccessible(f"a file cannot be written: {_told(error)}", error)
    if type(error).__module__.startswith("onnxruntime."):
        return EmbeddingError(f"a model cannot be run: {_told(error)}", hint=MODEL_HINT)
    return None


def engine_errors() -> tuple[type[Exception], ...]:
    """What an engine, or the operating system below it, raises of its own; ``explained`` may know it."""
    try:
        import psycopg
    except ImportError:
        return (sqlite3.Error, OSError)
    return (sqlite3.Error, OSError, psycopg.Error)


def _of_postgres(error: BaseException) -> LibraryInaccessible:
    told = f"the catalogue's server says: {_told(error)}"
    match getattr(error, "sqlstate", None):
        case "53100":  # disk_full
            return LibraryFull(told, hint=FULL_HINT)
        case "25006":  # read_only_sql_transaction
            return LibraryReadOnly(told, hint=SERVER_HINT)
    return LibraryInaccessible(told, hint=SERVER_HINT)


def _of_sqlite(error: sqlite3.Error) -> YoujuError | None:
    told = f"the catalogue's database says: {error}"
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LibraryBusy(told, hint="Another process is writing. Try again in a moment.")
    if code == sqlite3.SQLITE_FULL:
        return LibraryFull(told, hint=FULL_HINT)
    if code == sqlite3.SQLITE_READONLY:
        return LibraryReadOnly(told, hint=READ_ONLY_HINT)
    if code in _OUTSIDE:
        return LibraryInaccessible(told, hint=ACCESS_HINT)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or _is_garbled(error):
        return LibraryDamaged(told, hint=CATALOGUE_HINT)
    return None


#: Faults of the machine rather than of the file.
_OUTSIDE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOLFS,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
}


def _is_garbled(error: sqlite3.Error) -> bool:
    """Text that is no UTF-8, JSON that is none, tables that are not there: a page was overwritten."""
    return any(
        words in str(error) for words in ("decode to UTF-8", "malformed JSON", "no such table")
    )


def _is_panic(error: BaseException) -> bool:
    """tantivy's own failures, which are no Exceptions."""
    return type(error).__name__ == "PanicException"


def _told(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror  # without the path, which is nobody's business on the page
    if isinstance(error, json.JSONDecodeError):
        return "it is not JSON"
    return " ".join(str(error).split())[:200] or type(error).__name__
