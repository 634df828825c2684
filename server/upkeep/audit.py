"""The record of who changed what and who signed in: a line of JSON each, beside the library."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

from index.durable import sync

log = logging.getLogger(__name__)

NAME = "audit.jsonl"


class Audit:
    """Appends to a file that its owner alone may read; may be rotated at any time.

    Holds no question, no answer and no secret: who, from where, what was asked of which path, and
    what came of it.
    """

    def __init__(self, library: Path) -> None:
        self.path = library / NAME

    def note(self, who: str, address: str, method: str, path: str, status: int) -> None:
        """What cannot be written goes to the log: nothing is done in secret on a full disk."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        record = {"at": at, "who": who, "from": address, "method": method, "path": path}
        line = json.dumps(record | {"status": status}, ensure_ascii=False)
        begun = self.path.exists()
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, f"{line}\n".encode())
                os.fsync(handle)
            finally:
                os.close(handle)
            if not begun:
                sync(self.path.parent)
        except OSError as error:
            log.warning("%s cannot be written (%s): %s", NAME, error.strerror, line)
