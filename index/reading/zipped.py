"""A ``.zip`` of files: each that can be read is a source, ``FILE.zip#NAME``."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from index.errors import SourceError
from index.reading.apart import ole
from index.reading.apart.packages import BROKEN, open_zip
from index.reading.apart.readers import suffix_of
from index.records import Skipped, Source

#: Left out without a word, as hidden files of a folder are.
_HIDDEN = ("__MACOSX/", ".")

ReadOne = Callable[[Path, str, int], Iterator[Source | Skipped]]


def read_zip(
    path: Path, name: str, max_bytes: int, readers: Callable[[str], ReadOne | None]
) -> Iterator[Source | Skipped]:
    """The sources of its files; ``readers`` has the reader of a suffix. None is looked for in a zip in it."""
    with path.open("rb") as file:
        data = file.read(max_bytes + 1)
    try:
        if len(data) > max_bytes:
            raise SourceError(f"oversize: more than {max_bytes:,} bytes", hint="Split it.")
        package = open_zip(data)
    except SourceError as error:
        yield Skipped(name, str(error), error.hint)
        return
    found = False
    with package, tempfile.TemporaryDirectory() as folder:
        for member in package.infolist():
            inner = member_name(member)
            suffix = suffix_of(inner)
            reader = readers(suffix)
            if not inner or member.is_dir() or _is_hidden(inner):
                continue
            whole = f"{name}#{inner}"
            if suffix in ole.OLD:
                yield Skipped(whole, ole.REASON, ole.HINT)
            if reader is None and suffix != ".zip":
                continue
            found = True
            try:
                _check(member, inner, suffix, max_bytes)
                copy = Path(folder) / f"member{suffix}"
                copy.write_bytes(_unpacked(package, member, max_bytes))
            except SourceError as error:
                yield Skipped(whole, str(error), error.hint)
                continue
            assert reader is not None
            yield from reader(copy, whole, max_bytes)
    if not found:
        yield Skipped(name, "empty: it holds no file that can be read")


def member_name(member: zipfile.ZipInfo) -> str:
    """Its name as text: Windows writes it in the encoding of the country, without saying so."""
    name = member.filename
    if not member.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
    return name


def member_of(data: bytes, inner: str, max_bytes: int) -> bytes | None:
    """The bytes of the file of that name in a zip."""
    try:
        with open_zip(data) as package:
            for member in package.infolist():
                if member_name(member) == inner:
                    return _unpacked(package, member, max_bytes)
    except SourceError:
        return None
    return None


def _is_hidden(inner: str) -> bool:
    return inner.startswith(_HIDDEN[0]) or any(
        part.startswith(_HIDDEN[1]) and part != ".." for part in PurePosixPath(inner).parts
    )


def _check(member: zipfile.ZipInfo, inner: str, suffix: str, max_bytes: int) -> None:
    path = PurePosixPath(inner.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not inner.isprintable() or len(inner) > 400:
        raise SourceError("name: it leads out of the zip", hint="Pack it anew.")
    if suffix == ".zip":
        raise SourceError("nested: it is a zip in a zip", hint="Unpack the outer one.")
    if member.file_size > max_bytes:
        raise SourceError(f"oversize: more than {max_bytes:,} bytes", hint="Split it.")


def _unpacked(package: zipfile.ZipFile, member: zipfile.ZipInfo, max_bytes: int) -> bytes:
    try:
        with package.open(member) as file:
            data = file.read(max_bytes + 1)
    except BROKEN as error:
        raise SourceError("corrupt: it cannot be unpacked", hint="Pack it anew.") from error
    if len(data) > max_bytes:
        raise SourceError(f"oversize: more than {max_bytes:,} bytes", hint="Split it.")
    return data
