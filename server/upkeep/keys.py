"""Keys: who may ask a server, and who may change what it holds; kept beside the library, hashed.

A key is 32 random bytes, so that its hash needs no salt and no slow function: there is nothing to guess.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from filelock import FileLock

from index import YoujuError
from index.durable import make_folder, replace_text

NAME = "keys.json"
PREFIX = "youju-"
ASK, MANAGE = "ask", "manage"
#: What each scope may do, itself included.
SCOPES = {ASK: (ASK,), MANAGE: (ASK, MANAGE)}


class UnknownKey(YoujuError):
    """There is no key of that name, or there is one already."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key: not the key itself."""

    name: str
    scope: str
    sha256: str
    created_at: str


class Keys:
    """The keys of a library; a change by another process is seen at once. Thread-safe."""

    def __init__(self, library: Path) -> None:
        self.path = library / NAME
        self._guard = threading.Lock()
        self._known: tuple[Key, ...] = ()
        self._seen: tuple[int, ...] = ()

    def all(self) -> tuple[Key, ...]:
        """Raises: OSError, ValueError, when the file cannot be read: then nobody is let in."""
        with self._guard:
            try:
                found = self.path.stat()
            except FileNotFoundError:
                return ()
            seen = (found.st_ino, found.st_size, found.st_mtime_ns)
            if seen != self._seen:
                rows = json.loads(self.path.read_text(encoding="utf-8"))
                self._known, self._seen = tuple(Key(**row) for row in rows), seen
            return self._known

    @property
    def exist(self) -> bool:
        """Whether there are any, or were: with the last one revoked nobody is let in."""
        return self.path.exists()

    def find(self, given: str) -> Key | None:
        """The key that was given, if it is one."""
        digest = digest_of(given)
        return next((k for k in self.all() if hmac.compare_digest(k.sha256, digest)), None)

    def named(self, name: str) -> Key | None:
        return next((key for key in self.all() if key.name == name), None)

    def add(self, name: str, scope: str) -> str:
        """A new key, which is told this once. Raises: UnknownKey, when the name is taken."""
        made = PREFIX + secrets.token_urlsafe(32)
        with self._changing():
            if self.named(name):
                raise UnknownKey(f"there is a key {name!r} already", hint="Revoke it first.")
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._write((*self.all(), Key(name, scope, digest_of(made), now)))
        return made

    def revoke(self, name: str) -> None:
        """It lets nobody in any more, at once. Raises: UnknownKey."""
        with self._changing():
            if not self.named(name):
                raise UnknownKey(f"there is no key {name!r}", hint="`youju key list` names them.")
            self._write(tuple(key for key in self.all() if key.name != name))

    def _changing(self) -> FileLock:
        make_folder(self.path.parent)
        return FileLock(self.path.with_suffix(".lock"))

    def _write(self, keys: tuple[Key, ...]) -> None:
        text = json.dumps([asdict(key) for key in keys], ensure_ascii=False, indent=1)
        replace_text(self.path, text, mode=0o600)


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
