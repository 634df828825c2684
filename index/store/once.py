"""A catalogue that held each text up to three times becomes one that holds it once.

The tenth layout has a passage's text packed, of articles and sources what that does not hold
(``remainder``), and vectors as bytes. Nothing is read or embedded again; each text is put together anew
and compared.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from index.reading.decode import DAMAGED
from index.store.faults import reading
from index.store.packing import pack_text, pack_vector, unpack_offsets
from index.store.remainder import (
    Mapped,
    pack_article,
    pack_source,
    unpack_article,
    unpack_source,
)

#: Sources that are in memory at once.
_PORTION = 100
#: Vectors.
_VECTORS = 2_000

_Row = Sequence[Any]


def store_once(db: Any, texts: str, index: str) -> None:
    """``texts``: the new tables' statements, beside the old ones; ``index``: those of their indexes.

    ``db`` is SQLite's connection, or what stands for it. Raises: LibraryDamaged.
    """
    _run(db, texts)
    for sources in _portions(db):
        with reading("a text in the catalogue"):
            _take(db, sources)
    for table in ("sources", "articles", "passages"):
        db.execute(f"DROP TABLE main.{table}")
        db.execute(f"ALTER TABLE main.packed_{table} RENAME TO {table}")
    _run(db, index)
    _pack_vectors(db)


def _pack_vectors(db: Any) -> None:
    """They were two bytes a number; one that cannot be one is left, to be found damaged."""
    last: _Row = (b"", "")
    while rows := db.execute(
        "SELECT hash, embedder, vector FROM main.vectors WHERE (hash, embedder) > (?, ?)"
        " ORDER BY hash, embedder LIMIT ?",
        (*last, _VECTORS),
    ).fetchall():
        for digest, embedder, blob in rows:
            vector = np.frombuffer(blob, dtype="<f2", count=len(blob) // 2).astype(np.float32)
            with np.errstate(all="ignore"):
                packed = pack_vector(vector)
            db.execute(
                "UPDATE main.vectors SET vector = ? WHERE hash = ? AND embedder = ?",
                (packed, digest, embedder),
            )
        last = rows[-1][:2]


def _run(db: Any, statements: str) -> None:
    for statement in statements.split(";\n"):
        db.execute(statement)


def _portions(db: Any) -> Iterator[list[_Row]]:
    last = ""
    while True:
        rows = db.execute(
            "SELECT name, file, sha256, format, title, published, url, chars, added_at, text"
            " FROM main.sources WHERE name > ? ORDER BY name LIMIT ?",
            (last, _PORTION),
        ).fetchall()
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _take(db: Any, sources: Sequence[_Row]) -> None:
    marks = ",".join("?" * len(sources))
    names = [row[0] for row in sources]
    passages: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in db.execute(
        "SELECT article, key, id, source, ordinal, start, end, spans, heading, context, hash, text"
        f" FROM main.passages WHERE source IN ({marks}) ORDER BY key",
        names,
    ):
        passages[row[0]].append(row)
    articles: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in db.execute(
        "SELECT source, id, ordinal, title, author, published, url, offsets, blocks, text"
        f" FROM main.articles WHERE source IN ({marks}) ORDER BY source, ordinal",
        names,
    ):
        articles[row[0]].append(row)
    for row in sources:
        _put(db, row, articles[row[0]], passages)


def _put(db: Any, source: _Row, articles: Sequence[_Row], passages: dict[str, list[_Row]]) -> None:
    mapped: list[Mapped] = []
    for name, article, ordinal, *said, offsets, blocks, packed in articles:
        text, held = _inflated(packed), passages[article]
        mapped.append((text, unpack_offsets(offsets)))
        rest = _article_rest(text, [(row[5], row[-1]) for row in held])
        _insert(db, "articles", (article, name, ordinal, *said, rest, offsets, _short(blocks)))
        for _, key, id, *place, spans, heading, context, digest, cut in held:
            about = (_short(spans), heading, context, pack_text(cut), digest)
            _insert(db, "passages", (key, id, article, *place, *about))
    *row, chars, added_at, packed = source
    text = _inflated(packed)
    rest = pack_source(text, mapped)
    unpack_source(rest, chars, mapped)
    _insert(db, "sources", (*row, chars, text.count(DAMAGED), rest, added_at))


def _article_rest(text: str, cuts: Sequence[tuple[int, str]]) -> bytes:
    rest = pack_article(text, cuts)
    unpack_article(rest, cuts)
    return rest


def _insert(db: Any, table: str, row: _Row) -> None:
    marks = ",".join("?" * len(row))
    db.execute(f"INSERT INTO main.packed_{table} VALUES ({marks})", row)


def _inflated(blob: bytes) -> str:
    """As texts were packed until then."""
    return zlib.decompress(blob).decode("utf-8", "surrogatepass")


def _short(numbers: str) -> str:
    return json.dumps(json.loads(numbers), separators=(",", ":"))
