"""One writer a library, whatever process or thread it is in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.durable import make_folder
from index.errors import LibraryBusy
from index.store.faults import inaccessible


@contextmanager
def writing(folder: Path, timeout_s: float) -> Iterator[None]:
    """Hold the library's lock, which the operating system takes from a process that dies.

    Raises: LibraryBusy, LibraryInaccessible.
    """
    lock = FileLock(folder / "lock", timeout=timeout_s)
    try:
        make_folder(folder)
        lock.acquire()
    except Timeout as exc:
        raise LibraryBusy(
            f"the library {folder} is being updated by another process",
            hint="Wait until it has finished, and try again.",
        ) from exc
    except OSError as exc:
        told = f"the library's file `lock` cannot be taken: {exc.strerror or exc}"
        raise inaccessible(told, exc) from exc
    try:
        yield
    finally:
        lock.release()
