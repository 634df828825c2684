"""Files that were handed over and wait to be read in, and what became of each.

They are kept on disk, so that whoever hands them over need not wait, and a server that dies goes on
with them. The catalogue has the list; the bytes lie in the library's folder until they have been
read. Servers that share a catalogue have a folder each, and read in what lies in their own.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.durable import make_folder, sync
from index.records import Skipped, Upload
from index.store.database import Database, now

#: The folder of the bytes, in the library's.
FOLDER = "incoming"
#: Finished jobs that are kept, for whoever comes back to see what became of the files.
KEPT = 5

_OPEN = "('waiting', 'reading')"


@dataclass(frozen=True, slots=True)
class Handed:
    """One file of a job, its place in it, and what became of it.

    ``status`` is ``waiting``, ``reading``, ``cancelled``, or that of an ``Upload``.
    """

    n: int
    name: str
    status: str
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """Files that were handed over together: how many there are to be, and how far it is.

    ``counts`` are those of each status; ``left_out`` the names of files that were not handed over.
    """

    id: str
    total: int
    touched_at: str
    cancelled: bool
    left_out: tuple[str, ...]
    counts: Mapping[str, int]

    @property
    def came(self) -> int:
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """Those that came and are not dealt with."""
        return self.counts.get("waiting", 0) + self.counts.get("reading", 0)

    @property
    def done(self) -> int:
        return self.came - self.open


@dataclass(frozen=True, slots=True)
class Group:
    """Files of one job that are read in together: place, name, and where the bytes are."""

    job: str
    files: tuple[tuple[int, str, Path], ...]


class Incoming:
    """The jobs of a library; each change is durable, and every process sees it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._folder = db.path.with_name(FOLDER)

    # ---- handing over ------------------------------------------------------------------------

    def begin(self, total: int, left_out: Sequence[str] = ()) -> str:
        """A new job for so many files; its id. Old ones that are finished go."""
        for folder in self._folder.glob("*"):
            if self.job(folder.name) is None:  # another server has forgotten it
                shutil.rmtree(folder, ignore_errors=True)
        id = secrets.token_hex(8)
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO jobs VALUES (?, ?, ?, 0, ?)",
                (id, total, now(), json.dumps(list(left_out), ensure_ascii=False)),
            )
        for old in self._finished()[KEPT:]:
            self._forget(old)
        return id

    def put(self, job: str, n: int, name: str, data: bytes) -> None:
        """Take a file's bytes; one that came already is left as it is."""
        path = self._path(job, n)
        make_folder(path.parent)
        path.write_bytes(data)
        sync(path)
        sync(path.parent)
        if not self._note(job, n, name, "waiting"):
            self._drop(job, [n])

    def refuse(self, job: str, n: int, name: str, why: Skipped) -> None:
        """Note a file that is not read, and why."""
        self._note(job, n, name, "skipped", [why])

    def _note(
        self, job: str, n: int, name: str, status: str, skipped: Sequence[Skipped] = ()
    ) -> bool:
        """Whether it is now one of those that wait."""
        with self._db.transaction() as db:
            row = db.execute("SELECT cancelled FROM jobs WHERE id = ?", (job,)).fetchone()
            if row is None:
                return False
            status = "cancelled" if row[0] and status == "waiting" else status
            db.execute(
                "INSERT OR IGNORE INTO handed VALUES (?, ?, ?, ?, ?)",
                (job, n, name, status, _packed(skipped)),
            )
            db.execute("UPDATE jobs SET touched_at = ? WHERE id = ?", (now(), job))
            sql = "SELECT status FROM handed WHERE job = ? AND n = ?"
            return str(db.execute(sql, (job, n)).fetchone()[0]) in ("waiting", "reading")

    # ---- reading in --------------------------------------------------------------------------

    def group(self, most: int, most_bytes: int) -> Group | None:
        """The next files to be read in; those of a process that died come again."""
        jobs = self._db.connection.execute(
            "SELECT id FROM jobs WHERE id IN"
            f" (SELECT job FROM handed WHERE status IN {_OPEN}) ORDER BY rowid"
        ).fetchall()
        for (job,) in jobs:
            if files := self._waiting(job, most, most_bytes):
                self._mark(job, [n for n, _, _ in files], "reading")
                return Group(job, files)
        return None

    def _waiting(self, job: str, most: int, most_bytes: int) -> tuple[tuple[int, str, Path], ...]:
        """The first files of a job that are to be read in here."""
        rows = self._db.connection.execute(
            f"SELECT n, name FROM handed WHERE job = ? AND status IN {_OPEN} ORDER BY n", (job,)
        )
        files: list[tuple[int, str, Path]] = []
        size = 0
        for n, name in rows:
            path = self._path(job, n)
            here = path.exists()
            size += path.stat().st_size if here else 0
            if len(files) == most or (files and size > most_bytes):
                break
            if here or not self._db.shared:  # lost, where no other server can have it
                files.append((n, name, path))
        return tuple(files)

    def told(self, job: str, results: Iterable[tuple[int, Upload]]) -> None:
        """Note what became of files; their bytes are no longer needed."""
        results = list(results)
        with self._db.transaction() as db:
            db.executemany(
                "UPDATE handed SET status = ?, skipped = ? WHERE job = ? AND n = ?",
                ((u.status, _packed(u.skipped), job, n) for n, u in results),
            )
        self._drop(job, [n for n, _ in results])

    def cancel(self, job: str) -> None:
        """What has not been read in will not be."""
        with self._db.transaction() as db:
            db.execute("UPDATE jobs SET cancelled = 1 WHERE id = ?", (job,))
            db.execute(
                f"UPDATE handed SET status = 'cancelled' WHERE job = ? AND status IN {_OPEN}",
                (job,),
            )
        shutil.rmtree(self._folder / job, ignore_errors=True)

    def forget(self) -> None:
        """The finished jobs are as if they had never been; what was read in stays in the library."""
        for job in self._finished():
            self._forget(job)

    def _finished(self) -> list[str]:
        """Jobs of which no file waits, the last one first."""
        rows = self._db.connection.execute(
            "SELECT id FROM jobs WHERE id NOT IN"
            f" (SELECT job FROM handed WHERE status IN {_OPEN}) ORDER BY rowid DESC"
        )
        return [row[0] for row in rows]

    def _forget(self, job: str) -> None:
        with self._db.transaction() as db:
            db.execute("DELETE FROM handed WHERE job = ?", (job,))
            db.execute("DELETE FROM jobs WHERE id = ?", (job,))
        shutil.rmtree(self._folder / job, ignore_errors=True)

    def _mark(self, job: str, places: Collection[int], status: str) -> None:
        with self._db.transaction() as db:
            db.executemany(
                f"UPDATE handed SET status = ? WHERE job = ? AND n = ? AND status IN {_OPEN}",
                ((status, job, n) for n in places),
            )

    def _drop(self, job: str, places: Iterable[int]) -> None:
        for n in places:
            self._path(job, n).unlink(missing_ok=True)
        with suppress(OSError):  # there are others in it, or it is gone
            (self._folder / job).rmdir()

    def _path(self, job: str, n: int) -> Path:
        return self._folder / job / str(n)

    # ---- looking -----------------------------------------------------------------------------

    def job(self, id: str) -> Job | None:
        row = self._db.connection.execute(
            "SELECT total, touched_at, cancelled, left_out FROM jobs WHERE id = ?", (id,)
        ).fetchone()
        if row is None:
            return None
        counts = dict(
            self._db.connection.execute(
                "SELECT status, count(*) FROM handed WHERE job = ? GROUP BY status", (id,)
            ).fetchall()
        )
        total, touched, cancelled, left_out = row
        came = sum(counts.values())
        return Job(
            id, max(total, came), touched, bool(cancelled), tuple(json.loads(left_out)), counts
        )

    def latest(self) -> Job | None:
        row = self._db.connection.execute(
            "SELECT id FROM jobs ORDER BY rowid DESC LIMIT 1"
        ).fetchone()
        return self.job(str(row[0])) if row else None

    def files(self, job: str, limit: int) -> list[Handed]:
        """The first so many files of a job, those first of which something was skipped."""
        rows = self._db.connection.execute(
            "SELECT n, name, status, skipped FROM handed WHERE job = ?"
            " ORDER BY skipped = '[]', n LIMIT ?",
            (job, limit),
        ).fetchall()
        return [Handed(n, name, status, _unpacked(skipped)) for n, name, status, skipped in rows]


def _packed(skipped: Sequence[Skipped]) -> str:
    return json.dumps([asdict(one) for one in skipped], ensure_ascii=False)


def _unpacked(text: str) -> tuple[Skipped, ...]:
    stored: list[dict[str, Any]] = json.loads(text)
    return tuple(Skipped(**one) for one in stored)
