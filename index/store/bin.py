"""Deleted conversations that can still be had back: whole, and out of reach of everything else."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

from index.store.cited import note_cited
from index.store.database import Database, marks, now

#: So long a deletion can be undone; what is older goes for good with the next change.
KEPT = timedelta(days=1)

Row = dict[str, Any]

#: What makes up a conversation, by table: how its rows name it.
_TABLES = {"conversations": "id", "turns": "conversation_id", "feedback": "conversation_id"}


class Bin:
    """Each change is all or nothing, and durable."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put_in(self, conversation_id: str, owner: str) -> bool:
        """Take an owner's conversation out of its tables and keep it here; whether there was one."""
        with self._db.transaction() as db:
            talk = {table: _rows(db, table, conversation_id) for table in _TABLES}
            if not _is_of(owner, talk):
                return False
            empty(db)
            db.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))
            kept = (conversation_id, now(), json.dumps(talk, ensure_ascii=False))
            db.execute("REPLACE INTO deleted_conversations VALUES (?, ?, ?)", kept)
        return True

    def take_out(self, conversation_id: str, owner: str) -> bool:
        """Put a conversation back as it was; whether it was still here.

        What was asked in it since, by a window that still showed it, follows what it had.
        """
        with self._db.transaction() as db:
            kept = self._kept(conversation_id, owner)
            if kept is None:
                return False
            asked_since = {
                table: _rows(db, table, conversation_id) for table in ("turns", "feedback")
            }
            db.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))
            db.execute("DELETE FROM deleted_conversations WHERE id = ?", (conversation_id,))
            last = max((turn["n"] for turn in kept["turns"]), default=0)
            asked_since["turns"] = [t | {"n": last + t["n"]} for t in asked_since["turns"]]
            for talk in (kept, asked_since):
                for table, rows in talk.items():
                    for row in rows:
                        _insert(db, table, row)
        return True

    def title(self, conversation_id: str, owner: str) -> str | None:
        """What a conversation that can be had back is called."""
        kept = self._kept(conversation_id, owner)
        return None if kept is None else str(kept["conversations"][0]["title"])

    def is_anothers(self, conversation_id: str, owner: str) -> bool:
        """Whether somebody else's can still be had back."""
        talk = self._talk(conversation_id)
        return talk is not None and not _is_of(owner, talk)

    def _kept(self, conversation_id: str, owner: str) -> dict[str, list[Row]] | None:
        talk = self._talk(conversation_id)
        return talk if talk and _is_of(owner, talk) else None

    def _talk(self, conversation_id: str) -> dict[str, list[Row]] | None:
        sql = "SELECT talk FROM deleted_conversations WHERE id = ? AND deleted_at > ?"
        row = self._db.connection.execute(sql, (conversation_id, _oldest())).fetchone()
        talk: dict[str, list[Row]] | None = json.loads(row[0]) if row else None
        return talk


def empty(db: sqlite3.Connection) -> None:
    """Let go of what was deleted too long ago."""
    db.execute("DELETE FROM deleted_conversations WHERE deleted_at <= ?", (_oldest(),))


def _is_of(owner: str, talk: dict[str, list[Row]]) -> bool:
    return any(row["owner"] == owner for row in talk["conversations"])


def _oldest() -> str:
    return (datetime.now(UTC) - KEPT).isoformat(timespec="seconds")


def _rows(db: sqlite3.Connection, table: str, conversation_id: str) -> list[Row]:
    found = db.execute(f"SELECT * FROM {table} WHERE {_TABLES[table]} = ?", (conversation_id,))
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _insert(db: sqlite3.Connection, table: str, row: Row) -> None:
    names = ", ".join(row)
    db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks(len(row))})", tuple(row.values()))
    if table == "turns":
        note_cited(db, row["conversation_id"], row["n"], json.loads(row["answer"]))
