"""What was asked and answered, and what readers think of it."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from index.errors import LibraryFull, LibraryReadOnly
from index.store.bin import Bin, empty
from index.store.cited import note_cited
from index.store.database import Database, marks, now
from index.store.faults import engine_errors, explained

log = logging.getLogger(__name__)

#: Whose conversations are read and written; those of nobody in particular are of "".
owner: ContextVar[str] = ContextVar("owner", default="")

#: Turns that are remembered while the disk takes none; of more the oldest are forgotten.
REMEMBERED = 1000


#: Of rows that belong to a conversation, those of its owner.
_MINE = "conversation_id IN (SELECT id FROM conversations WHERE owner = ?)"


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
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class CitingTurn:
    """A question whose answer cites a source."""

    conversation_id: str
    answer_id: str
    question: str
    created_at: str


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


@dataclass(frozen=True, slots=True)
class _Unsaved:
    """A turn that the disk did not take."""

    conversation_id: str
    question: str
    answer: Mapping[str, Any]
    replaces: str
    at: str
    owner: str


class Conversations:
    """Conversations with their turns, and the feedback on answers; each change is durable.

    While the disk is full or read-only new turns are remembered, so that a talk can go on; they
    are kept as soon as there is room.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._bin = Bin(db)
        self._unsaved: list[_Unsaved] = []
        self._guard = threading.RLock()

    @property
    def kept(self) -> bool:
        """Whether what is asked now is kept: not, while the disk takes nothing."""
        return not self._unsaved and self._db.writable

    def save_turn(
        self, conversation_id: str, question: str, answer: Mapping[str, Any], replaces: str = ""
    ) -> int:
        """Append a turn, making the conversation at its first; return the turn's number from 1.

        ``replaces`` is the id of an answer: it and all that follow it go first.
        """
        turn = _Unsaved(conversation_id, question, answer, replaces, now(), owner.get())
        if not self._unsaved:
            try:
                return self._save(turn)
            except engine_errors() as error:
                if not isinstance(explained(error), LibraryFull | LibraryReadOnly):
                    raise
                log.warning("Answers are remembered and not kept: %s", error)
        with self._guard:
            self._unsaved = [*self._unsaved, turn][-REMEMBERED:]
        self.keep_unsaved()
        return len(self.turns(conversation_id))

    def keep_unsaved(self) -> None:
        """Keep what was only remembered, as far as the disk takes it now."""
        with self._guard:
            while self._unsaved and self._db.writable:
                try:
                    self._save(self._unsaved[0])
                except engine_errors():
                    return
                except LookupError:
                    log.warning("An answer is not kept: its conversation has become another's")
                self._unsaved = self._unsaved[1:]
                if not self._unsaved:
                    log.warning("Answers are kept again, those that were remembered, too")

    def _save(self, turn: _Unsaved) -> int:
        with self._db.transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO conversations (id, created_at, title, owner)"
                " VALUES (?, ?, ?, ?)",
                (turn.conversation_id, turn.at, turn.question[:80], turn.owner),
            )
            whose = "SELECT owner FROM conversations WHERE id = ?"
            others = self._bin.is_anothers(turn.conversation_id, turn.owner)
            if others or self._db.value(whose, turn.conversation_id) != turn.owner:
                raise LookupError(turn.conversation_id)
            empty(db)
            n = self._next_turn(turn.conversation_id, turn.replaces, turn.question)
            answer = json.dumps(turn.answer, ensure_ascii=False)
            db.execute(
                "INSERT INTO turns VALUES (?, ?, ?, ?, ?)",
                (turn.conversation_id, n, turn.question, answer, turn.at),
            )
            note_cited(db, turn.conversation_id, n, turn.answer)
        return n

    def _with_unsaved(self, conversation_id: str, saved: list[StoredTurn]) -> list[StoredTurn]:
        """What is on disk, and behind it what is only remembered."""
        turns = saved
        for turn in self._unsaved:
            if (turn.conversation_id, turn.owner) == (conversation_id, owner.get()):
                ids = [known.answer["id"] for known in turns]
                if turn.replaces in ids:
                    turns = turns[: ids.index(turn.replaces)]
                n = len(turns) + 1
                turns = [*turns, StoredTurn(n, turn.question, dict(turn.answer), turn.at)]
        return turns

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
        return self._with_unsaved(conversation_id, found[::-1])

    def turn(self, conversation_id: str, answer_id: str) -> StoredTurn | None:
        """The turn that holds an answer."""
        for turn in self._with_unsaved(conversation_id, []):
            if turn.answer["id"] == answer_id:
                return turn
        where = "AND json_extract(answer, '$.id') = ?"
        return next(iter(self._turn_rows(conversation_id, where, answer_id)), None)

    def _turn_rows(self, conversation_id: str, more: str, *values: Any) -> list[StoredTurn]:
        rows = self._db.connection.execute(
            "SELECT n, question, answer, created_at FROM turns WHERE conversation_id ="
            f" (SELECT id FROM conversations WHERE id = ? AND owner = ?) {more}",
            (conversation_id, owner.get(), *values),
        )
        return [StoredTurn(n, q, json.loads(answer), at) for n, q, answer, at in rows]

    def latest(
        self, offset: int = 0, limit: int | None = None, query: str = ""
    ) -> list[Conversation]:
        """A page of the list, the pinned ones and then the latest first.

        ``query`` must occur in a title, a question or an answer.
        """
        where = (
            "AND (instr(lower(c.title), lower(:q)) > 0 OR EXISTS (SELECT 1 FROM turns w"
            " WHERE w.conversation_id = c.id AND (instr(lower(w.question), lower(:q)) > 0"
            " OR instr(lower(json_extract(w.answer, '$.answer')), lower(:q)) > 0)))"
        )
        rows = self._db.connection.execute(
            "SELECT c.id, c.title, c.created_at, count(t.n),"
            " coalesce(max(t.created_at), c.created_at) AS updated_at, c.pinned"
            " FROM conversations c LEFT JOIN turns t ON t.conversation_id = c.id"
            f" WHERE c.owner = :owner {where if query else ''} GROUP BY c.id"
            " ORDER BY c.pinned DESC, updated_at DESC, c.rowid DESC LIMIT :limit OFFSET :offset",
            {
                "q": query,
                "owner": owner.get(),
                "limit": -1 if limit is None else limit,
                "offset": offset,
            },
        )
        new = [] if offset or query else self._begun_unsaved()
        return [*new, *(_conversation(row) for row in rows)][:limit]

    def _begun_unsaved(self) -> list[Conversation]:
        """Those of which nothing is on disk, the latest first."""
        mine = [turn for turn in reversed(self._unsaved) if turn.owner == owner.get()]
        ids = dict.fromkeys(turn.conversation_id for turn in mine)
        return [self._unsaved_line(id) for id in ids if self._line(id) is None]

    def _unsaved_line(self, conversation_id: str) -> Conversation:
        turns = self._with_unsaved(conversation_id, [])
        first, last = turns[0], turns[-1]
        return Conversation(
            conversation_id, first.question[:80], first.created_at, len(turns), last.created_at
        )

    def citing(self, source: str, limit: int) -> list[CitingTurn]:
        """One's own last turns whose answers cite a source, under whichever name it had."""
        rows = self._db.connection.execute(
            "SELECT conversation_id, json_extract(answer, '$.id'), question, created_at FROM turns"
            " WHERE (conversation_id, n) IN (SELECT conversation_id, n FROM cited WHERE source = ?"
            " OR source IN (SELECT name FROM moves WHERE now = ?))"
            f" AND {_MINE} ORDER BY created_at DESC, n DESC LIMIT ?",
            (source, source, owner.get(), limit),
        )
        return [CitingTurn(*row) for row in rows]

    def get(self, conversation_id: str) -> Conversation | None:
        """One line of the list; None when there is no conversation of that id."""
        if line := self._line(conversation_id):
            return line
        known = self._with_unsaved(conversation_id, [])
        return self._unsaved_line(conversation_id) if known else None

    def is_anothers(self, conversation_id: str) -> bool:
        """Whether somebody else has a conversation of that id, or had it and may have it back."""
        mine = owner.get()
        sql = "SELECT 1 FROM conversations WHERE id = ? AND owner != ?"
        if self._db.connection.execute(sql, (conversation_id, mine)).fetchone():
            return True
        remembered = next((t for t in self._unsaved if t.conversation_id == conversation_id), None)
        if remembered and remembered.owner != mine:
            return self._line(conversation_id) is None
        return self._bin.is_anothers(conversation_id, mine)

    def _line(self, conversation_id: str) -> Conversation | None:
        row = self._db.connection.execute(
            "SELECT id, title, created_at, (SELECT count(*) FROM turns t"
            " WHERE t.conversation_id = c.id), '', pinned FROM conversations c"
            " WHERE id = ? AND owner = ?",
            (conversation_id, owner.get()),
        ).fetchone()
        return None if row is None else _conversation(row)

    def rename(self, conversation_id: str, title: str) -> bool:
        """Whether there was one."""
        sql = "UPDATE conversations SET title = ? WHERE id = ? AND owner = ?"
        values = (title, conversation_id, owner.get())
        return self._db.connection.execute(sql, values).rowcount > 0

    def pin(self, conversation_id: str, pinned: bool) -> bool:
        """Keep it at the head of the list, or no longer; whether there was one."""
        sql = "UPDATE conversations SET pinned = ? WHERE id = ? AND owner = ?"
        values = (pinned, conversation_id, owner.get())
        return self._db.connection.execute(sql, values).rowcount > 0

    def delete(self, conversation_id: str) -> bool:
        """Its turns and feedback go with it; for a day it can be had back. Whether there was one."""
        return self._bin.put_in(conversation_id, owner.get())

    def put_back(self, conversation_id: str) -> bool:
        """Undo a deletion; whether it was not too late."""
        return self._bin.take_out(conversation_id, owner.get())

    def deleted(self, conversation_id: str) -> str | None:
        """The title of a deleted conversation that can be had back."""
        return self._bin.title(conversation_id, owner.get())

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
            f" FROM feedback WHERE ? IN ('', conversation_id) AND {_MINE} ORDER BY created_at, rowid",
            (conversation_id, owner.get()),
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
            f"DELETE FROM feedback WHERE answer_id = ? AND {_MINE}", (answer_id, owner.get())
        )
        return cursor.rowcount > 0


def _conversation(row: tuple[Any, ...]) -> Conversation:
    id, title, created_at, turns, updated_at, pinned = row
    return Conversation(id, title, created_at, turns, updated_at, bool(pinned))
