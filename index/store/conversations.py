"""What was asked and answered, and what readers think of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.store.database import Database, marks, now


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


class Conversations:
    """Conversations with their turns, and the feedback on answers; each change is durable."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save_turn(
        self, conversation_id: str, question: str, answer: Mapping[str, Any], replaces: str = ""
    ) -> int:
        """Append a turn, making the conversation at its first; return the turn's number from 1.

        ``replaces`` is the id of an answer: it and all that follow it go first.
        """
        with self._db.transaction() as db:
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
            self._db.connection.execute(
                "DELETE FROM turns WHERE conversation_id = ? AND n >= ?", (conversation_id, n)
            )
            if n == 1:  # a title of the reader's own stays
                self._db.connection.execute(
                    "UPDATE conversations SET title = ? WHERE id = ? AND title = ?",
                    (question[:80], conversation_id, old[0].question[:80]),
                )
            return n
        last = "SELECT coalesce(max(n), 0) FROM turns WHERE conversation_id = ?"
        return 1 + int(self._db.value(last, conversation_id))

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
        rows = self._db.connection.execute(
            f"SELECT n, question, answer, created_at FROM turns WHERE conversation_id = ? {more}",
            (conversation_id, *values),
        )
        return [StoredTurn(n, q, json.loads(answer), at) for n, q, answer, at in rows]

    def latest(
        self, offset: int = 0, limit: int | None = None, query: str = ""
    ) -> list[Conversation]:
        """A page of the list, the latest first; ``query`` must occur in a title, a question or an answer."""
        where = (
            "WHERE instr(lower(c.title), lower(:q)) > 0 OR EXISTS (SELECT 1 FROM turns w"
            " WHERE w.conversation_id = c.id AND (instr(lower(w.question), lower(:q)) > 0"
            " OR instr(lower(json_extract(w.answer, '$.answer')), lower(:q)) > 0))"
        )
        rows = self._db.connection.execute(
            "SELECT c.id, c.title, c.created_at, count(t.n),"
            " coalesce(max(t.created_at), c.created_at) AS updated_at"
            " FROM conversations c LEFT JOIN turns t ON t.conversation_id = c.id"
            f" {where if query else ''} GROUP BY c.id"
            " ORDER BY updated_at DESC, c.rowid DESC LIMIT :limit OFFSET :offset",
            {"q": query, "limit": -1 if limit is None else limit, "offset": offset},
        )
        return [Conversation(*row) for row in rows]

    def get(self, conversation_id: str) -> Conversation | None:
        row = self._db.connection.execute(
            "SELECT id, title, created_at, (SELECT count(*) FROM turns t"
            " WHERE t.conversation_id = c.id) FROM conversations c WHERE id = ?",
            (conversation_id,),
        ).fetchone()
        return None if row is None else Conversation(*row)

    def rename(self, conversation_id: str, title: str) -> bool:
        """Whether there was one."""
        sql = "UPDATE conversations SET title = ? WHERE id = ?"
        return self._db.connection.execute(sql, (title, conversation_id)).rowcount > 0

    def delete(self, conversation_id: str) -> bool:
        """Whether there was one."""
        cursor = self._db.connection.execute(
            "DELETE FROM conversations WHERE id = ?", (conversation_id,)
        )
        return cursor.rowcount > 0

    # ---- feedback -------------------------------------------------------------------------

    def save_feedback(self, given: Feedback) -> None:
        """Keep a judgement; it replaces an earlier one of the same answer."""
        self._db.connection.execute(
            f"REPLACE INTO feedback VALUES ({marks(8)})",
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
        rows = self._db.connection.execute(
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
        cursor = self._db.connection.execute(
            "DELETE FROM feedback WHERE answer_id = ?", (answer_id,)
        )
        return cursor.rowcount > 0
