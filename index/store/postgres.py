"""The catalogue in PostgreSQL, for several servers: the statements that SQLite runs, in its words.

The catalogue's statements are few, and plain but for a dozen turns of SQLite's; ``translated`` puts
those into PostgreSQL's, and two functions and a sum that SQLite has are made there. A library has a
database to itself: ``main`` holds it, ``staging`` the update in the making.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import IndexMismatch, LibraryBusy, LibraryInaccessible
from index.store.database import Database
from index.store.schema import FIRST, MIGRATIONS, VERSION, run

if TYPE_CHECKING:
    import psycopg

#: What a setting that names such a catalogue begins with.
SCHEMES = ("postgresql://", "postgres://")

#: The numbers of two locks: one writer has the first for an update, each transaction the other.
_WRITER, _CHANGE = 0x596F756A75, 0x596F756A76

#: Rows that are sent, or fetched, at once.
_PORTION = 500

#: What SQLite has and PostgreSQL has not, in its words.
_FUNCTIONS = """
CREATE FUNCTION main.instr(text, text) RETURNS integer IMMUTABLE LANGUAGE sql
  AS 'SELECT strpos($1, $2)';
CREATE FUNCTION main.json_extract(text, text) RETURNS text IMMUTABLE LANGUAGE sql
  AS 'SELECT $1::jsonb #>> string_to_array(substr($2, 3), ''.'')';
CREATE FUNCTION main.counted(bigint, boolean) RETURNS bigint IMMUTABLE LANGUAGE sql
  AS 'SELECT $1 + coalesce($2, false)::int';
CREATE AGGREGATE main.sum(boolean) (sfunc = main.counted, stype = bigint, initcond = '0')
"""

#: SQLite's turns and PostgreSQL's, in this order.
_TURNS = tuple(
    (re.compile(pattern), turn)
    for pattern, turn in (
        (r"\bBLOB\b", "BYTEA"),
        (r"\bINTEGER\b", "BIGINT"),
        (r"\bTEXT\b", 'TEXT COLLATE "C"'),
        (r" WITHOUT ROWID", ""),
        (r"\bend\b", '"end"'),
        (r"\browid\b", "ctid"),
        (r"\btemp\.", "pg_temp."),
        (r"LIMIT (\?|:\w+)", r"LIMIT nullif(\1, -1)"),
        (r"%", "%%"),
        (r"\?", "%s"),
        (r"(?<![:\w]):(\w+)", r"%(\1)s"),
    )
)

_REPLACE = re.compile(r"^(?:INSERT OR )?REPLACE INTO (?:\w+\.)?(\w+)")
_IGNORE = re.compile(r"^INSERT OR IGNORE INTO")
_VALUES = re.compile(r"VALUES (\([^)]*\))")
_TABLE = re.compile(r"\s*CREATE TABLE (?:IF NOT EXISTS )?(?:main\.)?(\w+) \((.*)\)", re.S)


@lru_cache(maxsize=256)
def translated(sql: str) -> str:
    """A statement of SQLite's in PostgreSQL's words.

    >>> translated("REPLACE INTO main.settings VALUES (?, ?)")
    'INSERT INTO main.settings VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value'
    >>> translated("SELECT start, end FROM passages LIMIT ?")
    'SELECT start, "end" FROM passages LIMIT nullif(%s, -1)'
    """
    more = ""
    if replacing := _REPLACE.match(sql):
        keys, others = columns(replacing[1])
        sets = ", ".join(f"{name} = excluded.{name}" for name in others)
        more = f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}"
        sql = re.sub(r"^(?:INSERT OR )?REPLACE", "INSERT", sql)
    elif _IGNORE.match(sql):
        more = " ON CONFLICT DO NOTHING"
        sql = sql.replace("INSERT OR IGNORE", "INSERT", 1)
    for pattern, turn in _TURNS:
        sql = pattern.sub(turn, sql)
    return sql + more


@lru_cache(maxsize=32)
def columns(table: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of a table's primary key, and the others, as the layout has them."""
    for statement in ";\n".join((FIRST, *MIGRATIONS)).split(";\n"):
        found = _TABLE.match(statement)
        if found and found[1] == table:
            return _keys_of(found[2])
    raise KeyError(table)


