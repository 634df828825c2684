"""Disks of a test's own, full or read-only: real ones, which nobody but this process sees."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

_NEW_MOUNTS = 0x00020000  # CLONE_NEWNS


@cache
def _apart() -> str:
    """Give this thread, and those that it begins, mounts of their own; why not, where it may not."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root may mount"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_MOUNTS):
        return os.strerror(ctypes.get_errno())
    done = subprocess.run(["mount", "--make-rprivate", "/"], capture_output=True, text=True)
    return done.stderr.strip()


class Disk:
    """A small file system in memory, mounted on a folder."""

    def __init__(self, folder: Path, size: str) -> None:
        self.folder = folder
        self._mount("-t", "tmpfs", "-o", f"size={size}", "none")

    def _mount(self, *options: str) -> None:
        subprocess.run(["mount", *options, str(self.folder)], check=True, capture_output=True)

    def read_only(self) -> None:
        self._mount("-o", "remount,ro")

    def writable(self) -> None:
        self._mount("-o", "remount,rw")

    def shown_at(self, folder: Path) -> None:
        """Show it at another folder, too, where it is read-only."""
        folder.mkdir()
        for options in (["--bind"], ["-o", "remount,ro,bind"]):
            what = [str(self.folder)] if "--bind" in options else []
            subprocess.run(["mount", *options, *what, str(folder)], check=True)

    def fill(self) -> None:
        """Take all the room that is left, to the last byte."""
        with (self.folder / "ballast").open("ab", buffering=0) as file:
            for size in (65536, 1024, 1):
                try:
                    while file.write(bytes(size)):
                        pass
                except OSError:
                    continue

    def empty(self) -> None:
        (self.folder / "ballast").unlink()

    def unmount(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True, capture_output=True)


@contextmanager
def disk(folder: Path, size: str = "8m") -> Iterator[Disk]:
    """A disk on a new folder; skips the test where none may be mounted."""
    if not shutil.which("mount") or (why := _apart()):
        pytest.skip(f"no disk of its own: {why if shutil.which('mount') else 'no mount'}")
    folder.mkdir()
    try:
        one = Disk(folder, size)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no disk of its own: {error.stderr!r}")
    try:
        yield one
    finally:
        one.unmount()
