"""What catalog.sqlite looks like, and how one of an earlier version becomes one of this version.

``PRAGMA user_version`` says how many of the migrations a file has been through; a file that was
written before versions were counted says 0. A new file goes through all of them, too, so that
there is one way to the present layout.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.errors import IndexMismatch
from index.store.once import store_once

#: The tables of content, as they are now; an update has the same ones beside the catalogue to fill. Of
#: what ``rest`` holds of a text, see ``remainder``.
_FILES = """
CREATE TABLE {s}files (
  name TEXT PRIMARY KEY, root TEXT NOT NULL, sha256 TEXT NOT NULL)
"""
TEXTS = """
CREATE TABLE {s}sources (
  name TEXT PRIMARY KEY, file TEXT NOT NULL, sha256 TEXT NOT NULL, format TEXT NOT NULL,
  title TEXT NOT NULL, published TEXT, url TEXT, chars INTEGER NOT NULL, damaged INTEGER NOT NULL,
  rest BLOB NOT NULL, added_at TEXT NOT NULL);
CREATE TABLE {s}articles (
  id TEXT PRIMARY KEY, source TEXT NOT NULL, ordinal INTEGER NOT NULL, title TEXT NOT NULL,
  author TEXT, published TEXT, url TEXT, rest BLOB NOT NULL, offsets BLOB NOT NULL,
  blocks TEXT NOT NULL);
CREATE TABLE {s}passages (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL, article TEXT NOT NULL, source TEXT NOT NULL,
  ordinal INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
  spans TEXT NOT NULL, heading TEXT NOT NULL, context TEXT NOT NULL, text BLOB NOT NULL,
  hash BLOB NOT NULL)
"""
CONTENT = f"{_FILES};{TEXTS}"

#: The first layout.
FIRST = """
CREATE TABLE main.files (
  name TEXT PRIMARY KEY, root TEXT NOT NULL, sha256 TEXT NOT NULL);
CREATE TABLE main.sources (
  name TEXT PRIMARY KEY, file TEXT NOT NULL, sha256 TEXT NOT NULL, format TEXT NOT NULL,
  title TEXT NOT NULL, published TEXT, url TEXT, chars INTEGER NOT NULL, text BLOB NOT NULL,
  added_at TEXT NOT NULL);
CREATE TABLE main.articles (
  id TEXT PRIMARY KEY, source TEXT NOT NULL, ordinal INTEGER NOT NULL, title TEXT NOT NULL,
  author TEXT, published TEXT, url TEXT, text BLOB NOT NULL, offsets BLOB NOT NULL,
  blocks TEXT NOT NULL);
CREATE TABLE main.passages (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL, article TEXT NOT NULL, source TEXT NOT NULL,
  file TEXT NOT NULL, ordinal INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
  spans TEXT NOT NULL, heading TEXT NOT NULL, context TEXT NOT NULL, text TEXT NOT NULL,
  hash BLOB NOT NULL);
CREATE INDEX sources_file ON sources (file);
CREATE INDEX articles_source ON articles (source, ordinal);
CREATE INDEX passages_article ON passages (article, ordinal);
CREATE INDEX passages_source ON passages (source);
CREATE INDEX passages_file ON passages (file);
CREATE INDEX passages_hash ON passages (hash);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE vectors (
  hash BLOB NOT NULL, embedder TEXT NOT NULL, vector BLOB NOT NULL,
  PRIMARY KEY (hash, embedder)) WITHOUT ROWID;
CREATE TABLE conversations (
  id TEXT PRIMARY KEY, created_at TEXT NOT NULL, title TEXT NOT NULL);
CREATE TABLE turns (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  n INTEGER NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, created_at TEXT NOT NULL,
  PRIMARY KEY (conversation_id, n))
"""

#: 1: judgements of answers. The answer is kept as it was judged, so that it outlives a turn that
#: was asked again; it goes with its conversation. Files of version 0 may have the table already.
_FEEDBACK = """
CREATE TABLE IF NOT EXISTS feedback (
  answer_id TEXT PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  good INTEGER NOT NULL, reasons TEXT NOT NULL, expected TEXT NOT NULL, answer TEXT NOT NULL,
  history TEXT NOT NULL, created_at TEXT NOT NULL)
