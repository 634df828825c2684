"""catalog.sqlite, the truth: sources, articles, passages, vectors, conversations.

Everything in a generation can be made again from here. One writer at a time (the library holds
the lock), any number of readers, each thread on its own connection.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import SourceNotFound
from index.records import Article, Block, Offsets, Passage, Source, SourceInfo, Span

Vectors = npt.NDArray[np.float32]

_CONTENT = """
CREATE TABLE {s}files (
  name TEXT PRIMARY KEY, root TEXT NOT NULL, sha256 TEXT NOT NULL);
CREATE TABLE {s}sources (
  name TEXT PRIMARY KEY, file TEXT NOT NULL, sha256 TEXT NOT NULL, format TEXT NOT NULL,
  title TEXT NOT NULL, published TEXT, url TEXT, chars INTEGER NOT NULL, text BLOB NOT NULL,
  added_at TEXT NOT NULL);
CREATE TABLE {s}articles (
  id TEXT PRIMARY KEY, source TEXT NOT NULL, ordinal INTEGER NOT NULL, title TEXT NOT NULL,
  author TEXT, published TEXT, url TEXT, text BLOB NOT NULL, offsets BLOB NOT NULL,
  blocks TEXT NOT NULL);
CREATE TABLE {s}passages (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL, article TEXT NOT NULL, source TEXT NOT NULL,
  file TEXT NOT NULL, ordinal INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
  spans TEXT NOT NULL, heading TEXT NOT NULL, context TEXT NOT NULL, text TEXT NOT NULL,
  hash BLOB NOT NULL);
"""

_SCHEMA = (
    _CONTENT.format(s="main.")
    + """
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
  PRIMARY KEY (conversation_id, n));
"""
)

#: Made in libraries of earlier versions, too. The answer is kept as it was judged, so that it
#: outlives a turn that was asked again; it goes with its conversation.
_FEEDBACK = """
CREATE TABLE IF NOT EXISTS feedback (
  answer_id TEXT PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  good INTEGER NOT NULL, reasons TEXT NOT NULL, expected TEXT NOT NULL, answer TEXT NOT NULL,
  history TEXT NOT NULL, created_at TEXT NOT NULL)
"""

#: Other writers (conversations against an update's one transaction) wait this long.
BUSY_TIMEOUT_S = 60.0

#: SQLite's limit on variables is far higher; long lists are cut anyway.
_CHUNK = 500


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def passage_key(passage_id: str) -> int:
    """The 63-bit integer that FAISS, tantivy and SQLite know a passage by.

    >>> passage_key("a") == passage_key("a") != passage_key("b")
    True
    """
    return int.from_bytes(hashlib.blake2b(passage_id.encode(), digest_size=8).digest()) >> 1


def text_hash(text: str) -> bytes:
    """What an embedded text's vector is kept under."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def pack_text(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def unpack_text(blob: bytes) -> str:
    return zlib.decompress(blob).decode("utf-8", "surrogatepass")


def pack_offsets(offsets: Offsets) -> bytes:
    """Differences compress to almost nothing: nearly all of them are 1."""
    steps = np.diff(offsets, prepend=np.int32(0)).astype("<i4")
    return zlib.compress(steps.tobytes(), 1)


