"""The token that a server beyond the loopback asks for, kept in the library's folder."""

from __future__ import annotations

import secrets
from pathlib import Path

from index.durable import make_folder, replace_text

NAME = "token"
BYTES = 24


def kept_token(library: Path) -> tuple[str, bool]:
    """The library's token, and whether it was made just now; its file is its owner's alone.

    Raises: OSError when the folder cannot be read or written.
    """
    path = library / NAME
    kept = path.read_text(encoding="utf-8").strip() if path.exists() else ""
    if kept:
        return kept, False
    made = secrets.token_urlsafe(BYTES)
    make_folder(library)
    replace_text(path, f"{made}\n", mode=0o600)
    return made, True