def _keys_of(body: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    together = re.search(r"PRIMARY KEY \(([^)]*)\)", body)
    names = [part.split()[0] for part in re.split(r",\s*(?![^(]*\))", body)]
    names = [name for name in names if name != "PRIMARY"]
    keys = (
        [name.strip() for name in together[1].split(",")]
        if together
        else re.findall(r"(\w+) \w+ PRIMARY KEY", body)
    )
    return tuple(keys), tuple(name for name in names if name not in keys)


class Connection:
    """As much of SQLite's connection as the catalogue asks for."""

    def __init__(self, db: psycopg.Connection[Any]) -> None:
        self.db = db

    def __del__(self) -> None:
        self.db.close()

    def execute(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        return self.db.execute(translated(sql).encode(), _plain(values))

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Many rows a statement: each statement is a way to the server and back."""
        rows, made = iter(rows), translated(sql)
        while portion := list(islice(rows, _PORTION)):
            if one := _VALUES.search(made):
                several = made.replace(one[1], ", ".join([one[1]] * len(portion)), 1)
                self.db.execute(several.encode(), [v for row in portion for v in _plain(row)])
            else:
                for row in portion:
                    self.db.execute(made.encode(), _plain(row))


def _plain(values: Sequence[Any] | Mapping[str, Any]) -> Any:
    """SQLite keeps truth as a number."""
    if isinstance(values, Mapping):
        return dict(values)
    return [int(value) if isinstance(value, bool) else value for value in values]


class PostgresDatabase(Database):
    """A catalogue on a server; see ``Database``, which it is but for where it lies."""

    def __init__(self, path: Path, url: str) -> None:
        """``path``: the folder of what is this server's own. Raises: LibraryInaccessible, IndexMismatch."""
        self.url = url
        super().__init__(path)

    def _prepare(self) -> None:
        with self.transaction() as db:
            db.db.execute("CREATE SCHEMA IF NOT EXISTS main")
            db.db.execute("CREATE TABLE IF NOT EXISTS main.layout (number BIGINT NOT NULL)")
            row = db.db.execute("SELECT number FROM main.layout").fetchone()
            self._migrate(db, None if row is None else int(row[0]))

    @staticmethod
    def _migrate(db: Any, at: int | None) -> None:
        if at is not None and at > VERSION:
            raise IndexMismatch(
                f"the catalogue was written by a newer version of Youju: its layout is {at},"
                f" this version knows those up to {VERSION}",
                hint="Update Youju, or name another catalogue.",
            )
        if at is None:
            for statement in _FUNCTIONS.split(";\n"):
                db.db.execute(statement)
            run(db, FIRST)
            db.db.execute("INSERT INTO main.layout VALUES (0)")
        for migration in MIGRATIONS[at or 0 :]:
            run(db, migration)
        db.db.execute("UPDATE main.layout SET number = %s", [VERSION])

    @property
    def connection(self) -> Any:
        """This thread's connection; a new one when the server has closed it."""
        own: Connection | None = getattr(self._local, "own", None)
        if own is None or own.db.closed:
            own = self._local.own = Connection(self._connect())
            with self._guard:
                self._open.add(own)
        return own

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            import psycopg
        except ImportError as error:
            raise LibraryInaccessible(
                "the package for PostgreSQL is missing",
                hint="Install it: pip install 'youju[postgres]'.",
            ) from error
        db = psycopg.connect(self.url, autocommit=True, cursor_factory=psycopg.ClientCursor)
        db.execute("SET search_path = main")
        db.execute("SET client_min_messages = warning")
        return db

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """One at a time, as in SQLite: what is read in it holds until it is left."""
        db = self.connection
        with db.db.transaction():
            db.db.execute("SELECT pg_advisory_xact_lock(%s)", [_CHANGE])
            yield db

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Rows as they are fetched, in portions; other statements may be run meanwhile."""
        name = f"youju_{time.monotonic_ns()}"
        with self.connection.db.cursor(name, withhold=True) as cursor:
            cursor.itersize = _PORTION
            cursor.execute(translated(sql), _plain(values))
            yield from cursor

    @contextmanager
    def writing(self, timeout_s: float) -> Iterator[None]:
        """One writer a catalogue, on whatever machine; a lock goes with its connection."""
        db, until = self.connection.db, time.monotonic() + timeout_s
        while not db.execute("SELECT pg_try_advisory_lock(%s)", [_WRITER]).fetchone()[0]:
            if time.monotonic() >= until:
                raise LibraryBusy(
                    "the library is being updated by another process or machine",
                    hint="Wait until it has finished, and try again.",
                )
            time.sleep(0.05)
        try:
            yield
        finally:
            if not db.closed:
                db.execute("SELECT pg_advisory_unlock(%s)", [_WRITER])

    def attach(self) -> None:
        """Make an empty ``staging`` beside ``main``; one that a dead writer left goes first."""
        self.connection.db.execute("DROP SCHEMA IF EXISTS staging CASCADE")
        self.connection.db.execute("CREATE SCHEMA staging")

    def detach(self) -> None:
        if not self.connection.db.closed:
            self.connection.db.rollback()
            self.connection.db.execute("DROP SCHEMA staging CASCADE")

    def broken(self) -> list[str]:
        """Nothing: PostgreSQL looks at its pages itself, when they are read."""
        return []
