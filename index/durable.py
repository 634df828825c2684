"""Small steps that outlive a crash: what was written is on the disk before the next one."""

from __future__ import annotations

import os
from pathlib import Path


def sync(path: Path) -> None:
    """A file's bytes, or a folder's names, onto the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """All that is in a folder, and the folder."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)


def make_folder(folder: Path) -> None:
    """Make it where it is not there, with those above it, so that their names outlive a crash, too."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def make_private(path: Path) -> None:
    """Make an empty file, where there is none, that its owner alone may read and write.

    So may its group, where the folder is one that this group may write; the umask takes from that.
    """
    shared = 0o060 if path.parent.stat().st_mode & 0o020 else 0
    path.touch(mode=0o600 | shared)


def replace_text(path: Path, text: str, *, mode: int = 0o666) -> None:
    """Replace a small file so that a reader, or a crash, sees the old or the new one whole."""
    aside = path.with_name(f"{path.name}.tmp")
    aside.unlink(missing_ok=True)
    aside.touch(mode=mode)
    aside.write_text(text, encoding="utf-8")
    sync(aside)
    aside.replace(path)
    sync(path.parent)
