"""The library as a list: which sources there are of a kind, in which order, and how many of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from index.records import Kinds, Passage, Selection, SourceInfo
from index.store.database import Database, chunks
from index.store.faults import reading
from index.store.packing import unpack_text
from index.store.rows import PASSAGE, info_of, passage_of

#: Where a source came from: the file that it is a record of, its first folder, the folder that it
#: lies in; empty for an upload.
_ORIGIN = (
    "CASE WHEN s.file != s.name THEN s.file"
    " WHEN instr(s.name, '/') > 0 THEN substr(s.name, 1, instr(s.name, '/') - 1)"
    " ELSE (SELECT replace(root, rtrim(root, replace(root, '/', '')), '') FROM"
    " (SELECT rtrim(replace(f.root || '//', '/' || f.name || '//', ''), '/') AS root"
    " FROM files f WHERE f.name = s.file) r) END"
)
#: What an upload's origin is called in a selection, where empty means any.
UPLOADED = "-"

_NEWEST = "(SELECT max(a.published) FROM articles a WHERE a.source = s.name)"
_OLDEST = "(SELECT min(a.published) FROM articles a WHERE a.source = s.name)"
#: The first article's; without an article, the source's own.
_PUBLISHED = (
    "CASE WHEN EXISTS (SELECT 1 FROM articles a WHERE a.source = s.name)"
    " THEN (SELECT a.published FROM articles a WHERE a.source = s.name ORDER BY ordinal LIMIT 1)"
    " ELSE s.published END"
)
_TITLED = "EXISTS (SELECT 1 FROM articles a WHERE a.source = s.name AND {})"

_ORDERS = {
    "name": "s.name",
    "newest": f"{_NEWEST} IS NULL, {_NEWEST} DESC, s.name",
    "oldest": f"{_OLDEST} IS NULL, {_OLDEST}, s.name",
    "added": "s.added_at DESC, s.name",
}


class Listing:
    """What the catalogue holds, to look through; it changes nothing."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def count(self, of: Selection) -> int:
        where, values = _where(of)
        return int(self._db.value(f"SELECT count(*) FROM sources s {where}", *values))

    def sources(self, of: Selection, offset: int = 0, limit: int | None = None) -> list[SourceInfo]:
        """A page of the sources, in the order that is asked for."""
        where, values = _where(of)
        order, more = _order(of)
        found = self._db.connection.execute(
            f"SELECT s.name FROM sources s {where} ORDER BY {order} LIMIT ? OFFSET ?",
            [*values, *more, -1 if limit is None else limit, offset],
        )
        names = [row[0] for row in found]
        rows = self._rows(names)
        titles, answers = self._titles(names), self._answers(names)
        return [info_of(row, titles.get(row[0], []), answers.get(row[0], 0)) for row in rows]

    def _rows(self, names: Sequence[str]) -> list[tuple[Any, ...]]:
        """What the list says of these sources; only of these, for most are on other pages."""
        found: dict[str, tuple[Any, ...]] = {}
        for part, marks in chunks(names):
            rows = self._db.connection.execute(
                f"SELECT name, sha256, format, chars, damaged, title, {_PUBLISHED}, url, added_at,"
                " (SELECT count(*) FROM passages p WHERE p.source = s.name),"
                " EXISTS (SELECT 1 FROM edits e WHERE e.source = s.name)"
                f" FROM sources s WHERE name IN ({marks})",
                part,
            )
            found.update((row[0], row) for row in rows)
        return [found[name] for name in names if name in found]

    def names(self, of: Selection) -> set[str]:
        where, values = _where(of)
        rows = self._db.connection.execute(f"SELECT s.name FROM sources s {where}", values)
        return {row[0] for row in rows}

    def holding(
        self, words: Sequence[str], of: Selection, limit: int, among: Collection[int] | None = None
    ) -> list[Passage]:
        """Passages of these sources that hold every one of the words, the newest ones first.

        ``among``: only passages under these keys can.
        """
        sought = [word.lower() for word in words]
        with reading("a passage in the catalogue"):
            texts = self._texts(of, among)
            keys = [key for key, text in texts if _holds(unpack_text(text), sought)]
            return self._read(self._newest_first(keys)[:limit])

    def _texts(self, of: Selection, among: Collection[int] | None) -> Iterator[tuple[int, bytes]]:
        where, values = _where(of)
        sql = f"SELECT p.key, p.text FROM passages p JOIN sources s ON s.name = p.source {where}"
        if among is None:
            yield from self._db.stream(sql, values)
            return
        more = f"{sql} {'AND' if where else 'WHERE'} p.key IN"
        for part, marks in chunks(sorted(among)):
            yield from self._db.connection.execute(f"{more} ({marks})", [*values, *part])

    def _newest_first(self, keys: Sequence[int]) -> list[int]:
        found: list[tuple[str | None, str, int, int]] = []
        for part, marks in chunks(keys):
            found += self._db.connection.execute(
                f"SELECT {_NEWEST}, p.source, p.ordinal, p.key FROM passages p"
                f" JOIN sources s ON s.name = p.source WHERE p.key IN ({marks})",
                part,
            ).fetchall()
        found.sort(key=lambda row: row[1:])
        found.sort(key=lambda row: row[0] or "", reverse=True)
        return [key for *_, key in found]

    def _read(self, keys: Sequence[int]) -> list[Passage]:
        found: dict[int, Passage] = {}
        for part, marks in chunks(keys):
            rows = self._db.connection.execute(
                f"SELECT key, {PASSAGE} FROM passages WHERE key IN ({marks})", part
            )
            found.update((key, passage_of(row)) for key, *row in rows)
        return [found[key] for key in keys if key in found]

    def kinds(self) -> Kinds:
        """What there is to select from, the most frequent first."""
        db = self._db.connection
        origins = db.execute(
            f"SELECT {_ORIGIN} AS origin, count(*) AS n FROM sources s"
            " GROUP BY origin ORDER BY n DESC, origin"
        ).fetchall()
        formats = db.execute(
            "SELECT format, count(*) AS n FROM sources GROUP BY format ORDER BY n DESC, format"
        ).fetchall()
        months = db.execute(
            "SELECT coalesce(substr(published, 1, 7), '') AS month, count(*) FROM articles"
            " GROUP BY month ORDER BY month"
        ).fetchall()
        return Kinds(
            tuple((origin or UPLOADED, n) for origin, n in origins),
            tuple(formats),
            tuple(months),
        )

    def _titles(self, names: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for part, marks in chunks(names):
            rows = self._db.connection.execute(
                f"SELECT source, title FROM articles WHERE source IN ({marks})"
                " ORDER BY source, ordinal",
                part,
            )
            for source, title in rows:
                found.setdefault(source, []).append(title)
        return found

    def _answers(self, names: Sequence[str]) -> dict[str, int]:
        """How many answers cite each source, under whichever name it had."""
        found: dict[str, int] = {}
        for part, marks in chunks(names):
            rows = self._db.connection.execute(
                "SELECT name, count(DISTINCT c.conversation_id || ' ' || c.n) FROM"
                f" (SELECT name, name AS old FROM sources WHERE name IN ({marks}) UNION ALL"
                f" SELECT now, name FROM moves WHERE now IN ({marks})) s JOIN cited c"
                " ON c.source = old GROUP BY name",
                [*part, *part],
            )
            found.update(rows)
        return found


def _holds(text: str, words: Sequence[str]) -> bool:
    small = text.lower()
    return all(word in small for word in words)


def _where(of: Selection) -> tuple[str, list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    if of.query:
        held = _TITLED.format("instr(lower(a.title), lower(?)) > 0")
        conditions.append(f"(instr(lower(s.name), lower(?)) > 0 OR {held})")
        values += [of.query, of.query]
    if of.since or of.until:
        # A day, a month or a year: what begins like the last one is not behind it.
        conditions.append(_TITLED.format("a.published >= ? AND a.published <= ?"))
        values += [of.since, f"{of.until or '9'}~"]
    if of.origin:
        conditions.append(f"{_ORIGIN} = ?")
        values.append("" if of.origin == UPLOADED else of.origin)
    if of.format:
        conditions.append("s.format = ?")
        values.append(of.format)
    return f"WHERE {' AND '.join(conditions)}" if conditions else "", values


def _order(of: Selection) -> tuple[str, list[Any]]:
    """With words to find and no order given: what is called so, begins so, holds it, is filed so."""
    if of.order or not of.query:
        return _ORDERS[of.order or "name"], []
    called = [
        "lower(s.name) = lower(?)",
        _TITLED.format("lower(a.title) = lower(?)"),
        _TITLED.format("instr(lower(a.title), lower(?)) = 1"),
        _TITLED.format("instr(lower(a.title), lower(?)) > 0"),
    ]
    ranks = " ".join(f"WHEN {one} THEN {rank}" for rank, one in enumerate(called))
    return f"CASE {ranks} ELSE {len(called)} END, s.name", [of.query] * len(called)
