"""Which turns cite which source, so that a source knows its answers without a look at every answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any


def note_cited(
    db: sqlite3.Connection, conversation_id: str, n: int, answer: Mapping[str, Any]
) -> None:
    """Note what a turn cites that was just written; it goes with the turn."""
    sources = {citation.get("source") for citation in answer.get("citations", ())}
    rows = ((conversation_id, n, source) for source in sorted(filter(None, sources)))
    db.executemany("INSERT OR IGNORE INTO cited VALUES (?, ?, ?)", rows)
