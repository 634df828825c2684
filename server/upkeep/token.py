"""The token that a server beyond the loopback asks for, kept in the library's folder."""

from __future__ import annotations

import secrets
from pathlib import Path

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
    library.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.touch(mode=0o600)
    aside.write_text(f"{made}\n", encoding="utf-8")
    aside.replace(path)
    return made, True