"""

#: Of a source with pages, where each character stands; of an upload that is no text, its bytes: those
#: of a file in a folder are read from there.
PAGES = """
CREATE TABLE {s}places (source TEXT PRIMARY KEY, places BLOB NOT NULL);
CREATE TABLE {s}originals (file TEXT PRIMARY KEY, data BLOB NOT NULL)
"""

#: The names that sources had before their files were moved or renamed, and have now: what was cited under
#: an old name is still shown.
_MOVES = """
CREATE TABLE moves (name TEXT PRIMARY KEY, now TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX moves_now ON moves (now)
"""

#: Whose a conversation is: the name of a key, or nobody's in particular.
_OWNERS = "ALTER TABLE conversations ADD COLUMN owner TEXT NOT NULL DEFAULT ''"

#: Conversations that their reader keeps at the head of the list; those that were deleted a short while ago.
_KEPT = """
ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
CREATE TABLE deleted_conversations (
  id TEXT PRIMARY KEY, deleted_at TEXT NOT NULL, talk TEXT NOT NULL) WITHOUT ROWID
"""

#: Files that were handed over together, and each of them: see ``incoming``.
_INCOMING = """
CREATE TABLE jobs (
  id TEXT PRIMARY KEY, total INTEGER NOT NULL, touched_at TEXT NOT NULL,
  cancelled INTEGER NOT NULL, left_out TEXT NOT NULL);
CREATE TABLE handed (
  job TEXT NOT NULL, n INTEGER NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,
  skipped TEXT NOT NULL, PRIMARY KEY (job, n)) WITHOUT ROWID
"""

#: What readers say of articles instead of their files: see ``index.edits``.
EDITS = """
CREATE TABLE {s}edits (
  source TEXT NOT NULL, ordinal INTEGER NOT NULL, sha256 TEXT NOT NULL, read TEXT NOT NULL,
  given TEXT NOT NULL, PRIMARY KEY (source, ordinal)) WITHOUT ROWID
"""

#: What the list of the library is searched and sorted by, without a look at the texts beside it.
_LISTED = "CREATE INDEX articles_listed ON articles (source, ordinal, published, title)"

#: Which turns cite which source; see ``cited``.
_CITED = """
CREATE TABLE cited (
  conversation_id TEXT NOT NULL, n INTEGER NOT NULL, source TEXT NOT NULL,
  PRIMARY KEY (source, conversation_id, n),
  FOREIGN KEY (conversation_id, n) REFERENCES turns (conversation_id, n) ON DELETE CASCADE
  ) WITHOUT ROWID;
CREATE INDEX cited_turn ON cited (conversation_id, n);
INSERT OR IGNORE INTO cited
  SELECT t.conversation_id, t.n, json_extract(c.value, '$.source')
  FROM turns t, json_each(t.answer, '$.citations') c
  WHERE json_valid(t.answer) AND json_extract(c.value, '$.source') IS NOT NULL
"""

#: The indexes of the texts, as they are now. ``articles_listed`` finds the articles of a source, too.
_INDEXES = """
CREATE INDEX sources_file ON sources (file);
CREATE INDEX articles_listed ON articles (source, ordinal, published, title);
CREATE INDEX passages_article ON passages (article, ordinal);
CREATE INDEX passages_source ON passages (source);
CREATE INDEX passages_hash ON passages (hash)
"""


def _once(db: Any) -> None:
    """Each text once."""
    store_once(db, TEXTS.format(s="main.packed_"), _INDEXES)


#: The statements, or the step, that make version n of version n - 1, at place n - 1. Append, never change: files
#: that are out there have been through these.
MIGRATIONS: tuple[str | Callable[[Any], None], ...] = (
    _FEEDBACK,
    PAGES.format(s="main."),
    _MOVES,
    _OWNERS,
    _KEPT,
    _INCOMING,
    _LISTED,
    EDITS.format(s="main."),
    _CITED,
    _once,
)

VERSION = len(MIGRATIONS)


def prepare(db: sqlite3.Connection, path: Path) -> None:
    """Bring the file to this version, in one transaction; nothing is written when it is already.

    Raises: IndexMismatch, when a newer version has written it.
    """
    if _version(db, path) == VERSION:
        return
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done it while this one waited.
        at = _version(db, path)
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'settings'").fetchone():
            run(db, FIRST)
        for migration in MIGRATIONS[at:]:
            run(db, migration)
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    _shrink(db)


def run(db: Any, step: str | Callable[[Any], None]) -> None:
    """Execute statements that are separated by a semicolon at a line's end, or take a step."""
    if callable(step):
        step(db)
        return
    for statement in step.split(";\n"):
        db.execute(statement)


def _shrink(db: sqlite3.Connection) -> None:
    """Give the disk back what a migration has left empty, where there is room to do it in."""
    free, pages = (
        db.execute(f"PRAGMA {n}").fetchone()[0] for n in ("freelist_count", "page_count")
    )
    if free > pages // 4:
        with suppress(sqlite3.OperationalError):
            db.execute("VACUUM")


def _version(db: sqlite3.Connection, path: Path) -> int:
    found = int(db.execute("PRAGMA user_version").fetchone()[0])
    if found > VERSION:
        raise IndexMismatch(
            f"{path} was written by a newer version of Youju: its layout is {found},"
            f" this version knows those up to {VERSION}",
            hint="Update Youju, or give another library with --library.",
        )
    return found