def unpack_offsets(blob: bytes) -> Offsets:
    steps = np.frombuffer(zlib.decompress(blob), dtype="<i4")
    return np.cumsum(steps, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """One question of a conversation and the whole answer as it was shown."""

    n: int
    question: str
    answer: dict[str, Any]
    created_at: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """One line of the list of conversations."""

    id: str
    title: str
    created_at: str
    turns: int
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A reader's judgement of an answer: the answer as it was and what was asked before it.

    ``reasons`` are keys such as ``citation``; ``expected`` is the right answer in the reader's
    words, or empty.
    """

    conversation_id: str
    good: bool
    reasons: tuple[str, ...]
    expected: str
    answer: Mapping[str, Any]
    history: Sequence[Mapping[str, str]] = ()
    created_at: str = ""


#: Of a title or a heading, the characters that are searched with the passage.
MAX_CONTEXT = 100


def embedded_text(passage: Passage, title: str) -> tuple[str, str]:
    """Return the passage's context (title and heading) and the text that is embedded."""
    parts = (title[:MAX_CONTEXT], passage.heading[:MAX_CONTEXT])
    context = "\n".join(dict.fromkeys(part for part in parts if part))
    return context, f"{context}\n{passage.text}" if context else passage.text


class Catalog:
    """One catalogue file.

    Each thread reads through its own connection; ``close`` closes them all.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        if create:
            self._create()

    def _create(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = self.connection
        made = "SELECT count(*) FROM sqlite_master WHERE name IN ('settings', 'feedback')"
        if db.execute(made).fetchone()[0] == 2:  # no write lock just to look
            return
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        try:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'settings'").fetchone():
                for statement in _SCHEMA.split(";\n"):
                    db.execute(statement)
            db.execute(_FEEDBACK)
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection; in autocommit mode, transactions are written out."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = sqlite3.connect(
                self.path,
                timeout=BUSY_TIMEOUT_S,
                isolation_level=None,
                check_same_thread=False,  # only so that close() may close it
            )
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA synchronous = FULL")
            self._local.db = db
            with self._guard:
                self._open.append(db)
        return db

    def close(self) -> None:
        with self._guard:
            for db in self._open:
                db.close()
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

    def setting(self, key: str) -> str | None:
        row = self.connection.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_setting(self, key: str, value: str) -> None:
        self.connection.execute("REPLACE INTO settings VALUES (?, ?)", (key, value))

    @property
    def generation(self) -> int:
        """The last generation committed; 0 when there is none."""
        return int(self.setting("generation") or 0)

    # ---- sources -------------------------------------------------------------------------

    def count(self, query: str = "") -> int:
        """Number of sources, or of those whose name or a title holds ``query``."""
        where, values = _matching(query)
        return int(self._one(f"SELECT count(*) FROM sources s {where}", *values))

    def passage_count(self) -> int:
        return int(self._one("SELECT count(*) FROM passages"))

    def _one(self, sql: str, *values: Any) -> Any:
        return self.connection.execute(sql, values).fetchone()[0]

    def sources(
        self, offset: int = 0, limit: int | None = None, query: str | None = None
    ) -> list[SourceInfo]:
        """List sources by name; ``query`` must occur in the name or a title."""
        where, values = _matching(query)
        rows = self.connection.execute(
            "SELECT name, sha256, format, chars, title, published, url, added_at,"
            " (SELECT count(*) FROM passages p WHERE p.source = s.name)"
            f" FROM sources s {where} ORDER BY name LIMIT ? OFFSET ?",
            [*values, -1 if limit is None else limit, offset],
        ).fetchall()
        titles = self._titles([row[0] for row in rows])
        return [_info(row, titles.get(row[0], [])) for row in rows]

    def _titles(self, names: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for part, marks in _chunks(names):
            rows = self.connection.execute(
                f"SELECT source, title FROM articles WHERE source IN ({marks})"
                " ORDER BY source, ordinal",
                part,
            )
            for source, title in rows:
                found.setdefault(source, []).append(title)
        return found

    def source(self, name: str) -> Source:
        """Raises: SourceNotFound."""
        row = self.connection.execute(
            "SELECT name, text, sha256, format, title, published, url FROM sources WHERE name = ?",
            (name,),
        ).fetchone()
        if row is None:
            raise SourceNotFound(
                f"the library holds no source {name!r}", hint="`youju list` shows their names."
            )
        return Source(row[0], unpack_text(row[1]), *row[2:])

    def names(self, name: str) -> list[str]:
        """The sources that ``name`` means: one source, or all the records of a file."""
        rows = self.connection.execute(
            "SELECT name FROM sources WHERE name = ? UNION SELECT name FROM sources WHERE file = ?",
            (name, name),
        )
        return [row[0] for row in rows]

    def keys_of(self, sources: Collection[str]) -> set[int]:
        """Keys of the passages of these sources or, for a file, of its records."""
        keys: set[int] = set()
        for part, marks in _chunks(list(sources)):
            for column in ("source", "file"):
                sql = f"SELECT key FROM passages WHERE {column} IN ({marks})"
                keys.update(row[0] for row in self.connection.execute(sql, part))
        return keys

    # ---- articles and passages ------------------------------------------------------------

    def article(self, article_id: str) -> Article | None:
        found = self._articles("id = ?", article_id)
        return found[0] if found else None

    def articles_of(self, source: str) -> list[Article]:
        return self._articles("source = ? ORDER BY ordinal", source)

    def _articles(self, where: str, *values: Any) -> list[Article]:
        rows = self.connection.execute(
            "SELECT id, source, text, offsets, blocks, title, author, published, url, ordinal"
            f" FROM articles WHERE {where}",
            values,
        ).fetchall()
        return [_article(row) for row in rows]

    def passages(self, keys: Sequence[int]) -> dict[int, Passage]:
        """The passages under these keys; deleted ones are missing."""
        found = {}
        for part, marks in _chunks(keys):
            sql = f"SELECT key, {_PASSAGE} FROM passages WHERE key IN ({marks})"
            for row in self.connection.execute(sql, part):
                found[row[0]] = _passage(row[1:])
        return found

    def passages_of(self, article_id: str) -> list[Passage]:
        rows = self.connection.execute(
            f"SELECT {_PASSAGE} FROM passages WHERE article = ? ORDER BY ordinal", (article_id,)
        )
        return [_passage(row) for row in rows]

    def neighbours(self, passage: Passage) -> list[Passage]:
        """The passages before and after in the same article, where there are any."""
        rows = self.connection.execute(
            f"SELECT {_PASSAGE} FROM passages WHERE article = ? AND abs(ordinal -"
            " (SELECT ordinal FROM passages WHERE key = ?)) = 1 ORDER BY ordinal",
            (passage.article, passage_key(passage.id)),
        )
        return [_passage(row) for row in rows]

    # ---- vectors --------------------------------------------------------------------------

    def vectors(self, embedder: str, keys: Sequence[int]) -> dict[int, Vectors]:
        """The cached ``(d,)`` float32 vectors of these passages, from float16."""
        found = {}
        for part, marks in _chunks(keys):
            rows = self.connection.execute(
                "SELECT p.key, v.vector FROM passages p JOIN vectors v"
                f" ON v.hash = p.hash AND v.embedder = ? WHERE p.key IN ({marks})",
                [embedder, *part],
            )
            for key, blob in rows:
                found[key] = np.frombuffer(blob, dtype="<f2").astype(np.float32)
        return found

    def save_vectors(self, embedder: str, hashes: Sequence[bytes], vectors: Vectors) -> None:
        """Keep ``(n, d)`` vectors as float16; committed at once."""
        rows = np.asarray(vectors).astype("<f2")
        with self.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                ((h, embedder, row.tobytes()) for h, row in zip(hashes, rows, strict=True)),
            )

    # ---- conversations --------------------------------------------------------------------

    def save_turn(
        self, conversation_id: str, question: str, answer: Mapping[str, Any], replaces: str = ""
    ) -> int:
        """Append a turn, making the conversation at its first; return the turn's number from 1.

        ``replaces`` is the id of an answer: it and all that follow it go first.
        """
        with self.transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO conversations VALUES (?, ?, ?)",
                (conversation_id, now(), question[:80]),
            )
            n = self._next_turn(conversation_id, replaces, question)
            db.execute(
                "INSERT INTO turns VALUES (?, ?, ?, ?, ?)",
                (conversation_id, n, question, json.dumps(answer, ensure_ascii=False), now()),
            )
        return n

    def _next_turn(self, conversation_id: str, replaces: str, question: str) -> int:
        old = self._turn_rows(conversation_id, "AND json_extract(answer, '$.id') = ?", replaces)
        if replaces and old:
            n = old[0].n
            self.connection.execute(
                "DELETE FROM turns WHERE conversation_id = ? AND n >= ?", (conversation_id, n)
            )
            if n == 1:  # a title of the reader's own stays
                self.connection.execute(
                    "UPDATE conversations SET title = ? WHERE id = ? AND title = ?",
                    (question[:80], conversation_id, old[0].question[:80]),
                )
            return n
        last = "SELECT coalesce(max(n), 0) FROM turns WHERE conversation_id = ?"
        return 1 + int(self._one(last, conversation_id))

    def turns(self, conversation_id: str, last: int | None = None) -> list[StoredTurn]:
        """All turns in order, or the last few; none for an unknown conversation."""
        limit = -1 if last is None else last
        found = self._turn_rows(conversation_id, "ORDER BY n DESC LIMIT ?", limit)
        return found[::-1]

    def turn(self, conversation_id: str, answer_id: str) -> StoredTurn | None:
        """The turn that holds an answer."""
        where = "AND json_extract(answer, '$.id') = ?"
        return next(iter(self._turn_rows(conversation_id, where, answer_id)), None)

    def _turn_rows(self, conversation_id: str, more: str, *values: Any) -> list[StoredTurn]:
        rows = self.connection.execute(
            f"SELECT n, question, answer, created_at FROM turns WHERE conversation_id = ? {more}",
            (conversation_id, *values),
        )
        return [StoredTurn(n, q, json.loads(answer), at) for n, q, answer, at in rows]

    def conversations(
        self, offset: int = 0, limit: int | None = None, query: str = ""
    ) -> list[Conversation]:
        """The latest first; ``query`` must occur in a title, a question or an answer."""
        where = (
            "WHERE instr(lower(c.title), lower(:q)) OR EXISTS (SELECT 1 FROM turns w"
            " WHERE w.conversation_id = c.id AND (instr(lower(w.question), lower(:q))"
            " OR instr(lower(json_extract(w.answer, '$.answer')), lower(:q))))"
        )
        rows = self.connection.execute(
            "SELECT c.id, c.title, c.created_at, count(t.n),"
            " coalesce(max(t.created_at), c.created_at) AS updated_at"
            " FROM conversations c LEFT JOIN turns t ON t.conversation_id = c.id"
            f" {where if query else ''} GROUP BY c.id"
            " ORDER BY updated_at DESC, c.rowid DESC LIMIT :limit OFFSET :offset",
            {"q": query, "limit": -1 if limit is None else limit, "offset": offset},
        )
        return [Conversation(*row) for row in rows]

    def conversation(self, conversation_id: str) -> Conversation | None:
        row = self.connection.execute(
            "SELECT id, title, created_at, (SELECT count(*) FROM turns t"
            " WHERE t.conversation_id = c.id) FROM conversations c WHERE id = ?",
            (conversation_id,),
        ).fetchone()
        return None if row is None else Conversation(*row)

    def rename_conversation(self, conversation_id: str, title: str) -> bool:
        """Whether there was one."""
        sql = "UPDATE conversations SET title = ? WHERE id = ?"
        return self.connection.execute(sql, (title, conversation_id)).rowcount > 0

    def delete_conversation(self, conversation_id: str) -> bool:
        """Whether there was one."""
        cursor = self.connection.execute(
            "DELETE FROM conversations WHERE id = ?", (conversation_id,)
        )
        return cursor.rowcount > 0

    # ---- feedback -------------------------------------------------------------------------

    def save_feedback(self, given: Feedback) -> None:
        """Keep a judgement; it replaces an earlier one of the same answer."""
        self.connection.execute(
            f"REPLACE INTO feedback VALUES ({_marks(8)})",
            (
                given.answer["id"],
                given.conversation_id,
                given.good,
                json.dumps(given.reasons),
                given.expected,
                json.dumps(given.answer, ensure_ascii=False),
                json.dumps(given.history, ensure_ascii=False),
                given.created_at or now(),
            ),
        )

    def feedback(self, conversation_id: str = "") -> list[Feedback]:
        """All judgements, or those of one conversation, oldest first."""
        rows = self.connection.execute(
            "SELECT conversation_id, good, reasons, expected, answer, history, created_at"
            " FROM feedback WHERE ? IN ('', conversation_id) ORDER BY created_at, rowid",
            (conversation_id,),
        )
        return [
            Feedback(
                cid, bool(good), tuple(json.loads(why)), said, json.loads(a), json.loads(h), at
            )
            for cid, good, why, said, a, h, at in rows
        ]

    def delete_feedback(self, answer_id: str) -> bool:
        """Whether there was one."""
        cursor = self.connection.execute("DELETE FROM feedback WHERE answer_id = ?", (answer_id,))
        return cursor.rowcount > 0


_PASSAGE = "id, article, source, text, start, end, spans, heading"


def _passage(row: Sequence[Any]) -> Passage:
    spans = tuple(Span(a, b) for a, b in json.loads(row[6]))
    return Passage(row[0], row[1], row[2], row[3], row[4], row[5], spans, row[7])


def _article(row: Sequence[Any]) -> Article:
    return Article(
        id=row[0],
        source=row[1],
        text=unpack_text(row[2]),
        offsets=unpack_offsets(row[3]),
        blocks=tuple(Block(*block) for block in json.loads(row[4])),
        title=row[5],
        author=row[6],
        published=row[7],
        url=row[8],
        ordinal=row[9],
    )


def _info(row: Sequence[Any], titles: Sequence[str]) -> SourceInfo:
    name, sha256, form, chars, title, published, url, added_at, passages = row
    shown = tuple(t for t in titles if t) or ((title,) if title else ())
    return SourceInfo(
        name, sha256, form, chars, len(titles), passages, shown, published, url, added_at
    )


def _matching(query: str | None) -> tuple[str, list[str]]:
    if not query:
        return "", []
    where = (
        "WHERE instr(lower(s.name), lower(?)) OR EXISTS (SELECT 1 FROM articles a"
        " WHERE a.source = s.name AND instr(lower(a.title), lower(?)))"
    )
    return where, [query, query]


def _chunks(values: Sequence[Any]) -> Iterator[tuple[list[Any], str]]:
    for at in range(0, len(values), _CHUNK):
        part = list(values[at : at + _CHUNK])
        yield part, ",".join("?" * len(part))


# ---- rows to write ---------------------------------------------------------------------------


def source_row(source: Source, file: str) -> tuple[Any, ...]:
    return (
        source.name,
        file,
        source.sha256,
        source.format,
        source.title,
        source.published,
        source.url,
        len(source.text),
        pack_text(source.text),
        now(),
    )


def article_row(article: Article) -> tuple[Any, ...]:
    blocks = [[b.kind, b.start, b.end] for b in article.blocks]
    return (
        article.id,
        article.source,
        article.ordinal,
        article.title,
        article.author,
        article.published,
        article.url,
        pack_text(article.text),
        pack_offsets(article.offsets),
        json.dumps(blocks),
    )


def passage_rows(passages: Iterable[Passage], title: str, file: str) -> Iterator[tuple[Any, ...]]:
    for ordinal, p in enumerate(passages):
        context, embedded = embedded_text(p, title)
        yield (
            passage_key(p.id),
            p.id,
            p.article,
            p.source,
            file,
            ordinal,
            p.start,
            p.end,
            json.dumps([[s.start, s.end] for s in p.spans]),
            p.heading,
            context,
            p.text,
            text_hash(embedded),
        )


class Staging:
    """What an update wants to change, beside the catalogue until one transaction takes it over.

    A scratch database in the library's folder, so that an update of any size fits in memory; it
    needs no durability, since a build that dies starts its reading again (not its embedding).
    """

    def __init__(self, catalog: Catalog, path: Path) -> None:
        self.catalog = catalog
        self.path = path
        self.db = catalog.connection
        path.unlink(missing_ok=True)
        self.db.execute("ATTACH DATABASE ? AS staging", (str(path),))
        self.db.execute("PRAGMA staging.journal_mode = OFF")
        self.db.execute("PRAGMA staging.synchronous = OFF")
        for statement in _CONTENT.format(s="staging.").split(";\n"):
            self.db.execute(statement)
        self.db.execute("CREATE TABLE staging.gone (name TEXT PRIMARY KEY)")
        self.db.execute(
            "CREATE TEMP VIEW next_passages AS"
            " SELECT * FROM main.passages WHERE source NOT IN (SELECT name FROM staging.gone)"
            " UNION ALL SELECT * FROM staging.passages"
        )

    def close(self) -> None:
        self.db.execute("DROP VIEW next_passages")
        self.db.execute("DETACH DATABASE staging")
        self.path.unlink(missing_ok=True)

    def file(self, name: str, root: str, sha256: str) -> None:
        self.db.execute("REPLACE INTO staging.files VALUES (?, ?, ?)", (name, root, sha256))

    def gone(self, names: Iterable[str]) -> None:
        """These sources go, or are replaced by what is staged under their names."""
        self.db.executemany("INSERT OR IGNORE INTO staging.gone VALUES (?)", ((n,) for n in names))

    def put(
        self, rows: Iterable[tuple[Source, str, Sequence[tuple[Article, Sequence[Passage]]]]]
    ) -> None:
        """Stage sources with the file they are of, their articles and those's passages."""
        rows = list(rows)
        db = self.db
        db.execute("BEGIN")
        db.executemany(
            f"INSERT INTO staging.sources VALUES ({_marks(10)})",
            (source_row(source, file) for source, file, _ in rows),
        )
        db.executemany(
            f"INSERT OR IGNORE INTO staging.articles VALUES ({_marks(10)})",
            (article_row(article) for _, _, articles in rows for article, _ in articles),
        )
        db.executemany(
            f"INSERT OR IGNORE INTO staging.passages VALUES ({_marks(13)})",
            (
                row
                for _, file, articles in rows
                for article, passages in articles
                for row in passage_rows(passages, article.title, file)
            ),
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

    def removed_keys(self) -> list[int]:
        rows = self.db.execute(
            "SELECT key FROM main.passages WHERE source IN (SELECT name FROM staging.gone)"
        )
        return [row[0] for row in rows]

    def unembedded(self, embedder: str, table: str) -> list[int]:
        """Keys of the table's passages whose vectors are not cached, one for each text."""
        rows = self.db.execute(
            f"SELECT min(p.key) FROM {table} p WHERE NOT EXISTS"
            " (SELECT 1 FROM main.vectors v WHERE v.hash = p.hash AND v.embedder = ?)"
            " GROUP BY p.hash",
            (embedder,),
        )
        return [row[0] for row in rows]

    def texts(self, table: str, keys: Sequence[int]) -> list[tuple[bytes, str]]:
        """Hash and embedded text of these passages."""
        sql = f"SELECT hash, context, text FROM {table} WHERE key IN ({_marks(len(keys))})"
        return [
            (digest, f"{context}\n{text}" if context else text)
            for digest, context, text in self.db.execute(sql, keys)
        ]

    def publish(self, settings: Mapping[str, str]) -> None:
        """Take everything over in one transaction: the moment an update has happened."""
        gone = "IN (SELECT name FROM staging.gone)"
        with self.catalog.transaction() as db:
            old = f"SELECT hash FROM main.passages WHERE source {gone}"
            db.execute(f"CREATE TEMP TABLE old_hashes AS {old}")
            db.execute(
                "CREATE TEMP TABLE touched AS SELECT name FROM staging.files"
                f" UNION SELECT file FROM main.sources WHERE name {gone}"
            )
            for table in ("passages", "articles"):
                db.execute(f"DELETE FROM main.{table} WHERE source {gone}")
            db.execute(f"DELETE FROM main.sources WHERE name {gone}")
            db.execute("REPLACE INTO main.files SELECT * FROM staging.files")
            db.execute("INSERT INTO main.sources SELECT * FROM staging.sources")
            db.execute("INSERT INTO main.articles SELECT * FROM staging.articles ORDER BY rowid")
            db.execute("INSERT INTO main.passages SELECT * FROM staging.passages ORDER BY key")
            db.execute(
                "DELETE FROM main.files WHERE name IN (SELECT name FROM touched) AND NOT EXISTS"
                " (SELECT 1 FROM main.sources s WHERE s.file = files.name)"
            )
            db.execute(
                "DELETE FROM main.vectors WHERE hash IN (SELECT hash FROM old_hashes)"
                " AND NOT EXISTS (SELECT 1 FROM main.passages p WHERE p.hash = vectors.hash)"
            )
            db.execute("DROP TABLE old_hashes")
            db.execute("DROP TABLE touched")
            db.executemany("REPLACE INTO settings VALUES (?, ?)", settings.items())


def _marks(n: int) -> str:
    return ",".join("?" * n)
