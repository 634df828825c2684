"""Find the files of a folder that can be read, and say of the others why not."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import SourceError
from index.reading.apart import ole
from index.reading.apart.readers import suffix_of
from index.reading.files import reader_of
from index.reading.formats import READERS
from index.records import Skipped


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read: the name that its source will have, and where it lies."""

    name: str
    path: Path


def find_files(path: Path) -> Iterator[FoundFile | Skipped]:
    """The files of a known suffix under a folder, sorted, or the one file that ``path`` is.

    Each is named relative to the folder. Hidden files and folders, and files of suffixes that
    nobody would expect to be read, are left out without a word; whatever else cannot be read is skipped with the
    reason.

    Raises:
        SourceError: the path is not there, cannot be listed or is a file of an unknown suffix.
    """
    try:
        real = path.resolve(strict=True)
        if not _is_text(str(real)):
            raise SourceError("its name is not in UTF-8", hint="Rename it.")
        if real.is_dir():
            yield from _Walk(real).found()
        elif real.is_file():
            reader_of(path)
            yield FoundFile(path.name, real)
        else:
            raise SourceError("neither a file nor a folder")
    except FileNotFoundError as error:
        hint = "Check the path."
        raise SourceError(f"{shown(str(path))}: no such file or folder", hint=hint) from error
    except SourceError as error:
        raise SourceError(f"{shown(str(path))}: {error}", hint=error.hint) from error
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, in Python 3.12
        raise SourceError(f"{shown(str(path))}: {getattr(error, 'strerror', error)}") from error


class _Walk:
    """One walk through a folder, without recursion: folders may be nested thousands deep."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders = [""]
        self._files: dict[str, Path] = {}  # by name
        self._links: dict[str, Path] = {}  # to files in the folder, by name
        self._skipped: list[Skipped] = []

    def found(self) -> Iterator[FoundFile | Skipped]:
        while self._folders:
            self._list(self._folders.pop())
        real = set(self._files.values())
        for name, target in sorted(self._links.items()):
            if target not in real:
                real.add(target)
                self._files[name] = target
        yield from self._skipped
        for name in sorted(self._files, key=lambda name: name.split("/")):
            yield FoundFile(name, self._files[name])

    def _list(self, folder: str) -> None:
        try:
            with os.scandir(self._root / folder) as entries:
                for entry in entries:
                    if not entry.name.startswith("."):
                        self._look(entry, f"{folder}/{entry.name}" if folder else entry.name)
        except OSError as error:
            if not folder:
                raise
            self._skip(folder, f"unreadable: {error.strerror or error}")

    def _look(self, entry: os.DirEntry[str], name: str) -> None:
        suffix = suffix_of(entry.name)
        if entry.is_symlink():
            self._follow(entry, name, known=suffix in READERS)
        elif not _is_text(entry.name):
            if suffix in READERS or entry.is_dir():
                self._skip(name, "name: it is not in UTF-8", _rename(entry.name))
        elif entry.is_dir():
            self._folders.append(name)
        elif suffix in ole.OLD:
            self._skip(name, ole.REASON, ole.HINT)
        elif suffix not in READERS:
            return
        elif entry.is_file():
            self._files[name] = self._root / name
        else:
            self._skip(name, "special: neither a file nor a folder")

    def _follow(self, entry: os.DirEntry[str], name: str, *, known: bool) -> None:
        """Take in a link to a file of this folder; folders in it are walked where they lie."""
        try:
            target = Path(os.path.realpath(entry.path, strict=True))
            inside, folder, file = (
                target.is_relative_to(self._root),
                target.is_dir(),
                target.is_file(),
            )
        except OSError as error:
            if known:
                circle = error.errno == errno.ELOOP
                self._skip(name, f"link: it leads {'in a circle' if circle else 'nowhere'}")
            return
        if not inside and (folder or known):
            self._skip(name, "link: it leads out of the folder", "Give the place it leads to, too.")
        elif not known or folder:
            return
        elif not _is_text(entry.name):
            self._skip(name, "name: it is not in UTF-8", _rename(entry.name))
        elif file:
            self._links[name] = target
        else:
            self._skip(name, "special: neither a file nor a folder")

    def _skip(self, name: str, reason: str, hint: str = "") -> None:
        self._skipped.append(Skipped(shown(name), reason, hint, unseen=True))


def shown(name: str) -> str:
    r"""A file's name as text; bytes that are none are written out as ``\xd6``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _rename(name: str) -> str:
    """What to do about a name in other bytes; most of them here are of GB18030."""
    try:
        return f"Rename it; perhaps it is called “{os.fsencode(name).decode('gb18030')}”."
    except UnicodeDecodeError:
        return "Rename it."
