"""Whether a library is as it was written, and what of it can be mended.

The catalogue is the truth. What is derived from it (passages from sources, vectors from texts, the
search index from all of them) is made anew; of the truth itself only SQLite's own indexes are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from index.errors import LibraryDamaged, YoujuError
from index.store.catalogue import Catalogue
from index.store.database import FILE, Database, integrity
from index.store.faults import CATALOGUE_HINT, INDEX_HINT, explained, reading
from index.store.packing import unpack_vector
from index.store.rows import PASSAGE, blocks_of, check_text, passage_of

PORTION = 50  # rows that are read before others may go first
LOST_HINT = (
    "Restore a backup with `youju restore FILE`; or, if nothing is to be kept, remove the folder"
    " and index the articles again."
)
REPAIR_HINT = "`youju doctor --repair` mends it."
LEFTOVER_HINT = "`youju doctor --repair` removes it, and so does the next update."


class Part(Enum):
    """What a fault is of, in the order in which they are mended."""

    CATALOGUE = "catalogue"
    VECTORS = "vectors"
    PASSAGES = "passages"
    INDEX = "index"
    LEFTOVER = "leftover"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and what to do."""

    part: Part
    what: str
    hint: str


def at_once() -> None:
    """Hold nothing up."""


def exists(folder: Path) -> bool:
    """Whether there is a library. Raises: LibraryDamaged, when all but its catalogue is there."""
    file = folder / FILE
    there = file.exists()
    if there and (not file.is_file() or file.stat().st_size):
        return True
    if any(path.name.isdecimal() for path in (folder / "generations").glob("*")):
        state = "is empty" if there else "is gone"
        raise LibraryDamaged(
            f"the library's catalogue {FILE} {state}, while its search index is there",
            hint=LOST_HINT,
        )
    return there


def catalogue_faults(db: Database, between: Callable[[], None] = at_once) -> Iterator[Fault]:
    """What is wrong with the catalogue; every row is read. ``between`` is called after each ``PORTION`` of them."""
    try:
        broken = db.broken()
        yield from (Fault(Part.CATALOGUE, f"{FILE}: {told}", CATALOGUE_HINT) for told in broken)
        for part, what, bad, count in _unreadable(db, between):
            hint = CATALOGUE_HINT if part is Part.CATALOGUE else REPAIR_HINT
            if bad:
                yield Fault(part, f"{FILE}: {len(bad)} of {count} {what} are damaged", hint)
    except (sqlite3.Error, YoujuError) as error:
        told = explained(error) or error
        yield Fault(Part.CATALOGUE, f"{FILE}: {told}", CATALOGUE_HINT)


def _unreadable(
    db: Database, between: Callable[[], None]
) -> Iterator[tuple[Part, str, list[Any], int]]:
    """Of each kind of row the names of those that are not what was written, and how many there are.

    A source is put together of its articles, and those of their passages: their texts are read with it.
    """
    source = Catalogue(db).source
    stored: tuple[tuple[Part, str, str, Callable[..., Any]], ...] = (
        (Part.CATALOGUE, "sources", "SELECT name, name FROM sources", source),
        (Part.PASSAGES, "articles", "SELECT id, blocks FROM articles", blocks_of),
        (
            Part.PASSAGES,
            "passages",
            f"SELECT key, hash, context, {PASSAGE} FROM passages",
            lambda digest, context, *row: check_text(digest, context, passage_of(row).text),
        ),
    )
    for part, what, sql, read in stored:
        yield part, what, *_bad(db, what, sql, read, between)
    yield Part.VECTORS, "vectors", *_bad_vectors(db, between)


def _bad_vectors(db: Database, between: Callable[[], None] = at_once) -> tuple[list[Any], int]:
    return _bad(db, "vectors", "SELECT hash, vector FROM vectors", unpack_vector, between)


def _bad(
    db: Database,
    what: str,
    sql: str,
    read: Callable[..., Any],
    between: Callable[[], None],
) -> tuple[list[Any], int]:
    bad, count = [], 0
    for key, *values in db.stream(sql):
        count += 1
        try:
            with reading(what):
                read(*values)
        except LibraryDamaged:
            bad.append(key)
        if not count % PORTION:
            between()
    return bad, count


def index_fault(told: str) -> Fault:
    return Fault(Part.INDEX, told, INDEX_HINT)


def leftover(path: Path, folder: Path) -> Fault:
    told = f"{path.relative_to(folder).as_posix()} was left by a process that died"
    return Fault(Part.LEFTOVER, told, LEFTOVER_HINT)


# ---- mending ----------------------------------------------------------------------------------


def mend_catalogue(db: Database) -> None:
    """Make SQLite's own indexes anew, where that is all that was wrong; else nothing is changed."""
    if not db.broken():
        return
    with suppress(sqlite3.Error, _StillBroken), db.transaction() as connection:
        connection.execute("REINDEX")
        if integrity(connection):
            raise _StillBroken


def drop_vectors(db: Database) -> None:
    """Remove the vectors that are damaged: they are embedded anew."""
    bad, _ = _bad_vectors(db)
    with db.transaction() as connection:
        connection.executemany("DELETE FROM vectors WHERE hash = ?", ((key,) for key in bad))


class _StillBroken(Exception):
    """Indexes were not all that was wrong."""
